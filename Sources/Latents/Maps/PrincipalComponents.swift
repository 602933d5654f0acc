import Foundation
import Tensors

/// The directions of largest variance of a set of vectors, and the share of the variance that they explain: the best
/// that a linear autoencoder of as many units can reach (Baldi and Hornik 1989).
///
/// Computed by subspace iteration with random first vectors (Halko, Martinsson and Tropp 2011, algorithm 4.4), in
/// Float64.
public struct PrincipalComponents: Sendable {
    /// The mean of the vectors, which is subtracted first.
    public let mean: [Double]
    /// The variances along the components, falling.
    public let variances: [Double]
    /// The sum of the variances along all directions.
    public let totalVariance: Double
    /// Unit vectors, in the order of `variances`.
    public let vectors: [[Double]]

    /// Computes the first components of a set of vectors.
    ///
    /// - Parameters:
    ///   - vectors: one after the other, each of `dimension` numbers.
    ///   - count: the number of components, 1...`dimension`.
    /// - Complexity: about 16 `count` multiply-adds for each number.
    public init(_ vectors: [Float], dimension: Int, count: Int, seed: UInt64 = 0) {
        precondition(dimension > 0 && vectors.count % dimension == 0 && (1...dimension).contains(count))
        let rows = vectors.count / dimension
        var mean = [Double](repeating: 0, count: dimension)
        for row in 0..<rows {
            for i in 0..<dimension { mean[i] += Double(vectors[row * dimension + i]) }
        }
        for i in 0..<dimension { mean[i] /= Double(max(1, rows)) }
        var centred = [Double](repeating: 0, count: vectors.count)
        var total = 0.0
        for row in 0..<rows {
            for i in 0..<dimension {
                let value = Double(vectors[row * dimension + i]) - mean[i]
                centred[row * dimension + i] = value
                total += value * value
            }
        }
        // A few directions more than asked for, so that the last ones come out right too.
        let width = min(dimension, count + 8)
        var random = RandomStream(seed: seed)
        var basis = (0..<width).map { _ in (0..<dimension).map { _ in random.normal() } }
        Self.orthonormalise(&basis)
        for _ in 0..<8 {
            basis = Self.covarianceProduct(centred, basis, dimension)
            Self.orthonormalise(&basis)
        }
        // The components within the subspace.
        let images = Self.covarianceProduct(centred, basis, dimension)
        let small = basis.map { a in images.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } } }
        let (values, rotations) = Self.eigen(small)
        self.mean = mean
        totalVariance = total / Double(max(1, rows))
        variances = values.prefix(count).map { max(0, $0) / Double(max(1, rows)) }
        self.vectors = rotations.prefix(count).map { rotation in
            (0..<dimension).map { i in (0..<width).reduce(0) { $0 + rotation[$1] * basis[$1][i] } }
        }
    }

    /// Returns the share of the variance that the first `count` components explain, 0...1.
    public func explained(by count: Int) -> Double {
        totalVariance > 0 ? min(1, variances.prefix(count).reduce(0, +) / totalVariance) : 1
    }

    /// Returns the mean squared error, for each of a vector's numbers, of other vectors reconstructed from their first
    /// components.
    public func error(of vectors: [Float], components: Int) -> Double {
        let dimension = mean.count
        let rows = vectors.count / dimension
        var sum = 0.0
        for row in 0..<rows {
            let centred = (0..<dimension).map { Double(vectors[row * dimension + $0]) - mean[$0] }
            var left = centred.reduce(0) { $0 + $1 * $1 }
            for vector in self.vectors.prefix(components) {
                let part = zip(centred, vector).reduce(0) { $0 + $1.0 * $1.1 }
                left -= part * part
            }
            sum += max(0, left)
        }
        return sum / Double(max(1, rows * dimension))
    }

    /// Returns X' X v for each vector v, X holding the centred vectors as rows.
    private static func covarianceProduct(
        _ centred: [Double], _ basis: [[Double]], _ dimension: Int
    ) -> [[Double]] {
        basis.map { vector in
            var product = [Double](repeating: 0, count: dimension)
            centred.withUnsafeBufferPointer { centred in
                vector.withUnsafeBufferPointer { vector in
                    product.withUnsafeMutableBufferPointer { product in
                        guard let base = centred.baseAddress else { return }
                        for row in 0..<centred.count / dimension {
                            let x = base + row * dimension
                            var sums = SIMD8<Double>()
                            var i = 0
                            while i + 8 <= dimension {
                                for lane in 0..<8 { sums[lane] += x[i + lane] * vector[i + lane] }
                                i += 8
                            }
                            var part = sums.sum()
                            while i < dimension {
                                part += x[i] * vector[i]
                                i += 1
                            }
                            for i in 0..<dimension { product[i] += part * x[i] }
                        }
                    }
                }
            }
            return product
        }
    }

    /// Orthonormalises vectors by Gram and Schmidt, twice; a vector that vanishes becomes zeros.
    private static func orthonormalise(_ basis: inout [[Double]]) {
        for _ in 0..<2 {
            for index in basis.indices {
                for other in 0..<index {
                    let part = zip(basis[index], basis[other]).reduce(0) { $0 + $1.0 * $1.1 }
                    for i in basis[index].indices { basis[index][i] -= part * basis[other][i] }
                }
                let norm = basis[index].reduce(0) { $0 + $1 * $1 }.squareRoot()
                for i in basis[index].indices { basis[index][i] = norm > 1e-12 ? basis[index][i] / norm : 0 }
            }
        }
    }

    /// Returns the eigenvalues, falling, and eigenvectors of a small symmetric matrix, by Jacobi's rotations.
    private static func eigen(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
        let n = matrix.count
        var a = matrix
        var v = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
        for _ in 0..<30 {
            var largest = 0.0
            for p in 0..<n {
                for q in p + 1..<n where a[p][q] != 0 {
                    largest = max(largest, abs(a[p][q]) / (abs(a[p][p] * a[q][q]).squareRoot() + 1e-300))
                    let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let t = (theta < 0 ? -1.0 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
                    let c = 1 / (t * t + 1).squareRoot()
                    let s = t * c
                    for k in 0..<n { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
                    for k in 0..<n { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
                    for k in 0..<n { (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q]) }
                }
            }
            if largest < 1e-12 { break }
        }
        let order = (0..<n).sorted { a[$0][$0] > a[$1][$1] }
        return (order.map { a[$0][$0] }, order.map { column in v.map { $0[column] } })
    }
}
