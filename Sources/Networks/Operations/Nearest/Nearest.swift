import Kernels
public import Tensors

/// Nearest-neighbour upsampling: each pixel is repeated factor x factor times.
///
/// Shapes: input `[C, H, W]`, result `[C, f H, f W]`.
public struct Nearest: GraphOperation {
    public static let kind = "nearest"

    /// The upscaling factor f, 2...64.
    public let factor: Int

    /// Creates an upsampling by a factor of 2...64.
    public init(factor: Int = 2) { self.factor = factor }

    public var computation: Computation { Computation(self) }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let input = try single(inputs)
        guard 2...64 ~= factor else { throw .factor(operation: kind, found: factor, expected: 2...64) }
        return ValueShape(channels: input.channels, resolution: input.resolution.multiplied(by: factor))
    }

    public func inputInterval(for output: Interval) -> Interval {
        Interval(output.lower.flooredQuotient(factor), output.upper.ceiledQuotient(factor))
    }

    public var isHomogeneous: Bool { true }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        Reference.nearestUpsampling(inputs[0], factor: factor)
    }
}
