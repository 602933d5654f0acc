public import Tensors

/// Upscaling by a whole factor exactly as MATLAB's `imresize(picture, factor)` does: cubic kernel with a = -0.5,
/// symmetric edges, unrounded.
///
/// Keys, "Cubic convolution interpolation for digital image processing", 1981, equation 15. Output sample o lies at
/// input position (o + 0.5) / factor - 0.5, so its four taps and weights depend on o mod factor alone and are worked
/// out once: a sample's bits do not depend on where a tile was cut, given two samples of context on every side. The
/// edges of the input view are taken for the picture's edges. Rows first, then columns.
public struct BicubicUpsampling: Sendable {
    /// The factor by which the result is wider and higher, 1 or more.
    public let factor: Int
    /// The first of the four taps relative to the input sample o / factor, for each phase.
    let firstTap: [Int]
    let weights: [SIMD4<Float>]

    /// The number of input samples beyond an output sample's own that it depends on, in every direction.
    public static let radius = 2

    /// Works out the taps and weights of each of the `factor` phases; `factor` is 1 or more.
    public init(factor: Int) {
        precondition(factor > 0)
        self.factor = factor
        var firstTap: [Int] = []
        var weights: [SIMD4<Float>] = []
        for phase in 0..<factor {
            let position = (Double(phase) + 0.5) / Double(factor) - 0.5
            let first = Int(position.rounded(.down)) - 1
            let taps = (0..<4).map { Self.cubic(position - Double(first + $0)) }
            let sum = taps.reduce(0, +)
            firstTap.append(first)
            weights.append(SIMD4(taps.map { Float($0 / sum) }))
        }
        self.firstTap = firstTap
        self.weights = weights
    }

    /// The cubic kernel with a = -0.5.
    static func cubic(_ x: Double) -> Double {
        let x = abs(x)
        if x <= 1 { return (1.5 * x - 2.5) * x * x + 1 }
        if x <= 2 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
        return 0
    }

    /// Upscales every channel.
    ///
    /// Shapes: `input: [C, H, W]`, `output: [C, H * factor, W * factor]`, not overlapping.
    ///
    /// - Complexity: 4 multiplications an output sample, and 4 an output row and input column.
    public func apply(_ input: PlanarView, to output: PlanarView) {
        precondition(output.height == factor * input.height)
        apply(input, fromRow: 0, ofHeight: input.height, to: output, fromOutputRow: 0)
    }

    /// Upscales some rows of a picture, given those around them.
    ///
    /// - Parameters:
    ///   - input: rows `fromRow` and those that follow of a picture of `height` rows: all that the output's rows lie
    ///     in, and `radius` rows on both sides of them that the picture has.
    ///   - output: rows `fromOutputRow`, a multiple of `factor`, and those that follow.
    public func apply(
        _ input: PlanarView, fromRow: Int, ofHeight height: Int, to output: PlanarView, fromOutputRow: Int
    ) {
        precondition(output.channels == input.channels && output.width == factor * input.width)
        precondition(fromOutputRow % factor == 0)
        func place(_ row: Int) -> Int { Mirroring.place(of: row, count: height) - fromRow }
        // A piece of a row, two samples more on both sides; within what is always taken from the stack.
        let margin = Self.radius
        let piece = 256 - 2 * margin
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 256) { scratch in
            guard let column = scratch.baseAddress else { return }
            for channel in 0..<input.channels {
                for row in 0..<output.height {
                    let phase = row % factor
                    let w = weights[phase]
                    let top = (fromOutputRow + row) / factor + firstTap[phase]
                    let r0 = input.row(channel, place(top))
                    let r1 = input.row(channel, place(top + 1))
                    let r2 = input.row(channel, place(top + 2))
                    let r3 = input.row(channel, place(top + 3))
                    for first in stride(from: 0, to: input.width, by: piece) {
                        let count = min(piece, input.width - first)
                        let inside = max(0, first - margin)..<min(input.width, first + count + margin)
                        let shift = margin - first
                        for x in inside {
                            column[x + shift] = r0[x] * w[0] + r1[x] * w[1] + r2[x] * w[2] + r3[x] * w[3]
                        }
                        for x in first - margin..<first + count + margin where !inside.contains(x) {
                            let m = Mirroring.place(of: x, count: input.width)
                            column[x + shift] = r0[m] * w[0] + r1[m] * w[1] + r2[m] * w[2] + r3[m] * w[3]
                        }
                        widen(column + margin, count, to: output.row(channel, row) + first * factor)
                    }
                }
            }
        }
    }

    private func widen(_ column: UnsafeMutablePointer<Float>, _ count: Int, to target: UnsafeMutablePointer<Float>) {
        for phase in 0..<factor {
            let w = weights[phase]
            let taps = column + firstTap[phase]
            let target = target + phase
            for x in 0..<count {
                target[x * factor] = taps[x] * w[0] + taps[x + 1] * w[1] + taps[x + 2] * w[2] + taps[x + 3] * w[3]
            }
        }
    }
}
