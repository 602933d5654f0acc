import Foundation
import Tensors
public import Workers

/// A map of vectors in two or three dimensions by UMAP (McInnes, Healy and Melville 2018): the graph of nearest
/// neighbours is laid out so that neighbours attract each other and others repel. Takes less time than t-SNE, and keeps
/// more of how groups lie to each other.
///
/// Begins with the principal components. Edges are followed one after the other, each as often as its weight says, with
/// five rows drawn at random to be repelled from: the same for one seed and any number of workers.
public struct ManifoldProjection: Sendable {
    /// The numbers of a place on the map.
    public let dimension: Int
    /// The places, row after row.
    public let coordinates: [Float]

    /// The settings of a map.
    public struct Settings: Sendable, Equatable {
        /// The dimensions of the map, 2 or 3.
        public var dimension = 2
        /// The neighbours of each row, itself included, 2 ... the number of rows.
        public var neighbours = 15
        /// The number of passes; nil for 500, or 200 from 10,000 rows on.
        public var epochs: Int?
        /// The seed of the rows that are drawn.
        public var seed: UInt64 = 0

        /// Creates the usual settings.
        public init() {}
    }

    /// The curve 1 / (1 + a d^2b) of how near two places are, for neighbours 0.1 apart at least: the fit that the paper's
    /// program makes for that distance.
    private static let (a, b): (Float, Float) = (1.5769434, 0.8950609)
    /// The rows that are repelled for each that is attracted.
    private static let repelled = 5

    /// Maps vectors of `dimension` numbers, row after row.
    ///
    /// - Throws: `LatentError.setting` for fewer than four vectors, or settings that do not go with their number.
    /// - Complexity: rows squared x dimension for the neighbours, rows x neighbours for each pass.
    public init(
        _ elements: [Float], dimension: Int, settings: Settings = .init(), loop: ParallelLoop = .serial
    ) throws(LatentError) {
        let count = elements.count / dimension
        guard count >= 4 else {
            throw .setting(name: "the number of rows", found: "\(count)", expected: "4 or more for UMAP")
        }
        guard (2...count).contains(settings.neighbours) else {
            throw .setting(
                name: "the number of neighbours", found: "\(settings.neighbours)",
                expected: "2 to \(count), as there are rows")
        }
        guard (2...3).contains(settings.dimension) else {
            throw .setting(name: "the map's dimension", found: "\(settings.dimension)", expected: "2 or 3")
        }
        let edges = Self.edges(elements, dimension, settings.neighbours, loop)
        let epochs = settings.epochs ?? (count <= 10_000 ? 500 : 200)
        var places = MapBeginning.places(elements, dimension: dimension, of: settings.dimension, seed: settings.seed)
        // The components' range is -10 to 10.
        let largest = places.reduce(0) { max($0, abs($1)) }
        if largest > 0 { for i in places.indices { places[i] *= 10 / largest } }
        Self.layOut(&places, edges, count: count, epochs: epochs, settings)
        self.dimension = settings.dimension
        coordinates = places
    }

    /// An edge of the graph.
    private struct Edge {
        var from: Int
        var to: Int
        /// The certainty, above 0 and at most 1.
        var weight: Float
    }

    /// Returns the edges in both directions: of two rows the chance that at least one counts the other as a neighbour.
    private static func edges(
        _ elements: [Float], _ dimension: Int, _ neighbours: Int, _ loop: ParallelLoop
    ) -> [Edge] {
        let count = elements.count / dimension
        let near = NearestNeighbours(elements, dimension: dimension)
            .neighbours(of: elements, count: neighbours - 1, areOwn: true, loop: loop)
        var weights = [[Int: Float]](repeating: [:], count: count)
        for (row, found) in near.enumerated() {
            for (neighbour, strength) in zip(found, strengths(found.map(\.distance), neighbours)) {
                weights[row][neighbour.row] = strength
            }
        }
        var edges: [Edge] = []
        for row in 0..<count {
            var joined: Set<Int> = Set(weights[row].keys)
            for other in near[row].map(\.row) where weights[other][row] != nil { joined.insert(other) }
            for other in joined.sorted() {
                let (own, back) = (weights[row][other] ?? 0, weights[other][row] ?? 0)
                let weight = own + back - own * back
                edges.append(Edge(from: row, to: other, weight: weight))
                // The other direction, where the other row does not count this one.
                if weights[other][row] == nil { edges.append(Edge(from: other, to: row, weight: weight)) }
            }
        }
        return edges
    }

