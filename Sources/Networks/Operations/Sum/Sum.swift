import Kernels
public import Tensors

/// The first value plus or minus the second.
///
/// Shapes: both inputs and the result `[C, H, W]`.
public struct Sum: GraphOperation {
    public static let kind = "sum"

    /// True where the second value is subtracted.
    public let subtracts: Bool

    /// Creates a sum, or a difference where `subtracts` is true.
    public init(subtracts: Bool = false) { self.subtracts = subtracts }

    public var computation: Computation { Computation(self) }
    public var inputCount: Int { 2 }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape { try sameShapes(inputs) }
    public var isHomogeneous: Bool { true }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        guard subtracts else { return Reference.add(inputs[0], inputs[1]) }
        return Tensor(
            shape: inputs[0].shape, elements: zip(inputs[0].elements, inputs[1].elements).map { $0 - $1 })
    }
}
