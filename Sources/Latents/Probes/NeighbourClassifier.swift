public import Workers

/// Classes by the majority of the nearest vectors whose class is known (Cover and Hart 1967); of equal shares the class of
/// the nearest one among them.
public struct NeighbourClassifier: Sendable {
    /// The number of neighbours that have a say.
    public let neighbours: Int
    private let search: NearestNeighbours
    private let classes: [Int]

    /// Takes vectors of `dimension` numbers, row after row, with the class of each.
    public init(
        _ elements: [Float], dimension: Int, classes: [Int], neighbours: Int = 5,
        metric: NearestNeighbours.Metric = .euclidean
    ) {
        precondition(classes.count * dimension == elements.count && neighbours > 0)
        self.neighbours = neighbours
        self.classes = classes
        search = NearestNeighbours(elements, dimension: dimension, metric: metric)
    }

    /// Returns the class of each of these vectors.
    public func classes(of elements: [Float], loop: ParallelLoop = .serial) -> [Int] {
        search.neighbours(of: elements, count: neighbours, loop: loop).map { found in
            var votes: [Int: Int] = [:]
            for neighbour in found { votes[classes[neighbour.row], default: 0] += 1 }
            let most = votes.values.max() ?? 0
            return found.first { votes[classes[$0.row]] == most }.map { classes[$0.row] } ?? 0
        }
    }
}
