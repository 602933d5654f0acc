import Kernels
import Tensors
public import Workers

/// The nearest of a set of vectors to others, exactly.
///
/// Products of matrices in Float32 tell which vectors can be among the nearest, with a bound on their rounding; the
/// distances of those are computed in Float64. Of equal distances the lower row comes first.
public struct NearestNeighbours: Sendable {
    /// The distance of two vectors.
    public enum Metric: String, Sendable, CaseIterable {
        /// The Euclidean distance.
        case euclidean
        /// 1 minus the cosine of the angle; 1 where a vector is zero.
        case cosine
    }

    /// A vector that is near.
    public struct Neighbour: Sendable, Equatable {
        /// The row of the vector.
        public var row: Int
        /// The distance.
        public var distance: Double

        /// Creates a neighbour.
        public init(row: Int, distance: Double) { (self.row, self.distance) = (row, distance) }
    }

    /// The numbers of a vector.
    public let dimension: Int
    /// The distance that counts.
    public let metric: Metric
    private let elements: [Float]
    private let centre: [Double]
    /// The vectors, less their mean or divided by their lengths, in Float32.
    private let prepared: AlignedBuffer<Float>
    /// Half of the squared length of each, for the Euclidean distance; 0 for the cosine.
    private let halfSquares: [Float]
    private let largestNorm: Float

    /// Takes vectors of `dimension` numbers, row after row, that neighbours are looked for among.
    public init(_ elements: [Float], dimension: Int, metric: Metric = .euclidean) {
        precondition(dimension > 0 && elements.count % dimension == 0)
        self.elements = elements
        self.dimension = dimension
        self.metric = metric
        centre =
            metric == .euclidean
            ? RowStatistics.moments(elements, dimension: dimension).means : Array(repeating: 0, count: dimension)
        let rows = elements.count / dimension
        prepared = AlignedBuffer(repeating: 0, count: elements.count)
        var squares = [Float](repeating: 0, count: rows)
        var largest: Float = 0
        for row in 0..<rows {
            let norm = Self.prepare(
                elements[row * dimension..<(row + 1) * dimension], centre, metric, prepared.base + row * dimension)
            largest = max(largest, Float(norm))
            if metric == .euclidean { squares[row] = Float(norm * norm / 2) }
        }
        halfSquares = squares
        largestNorm = largest
    }

    /// The number of vectors.
    public var count: Int { elements.count / dimension }

    /// Writes a vector less the centre, or divided by its length, and returns the length of what was written.
    private static func prepare(
        _ vector: ArraySlice<Float>, _ centre: [Double], _ metric: Metric, _ target: UnsafeMutablePointer<Float>
    ) -> Double {
        var sum = 0.0
        for (number, mean) in zip(vector, centre) { sum += (Double(number) - mean) * (Double(number) - mean) }
        let norm = sum.squareRoot()
        let factor = metric == .cosine ? (norm > 0 ? 1 / norm : 0) : 1
        for (place, (number, mean)) in zip(vector, centre).enumerated() {
            target[place] = Float((Double(number) - mean) * factor)
        }
        return norm * factor
    }

    /// The number of vectors that are multiplied together, of the queries and of those that are searched.
    private static let queriesTogether = 64
    private static let rowsTogether = 8192

    /// Returns the `count` nearest vectors of each of these vectors' rows, nearest first; fewer where there are fewer.
    ///
    /// - Parameters:
    ///   - queries: vectors of `dimension` numbers, row after row.
    ///   - areOwn: true where the queries are the vectors that are searched: none is its own neighbour then.
    /// - Complexity: queries x vectors x dimension multiply-adds.
    public func neighbours(
        of queries: [Float], count wanted: Int, areOwn: Bool = false, loop: ParallelLoop = .serial
    ) -> [[Neighbour]] {
        precondition(queries.count % dimension == 0)
        let queryCount = queries.count / dimension
        let wanted = min(wanted, count - (areOwn ? 1 : 0))
        guard queryCount > 0, wanted > 0 else { return Array(repeating: [], count: queryCount) }
        let together = min(Self.queriesTogether, queryCount)
        let columns = min(Self.rowsTogether, count)
        let workspaces = (0..<loop.workerCount).map { _ in
            Workspace(queries: together, dimension: dimension, rows: columns)
        }
        let blocks = (queryCount + together - 1) / together
        let results = TaskResults(repeating: [[Neighbour]](), count: blocks)
        loop.forEach(blocks) { worker, block in
            let range = block * together..<min(queryCount, (block + 1) * together)
            results.values[block] = neighbours(
                of: queries, range, wanted, areOwn: areOwn, workspaces[worker], columns)
        }
        return (0..<blocks).flatMap { results.values[$0] }
    }

