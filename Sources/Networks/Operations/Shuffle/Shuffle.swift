import Kernels
public import Tensors

/// A pixel shuffle: moves groups of factor x factor channels into blocks of pixels (order channel, row, column); the
/// inverse of unshuffling. The factor 1 changes nothing but the layout in memory.
///
/// Shapes: input `[C f f, H, W]`, result `[C, f H, f W]`.
public struct Shuffle: GraphOperation {
    public static let kind = "shuffle"

    /// The upscaling factor f, 1...64.
    public let factor: Int

    /// Creates a shuffle by a factor of 1...64.
    public init(factor: Int) { self.factor = factor }

    public var computation: Computation { Computation(self) }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let input = try single(inputs)
        guard 1...64 ~= factor else { throw .factor(operation: kind, found: factor, expected: 1...64) }
        guard input.channels % (factor * factor) == 0 else {
            throw .indivisibleChannels(operation: kind, found: input.channels, divisor: factor * factor)
        }
        return ValueShape(
            channels: input.channels / (factor * factor), resolution: input.resolution.multiplied(by: factor))
    }

    public func inputInterval(for output: Interval) -> Interval {
        Interval(output.lower.flooredQuotient(factor), output.upper.ceiledQuotient(factor))
    }

    public var isHomogeneous: Bool { true }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        Reference.pixelShuffle(inputs[0], factor: factor)
    }
}
