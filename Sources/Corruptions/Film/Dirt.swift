import Foundation
public import Tensors

/// Dirt on a print or a slide, black or white on all channels alike: specks, blots, hairs, small scratches, sprinkles
/// of dust and now and then a faint smear, as on `FilmFrame`, without anything else that film does.
///
/// The level is how many pieces, or groups of specks, lie on every 64x64 pixels on average; a patch and a whole picture
/// are as dirty. Level 0.5 covers about a hundredth of the pixels.
///
/// With a `size` above 1 each of them is 1 to `size` times as large, small factors as often as large ones on a
/// logarithmic scale, and half of them are ragged: stains, sprays, spilt paint, rubbed-off emulsion.
public struct Dirt: CorruptionStep {
    /// The mean number of pieces, or groups of specks, on every 64x64 pixels, 0 to 4.
    public var level: Double
    /// The largest factor of a piece's size, 1 to 16.
    public var size: Double

    /// Creates dirt of a level of 0 to 4, with pieces up to `size` times as large, 1 to 16.
    public init(level: Double, size: Double = 1) { (self.level, self.size) = (level, size) }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) {
        self.init(level: values.number("level"), size: values.number("size"))
    }

    public static let kind = CorruptionKind(
        name: "dirt",
        summary: "specks, hairs, scratches and blots, black or white, so many (0 to 4) on every 64x64 pixels",
        parameters: [
            .init(name: "level", form: .number(0...4), standard: nil),
            .init(name: "size", form: .number(1...16), standard: "1"),
        ], example: "dirt:0.5")

    public var description: String {
        "dirt:\(CorruptionText.number(level))" + (size == 1 ? "" : ":size=\(CorruptionText.number(size))")
    }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        if target.base != source.base { target.copySamples(from: source) }
        guard source.height > 0, source.width > 0 else { return }
        let mean = level * Double(source.height) * Double(source.width) / 4096
        for _ in 0..<Int(random.poisson(mean: mean)) {
            let scale = size > 1 ? exp(random.uniform(in: 0...log(size))) : 1
            let pieces =
                size > 1 && random.uniform() < 0.5
                ? [FilmDirt.drawRagged(height: source.height, width: source.width, scale: scale, random: &random)]
                : FilmDirt.draw(height: source.height, width: source.width, scale: scale, random: &random)
            for piece in pieces { piece.paint(on: target) }
        }
    }
}
