public import SystemPackage
import Tensors

/// Dust and dirt on a scan, of outlines that were drawn by hand on a real one, or of blots and hairs.
///
/// The level is the least number of outlines: a window of the scan is looked for that has as many, at `scale` pixels of
/// the picture for one of the scan's, and turned one of eight ways. Without a file of outlines so many pieces are drawn,
/// three of four of them blots. Each piece has a colour and an opacity of its own.
public struct Dust: DamageStep {
    /// The least number of pieces, 1 to 1000.
    public var level: Int
    /// The file of outlines (``DustOutlines``); empty for pieces that are drawn.
    public var outlines: FilePath
    /// The folder in which a relative path of `outlines` begins; empty for the working folder. No part of the step's text.
    public var folder = FilePath()
    /// The pixels of the picture for one of the scan, 0.1 to 4.
    public var scale: Double
    /// The least opacity of a piece, 0 to 1; the greatest is 1.
    public var opacity: Double
    /// The standard deviation of a Gaussian over each piece, in pixels, 0 to 4.
    public var blur: Double
    /// True for near black, near white and tints, false for grey of 20 or 235 of 255.
    public var isVaried: Bool

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) {
        level = values.integer("level")
        outlines = FilePath(values.choice("outlines"))
        (scale, opacity, blur) = (values.number("scale"), values.number("opacity"), values.number("blur"))
        isVaried = values.choice("look") == DamageLook.Kind.varied.rawValue
    }

    public static let kind = CorruptionKind(
        name: "dust",
        summary:
            "dust, dirt and hairs, so many (1 to 1000) or more; outlines: a file of outlines of a real scan, without "
            + "one they are drawn; opacity: the least one; look: plain (grey 20 or 235) or varied",
        parameters: [
            .init(name: "level", form: .integer(1...1000), standard: nil),
            .init(name: "outlines", form: .path, standard: ""),
            .init(name: "scale", form: .number(0.1...4), standard: "1"),
            .init(name: "opacity", form: .number(0...1), standard: "0.5"),
            .init(name: "blur", form: .number(0...4), standard: "0.6"),
            .init(name: "look", form: .choice(DamageLook.Kind.allCases.map(\.rawValue)), standard: "plain"),
        ], example: "dust:6")

    public var description: String {
        var text = "dust:\(level)"
        if !outlines.isEmpty { text += ":outlines=\(outlines.string)" }
        if scale != 1 { text += ":scale=\(CorruptionText.number(scale))" }
        if opacity != 0.5 { text += ":opacity=\(CorruptionText.number(opacity))" }
        if blur != 0.6 { text += ":blur=\(CorruptionText.number(blur))" }
        return text + (isVaried ? ":look=varied" : "")
    }

    /// The file of outlines as it is opened; nil without one.
    public var outlinesPath: FilePath? { outlines.isEmpty ? nil : folder.pushing(outlines) }

    public func layers(
        height: Int, width: Int, random: inout some RandomNumbers
    ) throws(CorruptionError) -> [DamageLayer] {
        guard height > 0, width > 0 else { return [] }
        let place = DamagePlace(height: height, width: width)
        let look = DamageLook(isVaried ? .varied : .plain, faintest: Float(opacity), random: &random)
        var patches: [DamagePatch] = []
        if let path = outlinesPath {
            let outlines: DustOutlines
            do { outlines = try DustOutlines(reading: path) } catch {
                throw .file(kind: Self.kind.name, path: path.string, reason: "\(error)")
            }
            let window = outlines.window(
                height: height, width: width, scale: Float(scale), least: level, random: &random)
            patches = window.map { place.patch(ofPolygon: $0) }
        } else {
            for _ in 0..<level {
                if random.happens(0.75) {
                    let radius = random.factor(0.8, 8) * Float(scale)
                    let blot = DamagePaths.blot(around: place.point(&random), radius: radius, random: &random)
                    patches.append(place.patch(ofPolygon: blot))
                } else {
                    patches.append(Hair.patch(place, scale: Float(scale), random: &random))
                }
            }
        }
        return patches.map { patch in
            var patch = patch
            patch.blur(Float(blur))
            let (colour, opacity) = look.draw(&random)
            patch.change { value, _, _ in value * opacity }
            return DamageLayer(patch: patch, colour: colour)
        }
    }
}
