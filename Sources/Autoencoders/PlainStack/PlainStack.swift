public import Networks

/// A plain stack: 3x3 convolutions with an activation between them, pixel shuffle, and a skip connection from the
/// picture to the result.
///
/// result = skip(picture) + shuffle(convolutionN(... activation(convolution0(picture)))), or picture - ... where the
/// skip is `residual`. All layers run at the picture's own size. DnCNN is Zhang et al. 2017 without batch normalisation
/// (folded into the weights); the upscaling values are ESPCN (Shi et al. 2016) with a skip connection.
///
/// | value | parameters | multiply-adds a pixel of the input | radius |
/// |---|---|---|---|
/// | `.upscaling2` (S2) | 0.17 M | 172 k | 10 |
/// | `.upscaling4` (S4) | 0.40 M | 398 k | 12 |
/// | `.dnCNN` | 0.56 M | 556 k | 17 |
public struct PlainStack: Architecture {
    public static let name = "plain"
    public static let fields = ["channels", "width", "layers", "activation", "bias", "scale", "skip"]

    /// The activation between the layers.
    public enum ActivationKind: String, Codable, Sendable {
        /// A ReLU.
        case relu
        /// A ReLU with a learnt slope for negative values, one a channel.
        case prelu
    }

    /// The skip connection that is joined with the last layer.
    public enum Skip: String, Codable, Sendable {
        /// The picture upscaled as MATLAB's `imresize` does, added.
        case bicubic
        /// The picture's pixels repeated, added.
        case nearest
        /// The layers' result is subtracted from the picture; scale 1 only.
        case residual
        /// No skip connection.
        case none
    }

    /// The channels of the picture, 1...4.
    public var channels: Int
    /// The channels between the layers, 1...2048.
    public var width: Int
    /// The number of convolutions, 1...128.
    public var layers: Int
    /// The activation behind each layer but the last.
    public var activation: ActivationKind
    /// True where the convolutions have biases.
    public var bias: Bool
    /// The factor that the network upscales by, 1...4.
    public var scale: Int
    /// The skip connection: `residual` or `none` at scale 1, any but `residual` above.
    public var skip: Skip

    /// Creates a configuration; `validate()` checks the ranges.
    public init(
        channels: Int = 3, width: Int, layers: Int, activation: ActivationKind, bias: Bool = true, scale: Int,
        skip: Skip
    ) {
        self.channels = channels
        self.width = width
        self.layers = layers
        self.activation = activation
        self.bias = bias
        self.scale = scale
        self.skip = skip
    }

    /// S2: upscales by 2.
    public static let upscaling2 = PlainStack(width: 48, layers: 10, activation: .prelu, scale: 2, skip: .bicubic)
    /// S4: upscales by 4.
    public static let upscaling4 = PlainStack(width: 64, layers: 12, activation: .prelu, scale: 4, skip: .bicubic)
    /// DnCNN for colour.
    public static let dnCNN = PlainStack(width: 64, layers: 17, activation: .relu, scale: 1, skip: .residual)

    public static var standardCorruption: String { "gaussian:0-75" }

    public static var standard: PlainStack { upscaling2 }

    /// Begins the layers between the first and the last near the identity, and the last one small: the skip connection
    /// lives in the kernel, so it costs nothing to run.
    public func initialisation(of name: String, shape: [Int]) -> Initialisation {
        if name.hasSuffix(".slope") { return Initialisation(.constant(0.25)) }
        if name.hasSuffix(".bias") { return Initialisation(.constant(0)) }
        if name == "convolution\(layers - 1).weight" { return Initialisation(.heNormal, scale: 0.1) }
        if name == "convolution0.weight" { return Initialisation(.heNormal) }
        return Initialisation(.heNormal, scale: 0.3, addsIdentity: true)
    }

    public func validate() throws(ModelFileError) {
        try check(channels, in: 1...4, field: "channels")
        try check(width, in: 1...2048, field: "width")
        try check(layers, in: 1...128, field: "layers")
        try check(scale, in: 1...4, field: "scale")
        switch skip {
        case .residual where scale != 1:
            throw .badConfiguration(
                field: "skip", found: "residual at scale \(scale)", expected: "bicubic, nearest or none")
        case .bicubic where scale == 1, .nearest where scale == 1:
            throw .badConfiguration(field: "skip", found: "\(skip.rawValue) at scale 1", expected: "residual or none")
        default: break
        }
    }
}
