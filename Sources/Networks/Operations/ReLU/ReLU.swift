import Kernels
public import Tensors

/// The greater of each element and zero.
///
/// Shapes: input and result `[C, H, W]`.
public struct ReLU: GraphOperation {
    public static let kind = "relu"

    /// Creates a ReLU.
    public init() {}

    public var computation: Computation { Computation(self) }
    public var isHomogeneous: Bool { true }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor { Reference.relu(inputs[0]) }
}
