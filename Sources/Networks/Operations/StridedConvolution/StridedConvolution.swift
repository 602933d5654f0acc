import Kernels
public import Tensors

/// A 2x2 convolution of stride 2: each pixel of the result reads its own 2x2 block.
///
/// Shapes: input `[I, H, W]` with even H and W, weights `[O, I, 2, 2]`, bias `[O]`, result `[O, H/2, W/2]`.
public struct StridedConvolution: GraphOperation {
    public static let kind = "strided convolution"

    /// The weights, `[O, I, 2, 2]`.
    public let weights: Tensor
    /// The bias, `[O]`; nil where there is none.
    public let bias: Tensor?

    /// Creates a convolution with weights `[O, I, 2, 2]` and a bias `[O]`.
    public init(weights: Tensor, bias: Tensor? = nil) {
        self.weights = weights
        self.bias = bias
    }

    public var computation: Computation { Computation(self) }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let (input, outputs) = try convolved(
            inputs, weights: weights, size: 2, bias: bias, axes: (outputs: 0, inputs: 1), layout: "[out, in")
        return ValueShape(channels: outputs, resolution: input.resolution.divided(by: 2))
    }

    public func inputInterval(for output: Interval) -> Interval { Interval(2 * output.lower, 2 * output.upper) }

    public func multiplyAdds(inputs: [ValueShape]) -> Int { weights.elements.count }
    public var isHomogeneous: Bool { bias == nil }

    public var parameters: [OperationParameter] {
        [OperationParameter("weight", weights)] + (bias.map { [OperationParameter("bias", $0)] } ?? [])
    }

    public func replacingParameters(by tensors: [Tensor]) -> Self {
        Self(weights: tensors[0], bias: bias == nil ? nil : tensors[1])
    }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        Reference.convolution(.stridedTwoByTwo, inputs[0], weights: weights, bias: bias)
    }
}
