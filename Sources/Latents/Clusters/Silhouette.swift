import Foundation
import Tensors
public import Workers

/// The silhouettes of clusters (Rousseeuw 1987): how much nearer each vector lies to its own cluster than to the next
/// one, -1 to 1.
public struct Silhouette: Sendable, Equatable {
    /// The rows that were measured: all, or a sample of them.
    public let rows: [Int]
    /// The silhouette of each measured row; 0 where it is alone in its cluster.
    public let values: [Double]

    /// The mean of the silhouettes.
    public var mean: Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }

    /// The most rows that are measured by default.
    public static let largestSample = 4000

    /// Measures the clusters of vectors of `dimension` numbers, row after row.
    ///
    /// - Parameters:
    ///   - assignments: the cluster of each vector, 0 or more.
    ///   - sample: the most vectors that are measured, against each other; a seeded sample where there are more.
    /// - Complexity: measured vectors squared x dimension.
    public init(
        _ elements: [Float], dimension: Int, assignments: [Int], sample: Int = largestSample, seed: UInt64 = 0,
        loop: ParallelLoop = .serial
    ) {
        let count = elements.count / dimension
        precondition(assignments.count == count)
        let rows = Sampling.rows(of: count, sample: sample, seed: seed)
        let clusters = (assignments.max() ?? 0) + 1
        var sizes = [Int](repeating: 0, count: clusters)
        for row in rows { sizes[assignments[row]] += 1 }
        let counts = sizes
        let found = TaskResults(repeating: 0.0, count: rows.count)
        loop.forEach(rows.count) { _, index in
            let (row, own) = (rows[index], assignments[rows[index]])
            guard counts[own] > 1 else { return }
            var sums = [Double](repeating: 0, count: clusters)
            elements.withUnsafeBufferPointer { elements in
                guard let base = elements.baseAddress else { return }
                for other in rows where other != row {
                    sums[assignments[other]] += RowStatistics.squaredDistance(
                        base + row * dimension, base + other * dimension, dimension
                    ).squareRoot()
                }
            }
            let inside = sums[own] / Double(counts[own] - 1)
            let outside = (0..<clusters).filter { $0 != own && counts[$0] > 0 }.map { sums[$0] / Double(counts[$0]) }
                .min()
            guard let outside, max(inside, outside) > 0 else { return }
            found.values[index] = (outside - inside) / max(inside, outside)
        }
        self.rows = rows
        values = Array(found.values)
    }
}

/// Seeded choices among rows.
package enum Sampling {
    /// Returns the numbers 0 ..< `count` in a random order.
    static func shuffled(_ count: Int, seed: UInt64, stream: Int = 0) -> [Int] {
        var random = RandomStream(seed: seed, stream)
        var rows = Array(0..<count)
        for place in stride(from: count - 1, to: 0, by: -1) {
            rows.swapAt(place, random.integer(below: place + 1))
        }
        return rows
    }

    /// Returns all rows, or a sorted sample of them where there are more than `sample`.
    package static func rows(of count: Int, sample: Int, seed: UInt64) -> [Int] {
        count <= sample ? Array(0..<count) : shuffled(count, seed: seed).prefix(sample).sorted()
    }
}
