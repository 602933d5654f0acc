import Foundation
public import Tensors

/// The logistic function of each element, 1 / (1 + exp(-x)).
///
/// Shapes: input and result `[C, H, W]`.
public struct Sigmoid: GraphOperation {
    public static let kind = "sigmoid"

    /// Creates a sigmoid.
    public init() {}

    public var computation: Computation { Computation(self) }
    public var isHomogeneous: Bool { false }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        Tensor(
            shape: inputs[0].shape, elements: inputs[0].elements.map { Float(1 / (1 + exp(-Double($0)))) })
    }
}
