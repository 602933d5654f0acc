public import Networks

/// The convolutional denoising autoencoder: a residual U-Net without biases on pixel-unshuffled pictures.
///
/// ```
/// picture - unshuffle 2 (+ noise map) - 3x3 -> level 0: blocks - down -> level 1: blocks - down -> ... bottom: blocks
///                                                    |                       |                            |
/// result = picture - shuffle 2 - 3x3 <- blocks (+) - up <- ... blocks (+) - up <--------------------------+
/// ```
///
/// A block is x + convolution1(ReLU(convolution0(x))), all 3x3, or a cheaper one (`BlockKind`); down is a 2x2
/// convolution of stride 2, up its transpose. The design follows DRUNet (Zhang et al. 2021), with pixel-unshuffled
/// input as FFDNet (2018), far fewer channels and the noise as result. Without biases f(a y, a s) = a f(y, s): one
/// network serves all noise levels (Mohan et al. 2020). `bias` gives that up.
///
/// | value | parameters | multiply-adds a pixel | radius | grid |
/// |---|---|---|---|---|
/// | `.small` (D-S) | 1.04 M | 41.7 k | 94 | 16 |
/// | `.medium` (D-M) | 1.90 M | 78.0 k | 186 | 16 |
/// | `.large` (D-L) | 3.82 M | 148 k | 186 | 16 |
///
/// `1x-Denoise-S` and `1x-Denoise-M` are `.small` and `.medium`. `1x-Denoise-L` is wider than `.large`: widths of 64, 128,
/// 192 and 256, 7.16 M parameters, 210 k multiply-adds a pixel.
public struct UNet: Architecture {
    public static let name = "unet"
    public static let fields = ["channels", "widths", "blocks", "noiseMap", "block", "bias", "masked"]
    public static let optionalFields: Set = ["block", "bias", "masked"]

    /// The channels of the picture, 1...4.
    public var channels: Int
    /// The channels of each level, 1...2048, the finest level (half the picture's size) first and the bottom last; 1 to
    /// 6 levels.
    public var widths: [Int]
    /// The blocks on each side of each level, and at the bottom, 1...16.
    public var blocks: Int
    /// True where the network is noise-conditioned: a constant channel with the noise level is an input of the first
    /// layer too.
    public var noiseMap: Bool
    /// The kind of all blocks.
    public var block: BlockKind
    /// True where the convolutions of 3x3 and 1x1 in full have biases, which networks want that decide rather than
    /// restore: their answers may then depend on how bright a picture is.
    public var bias: Bool
    /// True where the last channel is a mask, by which what is taken from the picture is multiplied: where it is 0 the
    /// result is the picture. A network that fills holes then spends itself on these, and so does its loss.
    public var masked: Bool

    /// Creates a configuration; `validate()` checks the ranges.
    public init(
        channels: Int = 3, widths: [Int], blocks: Int, noiseMap: Bool = true, block: BlockKind = .plain,
        bias: Bool = false, masked: Bool = false
    ) {
        self.channels = channels
        self.widths = widths
        self.blocks = blocks
        self.noiseMap = noiseMap
        self.block = block
        self.bias = bias
        self.masked = masked
    }

    /// D-S: the smallest of the three networks.
    public static let small = UNet(widths: [48, 64, 96, 128], blocks: 1)
    /// D-M: `small` with two blocks a level.
    public static let medium = UNet(widths: [48, 64, 96, 128], blocks: 2)
    /// D-L: the largest of the three networks.
    public static let large = UNet(widths: [64, 96, 128, 192], blocks: 2)

    /// The suffix of the name of the weights of a block's last convolution, whose result is added to the block's input.
    var lastOfBlock: String { (block.layers(width: 1).last?.name ?? "") + ".weight" }

    public static var standardCorruption: String { "gaussian:0-75" }

    public static var standard: UNet { small }

    /// Samples He's normal distribution, smaller where no ReLU follows a kernel of one channel. What is added to
    /// something (the ends of the blocks, the noise) begins small, so that a fresh network is near the identity.
    public func initialisation(of name: String, shape: [Int]) -> Initialisation {
        if name.hasSuffix(".bias") { return Initialisation(.constant(0)) }
        if name.hasSuffix(lastOfBlock) || name == "output.weight" { return Initialisation(.heNormal, scale: 0.1) }
        return Initialisation(.heNormal, scale: name.contains("depthwise") ? Float(0.5).squareRoot() : 1)
    }

    public func validate() throws(ModelFileError) {
        try check(channels, in: 1...4, field: "channels")
        try check(widths: widths, levels: 1...6)
        try check(blocks, in: 1...16, field: "blocks")
        if masked { try check(channels, in: 2...4, field: "channels") }
    }
}

extension UNet {
    private enum CodingKeys: String, CodingKey {
        case channels, widths, blocks, noiseMap, block, bias, masked
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            channels: try values.decode(Int.self, forKey: .channels),
            widths: try values.decode([Int].self, forKey: .widths),
            blocks: try values.decode(Int.self, forKey: .blocks),
            noiseMap: try values.decode(Bool.self, forKey: .noiseMap),
            block: try values.decodeIfPresent(BlockKind.self, forKey: .block) ?? .plain,
            bias: try values.decodeIfPresent(Bool.self, forKey: .bias) ?? false,
            masked: try values.decodeIfPresent(Bool.self, forKey: .masked) ?? false)
    }

    /// Writes the kind of block and the biases only where they are not as usual, so that older programs read what they
    /// know.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(channels, forKey: .channels)
        try values.encode(widths, forKey: .widths)
        try values.encode(blocks, forKey: .blocks)
        try values.encode(noiseMap, forKey: .noiseMap)
        if block != .plain { try values.encode(block, forKey: .block) }
        if bias { try values.encode(bias, forKey: .bias) }
        if masked { try values.encode(masked, forKey: .masked) }
    }
}
