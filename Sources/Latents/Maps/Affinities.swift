import Foundation
import Tensors
import Workers

/// The nearness of all pairs of vectors, as probabilities that sum to 1: rows padded with zeros to multiples of 16.
struct Affinities: Sendable {
    let count: Int
    /// The numbers of a row, padding included.
    let stride: Int
    let values: AlignedBuffer<Float>

    init(_ elements: [Float], dimension: Int, perplexity: Double, _ loop: ParallelLoop) {
        let count = elements.count / dimension
        let stride = (count + 15) / 16 * 16
        let values = AlignedBuffer<Float>(repeating: 0, count: count * stride)
        let target = log(perplexity)
        loop.forEach(count) { _, row in
            elements.withUnsafeBufferPointer { elements in
                guard let base = elements.baseAddress else { return }
                var distances = (0..<count).map { other in
                    RowStatistics.squaredDistance(base + row * dimension, base + other * dimension, dimension)
                }
                distances[row] = .infinity
                let chances = Self.chances(distances, entropy: target)
                for other in 0..<count { values.base[row * stride + other] = Float(chances[other]) }
            }
        }
        // Each pair of rows in the task of the upper one.
        loop.forEach(count) { _, row in
            for other in row + 1..<count {
                let (one, two) = (row * stride + other, other * stride + row)
                let mean = (values.base[one] + values.base[two]) / Float(2 * count)
                (values.base[one], values.base[two]) = (mean, mean)
            }
        }
        self.count = count
        self.stride = stride
        self.values = values
    }

    /// Returns the chances exp(-b d) / sum whose entropy is `entropy`, b found by halving.
    private static func chances(_ distances: [Double], entropy target: Double) -> [Double] {
        let least = distances.min() ?? 0
        var (low, high, precision) = (0.0, Double.infinity, 1.0)
        let mean = distances.reduce(0) { $1.isFinite ? $0 + $1 - least : $0 } / Double(max(1, distances.count - 1))
        if mean > 0 { precision = 1 / mean }
        var chances: [Double] = []
        for _ in 0..<100 {
            chances = distances.map { exp(-precision * ($0 - least)) }
            let sum = chances.reduce(0, +)
            var weighted = 0.0
            for (chance, distance) in zip(chances, distances) where chance > 0 {
                weighted += chance * (distance - least)
            }
            let entropy = log(sum) + precision * weighted / sum
            for i in chances.indices { chances[i] /= sum }
            if abs(entropy - target) < 1e-6 { break }
            if entropy > target {
                low = precision
                precision = high.isFinite ? (low + high) / 2 : precision * 2
            } else {
                high = precision
                precision = (low + high) / 2
            }
        }
        return chances
    }
}
