import Kernels
import Networks
import Tensors
import Workers

/// Streams the rows of one picture through a network.
///
/// While a chunk of rows is computed, all idle workers sharing the columns of every step, the next rows are read and
/// the last results finished and written, as tasks beside it. Contract: these touch different buffers (reading fills
/// the other window, finishing drains the other band), and all have ended before the next chunk begins.
final class RowPass: @unchecked Sendable {
    private let transfer: PictureTransfer
    private let plan: RowPlan
    private let network: Network
    private let scale: Int
    private var windows: [PlanarImage] = []
    private var bands: [PlanarImage] = []
    /// The network's result in three channels, for a grey picture and a colour network.
    private var threefold: PlanarImage?
    private var originals: Originals?

    init(_ transfer: PictureTransfer, plan: RowPlan) {
        self.transfer = transfer
        self.plan = plan
        network = transfer.model.network
        scale = network.scale
    }

    func run(on worker: Worker) throws {
        let executor = worker.executors(ofWorker: worker.index).streaming(
            network: network, plan: plan, workers: worker.workerCount)
        let rows = executor.rowCounts
        let chunks = 0..<rows.chunkCount
        let sizes = RowSizes(rows)
        for _ in 0..<min(2, chunks.count) {
            windows.append(PlanarImage(channels: transfer.channels, height: sizes.windowRows, width: plan.width))
            bands.append(
                PlanarImage(channels: transfer.channels, height: sizes.bandRows, width: plan.width * scale))
        }
        if network.inputChannels > transfer.colours {
            threefold = PlanarImage(channels: network.outputChannels, height: sizes.bandRows, width: plan.width * scale)
        }
        if transfer.needsOriginal {
            originals = Originals(
                rows: sizes.originalRows, bandRows: sizes.bandRows, channels: transfer.channels, height: plan.height,
                width: plan.width, scale: scale)
        }
        transfer.perform { try self.read(rows.pictureRows(ofChunk: 0), chunk: 0) }
        for chunk in chunks {
            try transfer.throwFailure()
            originals?.append(
                window(chunk, rows.pictureRows(ofChunk: chunk)), keepingFrom: RowSizes.oldest(rows, chunk))
            worker.loop.forEach(
                2,
                beside: {
                    transfer.perform { compute(chunk, executor, on: worker) }
                },
                { [self] _, task in
                    transfer.perform {
                        switch task {
                        case 0 where chunk + 1 < chunks.count:
                            try read(rows.pictureRows(ofChunk: chunk + 1), chunk: chunk + 1)
                        case 1 where chunk > 0:
                            try write(rows.resultRows(ofChunk: chunk - 1), chunk: chunk - 1)
                        default: break
                        }
                    }
                })
        }
        transfer.perform { try write(rows.resultRows(ofChunk: chunks.count - 1), chunk: chunks.count - 1) }
        try transfer.throwFailure()
    }

    private func window(_ chunk: Int, _ rows: Range<Int>) -> PlanarView {
        windows[chunk % windows.count].view.cropped(rows: 0..<rows.count, columns: 0..<plan.width)
    }

    private func band(_ chunk: Int, _ rows: Range<Int>) -> PlanarView {
        bands[chunk % bands.count].view.cropped(rows: 0..<rows.count, columns: 0..<plan.width * scale)
    }

    private func read(_ rows: Range<Int>, chunk: Int) throws {
        try transfer.readRows(window(chunk, rows), first: rows.lowerBound, from: rows.lowerBound)
    }

    private func compute(_ chunk: Int, _ executor: StreamingExecutor, on worker: Worker) {
        let rows = executor.rowCounts.resultRows(ofChunk: chunk)
        let restored = band(chunk, rows).channels(from: 0, count: transfer.colours)
        let output =
            threefold?.view.cropped(rows: 0..<rows.count, columns: 0..<plan.width * scale) ?? restored
        executor.run(
            chunk: chunk, input: transfer.networkInput(window(chunk, executor.rowCounts.pictureRows(ofChunk: chunk))),
            output: output, noiseLevel: transfer.noiseLevel, sharing: worker.loop)
        if threefold != nil { restored.average(of: output) }
    }

    private func write(_ rows: Range<Int>, chunk: Int) throws {
        guard !rows.isEmpty else { return }
        let band = band(chunk, rows)
        try transfer.finish(band, original: originals?.upscaled(rows), row: rows.lowerBound, column: 0)
        try transfer.writeRows(band, first: rows.lowerBound)
    }
}

/// The numbers of rows that a pass holds.
struct RowSizes {
    /// The rows of the picture that are read with a chunk.
    var windowRows = 0
    /// The rows of the result that are written with it.
    var bandRows = 0
    /// The rows of the picture from those whose results are not written yet to the newest.
    var originalRows = 0

    init(_ rows: RowCounts) {
        for chunk in 0..<rows.chunkCount {
            windowRows = max(windowRows, rows.pictureRows(ofChunk: chunk).count)
            bandRows = max(bandRows, rows.resultRows(ofChunk: chunk).count)
            originalRows = max(
                originalRows, rows.pictureRows(ofChunk: chunk).upperBound - Self.oldest(rows, chunk))
        }
    }

    /// Returns the first row of the picture that is still needed while a chunk is computed: the last one's results are
    /// written.
    static func oldest(_ rows: RowCounts, _ chunk: Int) -> Int {
        chunk == 0
            ? 0 : max(0, rows.resultRows(ofChunk: chunk - 1).lowerBound / rows.scale - BicubicUpsampling.radius)
    }
}
