import Kernels
public import Tensors

/// Elements below zero are multiplied by a learnt slope, one a channel (He et al. 2015).
///
/// Shapes: input and result `[C, H, W]`, slopes `[C]`.
public struct PReLU: OperationRules {
    public let slopes: Tensor

    public init(slopes: Tensor) { self.slopes = slopes }

    public var inputCount: Int { 1 }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let input = try single(inputs, "prelu")
        guard slopes.shape == [input.channels] else {
            throw .weightShape(operation: "prelu", found: slopes.shape, expected: "[\(input.channels)]")
        }
        return input
    }

    public func inputInterval(for output: Interval) -> Interval { output }
    public func multiplyAdds(inputs: [ValueShape]) -> Int { 0 }
    public var parameterCount: Int { slopes.elements.count }
    public var isHomogeneous: Bool { true }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        Reference.prelu(inputs[0], slopes: slopes.elements)
    }
}
