import Imaging
import Kernels
import Networks
import Synchronization
import Tensors

/// The source and the sink of a pass, and the checks on the way: shared by the passes that stream rows and those that
/// cut tiles.
///
/// Contract: one task at a time reads, one writes; `finish` may run for several parts at once.
final class PictureTransfer: @unchecked Sendable {
    let model: Model
    let settings: RestorationSettings
    let noiseLevel: Float
    /// The sides of the picture with what is mirrored behind its last rows and columns, multiples of the network's
    /// grid.
    let paddedHeight: Int
    let paddedWidth: Int
    let colours: Int
    let hasAlpha: Bool
    let channels: Int
    let source: any RowSource
    let sink: any RowSink
    private let failure = Mutex<(any Error)?>(nil)
    private let constancy: Constancy
    let progress: @Sendable (Int) -> Void
    private let isCancelled: @Sendable () -> Bool

    /// Creates the transfer of a whole picture.
    ///
    /// - Throws: `RestorationError.channels`.
    init(
        restorer: Restorer, source: any RowSource, hasAlpha: Bool, sink: any RowSink, noiseLevel: Float,
        progress: @escaping @Sendable (Int) -> Void, isCancelled: @escaping @Sendable () -> Bool
    ) throws(RestorationError) {
        channels = source.channels
        colours = source.channels - (hasAlpha ? 1 : 0)
        guard colours == 1 || colours == 3 else {
            throw .channels(found: source.channels, expected: hasAlpha ? "2 or 4" : "1 or 3")
        }
        model = restorer.model(forColourChannels: colours)
        settings = restorer.settings
        let grid = model.network.grid
        paddedHeight = (source.height + grid - 1) / grid * grid
        paddedWidth = (source.width + grid - 1) / grid * grid
        constancy = Constancy(channels: colours)
        self.source = source
        self.sink = sink
        self.hasAlpha = hasAlpha
        self.noiseLevel = noiseLevel
        self.progress = progress
        self.isCancelled = isCancelled
    }

    /// Creates the transfer of some columns of a picture; the checks of the whole picture run over all its parts
    /// together.
    ///
    /// - Parameter source: the columns, those of the original that `whole` reads, with its colours under transparent
    ///   pixels.
    init(
        partOf whole: PictureTransfer, source: any RowSource, sink: any RowSink,
        progress: @escaping @Sendable (Int) -> Void
    ) {
        model = whole.model
        settings = whole.settings
        noiseLevel = whole.noiseLevel
        colours = whole.colours
        hasAlpha = whole.hasAlpha
        channels = whole.channels
        let grid = whole.model.network.grid
        paddedHeight = (source.height + grid - 1) / grid * grid
        paddedWidth = (source.width + grid - 1) / grid * grid
        constancy = whole.constancy
        self.source = source
        self.sink = sink
        self.progress = progress
        isCancelled = whole.isCancelled
    }

    var scale: Int { model.network.scale }
    var height: Int { source.height }
    var width: Int { source.width }
    /// True where `finish` needs the original's samples.
    var needsOriginal: Bool { settings.usesOriginal || hasAlpha }

    // MARK: Failing

    /// Runs `body` unless something has failed; keeps the first error.
    func perform(_ body: () throws -> Void) {
        guard failure.withLock({ $0 }) == nil else { return }
        do {
            if isCancelled() { throw RestorationError.cancelled }
            try body()
        } catch {
            failure.withLock { if $0 == nil { $0 = error } }
        }
    }

    /// Throws where something has failed.
    ///
    /// - Throws: the first error of a body that was performed.
    func throwFailure() throws {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    /// Checks that the result is not constant where the original is not.
    ///
    /// - Throws: `RestorationError.constantOutput`; called when all is written.
    func checkConstancy() throws(RestorationError) {
        if let value = constancy.unexpectedValue { throw .constantOutput(value: value) }
    }

    // MARK: Rows

    /// Fills the rows from `row` on of `window`, which begins at row `first` of the padded picture, up to its end: rows
    /// of the picture are read, and those beyond its last row or column are mirrored. What is mirrored lies in the
    /// window.
    func readRows(_ window: PlanarView, first: Int, from row: Int) throws {
        try source.readRows(paddedInto: window, first: first, from: row) { constancy.addOriginal($0) }
    }

    /// Writes the rows of `band`, which begins at row `first` of the padded result, as far as they lie within the
    /// result.
    func writeRows(_ band: PlanarView, first: Int) throws {
        let count = min(first + band.height, source.height * scale) - first
        guard count > 0 else { return }
        try sink.writeRows(from: band.cropped(rows: 0..<count, columns: 0..<source.width * scale))
    }

    // MARK: Samples

    /// Turns the network's result into samples of the output: strength, alpha, checks.
    ///
    /// - Parameters:
    ///   - part: `[channels, ...]`, its colours restored; rows `row` and those that follow, columns `column` and those
    ///     that follow, of the padded result.
    ///   - original: the same part of the original, upscaled where the model upscales; nil where it is not needed.
    func finish(_ part: PlanarView, original: PlanarView?, row: Int, column: Int) throws(RestorationError) {
        let restored = part.channels(from: 0, count: colours)
        if let original {
            restored.blend(with: original.channels(from: 0, count: colours), settings)
            if hasAlpha {
                part.channels(from: colours, count: 1).copySamples(from: original.channels(from: colours, count: 1))
            }
        }
        guard restored.isFinite else { throw .notFinite(x: column / scale, y: row / scale) }
        constancy.addResult(restored)
        let rows = min(row + part.height, source.height * scale) - row
        let columns = min(column + part.width, source.width * scale) - column
        progress(max(0, rows) * max(0, columns) / (scale * scale))
    }

    /// Returns the colours of a part of the picture as the network takes them: for a grey picture and a colour network,
    /// three times the same channel.
    func networkInput(_ part: PlanarView) -> PlanarView {
        var colour = part.channels(from: 0, count: colours)
        if colours == 1, model.network.inputChannels == 3 {
            colour.channels = 3
            colour.channelStride = 0
        }
        return colour
    }
}

extension RowSource {
    /// Fills the rows from `row` on of `window`, which begins at row `first` of a picture padded to the right and below,
    /// up to its end: rows of the picture are read and handed to `look`, and those beyond its last row or column are
    /// mirrored. What is mirrored lies in the window.
    func readRows(
        paddedInto window: PlanarView, first: Int, from row: Int, look: (PlanarView) -> Void = { _ in }
    ) throws {
        var next = row
        let end = min(first + window.height, height)
        if next < end {
            let fresh = window.cropped(rows: next - first..<end - first, columns: 0..<width)
            try readRows(into: fresh)
            look(fresh)
            for c in 0..<window.channels {
                for y in next - first..<end - first {
                    let row = window.row(c, y)
                    for x in width..<window.width { row[x] = row[reflected(x, count: width)] }
                }
            }
            next = end
        }
        for y in next..<max(next, first + window.height) {
            let mirror = reflected(y, count: height) - first
            for c in 0..<window.channels {
                window.row(c, y - first).update(from: window.row(c, mirror), count: window.width)
            }
        }
    }
}

/// Returns the least multiple of `step` that is `length` or more.
func roundedUp(_ length: Int, to step: Int) -> Int { (length + step - 1) / step * step }

/// Returns the index within `count` that row or column `index`, 0 or more, is reflected to: the edge itself is not
/// repeated, and what lies within stays.
func reflected(_ index: Int, count: Int) -> Int {
    if count == 1 { return 0 }
    let phase = index % (2 * (count - 1))
    return min(phase, 2 * (count - 1) - phase)
}
