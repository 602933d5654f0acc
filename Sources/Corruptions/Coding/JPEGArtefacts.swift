import Imaging
public import Tensors

/// The losses of a JPEG file of a quality: libjpeg with IJG's tables, in memory.
///
/// The picture is clipped and rounded to 8 bits first. `dy` and `dx` shift the grid of 8x8 blocks: the picture lies so
/// many rows and columns off the grid's corner, as a part cut out of a larger picture does. Two steps, one after the
/// other with different shifts, make a picture that was cropped between two savings.
public struct JPEGArtefacts: CorruptionStep {
    /// The quality, 1 to 100.
    public var quality: Int
    /// True where the colour differences are stored at half the resolution (4:2:0), false for the full one (4:4:4).
    public var halvesChroma: Bool
    /// The rows by which the picture lies off the grid's corner, 0 to 15: the blocks of halved colour differences cover
    /// 16 pixels.
    public var dy: Int
    /// The columns by which the picture lies off the grid's corner, 0 to 15.
    public var dx: Int

    /// Creates a JPEG of a quality of 1 to 100, on a grid shifted by 0 to 15 rows and columns.
    public init(quality: Int, halvesChroma: Bool = true, dy: Int = 0, dx: Int = 0) {
        self.quality = quality
        self.halvesChroma = halvesChroma
        self.dy = dy
        self.dx = dx
    }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) {
        self.init(
            quality: values.integer("quality"), halvesChroma: values.choice("sampling") == "420",
            dy: values.integer("dy"), dx: values.integer("dx"))
    }

    public static let kind = CorruptionKind(
        name: "jpeg",
        summary: "saved as JPEG at a quality (1 to 100); sampling 420 or 444 of the colours; "
            + "dy and dx shift the grid of blocks (0 to 15)",
        parameters: [
            .init(name: "quality", form: .integer(1...100), standard: nil),
            .init(name: "sampling", form: .choice(["420", "444"]), standard: "420"),
            .init(name: "dy", form: .integer(0...15), standard: "0"),
            .init(name: "dx", form: .integer(0...15), standard: "0"),
        ],
        example: "jpeg:40:sampling=420")

    public var description: String {
        "jpeg:\(quality):sampling=\(halvesChroma ? "420" : "444"):dy=\(dy):dx=\(dx)"
    }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        let compression = JPEGCompression(quality: quality, halvesChroma: halvesChroma)
        do {
            guard dy > 0 || dx > 0 else { return try compression.apply(from: source, to: target) }
            let shifted = PlanarImage(
                channels: source.channels, height: source.height + dy, width: source.width + dx)
            for c in 0..<source.channels {
                for y in 0..<shifted.height {
                    let (row, from) = (shifted.view.row(c, y), source.row(c, max(0, y - dy)))
                    for x in 0..<dx { row[x] = from[0] }
                    (row + dx).update(from: from, count: source.width)
                }
            }
            try compression.apply(from: shifted.view, to: shifted.view)
            target.copySamples(
                from: shifted.view.cropped(rows: dy..<shifted.height, columns: dx..<shifted.width))
        } catch {
            throw .codec(kind: Self.kind.name, reason: "\(error)")
        }
    }
}
