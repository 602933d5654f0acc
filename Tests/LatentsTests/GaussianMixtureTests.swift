import Foundation
import Latents
import SystemPackage
import Tensors
import TestFolders
import Testing
import Workers

@Suite struct GaussianMixtureTests {
    private static func expected() throws -> [String: Double] {
        let path = fixtureFolder.appending("latents/evidence.json").string
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
        return try #require((json as? [String: Any])?["mixture"] as? [String: Double])
    }

    /// The log-likelihood of scikit-learn's best of twenty starts, within one hundredth.
    @Test func theLikelihoodIsThatOfScikitLearn() throws {
        let digits = try Digits()
        let components = PrincipalComponents(digits.elements, dimension: Digits.dimension, count: 3)
        let z = components.coordinates(of: digits.elements, components: 3)
        for (covariance, name) in [(GaussianMixture.Covariance.full, "full"), (.diagonal, "diag")] {
            let expected = try #require(try Self.expected()[name])
            let found = try GaussianMixture(
                z, dimension: 3, components: 3, covariance: covariance, starts: 40, loop: .threads(2))
            #expect(
                found.logLikelihood > expected - 0.01 * abs(expected), "\(name): \(found.logLikelihood), \(expected)")
            #expect(
                found.logLikelihood < expected + 0.05 * abs(expected), "\(name): \(found.logLikelihood), \(expected)")
            #expect(abs(found.logLikelihood(of: z) - found.logLikelihood) < 2e-3)
            #expect(abs(found.weights.reduce(0, +) - 1) < 1e-9 && found.componentCount == 3)
            #expect(
                try GaussianMixture(z, dimension: 3, components: 3, covariance: covariance, starts: 40) == found)
        }
    }

    /// One component: mean and covariance, and its likelihood in closed form.
    @Test func oneComponentByHand() throws {
        let rows: [Float] = [0, 0, 2, 1, 4, 5, 6, 6]
        let found = try GaussianMixture(rows, dimension: 2, components: 1, covariance: .full)
        #expect(found.means.allSatisfy { abs($0 - 3) < 1e-9 })
        // Covariance [[5, 5.5], [5.5, 6.5]], with 1e-6 added on the diagonal.
        let determinant = (5 + 1e-6) * (6.5 + 1e-6) - 5.5 * 5.5
        let expected = -(log(determinant) + 2 * log(2 * .pi) + 2) / 2
        #expect(abs(found.logLikelihood - expected) < 1e-4, "\(found.logLikelihood), \(expected)")
    }

    /// Draws have the moments of what was fitted, and a spread of none gives the means.
    @Test(arguments: GaussianMixture.Covariance.allCases) func drawsAreAlike(
        _ covariance: GaussianMixture.Covariance
    ) throws {
        var random = RandomStream(seed: 5)
        let rows = (0..<2000).flatMap { row -> [Float] in
            let (a, b) = (random.normal(), random.normal())
            return row % 4 == 0
                ? [Float(10 + a), Float(b)] : [Float(a), Float(-5 + (covariance == .full ? a : 0) + 0.5 * b)]
        }
        let found = try GaussianMixture(rows, dimension: 2, components: 2, covariance: covariance)
        var stream = RandomStream(seed: 1)
        let draws = (0..<4000).map { _ in found.sample(using: &stream) }
        let far = draws.filter { $0[0] > 5 }
        #expect(abs(Double(far.count) / 4000 - 0.25) < 0.03)
        let near = draws.filter { $0[0] <= 5 }
        let product = near.reduce(0.0) { $0 + Double($1[0]) * Double($1[1] + 5) } / Double(near.count)
        #expect(abs(product - (covariance == .full ? 1 : 0)) < 0.12, "\(product)")
        let still = found.sample(using: &stream, spread: 0)
        #expect(
            [still == found.means[..<2].map { Float($0) }, still == found.means[2...].map { Float($0) }].contains(true))
    }

    @Test func fewRows() throws {
        for (rows, components) in [([1, 2, 3], 4), ([1], 1), ([1, 2], 0)] as [([Float], Int)] {
            #expect(throws: LatentError.self) {
                try GaussianMixture(rows, dimension: 1, components: components, covariance: .full)
            }
        }
        let equal = try GaussianMixture(
            [Float](repeating: 2, count: 20), dimension: 2, components: 3, covariance: .full)
        #expect(equal.logLikelihood.isFinite)
    }
}
