import Imaging
import Kernels
import Networks
import Synchronization
import Tensors
import Workers

/// Streams one picture through a network strip of columns by strip.
///
/// While the first strip is streamed, the picture's rows are read, and its other columns are spilled to disk; while the
/// last one is, the results of the others are read back, and whole rows are written. So reading and writing pictures
/// happens beside computing, as in the pass of rows that each strip takes.
final class StripPass {
    private let transfer: PictureTransfer
    private let plan: StripPlan
    private let spool: SampleSpool

    init(_ transfer: PictureTransfer, plan: StripPlan, spool: SampleSpool) {
        self.transfer = transfer
        self.plan = plan
        self.spool = spool
    }

    /// Restores the picture strip by strip.
    ///
    /// - Throws: `RestorationError`, `FileError` where rows cannot be spilled to disk, and whatever source and sink
    ///   throw.
    func run(on worker: Worker) throws {
        let (height, width, scale) = (transfer.height, transfer.width, transfer.scale)
        let strips = plan.strips
        let source = try spool.sourceFile(channels: transfer.channels, height: height, width: width)
        let result = try spool.resultFile(channels: transfer.channels, height: height * scale, width: width * scale)
        let progress = StripProgress(
            pixels: height * width,
            computedPixels: strips.reduce(0) { $0 + height * $1.paddedColumns.clamped(to: 0..<width).count },
            report: transfer.progress)
        for (index, strip) in strips.enumerated() {
            // What mirrors the picture's last columns is made by the strip's own pass.
            let padded = strip.paddedColumns.clamped(to: 0..<width)
            let core = strip.columns.clamped(to: 0..<width)
            let part = PictureTransfer(
                partOf: transfer,
                source: StripSource(
                    columns: padded, height: height, file: source,
                    arriving: index == 0 ? transfer.source : nil),
                sink: StripSink(
                    columns: core.lowerBound * scale..<core.upperBound * scale,
                    skipping: (core.lowerBound - padded.lowerBound) * scale, width: padded.count * scale, file: result,
                    leaving: index == strips.count - 1 ? transfer.sink : nil, height: height * scale,
                    channels: transfer.channels),
                progress: { progress.add($0) })
            guard
                let rows = RowPlan(
                    height: part.paddedHeight, width: part.paddedWidth,
                    memory: MemoryNeeds(
                        network: transfer.model.network, channels: transfer.channels, settings: transfer.settings),
                    workers: worker.workerCount, byteCount: plan.stripByteCount)
            else { throw RestorationError.memory(needed: plan.byteCount, limit: plan.stripByteCount) }
            do { try RowPass(part, plan: rows).run(on: worker) } catch RestorationError.notFinite(let x, let y) {
                throw RestorationError.notFinite(x: padded.lowerBound + x, y: y)
            }
        }
    }
}

/// Converts pixels computed, those of the halo too, to pixels of the picture.
private final class StripProgress: Sendable {
    private let pixels: Int
    private let computedPixels: Int
    private let report: @Sendable (Int) -> Void
    private let done = Mutex((computed: 0, reported: 0))

    init(pixels: Int, computedPixels: Int, report: @escaping @Sendable (Int) -> Void) {
        self.pixels = pixels
        self.computedPixels = computedPixels
        self.report = report
    }

    func add(_ count: Int) {
        let fresh = done.withLock { done in
            done.computed += count
            let share = Double(done.computed) / Double(computedPixels)
            let total = done.computed >= computedPixels ? pixels : Int(Double(pixels) * share)
            defer { done.reported = total }
            return total - done.reported
        }
        if fresh > 0 { report(fresh) }
    }
}

/// A row source of some columns of a picture: of rows that arrive, all of which are spilled to disk, or of those that
/// were.
private final class StripSource: RowSource {
    private let columns: Range<Int>
    private let file: SampleFile
    private let arriving: (any RowSource)?
    private let fullRows: PlanarImage?
    private var next = 0

    let height: Int
    let channels: Int
    var width: Int { columns.count }

    init(columns: Range<Int>, height: Int, file: SampleFile, arriving: (any RowSource)?) {
        self.columns = columns
        self.height = height
        self.file = file
        self.arriving = arriving
        channels = file.channels
        fullRows = arriving.map {
            PlanarImage(
                channels: $0.channels, height: min(height, StripPlan.fullRowCapacity(width: $0.width)), width: $0.width)
        }
    }

    func readRows(into view: PlanarView) throws {
        guard let arriving, let fullRows else {
            try file.read(into: view, row: next, column: columns.lowerBound)
            next += view.height
            return
        }
        var done = 0
        while done < view.height {
            let count = min(fullRows.height, view.height - done)
            let rows = fullRows.view.cropped(rows: 0..<count, columns: 0..<arriving.width)
            try arriving.readRows(into: rows)
            try file.write(rows, row: next, column: 0)
            view.cropped(rows: done..<done + count, columns: 0..<width)
                .copySamples(from: rows.cropped(rows: 0..<count, columns: columns))
            done += count
            next += count
        }
    }
}

/// A row sink for a strip with its halo: spills the core to disk, or joins it with what was spilled to whole rows that
/// leave.
private final class StripSink: RowSink {
    private let columns: Range<Int>
    private let skipped: Int
    private let file: SampleFile
    private let leaving: (any RowSink)?
    private let fullRows: PlanarImage?
    private var next = 0

    let width: Int
    let height: Int
    let channels: Int

    /// - Parameters:
    ///   - columns: the columns of the result that the strip owns.
    ///   - skipped: the columns of the halo before them.
    ///   - width: the width of the rows that come, the halo included.
    init(
        columns: Range<Int>, skipping skipped: Int, width: Int, file: SampleFile, leaving: (any RowSink)?, height: Int,
        channels: Int
    ) {
        self.columns = columns
        self.skipped = skipped
        self.width = width
        self.file = file
        self.leaving = leaving
        self.height = height
        self.channels = channels
        fullRows = leaving.map {
            PlanarImage(
                channels: channels, height: min(height, StripPlan.fullRowCapacity(width: $0.width)), width: $0.width)
        }
    }

    func writeRows(from view: PlanarView) throws {
        let core = view.cropped(rows: 0..<view.height, columns: skipped..<skipped + columns.count)
        guard let leaving, let fullRows else {
            try file.write(core, row: next, column: columns.lowerBound)
            next += view.height
            return
        }
        var done = 0
        while done < view.height {
            let count = min(fullRows.height, view.height - done)
            let rows = fullRows.view.cropped(rows: 0..<count, columns: 0..<leaving.width)
            // The last strip: all other columns lie before it.
            try file.read(
                into: rows.cropped(rows: 0..<count, columns: 0..<columns.lowerBound), row: next, column: 0)
            rows.cropped(rows: 0..<count, columns: columns)
                .copySamples(from: core.cropped(rows: done..<done + count, columns: 0..<columns.count))
            try leaving.writeRows(from: rows)
            done += count
            next += count
        }
    }
}
