import Filters
import Imaging
import Tensors

/// Reads a picture and fills its holes smoothly on the way (`PyramidFilling`): what a network that fills begins from.
///
/// Contract: one thread at a time.
final class SmoothedRowSource: RowSource {
    private let source: any RowSource
    private let mask: MaskRuns
    private let filling: PyramidFilling
    /// The range of what is whole around each pixel of the rows that have been read, and of those that they need.
    private(set) var surroundings: SurroundingRange
    private let colours: Int
    private let fresh: PlanarImage
    private let holes: PlanarImage
    private static let rowsAtATime = 32

    /// Creates a source of filled rows.
    ///
    /// - Parameter hasAlpha: the last channel is alpha, which stays as it is.
    init(_ source: any RowSource, hasAlpha: Bool, mask: MaskRuns) {
        precondition(mask.height == source.height && mask.width == source.width)
        self.source = source
        self.mask = mask
        let rows = min(Self.rowsAtATime, source.height)
        colours = source.channels - (hasAlpha ? 1 : 0)
        surroundings = SurroundingRange(height: source.height, width: source.width, channels: colours)
        filling = PyramidFilling(
            height: source.height, width: source.width, channels: colours,
            keptChannels: hasAlpha ? 1 : 0, rowsAtATime: rows)
        fresh = PlanarImage(channels: source.channels, height: rows, width: source.width)
        holes = PlanarImage(channels: 1, height: rows, width: source.width)
    }

    static func byteCount(height: Int, width: Int, channels: Int) -> Int {
        let rows = min(rowsAtATime, height)
        return SurroundingRange.byteCount(height: height, width: width, channels: channels)
            + PyramidFilling.byteCount(height: height, width: width, channels: channels, rowsAtATime: rows)
            + (channels + 1) * rows * width * MemoryLayout<Float>.stride
    }

    var width: Int { source.width }
    var height: Int { source.height }
    var channels: Int { source.channels }

    func readRows(into view: PlanarView) throws {
        for y in 0..<view.height {
            while filling.givenRows < filling.rowsNeeded(for: filling.takenRows) { try readMore() }
            filling.take(into: view.cropped(rows: y..<y + 1, columns: 0..<width))
        }
    }

    private func readMore() throws {
        let first = filling.givenRows
        let rows = 0..<min(fresh.height, height - first)
        let view = fresh.view.cropped(rows: rows, columns: 0..<width)
        let marks = holes.view.cropped(rows: rows, columns: 0..<width)
        try source.readRows(into: view)
        marks.fill(with: 0)
        for y in rows {
            mask.forEachRun(ofRow: first + y) { for x in $0 { marks.row(0, y)[x] = 1 } }
            for c in 0..<colours {
                surroundings.append(view.row(c, y), holes: marks.row(0, y), c, first + y, width: width)
            }
        }
        filling.append(view, holes: marks)
    }
}
