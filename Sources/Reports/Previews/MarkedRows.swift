import Imaging
import Tensors

/// The rows of a picture with the set pixels of a mask painted over in red, for a page to show where they lie.
final class MarkedRows: RowSource {
    /// Red that stands out from prints, sRGB.
    private static let colour: [Float] = [1, 0.1, 0.15]

    private let source: any RowSource
    private let mask: PixelMask
    private let rows: PlanarImage
    private var next = 0

    /// Creates rows of three channels.
    ///
    /// - Parameter mask: of the picture's size.
    init(_ source: any RowSource, mask: PixelMask) {
        precondition(mask.height == source.height && mask.width == source.width)
        self.source = source
        self.mask = mask
        rows = PlanarImage(channels: source.channels, height: 1, width: source.width)
    }

    var height: Int { source.height }
    var width: Int { source.width }
    let channels = 3

    func readRows(into view: PlanarView) throws {
        for y in 0..<view.height {
            try source.readRows(into: rows.view)
            mask.withRow(next) { marks in
                for c in 0..<3 {
                    let (from, to) = (rows.view.row(rows.channels < 3 ? 0 : c, 0), view.row(c, y))
                    for x in 0..<width { to[x] = marks[x] >= PixelMask.setLevel ? Self.colour[c] : from[x] }
                }
            }
            next += 1
        }
    }
}
