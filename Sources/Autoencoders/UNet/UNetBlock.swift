extension UNet {
    /// The layers of a residual block, which computes x + layers(x) of w channels.
    public enum BlockKind: String, Codable, Sendable {
        /// 3x3, ReLU, 3x3: 18 w² multiply-adds.
        case plain
        /// 1x1 to half of the channels, ReLU, 3x3, ReLU, 1x1 back (He et al. 2016): 3.25 w² multiply-adds.
        case bottleneck
        /// Like `plain`, with each 3x3 convolution replaced by a depthwise 3x3 and a 1x1 convolution (Chollet 2017): 2
        /// w² + 18 w multiply-adds.
        case separable
    }
}

extension UNet.BlockKind {
    /// A convolution of a block.
    struct Layer {
        var name: String
        var inputs: Int
        var outputs: Int
        /// The side of the kernel, in pixels.
        var side = 3
        /// True where the convolution filters each channel by itself.
        var isDepthwise = false
        /// The name of the ReLU that follows; nil where none does.
        var relu: String?
    }

    /// The layers of a block on `width` channels, in order.
    func layers(width: Int) -> [Layer] {
        switch self {
        case .plain:
            return [
                Layer(name: "convolution0", inputs: width, outputs: width, relu: "relu"),
                Layer(name: "convolution1", inputs: width, outputs: width),
            ]
        case .bottleneck:
            let inner = max(1, width / 2)
            return [
                Layer(name: "convolution0", inputs: width, outputs: inner, side: 1, relu: "relu"),
                Layer(name: "convolution1", inputs: inner, outputs: inner, relu: "relu1"),
                Layer(name: "convolution2", inputs: inner, outputs: width, side: 1),
            ]
        case .separable:
            return (0..<2).flatMap { index in
                [
                    Layer(name: "depthwise\(index)", inputs: width, outputs: width, isDepthwise: true),
                    Layer(
                        name: "convolution\(index)", inputs: width, outputs: width, side: 1,
                        relu: index == 0 ? "relu" : nil),
                ]
            }
        }
    }
}
