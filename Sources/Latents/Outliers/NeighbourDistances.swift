public import Workers

/// The distance of each vector from its k-th nearest other one: large where a vector lies alone (Ramaswamy, Rastogi and
/// Shim 2000).
public struct NeighbourDistances: Sendable, Equatable {
    /// The distance of each row.
    public let values: [Double]

    /// Measures vectors of `dimension` numbers, row after row.
    ///
    /// - Parameter neighbours: which neighbour counts, 1 or more; the last where there are fewer.
    /// - Throws: `LatentError.setting` for fewer than two vectors.
    public init(
        _ elements: [Float], dimension: Int, neighbours: Int = 5, metric: NearestNeighbours.Metric = .euclidean,
        loop: ParallelLoop = .serial
    ) throws(LatentError) {
        let count = elements.count / dimension
        guard count >= 2 else { throw .setting(name: "the number of rows", found: "\(count)", expected: "2 or more") }
        values = NearestNeighbours(elements, dimension: dimension, metric: metric)
            .neighbours(of: elements, count: max(1, neighbours), areOwn: true, loop: loop)
            .map { $0.last?.distance ?? 0 }
    }
}
