package import Tensors

/// A filter that downsamples a square by any factor of 1...2: Keys' cubic (a = -0.5), widened by the factor, weights
/// within the square divided by their sum. Coarser than `PlanarImage.resampled` (Float32, no mirrored edges) and many
/// times faster, with weights that are kept from call to call.
package struct DownsamplingFilter {
    private var inputSide = 0
    private var outputSide = 0
    private var tapCount = 0
    private var starts: [Int] = []
    /// `[output][tap]`.
    private var weights: [Float] = []

    /// Creates a filter without weights.
    package init() {}

    /// Computes the weights of an axis of `input` pixels downsampled to `output` pixels.
    private mutating func prepare(input: Int, output: Int) {
        if input == inputSide, output == outputSide { return }
        (inputSide, outputSide) = (input, output)
        let factor = Float(input) / Float(output)
        tapCount = min(input, Int((4 * factor).rounded(.up)) + 1)
        starts.removeAll(keepingCapacity: true)
        weights.removeAll(keepingCapacity: true)
        for o in 0..<output {
            let centre = (Float(o) + 0.5) * factor - 0.5
            let start = min(max(0, Int((centre - 2 * factor).rounded(.up))), input - tapCount)
            starts.append(start)
            var sum: Float = 0
            for tap in 0..<tapCount {
                let weight = Self.cubic(abs(Float(start + tap) - centre) / factor)
                weights.append(weight)
                sum += weight
            }
            for tap in 0..<tapCount { weights[o * tapCount + tap] /= sum }
        }
    }

    private static func cubic(_ x: Float) -> Float {
        if x <= 1 { return (1.5 * x - 2.5) * x * x + 1 }
        if x < 2 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
        return 0
    }

    /// Downsamples `source`, a square, to `target`, a smaller one; `between` is `[1, target.height, source.width]`.
    package mutating func apply(from source: PlanarView, to target: PlanarView, between: PlanarView) {
        prepare(input: source.height, output: target.height)
        let (taps, width) = (tapCount, source.width)
        weights.withUnsafeBufferPointer { weights in
            starts.withUnsafeBufferPointer { starts in
                for c in 0..<source.channels {
                    for y in 0..<target.height {
                        let sums = between.row(0, y)
                        for x in 0..<width { sums[x] = 0 }
                        for tap in 0..<taps {
                            let (weight, row) = (weights[y * taps + tap], source.row(c, starts[y] + tap))
                            for x in 0..<width { sums[x] += weight * row[x] }
                        }
                    }
                    for y in 0..<target.height {
                        let (row, result) = (between.row(0, y), target.row(c, y))
                        for x in 0..<target.width {
                            let (from, factors) = (row + starts[x], x * taps)
                            var sum: Float = 0
                            for tap in 0..<taps { sum += weights[factors + tap] * from[tap] }
                            result[x] = sum
                        }
                    }
                }
            }
        }
    }
}
