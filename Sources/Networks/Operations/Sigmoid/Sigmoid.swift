import Foundation
public import Tensors

/// The logistic function of each element, 1 / (1 + exp(-x)).
///
/// Shapes: input and result `[C, H, W]`.
public struct Sigmoid: OperationRules {
    public init() {}

    public var inputCount: Int { 1 }
    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape { try single(inputs, "sigmoid") }
    public func inputInterval(for output: Interval) -> Interval { output }
    public func multiplyAdds(inputs: [ValueShape]) -> Int { 0 }
    public var parameterCount: Int { 0 }
    public var isHomogeneous: Bool { false }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        Tensor(
            shape: inputs[0].shape, elements: inputs[0].elements.map { Float(1 / (1 + exp(-Double($0)))) })
    }
}
