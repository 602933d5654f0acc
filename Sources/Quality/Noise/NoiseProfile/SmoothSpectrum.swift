import Tensors

/// The correlation of one linear combination of the channels with itself in the smooth blocks of a picture.
struct SmoothSpectrum {
    /// The mean correlation of horizontal and vertical neighbours, and its deviation from block to block.
    let neighbours: Double
    let spread: Double
    /// The greatest correlation at 5 to 10 pixels' distance along a row, a column or a diagonal, of all blocks
    /// together.
    let farthest: Double

    private static let distances = 5...10

    init(_ blocks: DetrendedBlocks, _ chosen: [Int], weights: [Float]) {
        let side = DetrendedBlocks.side
        let values = AlignedBuffer<Float>(repeating: 0, count: DetrendedBlocks.area)
        var correlations: [Double] = []
        var far = [Double](repeating: 0, count: Self.distances.count * 4)
        var energy = 0.0

        /// Returns the mean product of samples that lie so far apart.
        func product(_ down: Int, _ across: Int) -> Double {
            var sum: Float = 0
            let columns = max(0, -across)..<min(side, side - across)
            for y in 0..<side - down {
                let (a, b) = (values.base + y * side, values.base + (y + down) * side + across)
                for x in columns { sum += a[x] * b[x] }
            }
            return Double(sum) / Double((side - down) * columns.count)
        }
        for block in chosen {
            blocks.residual(block, weights: weights, into: values.base)
            let own = product(0, 0)
            guard own > 1e-6 else { continue }
            correlations.append((product(0, 1) + product(1, 0)) / (2 * own))
            energy += own
            for (index, distance) in Self.distances.enumerated() {
                far[4 * index] += product(0, distance)
                far[4 * index + 1] += product(distance, 0)
                far[4 * index + 2] += product(distance, distance)
                far[4 * index + 3] += product(distance, -distance)
            }
        }
        let count = Double(max(1, correlations.count))
        let mean = correlations.reduce(0, +) / count
        neighbours = mean
        spread = (correlations.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        farthest = energy > 0 ? (far.max() ?? 0) / energy : 0
    }
}
