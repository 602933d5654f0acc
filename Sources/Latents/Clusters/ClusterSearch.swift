public import Workers

/// Clusters of vectors for several numbers of clusters, and the best of them by the mean silhouette.
public struct ClusterSearch: Sendable {
    /// Clusters with their figures.
    public struct Tried: Sendable {
        /// The clusters.
        public let clusters: KMeans
        /// The mean silhouette, -1 to 1.
        public let silhouette: Double
    }

    /// The clusters that were tried, in the order that was asked for.
    public let tried: [Tried]
    /// The clusters of the largest mean silhouette; of equal ones the first.
    public let best: Tried

    /// Clusters vectors of `dimension` numbers, row after row.
    ///
    /// - Parameter counts: the numbers of clusters, one or more. Of several, those that there are too few vectors for are
    ///   left out.
    /// - Throws: `LatentError.setting` where there are too few vectors for all.
    public init(
        _ elements: [Float], dimension: Int, counts: [Int], starts: Int = 10, seed: UInt64 = 0,
        loop: ParallelLoop = .serial
    ) throws(LatentError) {
        let rows = elements.count / dimension
        // A cluster of each vector by itself says nothing.
        let possible = counts.count == 1 ? counts : counts.filter { $0 < rows }
        var tried: [Tried] = []
        for count in possible {
            let clusters = try KMeans(
                elements, dimension: dimension, clusters: count, starts: starts, seed: seed, loop: loop)
            let silhouette = Silhouette(
                elements, dimension: dimension, assignments: clusters.assignments, seed: seed, loop: loop)
            tried.append(Tried(clusters: clusters, silhouette: silhouette.mean))
        }
        guard var best = tried.first else {
            throw .setting(name: "the number of rows", found: "\(rows)", expected: "more than the clusters")
        }
        for other in tried where other.silhouette > best.silhouette { best = other }
        self.tried = tried
        self.best = best
    }

    /// Returns how far the best clusters agree with labels; nil where no row has one.
    public func agreement(with labels: [String]) -> LabelAgreement? {
        guard let known = try? ClassLabels(labels) else { return nil }
        let pairs = zip(best.clusters.assignments, known.classes).compactMap { cluster, index in
            index.map { (cluster, $0) }
        }
        return LabelAgreement(clusters: pairs.map(\.0), classes: pairs.map(\.1))
    }
}
