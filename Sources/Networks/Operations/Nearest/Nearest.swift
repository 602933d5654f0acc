import Kernels
public import Tensors

/// Repeats each pixel factor x factor times.
///
/// Shapes: input `[C, H, W]`, result `[C, f H, f W]`.
public struct Nearest: OperationRules {
    /// 2...4.
    public let factor: Int

    public init(factor: Int = 2) { self.factor = factor }

    public var inputCount: Int { 1 }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let input = try single(inputs, "nearest")
        guard 2...4 ~= factor else { throw .factor(operation: "nearest", found: factor, expected: 2...4) }
        return ValueShape(channels: input.channels, resolution: input.resolution.multiplied(by: factor))
    }

    public func inputInterval(for output: Interval) -> Interval {
        Interval(output.lower.flooredQuotient(factor), output.upper.ceiledQuotient(factor))
    }

    public func multiplyAdds(inputs: [ValueShape]) -> Int { 0 }
    public var parameterCount: Int { 0 }
    public var isHomogeneous: Bool { true }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        Reference.nearestUpsampling(inputs[0], factor: factor)
    }
}
