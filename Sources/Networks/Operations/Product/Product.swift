public import Tensors

/// The product of two values, element by element: gates, attention to channels, modulation.
///
/// Shapes: both inputs and the result `[C, H, W]`; or the second input `[1, H, W]`, by which all channels are
/// multiplied.
public struct Product: ElementaryOperation {
    public static let kind = "product"

    /// Creates a product.
    public init() {}

    public var inputCount: Int { 2 }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let (first, second) = try pair(inputs)
        guard second.channels == first.channels || second.channels == 1 else {
            throw .channels(operation: kind, found: second.channels, expected: first.channels)
        }
        return first
    }

    /// Scaling both inputs by a scales the result by a squared.
    public var isHomogeneous: Bool { false }

    public func multiplyAdds(inputs: [ValueShape]) -> Int { inputs.first?.channels ?? 0 }

    public func forward(_ views: ElementaryViews) {
        guard let other = views.other else { return }
        for channel in 0..<views.input.channels {
            views.output.channels(from: channel, count: 1).setEach(
                of: views.input.channels(from: channel, count: 1), Self.factor(other, of: channel)
            ) { $0 * $1 }
        }
    }

    public func backward(_ views: ElementaryGradients) {
        guard let other = views.values.other else { return }
        let gradient = views.gradient
        for channel in 0..<gradient.channels {
            let own = gradient.channels(from: channel, count: 1)
            views.input?.channels(from: channel, count: 1).setEach(of: own, Self.factor(other, of: channel)) { $0 * $1 }
            let input = views.values.input.channels(from: channel, count: 1)
            guard let target = views.other.map({ Self.factor($0, of: channel) }) else { continue }
            if other.channels > 1 || channel == 0 {
                target.setEach(of: own, input) { $0 * $1 }
            } else {
                target.add(own, times: input)
            }
        }
    }

    /// Returns the channel of the second input that a channel of the first is multiplied by.
    private static func factor(_ other: PlanarView, of channel: Int) -> PlanarView {
        other.channels(from: other.channels == 1 ? 0 : channel, count: 1)
    }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        let others = inputs[1].elements
        return Tensor(
            shape: inputs[0].shape,
            elements: inputs[0].elements.enumerated().map { $1 * others[$0 % others.count] })
    }
}

extension PlanarView {
    /// Adds the product of `a` and `b`, all of one channel.
    fileprivate func add(_ a: PlanarView, times b: PlanarView) {
        for row in 0..<height {
            let (x, y, target) = (a.row(0, row), b.row(0, row), self.row(0, row))
            for i in 0..<width { target[i] += x[i] * y[i] }
        }
    }
}
