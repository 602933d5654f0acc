import Imaging
import Kernels
import Networks
import Tensors
import Workers

/// Passes one picture through a network in tiles: windows of input rows, bands of output rows, tiles between them.
///
/// While the tiles of a band are computed, the next band's rows are read and the last band's written, as tasks beside
/// the tiles. Contract: tasks that run at the same time touch different buffers (reading fills the other window,
/// writing drains the other band, tiles write disjoint cores), and each loop of tasks ends before the next begins.
final class TilePass: @unchecked Sendable {
    private let transfer: PictureTransfer
    private let plan: TilePlan
    private let network: Network
    private let scale: Int
    private var windows: [PlanarImage] = []
    private var bands: [PlanarImage] = []

    init(_ transfer: PictureTransfer, plan: TilePlan) {
        self.transfer = transfer
        self.plan = plan
        network = transfer.model.network
        scale = network.scale
    }

    func run(on worker: Worker) throws {
        let bufferCount = min(2, plan.bandCount)
        let windowHeight = (0..<plan.bandCount).map { windowRows(ofBand: $0).count }.max() ?? 0
        for _ in 0..<bufferCount {
            windows.append(PlanarImage(channels: transfer.channels, height: windowHeight, width: plan.width))
            bands.append(
                PlanarImage(channels: transfer.channels, height: plan.coreHeight * scale, width: plan.width * scale))
        }
        transfer.perform { try self.readWindow(0) }
        for band in 0..<plan.bandCount {
            let tiles = plan.tiles(ofBand: band)
            worker.loop.forEach(tiles.count + 2) { [self] index, task in
                transfer.perform {
                    switch task {
                    case 0: if band + 1 < plan.bandCount { try readWindow(band + 1) }
                    case 1: if band > 0 { try writeBand(band - 1) }
                    default: try compute(tiles[task - 2], ofBand: band, with: worker.executors(ofWorker: index))
                    }
                }
            }
            try transfer.throwFailure()
        }
        try writeBand(plan.bandCount - 1)
    }

    // MARK: Rows

    /// The rows in the window of a band: those that its tiles read, and those that rows below the picture are
    /// reflections of. A network that takes squares has no halo, and the picture may end in the first row of a square.
    private func windowRows(ofBand band: Int) -> Range<Int> {
        let rows = plan.paddedRows(ofBand: band)
        let height = transfer.source.height
        guard rows.upperBound > height else { return rows }
        return min(rows.lowerBound, max(0, 2 * (height - 1) - (rows.upperBound - 1)))..<rows.upperBound
    }

    /// Fills the window of a band: copies the rows that the last window has, and reads the others.
    private func readWindow(_ band: Int) throws {
        let rows = windowRows(ofBand: band)
        let window = windows[band % windows.count].view.cropped(rows: 0..<rows.count, columns: 0..<plan.width)
        var next = rows.lowerBound
        if band > 0 {
            let last = windowRows(ofBand: band - 1)
            let kept = rows.lowerBound..<max(rows.lowerBound, min(rows.upperBound, last.upperBound))
            let earlier = windows[(band - 1) % windows.count].view
            window.cropped(rows: 0..<kept.count, columns: 0..<plan.width).copySamples(
                from: earlier.cropped(
                    rows: kept.lowerBound - last.lowerBound..<kept.upperBound - last.lowerBound,
                    columns: 0..<plan.width))
            next = kept.upperBound
        }
        try transfer.readRows(window, first: rows.lowerBound, from: next)
    }

    private func writeBand(_ band: Int) throws {
        let rows = plan.rows(ofBand: band)
        try transfer.writeRows(
            bands[band % bands.count].view.cropped(rows: 0..<rows.count * scale, columns: 0..<plan.width * scale),
            first: rows.lowerBound * scale)
    }

    // MARK: Tiles

    private func compute(_ tile: TilePlan.Tile, ofBand band: Int, with executors: ExecutorCache) throws {
        let first = windowRows(ofBand: band).lowerBound
        let padded = windows[band % windows.count].view.cropped(
            rows: tile.paddedRows.lowerBound - first..<tile.paddedRows.upperBound - first,
            columns: tile.paddedColumns)
        let core = bands[band % bands.count].view.cropped(
            rows: 0..<tile.rows.count * scale,
            columns: tile.columns.lowerBound * scale..<tile.columns.upperBound * scale)
        let top = (tile.rows.lowerBound - tile.paddedRows.lowerBound) * scale
        let left = (tile.columns.lowerBound - tile.paddedColumns.lowerBound) * scale
        let inCore = (top..<top + core.height, left..<left + core.width)

        let colours = transfer.colours
        let restored = core.channels(from: 0, count: colours)
        let runner = executors.runner(
            network: network, plan: plan, usesEnsemble: transfer.settings.selfEnsemble)
        func result(of input: PlanarView) -> PlanarView {
            runner.run(input, noiseLevel: transfer.noiseLevel).cropped(rows: inCore.0, columns: inCore.1)
        }
        let input = transfer.networkInput(padded)
        if network.inputChannels == colours {
            restored.copySamples(from: result(of: input))
        } else if colours == 1 {
            restored.average(of: result(of: input))
        } else {
            for c in 0..<colours {
                restored.channels(from: c, count: 1).copySamples(from: result(of: input.channels(from: c, count: 1)))
            }
        }
        var original: PlanarImage?
        if transfer.needsOriginal {
            // As many samples of context as the bicubic kernel reaches lie in the halo.
            let originals = PlanarImage(
                channels: padded.channels, height: padded.height * scale, width: padded.width * scale)
            if scale == 1 {
                originals.view.copySamples(from: padded)
            } else {
                BicubicUpsampling(factor: scale).apply(padded, to: originals.view)
            }
            original = originals
        }
        try transfer.finish(
            core, original: original?.view.cropped(rows: inCore.0, columns: inCore.1),
            row: tile.rows.lowerBound * scale, column: tile.columns.lowerBound * scale)
    }
}
