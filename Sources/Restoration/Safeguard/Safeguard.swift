public import Imaging
import Tensors

/// Stands between a restoring method and the picture, so that the method does no harm: it reads the picture through
/// `source`, writes its result to `sink`, and what goes out keeps within what the picture's noise explains.
///
/// Where the result has the picture's size, `ResidualLimiter` bounds what is taken away, `NeutralColours` keeps grey
/// grey, colours under fully transparent pixels stay as they are stored, and `PartJudge` judges all that goes out;
/// other results pass unchanged and unjudged. The result is the same to the bit for all ways in which rows are
/// streamed, as long as they come in order.
///
/// Memory: `byteCount(width:channels:)`, and the rows that the method has read and not written yet, up to 64 MiB beyond
/// which they are spilled to disk where there is a spool.
public final class Safeguard {
    /// The source that the method reads the picture from.
    public let source: any RowSource
    /// The sink that the method writes its result to.
    public let sink: any RowSink
    private let judge: PartJudge

    /// Creates a safeguard between a picture and where its result goes.
    ///
    /// - Parameters:
    ///   - source: the picture, its last channel alpha if `hasAlpha`.
    ///   - sink: takes the bounded result.
    ///   - bounds: the bounds of the picture; ``ResidualBounds/unknown`` where nothing is known of it.
    ///   - share: the share of what the method takes away, 0 to 1: less for a method that did harm.
    ///   - spool: takes the rows that memory does not hold.
    public convenience init(
        _ source: any RowSource, hasAlpha: Bool, to sink: any RowSink, bounds: ResidualBounds, share: Float = 1,
        spool: SampleSpool? = nil
    ) {
        self.init(
            source, hasAlpha: hasAlpha, to: sink, bounds: bounds, share: share, spool: spool, rowMemory: 64 << 20)
    }

    /// Creates a safeguard with another limit on rows in memory.
    ///
    /// - Parameter rowMemory: the bytes of rows on their way that stay in memory.
    package init(
        _ source: any RowSource, hasAlpha: Bool, to sink: any RowSink, bounds: ResidualBounds, share: Float,
        spool: SampleSpool?, rowMemory: Int
    ) {
        let colours = source.channels - (hasAlpha ? 1 : 0)
        judge = PartJudge(width: source.width, height: source.height, colours: colours, bounds: bounds)
        guard sink.width == source.width, sink.height == source.height, sink.channels == source.channels else {
            (self.source, self.sink) = (source, sink)
            return
        }
        let rows = OriginalRows(
            channels: source.channels, height: source.height, width: source.width, spool: spool,
            memoryLimit: rowMemory)
        self.source = KeepingRowSource(source, keepingIn: rows)
        self.sink = GuardedRowSink(
            sink, colours: colours, originals: rows, bounds: bounds, share: share, judge: judge)
    }

    /// Returns the bytes that a safeguard takes for pictures of this width, beside the rows on their way.
    public static func byteCount(width: Int, channels: Int) -> Int {
        ResidualLimiter.byteCount(width: width, channels: channels)
            + GuardedRowSink.byteCount(width: width, channels: channels)
    }

    /// The harm in what went out; nil where there is none. Valid when all rows were written.
    public var harm: Harm? { judge.harm }
}

/// A row sink that bounds a result row by row, and hands it on.
private final class GuardedRowSink: RowSink {
    private let sink: any RowSink
    private let colours: Int
    private let source: OriginalRows
    private let judge: PartJudge
    private let keepsNeutral: Bool
    private var limiter: ResidualLimiter
    /// The rows of the original, row y at y % 32, all channels.
    private let originals: PlanarImage
    /// The greatest difference of the original's channels, `[ring row][width]`.
    private let spreads: PlanarImage
    /// The rows that go out next, of which `bandRows` are there.
    private let band: PlanarImage
    private var bandRows = 0
    private var next = 0
    private static let bandHeight = 32

    init(
        _ sink: any RowSink, colours: Int, originals source: OriginalRows, bounds: ResidualBounds, share: Float,
        judge: PartJudge
    ) {
        self.sink = sink
        self.colours = colours
        self.source = source
        self.judge = judge
        keepsNeutral = colours == 3 && bounds.keepsNeutral
        originals = PlanarImage(channels: sink.channels, height: 32, width: sink.width)
        spreads = PlanarImage(channels: 1, height: 32, width: sink.width)
        band = PlanarImage(channels: sink.channels, height: Self.bandHeight, width: sink.width)
        limiter = ResidualLimiter(
            height: sink.height, width: sink.width, colours: colours, originals: originals, bounds: bounds,
            share: share)
    }

    static func byteCount(width: Int, channels: Int) -> Int {
        (bandHeight * channels + 32) * width * MemoryLayout<Float>.stride
    }

    var width: Int { sink.width }
    var height: Int { sink.height }
    var channels: Int { sink.channels }

    func writeRows(from view: PlanarView) throws {
        for y in 0..<view.height {
            let ring = ResidualLimiter.ringRow(next)
            try source.take(next, into: originals.view, at: ring)
            let original = originals.view.cropped(rows: ring..<ring + 1, columns: 0..<width)
            if keepsNeutral { NeutralColours.measure(original, to: spreads.view.row(0, ring)) }
            next += 1
            for row in limiter.add(view.cropped(rows: y..<y + 1, columns: 0..<width)) { try finish(row) }
        }
    }

    /// Bounds row `y` and hands it on.
    private func finish(_ y: Int) throws {
        let out = band.view.cropped(rows: bandRows..<bandRows + 1, columns: 0..<width)
        limiter.write(y, to: out)
        let ring = ResidualLimiter.ringRow(y)
        let original = originals.view.cropped(rows: ring..<ring + 1, columns: 0..<width)
        if keepsNeutral {
            NeutralColours.apply(
                to: out, original: original, above: spread(max(0, y - 1)), here: spread(y),
                below: spread(min(y + 1, height - 1)))
        }
        if channels > colours { carryAlpha(original, to: out) }
        judge.add(original: original, result: out)
        bandRows += 1
        if bandRows == Self.bandHeight || y == height - 1 {
            try sink.writeRows(from: band.view.cropped(rows: 0..<bandRows, columns: 0..<width))
            bandRows = 0
        }
    }

    private func spread(_ y: Int) -> UnsafePointer<Float> {
        UnsafePointer(spreads.view.row(0, ResidualLimiter.ringRow(y)))
    }

    /// Copies the original's alpha, and its colours where alpha is 0.
    private func carryAlpha(_ original: PlanarView, to out: PlanarView) {
        let alpha = original.row(colours, 0)
        out.row(colours, 0).update(from: alpha, count: width)
        for c in 0..<colours {
            let (target, stored) = (out.row(c, 0), original.row(c, 0))
            for x in 0..<width where alpha[x] == 0 { target[x] = stored[x] }
        }
    }
}
