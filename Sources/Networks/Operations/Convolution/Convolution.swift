import Kernels
public import Tensors

/// A 3x3 convolution that pads with zeros, or a 1x1 convolution; stride 1.
///
/// Shapes: input `[I, H, W]`, weights `[O, I, k, k]`, bias `[O]`, result `[O, H, W]`.
public struct Convolution: GraphOperation {
    public static let kind = "convolution"

    /// The weights, `[O, I, k, k]`.
    public let weights: Tensor
    /// The bias, `[O]`; nil where there is none.
    public let bias: Tensor?

    /// Creates a convolution with weights `[O, I, k, k]`, k 1 or 3, and a bias `[O]`.
    public init(weights: Tensor, bias: Tensor? = nil) {
        self.weights = weights
        self.bias = bias
    }

    /// The kernel's side k in pixels, 1 or 3.
    public var kernelSize: Int { weights.shape.last ?? 0 }

    public var computation: Computation { Computation(self) }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let (input, outputs) = try convolved(
            inputs, weights: weights, size: kernelSize == 1 ? 1 : 3, bias: bias, axes: (outputs: 0, inputs: 1),
            layout: "[out, in")
        return ValueShape(channels: outputs, resolution: input.resolution)
    }

    public func inputInterval(for output: Interval) -> Interval {
        let reach = kernelSize / 2
        return Interval(output.lower - reach, output.upper + reach)
    }

    public func multiplyAdds(inputs: [ValueShape]) -> Int { weights.elements.count }
    public var isHomogeneous: Bool { bias == nil }

    public var parameters: [OperationParameter] {
        [OperationParameter("weight", weights)] + (bias.map { [OperationParameter("bias", $0)] } ?? [])
    }

    public func replacingParameters(by tensors: [Tensor]) -> Self {
        Self(weights: tensors[0], bias: bias == nil ? nil : tensors[1])
    }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        Reference.convolution(
            kernelSize == 1 ? .oneByOne : .threeByThree, inputs[0], weights: weights, bias: bias)
    }
}
