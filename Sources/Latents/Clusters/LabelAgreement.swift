import Foundation

/// The agreement of clusters and labels, whatever the clusters are called.
public struct LabelAgreement: Sendable, Equatable {
    /// The normalised mutual information (Strehl and Ghosh 2002), divided by the mean of the two entropies: 0 where one
    /// says nothing of the other, 1 where they are the same.
    public let mutualInformation: Double
    /// The share of rows that have the most frequent label of their cluster, 0...1.
    public let purity: Double

    /// Compares the cluster and the class of each row, both 0 or more.
    ///
    /// - Precondition: as many classes as clusters are given, and at least one.
    public init(clusters: [Int], classes: [Int]) {
        precondition(clusters.count == classes.count && !clusters.isEmpty)
        let (rows, columns) = ((clusters.max() ?? 0) + 1, (classes.max() ?? 0) + 1)
        var counts = [Int](repeating: 0, count: rows * columns)
        for (cluster, index) in zip(clusters, classes) { counts[cluster * columns + index] += 1 }
        let byCluster = (0..<rows).map { row in (0..<columns).reduce(0) { $0 + counts[row * columns + $1] } }
        let byClass = (0..<columns).map { column in (0..<rows).reduce(0) { $0 + counts[$1 * columns + column] } }
        let total = Double(clusters.count)
        func entropy(_ counts: [Int]) -> Double {
            counts.reduce(0) { sum, count in
                count > 0 ? sum - Double(count) / total * log(Double(count) / total) : sum
            }
        }
        let (first, second) = (entropy(byCluster), entropy(byClass))
        let shared = first + second - entropy(counts)
        mutualInformation = first + second > 0 ? max(0, min(1, 2 * shared / (first + second))) : 1
        purity =
            (0..<rows).reduce(0) { sum, row in
                sum + Double(counts[row * columns..<(row + 1) * columns].max() ?? 0)
            } / total
    }
}
