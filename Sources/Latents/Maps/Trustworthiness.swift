public import Workers

/// The share of a map's neighbours that are neighbours of the original (Venna and Kaski 2001): 1 where all of them are.
public enum Trustworthiness {
    /// Returns the trustworthiness of a map.
    ///
    /// - Parameters:
    ///   - map: coordinates of `mapDimension` numbers, row after row.
    ///   - elements: the vectors that were mapped, of `dimension` numbers.
    ///   - neighbours: the neighbours that count, fewer than half of the rows.
    /// - Complexity: rows squared x dimension, and sorting each row's distances.
    public static func of(
        _ map: [Float], mapDimension: Int, original elements: [Float], dimension: Int, neighbours: Int = 5,
        loop: ParallelLoop = .serial
    ) -> Double {
        let count = elements.count / dimension
        precondition(map.count == count * mapDimension && neighbours > 0 && 2 * neighbours < count)
        let near = NearestNeighbours(map, dimension: mapDimension)
            .neighbours(of: map, count: neighbours, areOwn: true, loop: loop)
        let penalties = TaskResults(repeating: 0, count: count)
        loop.forEach(count) { _, row in
            elements.withUnsafeBufferPointer { elements in
                guard let base = elements.baseAddress else { return }
                let distances = (0..<count).map { other in
                    RowStatistics.squaredDistance(base + row * dimension, base + other * dimension, dimension)
                }
                for neighbour in near[row] {
                    let own = distances[neighbour.row]
                    // The rank of the neighbour among all others, from 1.
                    let nearer = (0..<count).count {
                        $0 != row && (distances[$0], $0) < (own, neighbour.row)
                    }
                    penalties.values[row] += max(0, nearer + 1 - neighbours)
                }
            }
        }
        let total = Double(penalties.values.reduce(0, +))
        let (n, k) = (Double(count), Double(neighbours))
        return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * total
    }
}
