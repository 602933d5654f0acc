public import Tensors

/// One learnt number a channel, for every pixel of its input, whose samples do not count: the scale of a likelihood, a
/// value that a picture is compared with.
///
/// Shapes: input `[C, H, W]` of any C, values `[K]`, result `[K, H, W]`.
public struct ChannelConstant: ElementaryOperation {
    public static let kind = "channel constant"

    /// The learnt numbers, `[K]`.
    public let values: Tensor

    /// Creates constants of K channels from values `[K]`, K 1 or more.
    public init(values: Tensor) { self.values = values }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let input = try single(inputs)
        guard values.shape.count == 1, values.elements.count > 0 else {
            throw .weightShape(operation: kind, found: values.shape, expected: "[K], K 1 or more")
        }
        return ValueShape(channels: values.elements.count, resolution: input.resolution)
    }

    public var parameters: [OperationParameter] { [OperationParameter("values", values)] }

    public func replacingParameters(by tensors: [Tensor]) -> Self { Self(values: tensors[0]) }

    public var isHomogeneous: Bool { false }

    public func forward(_ views: ElementaryViews) {
        for channel in 0..<views.output.channels {
            views.output.channels(from: channel, count: 1).fill(with: views.parameters[0].base[channel])
        }
    }

    /// The gradient of the input is zero, that of each number the sum over the pixels.
    public func backward(_ views: ElementaryGradients) {
        for channel in 0..<views.gradient.channels {
            var sum: Float = 0
            for row in 0..<views.gradient.height {
                let gradient = views.gradient.row(channel, row)
                for x in 0..<views.gradient.width { sum += gradient[x] }
            }
            views.parameters[0][channel] += sum
        }
        views.input?.fill(with: 0)
    }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        let shape = inputs[0].shape
        return Tensor(
            shape: [values.elements.count, shape[1], shape[2]],
            elements: values.elements.flatMap { Array(repeating: $0, count: shape[1] * shape[2]) })
    }
}
