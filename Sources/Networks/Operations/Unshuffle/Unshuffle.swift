import Kernels
public import Tensors

/// A pixel unshuffle: moves each square of factor x factor pixels of a channel into that many channels (order channel,
/// row, column), and may append a constant channel that holds the noise level.
///
/// Shapes: input `[C, H, W]` whose sides the factor f divides, result `[f f C, H/f, W/f]` or `[f f C + 1, H/f, W/f]`.
public struct Unshuffle: GraphOperation {
    public static let kind = "unshuffle"

    /// The downscaling factor f, 1...64.
    public let factor: Int
    /// True where a constant channel with the noise level, 0...1, follows the picture's.
    public let appendsNoiseLevel: Bool

    /// Creates an unshuffle by a factor of 1...64.
    public init(factor: Int = 2, appendsNoiseLevel: Bool = false) {
        self.factor = factor
        self.appendsNoiseLevel = appendsNoiseLevel
    }

    public var computation: Computation { Computation(self) }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let input = try single(inputs)
        guard 1...64 ~= factor else { throw .factor(operation: kind, found: factor, expected: 1...64) }
        return ValueShape(
            channels: factor * factor * input.channels + (appendsNoiseLevel ? 1 : 0),
            resolution: input.resolution.divided(by: factor))
    }

    public func inputInterval(for output: Interval) -> Interval {
        Interval(factor * output.lower, factor * output.upper)
    }

    /// True: the operation is homogeneous in the picture and the noise level together.
    public var isHomogeneous: Bool { true }
    public var readsNoiseLevel: Bool { appendsNoiseLevel }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        var result = Reference.pixelUnshuffle(inputs[0], factor: factor)
        if appendsNoiseLevel {
            result = Tensor(
                shape: [result.shape[0] + 1, result.shape[1], result.shape[2]],
                elements: result.elements
                    + Array(repeating: noiseLevel, count: result.shape[1] * result.shape[2]))
        }
        return result
    }
}
