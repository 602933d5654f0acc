import Foundation

/// The distance of vectors from the mean of a set, in standard deviations along each of its directions, with the
/// covariance shrunk towards a multiple of the identity as Ledoit and Wolf (2004) do: there need not be more vectors
/// than numbers in one.
public struct MahalanobisDistances: Sendable {
    /// The mean of the set.
    public let mean: [Double]
    /// The share of the identity in the covariance, 0...1.
    public let shrinkage: Double
    /// The covariance's factor.
    private let factor: TriangularFactor

    /// Measures a set of vectors of `dimension` numbers, row after row.
    ///
    /// - Throws: `LatentError.setting` for fewer than two vectors, or where all are equal.
    /// - Complexity: vectors x dimension squared, and dimension to the third.
    public init(_ elements: [Float], dimension: Int) throws(LatentError) {
        let count = elements.count / dimension
        guard count >= 2 else { throw .setting(name: "the number of rows", found: "\(count)", expected: "2 or more") }
        let (mean, variances) = RowStatistics.moments(elements, dimension: dimension)
        let scale = variances.reduce(0, +) / Double(dimension)
        guard scale > 0 else {
            throw .setting(name: "the rows", found: "all equal", expected: "ones that differ")
        }
        // Of a symmetric matrix the lower triangle, row after row.
        var covariance = [Double](repeating: 0, count: dimension * (dimension + 1) / 2)
        var fourth = 0.0
        var centred = mean
        for row in 0..<count {
            var square = 0.0
            for i in 0..<dimension {
                centred[i] = Double(elements[row * dimension + i]) - mean[i]
                square += centred[i] * centred[i]
            }
            fourth += square * square
            for i in 0..<dimension {
                let number = centred[i]
                for j in 0...i { covariance[i * (i + 1) / 2 + j] += number * centred[j] }
            }
        }
        var squares = 0.0
        for i in 0..<dimension {
            for j in 0...i {
                covariance[i * (i + 1) / 2 + j] /= Double(count)
                let square = covariance[i * (i + 1) / 2 + j] * covariance[i * (i + 1) / 2 + j]
                squares += i == j ? square : 2 * square
            }
        }
        // The distance of the covariance from the identity's multiple, and its expected error, for each number.
        let distance = squares / Double(dimension) - scale * scale
        let error = (fourth / Double(count) - squares) / Double(dimension * count)
        shrinkage = distance > 0 ? max(0, min(1, error / distance)) : 1
        for i in covariance.indices { covariance[i] *= 1 - shrinkage }
        for i in 0..<dimension { covariance[i * (i + 3) / 2] += shrinkage * scale }
        self.mean = mean
        guard let factor = TriangularFactor(of: covariance) else {
            throw .setting(
                name: "the covariance", found: "singular", expected: "numbers that are not multiples of each other")
        }
        self.factor = factor
    }

    /// Returns the distance of each vector, row after row, from the mean.
    public func distances(of elements: [Float]) -> [Double] {
        let n = mean.count
        return (0..<elements.count / n).map { row in
            factor.square { Double(elements[row * n + $0]) - mean[$0] }.squareRoot()
        }
    }
}
