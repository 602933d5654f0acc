import Kernels
public import Tensors

/// A 3x3 convolution of every channel by itself, padded with zeros; with a 1x1 convolution behind it a separable one
/// (Chollet 2017).
///
/// Shapes: input `[C, H, W]`, weights `[C, 1, 3, 3]`, result `[C, H, W]`. No bias: that of the 1x1 convolution is as
/// good.
public struct DepthwiseConvolution: GraphOperation {
    public static let kind = "depthwise convolution"

    /// The weights, `[C, 1, 3, 3]`.
    public let weights: Tensor

    /// Creates a convolution with weights `[C, 1, 3, 3]`.
    public init(weights: Tensor) { self.weights = weights }

    public var computation: Computation { Computation(self) }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        guard weights.shape.count != 4 || weights.shape[1] == 1 else {
            throw .weightShape(
                operation: kind, found: weights.shape, expected: "[channels, 1, 3, 3]")
        }
        return try convolved(
            inputs, weights: weights, size: 3, bias: nil, axes: (outputs: 0, inputs: 0), layout: "[channels, 1"
        ).input
    }

    public func inputInterval(for output: Interval) -> Interval { Interval(output.lower - 1, output.upper + 1) }

    public func multiplyAdds(inputs: [ValueShape]) -> Int { weights.elements.count }
    public var isHomogeneous: Bool { true }
    public var parameters: [OperationParameter] { [OperationParameter("weight", weights)] }
    public func replacingParameters(by tensors: [Tensor]) -> Self { Self(weights: tensors[0]) }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        Reference.depthwiseConvolution(inputs[0], weights: weights)
    }
}
