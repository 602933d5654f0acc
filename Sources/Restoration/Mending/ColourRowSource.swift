import Imaging
import Tensors

/// A row source that hands on any picture as three colour channels: a grey one three times, alpha left out, the colours
/// under transparent pixels as those near them.
final class ColourRowSource: RowSource {
    private let source: any RowSource
    private let rows: PlanarImage?

    init(_ source: any RowSource, hasAlpha: Bool) {
        self.source = hasAlpha ? OpaqueRowSource(source) : source
        rows =
            source.channels == 3
            ? nil : PlanarImage(channels: source.channels, height: min(32, source.height), width: source.width)
    }

    var width: Int { source.width }
    var height: Int { source.height }
    let channels = 3

    func readRows(into view: PlanarView) throws {
        guard let rows else { return try source.readRows(into: view) }
        for first in stride(from: 0, to: view.height, by: rows.height) {
            let part = first..<min(view.height, first + rows.height)
            let fresh = rows.view.cropped(rows: 0..<part.count, columns: 0..<width)
            try source.readRows(into: fresh)
            let target = view.cropped(rows: part, columns: 0..<width)
            for c in 0..<3 {
                target.channels(from: c, count: 1).copySamples(
                    from: fresh.channels(from: fresh.channels < 3 ? 0 : c, count: 1))
            }
        }
    }
}
