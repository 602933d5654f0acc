import Foundation
public import Tensors

/// The hyperbolic tangent of each element.
///
/// Shapes: input and result `[C, H, W]`.
public struct Tanh: ElementaryOperation {
    public static let kind = "tanh"

    /// Creates a hyperbolic tangent.
    public init() {}

    public var isHomogeneous: Bool { false }

    public func forward(_ views: ElementaryViews) { views.output.setEach(of: views.input) { tanh($0) } }

    public func backward(_ views: ElementaryGradients) {
        views.input?.setEach(of: views.values.output, views.gradient) { y, gradient in gradient * (1 - y * y) }
    }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor { inputs[0].mapping { tanh($0) } }
}