    /// Returns how sure each neighbour is: 1 for the nearest, falling so that their sum is the binary logarithm of their
    /// number.
    private static func strengths(_ distances: [Double], _ neighbours: Int) -> [Float] {
        let nearest = distances.first { $0 > 0 } ?? 0
        let target = log2(Double(neighbours))
        var (low, high, width) = (0.0, Double.infinity, 1.0)
        for _ in 0..<64 {
            let sum = distances.reduce(0) { $0 + ($1 > nearest ? exp(-($1 - nearest) / width) : 1) }
            if abs(sum - target) < 1e-5 { break }
            if sum > target {
                high = width
                width = (low + high) / 2
            } else {
                low = width
                width = high.isFinite ? (low + high) / 2 : width * 2
            }
        }
        let mean = distances.reduce(0, +) / Double(max(1, distances.count))
        width = max(width, 1e-3 * mean)
        return distances.map { $0 > nearest && width > 0 ? Float(exp(-($0 - nearest) / width)) : 1 }
    }

    private static func layOut(
        _ places: inout [Float], _ edges: [Edge], count: Int, epochs: Int, _ settings: Settings
    ) {
        let largest = edges.map(\.weight).max() ?? 1
        // Edges that would not be followed once.
        let edges = edges.filter { $0.weight * Float(epochs) >= largest }
        let periods = edges.map { largest / $0.weight }
        var due = periods
        var random = RandomStream(seed: settings.seed, 1)
        let dimension = settings.dimension
        places.withUnsafeMutableBufferPointer { places in
            for epoch in 0..<epochs {
                let rate = 1 - Float(epoch) / Float(epochs)
                for (index, edge) in edges.enumerated() where due[index] <= Float(epoch + 1) {
                    due[index] += periods[index]
                    pull(places, edge.from, edge.to, dimension, rate)
                    for _ in 0..<repelled {
                        let other = random.integer(below: count)
                        if other != edge.from { push(places, edge.from, other, dimension, rate) }
                    }
                }
            }
        }
    }

    private static func squaredDistance(
        _ places: UnsafeMutableBufferPointer<Float>, _ first: Int, _ second: Int, _ dimension: Int
    ) -> Float {
        var sum: Float = 0
        for axis in 0..<dimension {
            let difference = places[first * dimension + axis] - places[second * dimension + axis]
            sum += difference * difference
        }
        return sum
    }

    /// Moves two rows towards each other.
    private static func pull(
        _ places: UnsafeMutableBufferPointer<Float>, _ first: Int, _ second: Int, _ dimension: Int, _ rate: Float
    ) {
        let square = squaredDistance(places, first, second, dimension)
        guard square > 0 else { return }
        let power = pow(square, b)
        let slope = -2 * a * b * power / square / (1 + a * power)
        for axis in 0..<dimension {
            let difference = places[first * dimension + axis] - places[second * dimension + axis]
            let step = max(-4, min(4, slope * difference)) * rate
            places[first * dimension + axis] += step
            places[second * dimension + axis] -= step
        }
    }

    /// Moves a row away from another one.
    private static func push(
        _ places: UnsafeMutableBufferPointer<Float>, _ first: Int, _ second: Int, _ dimension: Int, _ rate: Float
    ) {
        let square = squaredDistance(places, first, second, dimension)
        guard square > 0 else { return }
        let slope = 2 * b / ((0.001 + square) * (1 + a * pow(square, b)))
        for axis in 0..<dimension {
            let difference = places[first * dimension + axis] - places[second * dimension + axis]
            places[first * dimension + axis] += max(-4, min(4, slope * difference)) * rate
        }
    }
}
