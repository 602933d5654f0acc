public import Tensors

/// The concatenation of the channels of two values.
///
/// Shapes: inputs `[C, H, W]` and `[D, H, W]`, result `[C + D, H, W]`.
public struct Concatenation: ElementaryOperation {
    public static let kind = "concatenation"

    /// Creates a concatenation.
    public init() {}

    public var inputCount: Int { 2 }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let (first, second) = try pair(inputs)
        return ValueShape(channels: first.channels + second.channels, resolution: first.resolution)
    }

    public var isHomogeneous: Bool { true }

    public func forward(_ views: ElementaryViews) {
        guard let other = views.other else { return }
        let first = views.input.channels
        views.output.channels(from: 0, count: first).copySamples(from: views.input)
        views.output.channels(from: first, count: other.channels).copySamples(from: other)
    }

    public func backward(_ views: ElementaryGradients) {
        let first = views.values.input.channels
        views.input?.copySamples(from: views.gradient.channels(from: 0, count: first))
        if let other = views.other {
            other.copySamples(from: views.gradient.channels(from: first, count: other.channels))
        }
    }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        Tensor(
            shape: [inputs[0].shape[0] + inputs[1].shape[0], inputs[0].shape[1], inputs[0].shape[2]],
            elements: inputs[0].elements + inputs[1].elements)
    }
}
