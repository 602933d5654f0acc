public import Tensors

/// A share of the samples becomes white or black.
///
/// One uniform number u a sample, in the order row, column, channel (one a pixel where the tone is grey): white where
/// u < share * salt, black where u < share.
public struct SaltAndPepper: CorruptionStep {
    /// The share of the samples that change, 0 to 1.
    public var share: Double
    /// The share of white among those that change, 0 to 1.
    public var salt: Double
    /// True where each channel changes on its own; false where whole pixels do.
    public var isColoured: Bool

    /// Creates noise that changes a share of the samples or pixels, of which a share `salt` becomes white.
    public init(share: Double, salt: Double = 0.5, isColoured: Bool = true) {
        self.share = share
        self.salt = salt
        self.isColoured = isColoured
    }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) {
        self.init(
            share: values.number("share"), salt: values.number("salt"), isColoured: values.choice("tone") == "colour")
    }

    public static let kind = CorruptionKind(
        name: "saltpepper",
        summary: "a share of the samples (0 to 1) becomes white or black; salt is the share of white among them; "
            + "tone colour (each channel on its own) or grey (whole pixels)",
        parameters: [
            .init(name: "share", form: .number(0...1), standard: nil),
            .init(name: "salt", form: .number(0...1), standard: "0.5"),
            .init(name: "tone", form: .choice(["colour", "grey"]), standard: "colour"),
        ],
        example: "saltpepper:0.05:salt=0.5")

    public var description: String {
        "saltpepper:\(CorruptionText.number(share)):salt=\(CorruptionText.number(salt))"
            + ":tone=\(isColoured ? "colour" : "grey")"
    }

    public var isNoise: Bool { true }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        let white = share * salt
        for y in 0..<source.height {
            for x in 0..<source.width {
                var u = 0.0
                for c in 0..<source.channels {
                    if isColoured || c == 0 { u = random.uniform() }
                    target.row(c, y)[x] = u < white ? 1 : u < share ? 0 : source.row(c, y)[x]
                }
            }
        }
    }
}
