import Imaging
import Tensors

/// A row source that replaces the colours under fully transparent pixels, so that what nobody sees does not bleed into
/// what is seen.
///
/// A fully transparent pixel takes the alpha-weighted mean colour of its block of 8x8 pixels, else of 32x32, else of
/// 128x128, else middle grey; blocks lie on multiples of their side, so a picture's rows are the same however many are
/// read at once. Memory: 128 rows of the picture.
final class OpaqueRowSource: RowSource {
    private static let blockSides = [8, 32, 128]
    private let source: any RowSource
    private var chunk: PlanarImage
    private var chunkRows = 0..<0
    private var nextRow = 0

    let height: Int
    let width: Int
    let channels: Int

    init(_ source: any RowSource) {
        self.source = source
        height = source.height
        width = source.width
        channels = source.channels
        chunk = PlanarImage(channels: channels, height: min(128, height), width: width)
    }

    func readRows(into view: PlanarView) throws {
        var done = 0
        while done < view.height {
            if nextRow == chunkRows.upperBound { try readChunk() }
            let count = min(view.height - done, chunkRows.upperBound - nextRow)
            let first = nextRow - chunkRows.lowerBound
            view.cropped(rows: done..<done + count, columns: 0..<width)
                .copySamples(from: chunk.view.cropped(rows: first..<first + count, columns: 0..<width))
            done += count
            nextRow += count
        }
    }

    private func readChunk() throws {
        let rows = chunkRows.upperBound..<min(height, chunkRows.upperBound + 128)
        let view = chunk.view.cropped(rows: 0..<rows.count, columns: 0..<width)
        try source.readRows(into: view)
        chunkRows = rows
        fillTransparent(view)
    }

    private func fillTransparent(_ view: PlanarView) {
        let alpha = channels - 1
        guard (0..<view.height).contains(where: { y in (0..<width).contains { view.row(alpha, y)[$0] == 0 } }) else {
            return
        }
        var levels = [BlockSums(of: view, side: Self.blockSides[0])]
        for side in Self.blockSides.dropFirst() {
            levels.append(BlockSums(joining: levels[levels.count - 1], side: side))
        }
        for y in 0..<view.height {
            for x in 0..<width where view.row(alpha, y)[x] == 0 {
                let level = levels.first { $0.weight(y, x) > 0 }
                for c in 0..<alpha { view.row(c, y)[x] = level?.mean(c, y, x) ?? 0.5 }
            }
        }
    }
}

/// The sums of alpha, and of colours times alpha, over the square blocks of an image.
private struct BlockSums {
    let side: Int
    private let columns: Int
    private let colours: Int
    /// The sums of the colours, then of alpha, block by block.
    private var sums: [Float]

    /// Sums over blocks of `side` pixels; the view's last channel is alpha.
    init(of view: PlanarView, side: Int) {
        self.init(side: side, height: view.height, width: view.width, colours: view.channels - 1)
        for y in 0..<view.height {
            for x in 0..<view.width {
                let share = view.row(colours, y)[x]
                guard share > 0 else { continue }
                let first = index(y, x)
                for c in 0..<colours { sums[first + c] += share * view.row(c, y)[x] }
                sums[first + colours] += share
            }
        }
    }

    /// Joins the sums of `finer` to blocks of `side` pixels, a multiple of its side.
    init(joining finer: BlockSums, side: Int) {
        let rows = finer.sums.count / (finer.colours + 1) / finer.columns
        self.init(side: side, height: rows * finer.side, width: finer.columns * finer.side, colours: finer.colours)
        for row in 0..<rows {
            for column in 0..<finer.columns {
                let from = finer.index(row * finer.side, column * finer.side)
                let to = index(row * finer.side, column * finer.side)
                for i in 0...colours { sums[to + i] += finer.sums[from + i] }
            }
        }
    }

    private init(side: Int, height: Int, width: Int, colours: Int) {
        self.side = side
        self.colours = colours
        columns = (width + side - 1) / side
        sums = Array(repeating: 0, count: (height + side - 1) / side * columns * (colours + 1))
    }

    func weight(_ y: Int, _ x: Int) -> Float { sums[index(y, x) + colours] }

    func mean(_ c: Int, _ y: Int, _ x: Int) -> Float { sums[index(y, x) + c] / weight(y, x) }

    private func index(_ y: Int, _ x: Int) -> Int { (y / side * columns + x / side) * (colours + 1) }
}
