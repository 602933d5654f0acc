import Latents
import Tensors
import Testing
import Workers

@Suite struct OutlierTests {
    @Test func shrunkCovarianceIsThatOfScikitLearn() throws {
        let digits = try Digits()
        let found = try MahalanobisDistances(digits.elements, dimension: Digits.dimension)
        #expect(abs(found.shrinkage - (try digits.figure("shrinkage"))) < 1e-9)
        let expected = try digits.values("mahalanobis")
        let distances = found.distances(of: digits.elements)
        #expect(distances.count == expected.count)
        #expect(zip(distances, expected).allSatisfy { abs($0 / Double($1) - 1) < 1e-5 })
    }

    /// One vector that is far out comes first by both ways; there may be fewer vectors than numbers in one.
    @Test func whatLiesFarOut() throws {
        var random = RandomStream(seed: 8)
        var elements = (0..<40 * 60).map { _ in Float(random.normal()) }
        for i in 0..<60 { elements[17 * 60 + i] += 3 }
        let byMean = try MahalanobisDistances(elements, dimension: 60).distances(of: elements)
        let byNeighbours = try NeighbourDistances(elements, dimension: 60, loop: .threads(2)).values
        for distances in [byMean, byNeighbours] {
            #expect(distances.indices.max { distances[$0] < distances[$1] } == 17)
        }
        let third = try NeighbourDistances([0, 1, 3, 7], dimension: 1, neighbours: 2).values
        #expect(third == [3, 2, 3, 6])
    }

    @Test func tooLittleToMeasure() {
        #expect(throws: LatentError.self) { try MahalanobisDistances([1, 2], dimension: 2) }
        #expect(throws: LatentError.self) { try MahalanobisDistances([1, 2, 1, 2], dimension: 2) }
        #expect(throws: LatentError.self) { try NeighbourDistances([1, 2], dimension: 2) }
        // Numbers that say the same: shrinkage keeps the covariance regular.
        #expect(throws: Never.self) { try MahalanobisDistances([0, 0, 1, 1, 2, 2, 3, 3.5], dimension: 2) }
    }
}
