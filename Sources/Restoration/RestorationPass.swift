import Imaging
import Kernels
import Networks
import Synchronization
import Tensors

/// One picture on its way through a network: windows of input rows, bands of output rows, tiles between them.
///
/// While the tiles of a band are computed, the next band's rows are read and the last band's written, as tasks beside
/// the tiles. Contract: tasks that run at the same time touch different buffers (reading fills the other window,
/// writing drains the other band, tiles write disjoint cores), and each loop of tasks ends before the next begins.
final class RestorationPass: @unchecked Sendable {
    private let model: Model
    private let settings: RestorationSettings
    private let source: any RowSource
    private let sink: any RowSink
    private let noiseLevel: Float
    private let plan: TilePlan
    private let byteCount: Int
    private let colours: Int
    private let hasAlpha: Bool
    private let scale: Int
    private var windows: [PlanarImage] = []
    private var bands: [PlanarImage] = []
    private let failure = Mutex<(any Error)?>(nil)
    private var input: ConstancyCheck
    private let output: Mutex<ConstancyCheck>
    private let progress: @Sendable (Int) -> Void
    private let isCancelled: @Sendable () -> Bool

    init(
        restorer: Restorer, source: any RowSource, hasAlpha: Bool, sink: any RowSink, noiseLevel: Float, sharers: Int,
        byteCount: Int, progress: @escaping @Sendable (Int) -> Void, isCancelled: @escaping @Sendable () -> Bool
    ) throws(RestorationError) {
        colours = source.channels - (hasAlpha ? 1 : 0)
        guard colours == 1 || colours == 3 else {
            throw .channels(found: source.channels, expected: hasAlpha ? "2 or 4" : "1 or 3")
        }
        model = restorer.model(forColourChannels: colours)
        let memory = PlanMemory(
            network: model.network, channels: source.channels, settings: restorer.settings)
        plan = try restorer.plan(
            height: source.height, width: source.width, memory: memory, sharers: sharers, byteCount: byteCount)
        self.byteCount = memory.byteCount(of: plan)
        settings = restorer.settings
        scale = model.network.scale
        input = ConstancyCheck(channels: colours)
        output = Mutex(ConstancyCheck(channels: colours))
        self.source = source
        self.sink = sink
        self.hasAlpha = hasAlpha
        self.noiseLevel = noiseLevel
        self.progress = progress
        self.isCancelled = isCancelled
    }

    func run(on worker: Worker) throws -> RestorationSummary {
        let bufferCount = min(2, plan.bandCount)
        let windowHeight = (0..<plan.bandCount).map { plan.paddedRows(ofBand: $0).count }.max() ?? 0
        for _ in 0..<bufferCount {
            windows.append(PlanarImage(channels: source.channels, height: windowHeight, width: plan.width))
            bands.append(
                PlanarImage(channels: source.channels, height: plan.coreHeight * scale, width: plan.width * scale))
        }
        perform { try self.readWindow(0) }
        for band in 0..<plan.bandCount {
            let tiles = plan.tiles(ofBand: band)
            worker.forEachTask(tiles.count + 2) { [self] worker, task in
                perform {
                    switch task {
                    case 0: if band + 1 < plan.bandCount { try readWindow(band + 1) }
                    case 1: if band > 0 { try writeBand(band - 1) }
                    default: try compute(tiles[task - 2], ofBand: band, on: worker)
                    }
                }
            }
            if let failure = failure.withLock({ $0 }) { throw failure }
        }
        try writeBand(plan.bandCount - 1)
        if let value = output.withLock({ $0.constantValue }), input.constantValue == nil {
            throw RestorationError.constantOutput(value: value)
        }
        return RestorationSummary(
            coreHeight: plan.coreHeight, coreWidth: plan.coreWidth, halo: plan.halo, workFactor: plan.workFactor,
            byteCount: byteCount)
    }

    /// Runs `body` unless something has failed; keeps the first error.
    private func perform(_ body: () throws -> Void) {
        guard failure.withLock({ $0 }) == nil else { return }
        do {
            if isCancelled() { throw RestorationError.cancelled }
            try body()
        } catch {
            failure.withLock { if $0 == nil { $0 = error } }
        }
    }

    // MARK: Rows

