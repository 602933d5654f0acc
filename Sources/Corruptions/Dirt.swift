public import Tensors

/// Dirt on a print or a slide, black or white on all channels alike: specks, blots, hairs, small scratches, sprinkles of
/// dust and now and then a faint smear, as on `FilmFrame`, without anything else that film does.
///
/// The level is how many pieces, or groups of specks, lie on every 64x64 pixels on average; a patch and a whole picture
/// are as dirty. Level 0.5 covers about a hundredth of the pixels.
public struct Dirt: CorruptionStep {
    /// 0...4.
    public var level: Double

    public init(level: Double) { self.level = level }

    public init(_ values: CorruptionValues) { self.init(level: values.number("level")) }

    public static let kind = CorruptionKind(
        name: "dirt",
        summary: "specks, hairs, scratches and blots, black or white, so many (0 to 4) on every 64x64 pixels",
        parameters: [.init(name: "level", form: .number(0...4), standard: nil)], example: "dirt:0.5")

    public var description: String { "dirt:\(CorruptionText.number(level))" }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        if target.base != source.base { target.copySamples(from: source) }
        guard source.height > 0, source.width > 0 else { return }
        let mean = level * Double(source.height) * Double(source.width) / 4096
        for _ in 0..<Int(random.poisson(mean: mean)) {
            for piece in FilmDirt.draw(height: source.height, width: source.width, random: &random) {
                for channel in 0..<target.channels { piece.paint(on: target.channels(from: channel, count: 1)) }
            }
        }
    }
}
