import Foundation
public import Tensors

/// The product x Φ(x) for each element x, where Φ is the distribution function of the standard normal distribution
/// (Hendrycks and Gimpel 2016), not its approximation by a hyperbolic tangent.
///
/// Shapes: input and result `[C, H, W]`.
public struct GELU: ElementaryOperation {
    public static let kind = "gelu"

    /// Creates a GELU.
    public init() {}

    public var isHomogeneous: Bool { false }

    public func forward(_ views: ElementaryViews) { views.output.setEach(of: views.input) { $0 * Self.below($0) } }

    public func backward(_ views: ElementaryGradients) {
        let peak = Float(1 / (2 * Double.pi).squareRoot())
        views.input?.setEach(of: views.values.input, views.gradient) { x, gradient in
            gradient * (Self.below(x) + x * peak * exp(-x * x / 2))
        }
    }

    /// Returns Φ(x).
    @inline(__always)
    private static func below(_ x: Float) -> Float { 0.5 * erfc(-x * Float(0.5.squareRoot())) }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        inputs[0].mapping { $0 * erfc(-$0 / 2.0.squareRoot()) / 2 }
    }
}
