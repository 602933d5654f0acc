import Foundation
import Latents
import Tensors
import Testing

@Suite struct OneClassTests {
    /// Good data: errors around 0.01, latents along a line in three dimensions.
    private static func good(_ count: Int) -> (errors: [Double], latents: [Float]) {
        var random = RandomStream(seed: 4)
        let errors = (0..<count).map { _ in 0.01 * exp(0.2 * random.normal()) }
        let latents = (0..<count).flatMap { _ in
            let t = random.normal()
            return [3 * t, t + 0.1 * random.normal(), 0.1 * random.normal()].map { Float($0) }
        }
        return (errors, latents)
    }

    @Test func whatIsOtherScoresHigh() throws {
        let (errors, latents) = Self.good(400)
        let range = try OneClassRange(errors: errors, latents: latents, dimension: 3)
        #expect(range.leftOut.count < 8 && abs(range.errorThreshold - 0.01 * exp(0.2 * 1.645)) < 0.001)
        // One good one in twenty scores more than 1, by each figure and by both.
        let (others, theirs) = Self.good(2000)
        let scores = range.scores(errors: Array(others.suffix(1600)), latents: Array(theirs.suffix(4800)))
        for share in [
            scores.count { $0.error > 1 }, scores.count { $0.distance > 1 }, scores.count { range.score(of: $0) > 1 },
        ] { #expect((40...140).contains(share), "\(share) of 1600") }
        // Farther along the line is less odd than a little beside it.
        let odd = range.scores(errors: [0.01, 0.01, 0.04], latents: [6, 2, 0, 0, 1, 0, 0, 0, 0])
        #expect(odd[0].distance < 1.2 && odd[1].distance > 1.5 && odd[2].error > 2.5 && odd[2].distance < 0.5, "\(odd)")
        #expect(range.score(of: odd[1]) > 1.5 && range.score(of: odd[2]) > 1.5)
    }

    /// A saturated one among the good ones, and too few of them.
    @Test func goodOnesThatAreNot() throws {
        var (errors, latents) = Self.good(40)
        let before = try OneClassRange(errors: errors, latents: latents, dimension: 3)
        errors.append(0.9)
        latents += [0, 0, 0]
        let after = try OneClassRange(errors: errors, latents: latents, dimension: 3)
        #expect(after.leftOut.contains(40) && after.errorThreshold == before.errorThreshold)
        let error = #expect(throws: LatentError.self) {
            try OneClassRange(errors: [1, 2], latents: [1, 2], dimension: 1)
        }
        #expect("\(try #require(error))".contains("10 or more"))
        #expect(throws: LatentError.self) {
            try OneClassRange(
                errors: [Double](repeating: 1, count: 20), latents: [Float](repeating: 1, count: 20), dimension: 1)
        }
    }

    /// All pairs, one by one.
    @Test func areasByHand() throws {
        var random = RandomStream(seed: 9)
        let scores = (0..<60).map { _ in Double(random.integer(below: 12)) }
        let isSought = (0..<60).map { _ in random.integer(below: 3) == 0 }
        var (wins, pairs) = (0.0, 0.0)
        for (a, one) in zip(scores, isSought) where one {
            for (b, other) in zip(scores, isSought) where !other {
                wins += a > b ? 1 : a == b ? 0.5 : 0
                pairs += 1
            }
        }
        let area = try #require(DetectionArea.area(scores, isSought: isSought))
        #expect(abs(area - wins / pairs) < 1e-12)
        #expect(DetectionArea.area([1, 2], isSought: [true, true]) == nil)
        #expect(DetectionArea.area([1, 2, 3], isSought: [false, false, true]) == 1)
    }
}
