import Foundation
import Latents
import SystemPackage
import TestFolders
import Testing

@Suite struct MutualInformationGapTests {
    /// Histograms of NumPy, mutual information of scikit-learn.
    @Test func theGapIsThatOfScikitLearn() throws {
        let path = fixtureFolder.appending("latents/evidence.json").string
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
        let expected = try #require((json as? [String: Any])?["gap"] as? [String: [String: Any]])
        let digits = try Digits()
        let sums = (0..<digits.count).map { row in digits.elements[row * 64..<row * 64 + 8].reduce(0, +) * 16 }
        let sorted = sums.sorted()
        let median = (sorted[digits.count / 2 - 1] + sorted[digits.count / 2]) / 2
        let found = try MutualInformationGap(
            digits.elements, dimension: Digits.dimension,
            factors: [("class", digits.classes), ("sum", sums.map { $0 > median ? 1 : 0 })])
        #expect(found.factors.map(\.name) == ["class", "sum"])
        for factor in found.factors {
            let figures = try #require(expected[factor.name])
            #expect(abs(factor.entropy - (try #require(figures["entropy"] as? Double))) < 1e-9)
            #expect(abs(factor.gap - (try #require(figures["gap"] as? Double))) < 1e-9)
            let informations = try #require(figures["informations"] as? [Double])
            for (own, other) in zip(factor.informations, informations) { #expect(abs(own - other) < 1e-9) }
        }
        #expect(abs(found.mean - (found.factors[0].gap + found.factors[1].gap) / 2) < 1e-12)
    }

    /// One number a factor: all there is to know; two that know the same: nothing.
    @Test func gapsByHand() throws {
        let factors = [("a", (0..<40).map { $0 % 4 }), ("still", [Int](repeating: 7, count: 40))]
        let one = try MutualInformationGap(
            (0..<40).flatMap { [Float($0 % 4), 1] }, dimension: 2, factors: factors)
        #expect(one.factors.count == 1 && abs(one.mean - 1) < 1e-12 && one.factors[0].best == 0)
        #expect(abs(one.factors[0].entropy - log(4)) < 1e-12)
        let two = try MutualInformationGap(
            (0..<40).flatMap { [Float($0 % 4), -Float($0 % 4)] }, dimension: 2, factors: factors)
        #expect(abs(two.mean) < 1e-12)
        let few = #expect(throws: LatentError.self) {
            try MutualInformationGap([1, 2, 3], dimension: 1, factors: [("a", [1, 2])])
        }
        #expect("\(try #require(few))".contains("one for each of 3 rows"))
        #expect(throws: LatentError.self) { try MutualInformationGap([1, 2], dimension: 1, factors: [("a", [1, 1])]) }
    }
}
