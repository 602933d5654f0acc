public import Networks

/// The plain convolutional autoencoder: strided encoder, bottleneck and decoder, without skip connections past the
/// latent.
///
/// ```
/// level l down:  2x2 stride 2 - block                          widths[l] channels
/// latent:        1x1 - latent - 1x1
/// level l up:    block - up to widths[l - 1] channels          at level 0 the picture's channels
/// block:         x + ReLU(3x3 of x)
/// ```
///
/// Up is a 2x2 transposed convolution, or nearest-neighbour upsampling and a 3x3 convolution. The whole picture passes
/// the bottleneck (after Masci et al. 2011, Mao et al. 2016 without their skip connections), so detail is lost by
/// design. Without its blocks the network is linear and begins as an orthogonal projection (Saxe et al. 2014); the
/// blocks' skip connections (He et al. 2016) preserve that linear path, so the network can represent principal
/// components and nonlinear changes of them.
///
/// Objective: the loss of the training configuration. Cost of a pixel: with w the widths, 2 · 9 w² / 4^(l+1)
/// multiply-adds for the blocks of level l, and those of the convolutions from one level to the next.
public struct ConvolutionalAutoencoder: Architecture {
    public static let name = "conv"
    public static let fields = ["channels", "widths", "latentChannels", "decoder", "bias"]

    /// The upsampling of the decoder.
    public enum Decoder: String, Codable, Sendable {
        /// A 2x2 transposed convolution of stride 2.
        case transposed
        /// Nearest-neighbour upsampling by 2, then a 3x3 convolution.
        case upsample
    }

    /// The channels of the picture, 1...4.
    public var channels: Int
    /// The channels of each level, 1...2048, the finest level (half the picture's size) first; 1 to 6 levels.
    public var widths: [Int]
    /// The channels of the latent, 1...2048.
    public var latentChannels: Int
    /// The upsampling of the decoder.
    public var decoder: Decoder
    /// True where the convolutions have biases.
    public var bias: Bool

    /// Creates a configuration; `validate()` checks the ranges.
    public init(
        channels: Int = 3, widths: [Int] = [32, 64, 128], latentChannels: Int = 32, decoder: Decoder = .transposed,
        bias: Bool = true
    ) {
        self.channels = channels
        self.widths = widths
        self.latentChannels = latentChannels
        self.decoder = decoder
        self.bias = bias
    }

    public static var latentField: String? { "latentChannels" }

    public static var standard: ConvolutionalAutoencoder { ConvolutionalAutoencoder() }

    public func initialisation(of name: String, shape: [Int]) -> Initialisation {
        // Pictures are middle grey before anything is learnt.
        shape.count > 1
            ? ConvolutionalLevels.initialisation(of: name)
            : Initialisation(.constant(name == "decoder0.up.bias" ? 0.5 : 0))
    }

    public func validate() throws(ModelFileError) {
        try check(channels, in: 1...4, field: "channels")
        try check(widths: widths, levels: 1...6)
        try check(latentChannels, in: 1...2048, field: "latentChannels")
    }
}
