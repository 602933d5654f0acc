import Kernels
public import Tensors

/// The greater of each element and zero.
///
/// Shapes: input and result `[C, H, W]`.
public struct ReLU: OperationRules {
    public init() {}

    public var inputCount: Int { 1 }
    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape { try single(inputs, "relu") }
    public func inputInterval(for output: Interval) -> Interval { output }
    public func multiplyAdds(inputs: [ValueShape]) -> Int { 0 }
    public var parameterCount: Int { 0 }
    public var isHomogeneous: Bool { true }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor { Reference.relu(inputs[0]) }
}
