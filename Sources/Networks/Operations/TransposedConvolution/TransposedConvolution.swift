import Kernels
public import Tensors

/// A 2x2 transposed convolution of stride 2: each pixel of the input writes its own 2x2 block.
///
/// Shapes: input `[I, H, W]`, weights `[I, O, 2, 2]`, bias `[O]`, result `[O, 2H, 2W]`.
public struct TransposedConvolution: GraphOperation {
    public static let kind = "transposed convolution"

    /// The weights, `[I, O, 2, 2]`.
    public let weights: Tensor
    /// The bias, `[O]`; nil where there is none.
    public let bias: Tensor?

    /// Creates a convolution with weights `[I, O, 2, 2]` and a bias `[O]`.
    public init(weights: Tensor, bias: Tensor? = nil) {
        self.weights = weights
        self.bias = bias
    }

    public var computation: Computation { Computation(self) }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let (input, outputs) = try convolved(
            inputs, weights: weights, size: 2, bias: bias, axes: (outputs: 1, inputs: 0), layout: "[in, out")
        return ValueShape(channels: outputs, resolution: input.resolution.multiplied(by: 2))
    }

    public func inputInterval(for output: Interval) -> Interval {
        Interval(output.lower.flooredQuotient(2), output.upper.ceiledQuotient(2))
    }

    /// One of the four kernel positions reaches a given pixel of the result.
    public func multiplyAdds(inputs: [ValueShape]) -> Int { weights.elements.count / 4 }
    public var isHomogeneous: Bool { bias == nil }

    public var parameters: [OperationParameter] {
        [OperationParameter("weight", weights)] + (bias.map { [OperationParameter("bias", $0)] } ?? [])
    }

    public func replacingParameters(by tensors: [Tensor]) -> Self {
        Self(weights: tensors[0], bias: bias == nil ? nil : tensors[1])
    }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        Reference.convolution(.transposedTwoByTwo, inputs[0], weights: weights, bias: bias)
    }
}
