import Files
import Imaging
import Reports
import Restoration
import SystemPackage
import Tensors
import Workers

extension PictureRun {
    /// A picture as it was written to a temporary file: the third stage.
    struct RestoredPicture {
        var file: AtomicFile
        /// The notes of reading and of writing.
        var notes: [PictureNote]
        /// The number of times that each pixel was computed, 1 where nothing is computed twice.
        var workFactor: Double
        /// The harm that was found in it; nil where there is none, or the result is larger than the picture.
        var harm: Harm?
        /// The remarks of the safeguard.
        var remarks: [String] = []
    }

    /// Shares of what a method takes away, the next one where a result does harm.
    private static let shares: [Float] = [1, 0.5]

    /// Writes the picture restored, or where that does harm restored by half, or where that does too as it is; the
    /// remarks say so.
    func restore(
        _ opened: OpenedPicture, _ examined: ExaminedPicture, into record: inout PictureRecord, on worker: Worker,
        progress: @escaping @Sendable (Int) -> Void
    ) throws -> RestoredPicture {
        let (picture, info) = (opened.picture, opened.info)
        let outputPath = plan.outputPath(of: picture)
        try writing(outputPath) { try createFolders(at: outputPath.removingLastComponent()) }
        if examined.process is PassThrough {
            return try passThrough(picture, info: info, on: worker, progress: progress)
        }
        var isGrey = examined.seemsGrey && examined.process.scale == 1
        var remarks: [String] = []
        // Progress is told once.
        let silence: @Sendable (Int) -> Void = { _ in }
        for share in Self.shares {
            func attempt() throws -> RestoredPicture {
                try write(
                    picture, info: info, examined, share: share, asGrey: isGrey, on: worker,
                    progress: share == 1 ? progress : silence)
            }
            var written: RestoredPicture
            do { written = try attempt() } catch is GreyRowSource.HasColour {
                // Beyond its middle the picture has colour.
                isGrey = false
                written = try attempt()
            }
            written.remarks = remarks
            guard let harm = written.harm else { return written }
            written.file.discard()
            remarks.append(
                share == 1
                    ? "restored by half only, since in full \(harm)"
                    : "left as it was, since restored by half \(harm)")
        }
        record.method?.name = PassThrough.name
        var unchanged = try passThrough(picture, info: info, on: worker, progress: silence)
        unchanged.remarks = remarks
        return unchanged
    }

    private func write(
        _ picture: BatchPlan.Picture, info: PictureInfo, _ examined: ExaminedPicture, share: Float, asGrey: Bool,
        on worker: Worker, progress: @escaping @Sendable (Int) -> Void
    ) throws -> RestoredPicture {
        let settings = plan.request.settings
        let process = examined.process
        let outputPath = plan.outputPath(of: picture)
        let (width, height) = process.outputSize(width: info.width, height: info.height)
        let format = process.outputFormat(of: info.format)
        let channels = info.format.channelCount
        let held = process.heldBytes(width: info.width, height: info.height, channels: channels)
        let needed = held + (info.isWhole ? info.decodingBytes : 0)
        if held > 0 { try budget.check(needed, because: "the picture is worked on whole") }
        let reader = try PictureReader(path: picture.path, limits: limits, damaged: settings.damaged)
        let file = try writing(outputPath) { try AtomicFile(replacing: outputPath) }
        let writer = try writer(to: file, picture: picture, info: info, width: width, height: height, format: format)
        let sink = OutputErrorSink(writer, path: outputPath)
        var stored = picture.outputContainer.storedFormat(of: format)
        stored.hasAlpha = format.hasAlpha
        let spool = SampleSpool(folder: outputPath.removingLastComponent(), source: info.format, result: stored)
        let hasAlpha = info.format.hasAlpha
        let source: any RowSource = asGrey ? GreyRowSource(reader, hasAlpha: hasAlpha) : reader
        let target = sharpening(
            into: asGrey ? TripledRowSink(sink, hasAlpha: hasAlpha) : sink, hasAlpha: format.hasAlpha)
        let safeguard =
            process.wantsSafeguard
            ? Safeguard(
                source, hasAlpha: hasAlpha, to: target, bounds: examined.bounds, share: share, spool: spool) : nil
        let guarding =
            (safeguard == nil ? 0 : Safeguard.byteCount(width: info.width, channels: channels))
            + (settings.sharpening == nil
                ? 0 : SharpeningRowSink.byteCount(width: width, channels: format.channelCount))
        let factor = try budget.withBytes(min(needed + guarding, budget.byteCount)) {
            do {
                return try process.process(
                    safeguard?.source ?? source, hasAlpha: hasAlpha, estimatedSigma: examined.estimatedSigma,
                    into: safeguard?.sink ?? target, spool: spool, on: worker, progress: progress,
                    isCancelled: { interruption.isRequested })
            } catch let error as FileError {
                // Rows are spilled in the output's folder.
                throw OutputFailure(underlying: error, path: outputPath)
            }
        }
        try writing(outputPath) { try writer.finish() }
        return RestoredPicture(
            file: file, notes: reader.notes + Self.notes(from: info.format, to: format) + writer.notes,
            workFactor: factor, harm: safeguard?.harm)
    }

