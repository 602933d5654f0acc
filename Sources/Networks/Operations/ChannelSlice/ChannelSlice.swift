public import Tensors

/// A slice of successive channels of a value.
///
/// Shapes: input `[C, H, W]`, result `[count, H, W]` with the channels from `first` on.
public struct ChannelSlice: ElementaryOperation {
    public static let kind = "slice"

    /// The first channel, 0 or more.
    public let first: Int
    /// The number of channels, 1 or more.
    public let count: Int

    /// Creates a slice of `count` channels, 1 or more, from `first` on, 0 or more.
    public init(first: Int, count: Int) {
        self.first = first
        self.count = count
    }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let input = try single(inputs)
        guard first >= 0, count > 0, count <= input.channels - first else {
            throw .channelRange(
                operation: kind, found: "\(count) from \(first) on", expected: "some of 0..<\(input.channels)")
        }
        return ValueShape(channels: count, resolution: input.resolution)
    }

    public var isHomogeneous: Bool { true }

    public func forward(_ views: ElementaryViews) {
        views.output.copySamples(from: views.input.channels(from: first, count: count))
    }

    public func backward(_ views: ElementaryGradients) {
        guard let target = views.input else { return }
        for channel in 0..<target.channels where channel < first || channel >= first + count {
            for row in 0..<target.height { target.row(channel, row).update(repeating: 0, count: target.width) }
        }
        target.channels(from: first, count: count).copySamples(from: views.gradient)
    }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        let (height, width) = (inputs[0].shape[1], inputs[0].shape[2])
        let elements = inputs[0].elements[first * height * width..<(first + count) * height * width]
        return Tensor(shape: [count, height, width], elements: Array(elements))
    }
}
