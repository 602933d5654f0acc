import Latents
import Tensors
import Testing

/// Principal components by iteration against those of the whole covariance by Jacobi's rotations.
@Suite struct PrincipalComponentTests {
    private static func flat(_ patches: [[Double]]) -> [Float] { patches.flatMap { $0.map { Float($0) } } }

    @Test(arguments: [1, 4, 16]) func componentsAreThoseOfTheCovariance(_ count: Int) {
        let patches = (0..<300).map { AutoencoderClaimTests.walk($0, seed: 31) }
        let (mean, values, vectors) = AutoencoderClaimTests.components(patches)
        let found = PrincipalComponents(Self.flat(patches), dimension: 16, count: count)
        #expect(found.variances.count == count)
        for i in 0..<count {
            #expect(abs(found.variances[i] - values[i]) < 1e-5 * values[0], "variance \(i)")
            let product = zip(found.vectors[i], vectors[i]).reduce(0) { $0 + $1.0 * $1.1 }
            // Where two variances lie near together, the directions may turn among themselves.
            if i < 3 { #expect(abs(abs(product) - 1) < 1e-3, "vector \(i)") }
        }
        #expect(zip(found.mean, mean).allSatisfy { abs($0 - $1) < 1e-5 })
        #expect(abs(found.totalVariance - values.reduce(0, +)) < 1e-5)
        #expect(abs(found.explained(by: count) - values.prefix(count).reduce(0, +) / values.reduce(0, +)) < 1e-5)
        let others = (0..<100).map { AutoencoderClaimTests.walk($0, seed: 32) }
        let expected = AutoencoderClaimTests.principalError(others, mean, vectors.prefix(count))
        #expect(abs(found.error(of: Self.flat(others), components: count) - expected) < 1e-5)
    }

    /// Vectors in a plane: two components explain everything, a third one nothing; equal vectors differ along none.
    @Test func fewDirections() {
        let plane = (0..<50).flatMap { index -> [Float] in
            var random = RandomStream(seed: 3, index)
            let (a, b) = (Float(random.normal()), Float(random.normal()))
            return [a, b, a + b, a - b, 2 * a]
        }
        let found = PrincipalComponents(plane, dimension: 5, count: 3)
        #expect(abs(found.explained(by: 2) - 1) < 1e-9 && found.variances[2] < 1e-9)
        let equal = PrincipalComponents([Float](repeating: 0.5, count: 40), dimension: 4, count: 2)
        #expect(
            equal.totalVariance == 0 && equal.explained(by: 1) == 1
                && equal.error(of: [0.5, 0.5, 0.5, 0.5], components: 2) == 0)
    }
}