    /// Writes the picture as it is: its bytes where nothing about them is to change, else its samples. Either way it is read
    /// to its end first, since a damaged picture is no success.
    private func passThrough(
        _ picture: BatchPlan.Picture, info: PictureInfo, on worker: Worker,
        progress: @escaping @Sendable (Int) -> Void
    ) throws -> RestoredPicture {
        let settings = plan.request.settings
        let outputPath = plan.outputPath(of: picture)
        let reader = try PictureReader(path: picture.path, limits: limits, damaged: settings.damaged)
        let file = try writing(outputPath) { try AtomicFile(replacing: outputPath) }
        let spool = SampleSpool(
            folder: outputPath.removingLastComponent(), source: info.format, result: info.format)
        func run(into sink: any RowSink) throws {
            _ = try budget.withBytes(info.isWhole ? info.decodingBytes : 0) {
                try PassThrough().process(
                    reader, hasAlpha: info.format.hasAlpha, estimatedSigma: nil, into: sink, spool: spool, on: worker,
                    progress: progress, isCancelled: { interruption.isRequested })
            }
        }
        if picture.outputContainer == info.container, settings.metadata == .all, settings.sharpening == nil {
            try run(
                into: NoRowSink(width: info.width, height: info.height, channels: info.format.channelCount))
            try writing(outputPath) { try file.copy(from: picture.path) }
            // What was turned or left out for the samples' sake stays in the bytes.
            return RestoredPicture(file: file, notes: reader.notes.filter(\.isAboutData), workFactor: 1)
        }
        let writer = try writer(
            to: file, picture: picture, info: info, width: info.width, height: info.height, format: info.format)
        let sink = OutputErrorSink(writer, path: outputPath)
        try run(into: sharpening(into: sink, hasAlpha: info.format.hasAlpha))
        try writing(outputPath) { try writer.finish() }
        return RestoredPicture(file: file, notes: reader.notes + writer.notes, workFactor: 1)
    }

    /// Returns a sink that sharpens what goes into `sink`, where that is asked for; else `sink`.
    private func sharpening(into sink: any RowSink, hasAlpha: Bool) -> any RowSink {
        guard let amount = plan.request.settings.sharpening else { return sink }
        return SharpeningRowSink(sink, hasAlpha: hasAlpha, amount: amount)
    }

    private func writer(
        to file: AtomicFile, picture: BatchPlan.Picture, info: PictureInfo, width: Int, height: Int,
        format: PixelFormat
    ) throws -> PictureWriter {
        let settings = plan.request.settings
        return try writing(file.target) {
            try PictureWriter(
                descriptor: file.descriptor, container: picture.outputContainer, width: width, height: height,
                format: format, quality: settings.quality, metadata: info.metadata, policy: settings.metadata,
                software: software)
        }
    }

    /// The notes on what the process left out of the picture.
    static func notes(from format: PixelFormat, to result: PixelFormat) -> [PictureNote] {
        (format.hasAlpha && !result.hasAlpha ? [.dropped("alpha", reason: "the result has none")] : [])
            + (format.bitDepth > result.bitDepth ? [.roundedTo8Bits] : [])
    }
}

/// Passes rows on and marks errors as the output side's.
private final class OutputErrorSink: RowSink {
    private let sink: any RowSink
    private let path: FilePath

    init(_ sink: any RowSink, path: FilePath) {
        self.sink = sink
        self.path = path
    }

    var width: Int { sink.width }
    var height: Int { sink.height }
    var channels: Int { sink.channels }

    func writeRows(from view: PlanarView) throws {
        do { try sink.writeRows(from: view) } catch {
            if let error = error as? PictureError, !error.isOutputFailure { throw error }
            throw PictureRun.OutputFailure(underlying: error, path: path)
        }
    }
}
