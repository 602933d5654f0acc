import Foundation
import Tensors
public import Workers

/// Clusters of vectors around their means (Lloyd 1982), begun by k-means++ with several trials for each centre (Arthur and
/// Vassilvitskii 2007), the best of several starts by the sum of squared distances.
public struct KMeans: Sendable, Equatable {
    /// The numbers of a vector.
    public let dimension: Int
    /// The centres, one after the other.
    public let centres: [Double]
    /// The cluster of each vector, 0 ..< `clusterCount`.
    public let assignments: [Int]
    /// The sum of the squared distances of all vectors from their centres.
    public let inertia: Double
    /// The number of passes of the start that was best.
    public let iterations: Int

    /// The number of clusters.
    public var clusterCount: Int { centres.count / dimension }

    /// The number of vectors in each cluster.
    public var sizes: [Int] {
        var sizes = [Int](repeating: 0, count: clusterCount)
        for cluster in assignments { sizes[cluster] += 1 }
        return sizes
    }

    /// The most passes of a start.
    static let mostIterations = 300

    /// Clusters vectors of `dimension` numbers, row after row.
    ///
    /// - Parameters:
    ///   - clusters: the number of clusters, 1 ... the number of vectors.
    ///   - starts: the number of starts, 1 or more.
    ///   - seed: decides the centres that each start begins with.
    /// - Throws: `LatentError.setting` for fewer vectors than clusters.
    /// - Complexity: vectors x clusters x dimension for each pass of each start.
    public init(
        _ elements: [Float], dimension: Int, clusters: Int, starts: Int = 10, seed: UInt64 = 0,
        loop: ParallelLoop = .serial
    ) throws(LatentError) {
        let count = elements.count / dimension
        guard (1...max(1, count)).contains(clusters), count > 0 else {
            throw .setting(
                name: "the number of clusters", found: "\(clusters)", expected: "1 to \(count), as there are rows")
        }
        let variances = RowStatistics.moments(elements, dimension: dimension).variances
        let tolerance = 1e-4 * variances.reduce(0, +) / Double(dimension)
        let rows = Rows(elements: elements, dimension: dimension)
        var best: Start?
        for start in 0..<max(1, starts) {
            var found = Start(rows, clusters: clusters, random: RandomStream(seed: seed, start))
            found.run(rows, tolerance: tolerance, loop: loop)
            if best.map({ found.inertia < $0.inertia }) != false { best = found }
        }
        self.dimension = dimension
        centres = best?.centres ?? []
        assignments = best?.assignments ?? []
        inertia = best?.inertia ?? 0
        iterations = best?.iterations ?? 0
    }

    /// The vectors.
    struct Rows: Sendable {
        let elements: [Float]
        let dimension: Int
        var count: Int { elements.count / dimension }

        func squaredDistance(_ row: Int, _ centre: UnsafePointer<Double>) -> Double {
            elements.withUnsafeBufferPointer { elements in
                elements.baseAddress.map {
                    RowStatistics.squaredDistance($0 + row * dimension, centre, dimension)
                } ?? 0
            }
        }
    }

    /// One start: centres that move until they stay.
    private struct Start {
        var centres: [Double]
        var assignments: [Int]
        var inertia = Double.infinity
        var iterations = 0

        /// Chooses the first centres: each next one among a few vectors, drawn with chances in proportion to their squared
        /// distance from the centres so far, the one that leaves the least sum of them.
        init(_ rows: Rows, clusters: Int, random: RandomStream) {
            var random = random
            assignments = Array(repeating: 0, count: rows.count)
            centres = rows.centre(random.integer(below: rows.count))
            var nearest = rows.squaredDistances(from: centres)
            let trials = 2 + Int(log(Double(clusters)))
            for _ in 1..<max(1, clusters) {
                let total = nearest.reduce(0, +)
                var chosen: (row: Int, distances: [Double], sum: Double)?
                for _ in 0..<trials {
                    let row = Self.draw(nearest, at: random.uniform() * total)
                    let distances = zip(nearest, rows.squaredDistances(from: rows.centre(row))).map { min($0, $1) }
                    let sum = distances.reduce(0, +)
                    if chosen.map({ sum < $0.sum }) != false { chosen = (row, distances, sum) }
                }
                guard let chosen else { break }
                centres += rows.centre(chosen.row)
                nearest = chosen.distances
            }
        }

