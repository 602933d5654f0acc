package import Imaging
package import Tensors

/// The middle of a picture, as large as fits into a square.
package struct MiddlePart {
    let rows: Range<Int>
    let columns: Range<Int>

    init(rows: Range<Int>, columns: Range<Int>) { (self.rows, self.columns) = (rows, columns) }

    package init(width: Int, height: Int, side: Int) {
        func middle(_ length: Int) -> Range<Int> {
            let taken = min(side, length)
            let first = (length - taken) / 2
            return first..<first + taken
        }
        (rows, columns) = (middle(height), middle(width))
    }

    /// Copies the rows of the part that lie in `view`, which holds the picture's rows from `firstRow` on.
    func copy(from view: PlanarView, firstRow: Int, to part: PlanarView) {
        let shared = rows.clamped(to: firstRow..<firstRow + view.height)
        guard !shared.isEmpty else { return }
        let channels = view.channels(from: 0, count: part.channels)
        part.cropped(
            rows: shared.lowerBound - rows.lowerBound..<shared.upperBound - rows.lowerBound, columns: 0..<columns.count
        )
        .copySamples(
            from: channels.cropped(
                rows: shared.lowerBound - firstRow..<shared.upperBound - firstRow, columns: columns))
    }

    /// Reads the part from a source at its first row, no further than it is needed.
    ///
    /// - Parameter channels: the number of channels, the first ones of the source's.
    package func read(from source: any RowSource, channels: Int) throws -> PlanarImage {
        let part = PlanarImage(channels: channels, height: rows.count, width: columns.count)
        let band = PlanarImage(channels: source.channels, height: 32, width: source.width)
        for first in stride(from: 0, to: rows.upperBound, by: band.height) {
            let view = band.view.cropped(rows: 0..<min(band.height, rows.upperBound - first), columns: 0..<source.width)
            try source.readRows(into: view)
            copy(from: view, firstRow: first, to: part.view)
        }
        withExtendedLifetime(band) {}
        return part
    }
}
