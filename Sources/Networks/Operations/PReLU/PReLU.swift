import Kernels
public import Tensors

/// A parametric ReLU: elements below zero are multiplied by a learnt slope, one a channel (He et al. 2015).
///
/// Shapes: input and result `[C, H, W]`, slopes `[C]`.
public struct PReLU: GraphOperation {
    public static let kind = "prelu"

    /// The slopes, `[C]`.
    public let slopes: Tensor

    /// Creates a PReLU with slopes `[C]`.
    public init(slopes: Tensor) { self.slopes = slopes }

    public var computation: Computation { Computation(self) }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let input = try single(inputs)
        guard slopes.shape == [input.channels] else {
            throw .weightShape(operation: kind, found: slopes.shape, expected: "[\(input.channels)]")
        }
        return input
    }

    public var isHomogeneous: Bool { true }
    public var parameters: [OperationParameter] { [OperationParameter("slope", slopes)] }
    public func replacingParameters(by tensors: [Tensor]) -> Self { Self(slopes: tensors[0]) }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        Reference.prelu(inputs[0], slopes: slopes.elements)
    }
}
