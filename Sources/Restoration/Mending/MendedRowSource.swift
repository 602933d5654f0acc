import Imaging
import Networks
import Quality
import Tensors

/// Reads a picture and fills its holes on the way: rows, their holes filled smoothly, are streamed through the network,
/// each computed once.
///
/// Contract: one thread at a time.
final class MendedRowSource: RowSource {
    private let source: SmoothedRowSource
    private let mask: MaskRuns
    private let grain: GrainModel?
    private let colours: Int
    private let executor: StreamingExecutor
    private let originals: Originals
    private let window: PlanarImage
    /// The input of the network: three channels whose holes are filled smoothly, and the mask.
    private let input: PlanarImage
    private let output: PlanarImage
    private var nextChunk = 0
    /// The rows that are mended and not handed on yet; their results lie in `output` from row `firstResult` on.
    private var ready = 0..<0
    private var firstResult = 0
    /// True where the rows that were read last have three equal channels.
    private var isGrey = false

    init(_ source: any RowSource, hasAlpha: Bool, mask: MaskRuns, grain: GrainModel?, network: Network) {
        precondition(mask.height == source.height && mask.width == source.width)
        self.source = SmoothedRowSource(source, hasAlpha: hasAlpha, mask: mask)
        self.mask = mask
        self.grain = grain
        colours = source.channels - (hasAlpha ? 1 : 0)
        let plan = Self.plan(network, height: source.height, width: source.width)
        executor = StreamingExecutor(
            network: network, height: plan.height, width: plan.width, rowsAtATime: plan.rowsAtATime)
        let sizes = RowSizes(executor.rowCounts)
        originals = Originals(
            rows: sizes.originalRows, bandRows: sizes.bandRows, channels: source.channels, height: plan.height,
            width: plan.width, scale: 1)
        window = PlanarImage(channels: source.channels, height: sizes.windowRows, width: plan.width)
        input = PlanarImage(channels: 4, height: sizes.windowRows, width: plan.width)
        output = PlanarImage(channels: 4, height: sizes.bandRows, width: plan.width)
    }

    private static func plan(_ network: Network, height: Int, width: Int) -> (height: Int, width: Int, rowsAtATime: Int)
    {
        let padded = (height: roundedUp(height, to: network.grid), width: roundedUp(width, to: network.grid))
        let step = network.tileGrid
        let rows = min(roundedUp(RowPlan.pixelsAtATime / padded.width, to: step), roundedUp(padded.height, to: step))
        return (padded.height, padded.width, max(rows, step))
    }

    static func byteCount(network: Network, height: Int, width: Int, channels: Int) -> Int {
        let plan = plan(network, height: height, width: width)
        let counts = RowCounts(network: network, height: plan.height, rowsAtATime: plan.rowsAtATime)
        let sizes = RowSizes(counts)
        let rows = channels * (sizes.originalRows + sizes.windowRows) + 4 * (sizes.windowRows + sizes.bandRows)
        return SmoothedRowSource.byteCount(height: height, width: width, channels: channels)
            + counts.byteCount(width: plan.width, workers: 1) + rows * plan.width * MemoryLayout<Float>.stride
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

    /// Reads the next chunk of rows and computes the results that it finishes, which may be none.
    private func advance() throws {
        let counts = executor.rowCounts
        let rows = counts.pictureRows(ofChunk: nextChunk)
        let fresh = window.view.cropped(rows: 0..<rows.count, columns: 0..<window.width)
        try source.readRows(paddedInto: fresh, first: rows.lowerBound, from: rows.lowerBound)
        originals.append(fresh, keepingFrom: RowSizes.oldest(counts, nextChunk))
        isGrey = colours == 3 && fresh.channels(from: 0, count: 3).hasEqualChannels
        let seen = input.view.cropped(rows: 0..<rows.count, columns: 0..<window.width)
        for y in 0..<rows.count {
            let holes = seen.row(3, y)
            for x in 0..<seen.width { holes[x] = 0 }
            mask.forEachRun(ofRow: reflected(rows.lowerBound + y, count: height)) { for x in $0 { holes[x] = 1 } }
            for x in width..<seen.width { holes[x] = holes[reflected(x, count: width)] }
            for c in 0..<3 {
                let (from, to) = (fresh.row(colours == 1 ? 0 : c, y), seen.row(c, y))
                to.update(from: from, count: seen.width)
            }
        }
        let results = counts.resultRows(ofChunk: nextChunk)
        executor.run(
            chunk: nextChunk, input: seen,
            output: output.view.cropped(rows: 0..<results.count, columns: 0..<output.width))
        firstResult = results.lowerBound
        ready = min(results.lowerBound, height)..<min(results.upperBound, height)
        nextChunk += 1
    }

    /// Writes mended rows: the picture's samples, and in holes what the network makes of them.
    private func copy(_ rows: Range<Int>, to view: PlanarView) {
        let original = originals.upscaled(rows)
        for y in 0..<rows.count {
            let made = rows.lowerBound + y - firstResult
            for c in 0..<channels { view.row(c, y).update(from: original.row(c, y), count: width) }
            mask.forEachRun(ofRow: rows.lowerBound + y) { fill($0, of: view, row: y, from: made) }
        }
    }

    /// Writes what the network made of some columns of a row, within the range of what is whole around, and grain on it.
    /// Where everything that it saw beside was grey, so is what it fills.
    private func fill(_ columns: Range<Int>, of view: PlanarView, row: Int, from made: Int) {
        let results = (0..<3).map { output.view.row($0, made) }
        let isMean = colours == 1 || isGrey
        let y = firstResult + made
        for c in 0..<colours {
            let target = view.row(c, row)
            for x in columns {
                let mean = (results[0][x] + results[1][x] + results[2][x]) / 3
                let range = source.surroundings.range(c, y, x)
                target[x] = max(range.lowerBound, min(range.upperBound, isMean ? mean : results[c][x]))
                if let grain {
                    let level = max(0, min(1, mean))
                    target[x] = max(0, min(1, target[x] + grain.grain(isMean ? 0 : c, y, x, level: level)))
                }
            }
        }
    }
}