    /// The memory of one worker.
    private final class Workspace: @unchecked Sendable {
        let queries: AlignedBuffer<Float>
        let products: AlignedBuffer<Float>
        let packing: AlignedBuffer<Float>

        init(queries count: Int, dimension: Int, rows: Int) {
            queries = AlignedBuffer(repeating: 0, count: count * dimension)
            products = AlignedBuffer(repeating: 0, count: count * rows)
            packing = AlignedBuffer(
                repeating: 0, count: PackedProduct.workspaceCount(rows: count, inner: dimension, columns: rows))
        }
    }

    /// A vector that may be among the nearest: less is nearer.
    private struct Candidate {
        var key: Float
        var row: Int
    }

    private func neighbours(
        of queries: [Float], _ range: Range<Int>, _ wanted: Int, areOwn: Bool, _ workspace: Workspace, _ columns: Int
    ) -> [[Neighbour]] {
        let norms = range.map { query in
            Float(
                Self.prepare(
                    queries[query * dimension..<(query + 1) * dimension], centre, metric,
                    workspace.queries.base + (query - range.lowerBound) * dimension))
        }
        // Twice the most that rounding can change a key by (a sum of d products, and the rounding of what is multiplied).
        let margins = norms.map { Float(dimension + 8) * 0x1p-22 * ($0 + largestNorm) * ($0 + largestNorm) }
        var candidates = [[Candidate]](repeating: [], count: range.count)
        var bounds = [Float](repeating: .infinity, count: range.count)
        for first in stride(from: 0, to: count, by: columns) {
            let together = min(columns, count - first)
            let products = MatrixView(workspace.products.base, rows: range.count, columns: together)
            PackedProduct.multiply(
                MatrixView(workspace.queries.base, rows: range.count, columns: dimension),
                MatrixView(prepared.base + first * dimension, rows: together, columns: dimension).transposed,
                into: products, workspace: workspace.packing.base)
            for query in 0..<range.count {
                let row = workspace.products.base + query * together
                let own = areOwn ? range.lowerBound + query : -1
                for column in 0..<together {
                    let key = halfSquares[first + column] - row[column]
                    if key <= bounds[query], first + column != own {
                        candidates[query].append(Candidate(key: key, row: first + column))
                    }
                }
                guard candidates[query].count > wanted else { continue }
                candidates[query].sort { $0.key < $1.key }
                bounds[query] = candidates[query][wanted - 1].key + margins[query]
                let kept = candidates[query].firstIndex { $0.key > bounds[query] } ?? candidates[query].count
                candidates[query].removeLast(candidates[query].count - kept)
            }
        }
        return (0..<range.count).map { query in
            let found = candidates[query].map { candidate in
                Neighbour(
                    row: candidate.row, distance: distance(queries, range.lowerBound + query, candidate.row))
            }
            return Array(found.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }.prefix(wanted))
        }
    }

    /// Returns the distance of a query and a vector, in Float64.
    private func distance(_ queries: [Float], _ query: Int, _ row: Int) -> Double {
        queries.withUnsafeBufferPointer { queries in
            elements.withUnsafeBufferPointer { elements in
                guard let a = queries.baseAddress, let b = elements.baseAddress else { return 0 }
                let (first, second) = (a + query * dimension, b + row * dimension)
                switch metric {
                case .euclidean: return RowStatistics.squaredDistance(first, second, dimension).squareRoot()
                case .cosine:
                    let squares =
                        RowStatistics.product(first, first, dimension)
                        * RowStatistics.product(second, second, dimension)
                    guard squares > 0 else { return 1 }
                    return max(0, 1 - RowStatistics.product(first, second, dimension) / squares.squareRoot())
                }
            }
        }
    }
}