    /// Fills the window of a band: rows that the last window has are copied, further ones read, and those beyond the
    /// picture's last row or column (up to a multiple of the grid) reflected.
    private func readWindow(_ band: Int) throws {
        let rows = plan.paddedRows(ofBand: band)
        let window = windows[band % windows.count].view
        var next = rows.lowerBound
        if band > 0 {
            let last = plan.paddedRows(ofBand: band - 1)
            let kept = rows.lowerBound..<max(rows.lowerBound, min(rows.upperBound, last.upperBound))
            let earlier = windows[(band - 1) % windows.count].view
            window.cropped(rows: 0..<kept.count, columns: 0..<plan.width).copySamples(
                from: earlier.cropped(
                    rows: kept.lowerBound - last.lowerBound..<kept.upperBound - last.lowerBound,
                    columns: 0..<plan.width))
            next = kept.upperBound
        }
        let end = min(rows.upperBound, source.height)
        if next < end {
            let fresh = window.cropped(
                rows: next - rows.lowerBound..<end - rows.lowerBound, columns: 0..<source.width)
            try source.readRows(into: fresh)
            input.add(fresh)
            reflectColumns(of: window, rows: next - rows.lowerBound..<end - rows.lowerBound)
            next = end
        }
        for y in next..<max(next, rows.upperBound) {
            let mirror = reflected(y, count: source.height) - rows.lowerBound
            for c in 0..<window.channels {
                window.row(c, y - rows.lowerBound).update(from: window.row(c, mirror), count: plan.width)
            }
        }
    }

    private func reflectColumns(of window: PlanarView, rows: Range<Int>) {
        for c in 0..<window.channels {
            for y in rows {
                let row = window.row(c, y)
                for x in source.width..<plan.width { row[x] = row[reflected(x, count: source.width)] }
            }
        }
    }

    private func writeBand(_ band: Int) throws {
        let rows = plan.rows(ofBand: band)
        let count = min(rows.upperBound, source.height) - rows.lowerBound
        guard count > 0 else { return }
        try sink.writeRows(
            from: bands[band % bands.count].view.cropped(rows: 0..<count * scale, columns: 0..<source.width * scale))
    }

    // MARK: Tiles

    private func compute(_ tile: TilePlan.Tile, ofBand band: Int, on worker: Worker) throws {
        let windowRows = plan.paddedRows(ofBand: band)
        let padded = windows[band % windows.count].view.cropped(
            rows: tile.paddedRows.lowerBound - windowRows.lowerBound..<tile.paddedRows.upperBound
                - windowRows.lowerBound,
            columns: tile.paddedColumns)
        let core = bands[band % bands.count].view.cropped(
            rows: 0..<tile.rows.count * scale,
            columns: tile.columns.lowerBound * scale..<tile.columns.upperBound * scale)
        let top = (tile.rows.lowerBound - tile.paddedRows.lowerBound) * scale
        let left = (tile.columns.lowerBound - tile.paddedColumns.lowerBound) * scale
        let inCore = (top..<top + core.height, left..<left + core.width)

        let restored = core.channels(from: 0, count: colours)
        let colour = padded.channels(from: 0, count: colours)
        let runner = worker.executors.runner(
            network: model.network, plan: plan, usesEnsemble: settings.selfEnsemble)
        if model.network.inputChannels == colours {
            restored.copySamples(
                from: runner.run(colour, noiseLevel: noiseLevel).cropped(rows: inCore.0, columns: inCore.1))
        } else if colours == 1 {
            var thrice = colour
            thrice.channels = 3
            thrice.channelStride = 0
            restored.average(
                of: runner.run(thrice, noiseLevel: noiseLevel).cropped(rows: inCore.0, columns: inCore.1))
        } else {
            for c in 0..<colours {
                restored.channels(from: c, count: 1).copySamples(
                    from: runner.run(colour.channels(from: c, count: 1), noiseLevel: noiseLevel)
                        .cropped(rows: inCore.0, columns: inCore.1))
            }
        }
        if settings.strength < 1 || hasAlpha {
            // As many samples of context as the bicubic kernel reaches lie in the halo.
            let originals = PlanarImage(
                channels: padded.channels, height: padded.height * scale, width: padded.width * scale)
            if scale == 1 {
                originals.view.copySamples(from: padded)
            } else {
                BicubicUpsampling(factor: scale).apply(padded, to: originals.view)
            }
            let original = originals.view.cropped(rows: inCore.0, columns: inCore.1)
            if settings.strength < 1 {
                restored.blend(with: original.channels(from: 0, count: colours), share: settings.strength)
            }
            if hasAlpha {
                core.channels(from: colours, count: 1).copySamples(from: original.channels(from: colours, count: 1))
            }
        }
        try finish(restored, tile: tile)
    }

    private func finish(_ restored: PlanarView, tile: TilePlan.Tile) throws {
        guard restored.isFinite else {
            throw RestorationError.notFinite(x: tile.columns.lowerBound, y: tile.rows.lowerBound)
        }
        output.withLock { $0.add(restored) }
        let rows = min(tile.rows.upperBound, source.height) - tile.rows.lowerBound
        let columns = min(tile.columns.upperBound, source.width) - tile.columns.lowerBound
        progress(max(0, rows) * max(0, columns))
    }
}

/// Where row or column `index`, at or beyond `count`, is reflected to: the edge itself is not repeated.
func reflected(_ index: Int, count: Int) -> Int {
    if count == 1 { return 0 }
    let phase = index % (2 * (count - 1))
    return min(phase, 2 * (count - 1) - phase)
}
