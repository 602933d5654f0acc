import Kernels
public import Tensors

/// The first value plus or minus the second.
///
/// Shapes: both inputs and the result `[C, H, W]`.
public struct Sum: OperationRules {
    /// Whether the second value is subtracted.
    public let subtracts: Bool

    public init(subtracts: Bool = false) { self.subtracts = subtracts }

    public var inputCount: Int { 2 }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        guard inputs.count == 2 else { throw .inputCount(operation: "sum", found: inputs.count, expected: 2) }
        guard inputs[0].channels == inputs[1].channels else {
            throw .channels(operation: "sum", found: inputs[1].channels, expected: inputs[0].channels)
        }
        guard inputs[0].resolution == inputs[1].resolution else {
            throw .resolution(operation: "sum", found: inputs[1].resolution, expected: inputs[0].resolution)
        }
        return inputs[0]
    }

    public func inputInterval(for output: Interval) -> Interval { output }
    public func multiplyAdds(inputs: [ValueShape]) -> Int { 0 }
    public var parameterCount: Int { 0 }
    public var isHomogeneous: Bool { true }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        guard subtracts else { return Reference.add(inputs[0], inputs[1]) }
        return Tensor(
            shape: inputs[0].shape, elements: zip(inputs[0].elements, inputs[1].elements).map { $0 - $1 })
    }
}
