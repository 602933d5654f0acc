import Imaging
import Networks
import Quality
import Tensors

/// Reads a picture and fills its holes on the way: around holes, and there alone, its rows, filled smoothly, go through
/// the network.
///
/// Contract: one thread at a time.
final class MendedRowSource: RowSource {
    private let source: SmoothedRowSource
    private let mask: MaskRuns
    private let grain: GrainModel?
    private let colours: Int
    private let tiles: HoleTiles
    private let runner: TileRunner
    /// The rows that a band reads, their holes filled smoothly.
    private let window: PlanarImage
    private var windowRows = 0..<0
    /// The band's rows; the colours that holes get.
    private let filled: PlanarImage
    /// The input of the network: three channels whose holes are filled smoothly, and the mask.
    private let input: PlanarImage
    private var nextBand = 0
    /// The rows of the band that are not handed on yet.
    private var ready = 0..<0

    init(_ source: any RowSource, hasAlpha: Bool, mask: MaskRuns, grain: GrainModel?, network: Network) {
        precondition(mask.height == source.height && mask.width == source.width)
        self.source = SmoothedRowSource(source, hasAlpha: hasAlpha, mask: mask)
        self.mask = mask
        self.grain = grain
        colours = source.channels - (hasAlpha ? 1 : 0)
        tiles = HoleTiles(network: network, height: source.height, width: source.width)
        let (height, width) = tiles.largest
        runner = TileRunner(network: network, height: height, width: width, usesEnsemble: false)
        window = PlanarImage(channels: source.channels, height: height, width: tiles.bands.width)
        filled = PlanarImage(channels: colours, height: tiles.bands.coreHeight, width: tiles.bands.width)
        input = PlanarImage(channels: 4, height: height, width: width)
    }

    static func byteCount(network: Network, height: Int, width: Int, channels: Int) -> Int {
        let tiles = HoleTiles(network: network, height: height, width: width)
        let largest = tiles.largest
        let samples =
            channels * (largest.height + tiles.bands.coreHeight) * tiles.bands.width + 4 * largest.height
            * largest.width
        return SmoothedRowSource.byteCount(height: height, width: width, channels: channels)
            + TileRunner.byteCount(
                network: network, height: largest.height, width: largest.width, usesEnsemble: false)
            + samples * MemoryLayout<Float>.stride
    }

    var width: Int { source.width }
    var height: Int { source.height }
    var channels: Int { source.channels }

    func readRows(into view: PlanarView) throws {
        var next = 0
        while next < view.height {
            if ready.isEmpty { try advance() }
            let count = min(ready.count, view.height - next)
            copy(
                ready.lowerBound..<ready.lowerBound + count,
                to: view.cropped(rows: next..<next + count, columns: 0..<width))
            ready = ready.lowerBound + count..<ready.upperBound
            next += count
        }
    }

    /// Reads what the next band needs and fills its holes.
    private func advance() throws {
        let rows = tiles.bands.paddedRows(ofBand: nextBand)
        let view = window.view.cropped(rows: 0..<rows.count, columns: 0..<window.width)
        // What was read for the last band moves up, row by row from above.
        let kept = rows.lowerBound..<max(rows.lowerBound, windowRows.upperBound)
        for c in 0..<window.channels {
            for y in kept {
                view.row(c, y - rows.lowerBound).update(
                    from: window.view.row(c, y - windowRows.lowerBound), count: window.width)
            }
        }
        try source.readRows(paddedInto: view, first: rows.lowerBound, from: kept.upperBound)
        windowRows = rows
        let band = tiles.bands.rows(ofBand: nextBand)
        for tile in tiles.tiles(ofBand: nextBand, of: mask) { fill(tile, band: band) }
        ready = band.lowerBound..<min(band.upperBound, height)
        nextBand += 1
    }

    /// Fills the holes of a tile: what the network makes of them, within the range of what is whole around, and grain on
    /// it. Where everything that it saw was grey, so is what it fills.
    private func fill(_ tile: TilePlan.Tile, band: Range<Int>) {
        let (rows, columns) = (tile.paddedRows, tile.paddedColumns)
        let around = window.view.cropped(
            rows: rows.lowerBound - windowRows.lowerBound..<rows.upperBound - windowRows.lowerBound, columns: columns)
        let seen = input.packed(height: rows.count, width: columns.count)
        for y in 0..<rows.count {
            for c in 0..<3 {
                seen.row(c, y).update(from: around.row(colours == 1 ? 0 : c, y), count: columns.count)
            }
            let holes = seen.row(3, y)
            for x in 0..<columns.count { holes[x] = 0 }
            mask.forEachRun(ofRow: reflected(rows.lowerBound + y, count: height)) { run in
                for x in run.clamped(to: columns) { holes[x - columns.lowerBound] = 1 }
            }
            for x in columns where x >= width {
                holes[x - columns.lowerBound] = holes[reflected(x, count: width) - columns.lowerBound]
            }
        }
        let isMean = colours == 1 || around.channels(from: 0, count: 3).hasEqualChannels
        let made = runner.run(seen, noiseLevel: 0)
        for y in tile.rows where y < height {
            let results = (0..<3).map { made.row($0, y - rows.lowerBound) }
            mask.forEachRun(ofRow: y) { run in
                for x in run.clamped(to: tile.columns) {
                    let place = x - columns.lowerBound
                    let mean = (results[0][place] + results[1][place] + results[2][place]) / 3
                    for c in 0..<colours {
                        let range = source.surroundings.range(c, y, x)
                        var value = max(range.lowerBound, min(range.upperBound, isMean ? mean : results[c][place]))
                        if let grain {
                            let level = max(0, min(1, mean))
                            value = max(0, min(1, value + grain.grain(isMean ? 0 : c, y, x, level: level)))
                        }
                        filled.view.row(c, y - band.lowerBound)[x] = value
                    }
                }
            }
        }
    }

    /// Writes mended rows: the picture's samples, and in holes what was made of them.
    private func copy(_ rows: Range<Int>, to view: PlanarView) {
        let band = tiles.bands.rows(ofBand: nextBand - 1)
        for y in rows {
            for c in 0..<channels {
                view.row(c, y - rows.lowerBound).update(
                    from: window.view.row(c, y - windowRows.lowerBound), count: width)
            }
            mask.forEachRun(ofRow: y) { run in
                for c in 0..<colours {
                    let (from, to) = (filled.view.row(c, y - band.lowerBound), view.row(c, y - rows.lowerBound))
                    for x in run { to[x] = from[x] }
                }
            }
        }
    }
}