        /// Returns the first row at which the running sum of `weights` passes `place`.
        private static func draw(_ weights: [Double], at place: Double) -> Int {
            var sum = 0.0
            for (row, weight) in weights.enumerated() {
                sum += weight
                if sum > place { return row }
            }
            return weights.count - 1
        }

        mutating func run(_ rows: Rows, tolerance: Double, loop: ParallelLoop) {
            for _ in 0..<KMeans.mostIterations {
                let pass = Pass(rows, centres, loop)
                iterations += 1
                let isSame = pass.assignments == assignments && iterations > 1
                (assignments, inertia) = (pass.assignments, pass.inertia)
                if isSame { return }
                let moved = pass.means(rows)
                let shift = zip(moved, centres).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                centres = moved
                if shift <= tolerance { break }
            }
            // The assignments to the centres that are returned.
            let pass = Pass(rows, centres, loop)
            (assignments, inertia) = (pass.assignments, pass.inertia)
        }
    }

    /// The nearest centre of each vector, and what follows from it.
    private struct Pass {
        var assignments: [Int]
        var distances: [Double]
        var inertia: Double
        private var sums: [Double]

        /// Vectors that are one task; their sums are added in order.
        private static let together = 1024

        /// The findings of a task on its vectors.
        private final class Part: @unchecked Sendable {
            var assignments: [Int] = []
            var distances: [Double] = []
            var sums: [Double] = []
        }

        init(_ rows: Rows, _ centres: [Double], _ loop: ParallelLoop) {
            let (dimension, clusters) = (rows.dimension, centres.count / rows.dimension)
            let parts = (0..<(rows.count + Self.together - 1) / Self.together).map { _ in Part() }
            loop.forEach(parts.count) { _, index in
                let part = parts[index]
                part.sums = Array(repeating: 0, count: centres.count)
                for row in index * Self.together..<min(rows.count, (index + 1) * Self.together) {
                    var (nearest, least) = (0, Double.infinity)
                    centres.withUnsafeBufferPointer { centres in
                        guard let base = centres.baseAddress else { return }
                        for cluster in 0..<clusters {
                            let distance = rows.squaredDistance(row, base + cluster * dimension)
                            if distance < least { (nearest, least) = (cluster, distance) }
                        }
                    }
                    part.assignments.append(nearest)
                    part.distances.append(least)
                    for i in 0..<dimension {
                        part.sums[nearest * dimension + i] += Double(rows.elements[row * dimension + i])
                    }
                }
            }
            assignments = parts.flatMap(\.assignments)
            distances = parts.flatMap(\.distances)
            inertia = distances.reduce(0, +)
            sums = parts.reduce(into: Array(repeating: 0, count: centres.count)) { sums, part in
                for i in sums.indices { sums[i] += part.sums[i] }
            }
        }

        /// Returns the mean of each cluster; one that is empty gets the vector that lies farthest from its centre.
        func means(_ rows: Rows) -> [Double] {
            let dimension = rows.dimension
            var counts = [Int](repeating: 0, count: sums.count / dimension)
            for cluster in assignments { counts[cluster] += 1 }
            var sums = sums
            var farthest = distances.indices.sorted { (distances[$1], $0) < (distances[$0], $1) }[...]
            for cluster in counts.indices where counts[cluster] == 0 {
                guard let row = farthest.popFirst() else { break }
                let former = assignments[row]
                for i in 0..<dimension {
                    let number = Double(rows.elements[row * dimension + i])
                    sums[cluster * dimension + i] = number
                    sums[former * dimension + i] -= number
                }
                counts[cluster] = 1
                counts[former] -= 1
            }
            return sums.indices.map { sums[$0] / Double(max(1, counts[$0 / dimension])) }
        }
    }
}

extension KMeans.Rows {
    /// Returns a vector in Float64.
    fileprivate func centre(_ row: Int) -> [Double] {
        elements[row * dimension..<(row + 1) * dimension].map(Double.init)
    }

    fileprivate func squaredDistances(from centre: [Double]) -> [Double] {
        centre.withUnsafeBufferPointer { centre in
            (0..<count).map { row in centre.baseAddress.map { squaredDistance(row, $0) } ?? 0 }
        }
    }
}
