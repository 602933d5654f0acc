import Kernels
public import Tensors

/// Moves each 2x2 block of a channel into four channels (order channel, row, column), and may put a constant
/// channel that holds the noise level behind them.
///
/// Shapes: input `[C, H, W]` with even H and W, result `[4C, H/2, W/2]` or `[4C + 1, H/2, W/2]`.
public struct Unshuffle: OperationRules {
    public let appendsNoiseLevel: Bool

    public init(appendsNoiseLevel: Bool = false) { self.appendsNoiseLevel = appendsNoiseLevel }

    public var inputCount: Int { 1 }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let input = try single(inputs, "unshuffle")
        return ValueShape(
            channels: 4 * input.channels + (appendsNoiseLevel ? 1 : 0), resolution: input.resolution.divided(by: 2))
    }

    public func inputInterval(for output: Interval) -> Interval { Interval(2 * output.lower, 2 * output.upper) }

    public func multiplyAdds(inputs: [ValueShape]) -> Int { 0 }
    public var parameterCount: Int { 0 }
    /// Homogeneous in the picture and the noise level together.
    public var isHomogeneous: Bool { true }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        var result = Reference.pixelUnshuffle(inputs[0], factor: 2)
        if appendsNoiseLevel {
            result = Tensor(
                shape: [result.shape[0] + 1, result.shape[1], result.shape[2]],
                elements: result.elements
                    + Array(repeating: noiseLevel, count: result.shape[1] * result.shape[2]))
        }
        return result
    }
}
