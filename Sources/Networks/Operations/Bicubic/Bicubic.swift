import Kernels
public import Tensors

/// Cubic interpolation (Keys 1981, a = -1/2) as MATLAB's `imresize` upscales: pixel centres at half-integers, edges
/// mirrored with the outermost pixel repeated.
///
/// Shapes: input `[C, H, W]`, result `[C, f H, f W]`.
public struct Bicubic: GraphOperation {
    public static let kind = "bicubic"

    /// The upscaling factor f, 2...4.
    public let factor: Int

    /// Creates an upsampling by a factor of 2...4.
    public init(factor: Int) { self.factor = factor }

    public var computation: Computation { Computation(self) }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let input = try single(inputs)
        guard 2...4 ~= factor else { throw .factor(operation: kind, found: factor, expected: 2...4) }
        return ValueShape(channels: input.channels, resolution: input.resolution.multiplied(by: factor))
    }

    /// Row o of the result lies at (o + 1/2) / f - 1/2 in the input and reads the two rows before and behind.
    public func inputInterval(for output: Interval) -> Interval {
        func rowBefore(_ row: Int) -> Int { (2 * row + 1 - factor).flooredQuotient(2 * factor) }
        return Interval(rowBefore(output.lower) - 1, rowBefore(output.upper - 1) + 3)
    }

    /// Four multiply-adds down and four across for each channel.
    public func multiplyAdds(inputs: [ValueShape]) -> Int { 8 * (inputs.first?.channels ?? 0) }
    public var isHomogeneous: Bool { true }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        Reference.bicubicUpsampling(inputs[0], factor: factor)
    }
}
