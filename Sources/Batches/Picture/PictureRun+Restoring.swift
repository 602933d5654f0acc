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
        /// The digest of the input's bytes, where these are the output's.
        var copiedSHA256: SHA256Digest?
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
        let outputPath = plan.outputPath(of: opened.picture)
        try writing(outputPath) { try createFolders(at: outputPath.removingLastComponent()) }
        if examined.process is PassThrough { return try passThrough(opened, on: worker, progress: progress) }
        var isGrey = examined.seemsGrey && examined.process.scale == 1
        var remarks: [String] = []
        // Progress is told once.
        let silence: @Sendable (Int) -> Void = { _ in }
        for share in Self.shares {
            func attempt() throws -> RestoredPicture {
                try write(
                    opened, examined, share: share, asGrey: isGrey, on: worker,
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
        var unchanged = try passThrough(opened, on: worker, progress: silence)
        unchanged.remarks = remarks
        return unchanged
    }

    private func write(
        _ opened: OpenedPicture, _ examined: ExaminedPicture, share: Float, asGrey: Bool, on worker: Worker,
        progress: @escaping @Sendable (Int) -> Void
    ) throws -> RestoredPicture {
        let (picture, info) = (opened.picture, opened.info)
        let process = examined.process
        let outputPath = plan.outputPath(of: picture)
        let (width, height) = process.outputSize(width: info.width, height: info.height)
        let format = process.outputFormat(of: info.format)
        let channels = info.format.channelCount
        let encoding = picture.outputContainer.encodingBytes(width: width, height: height)
        let held = process.heldBytes(width: info.width, height: info.height, channels: channels) + encoding
        if held > 0 {
            try budget.check(
                held + (info.isWhole ? info.decodingBytes : 0),
                because: encoding > 0
                    ? "\(picture.outputContainer.name) is encoded whole" : "the picture is worked on whole")
        }
        let file = try writing(outputPath) { try AtomicFile(replacing: outputPath) }
        let writer = try writer(to: file, picture: picture, info: info, width: width, height: height, format: format)
        let sink = OutputErrorSink(writer, path: outputPath)
        var stored = picture.outputContainer.storedFormat(of: format)
        stored.hasAlpha = format.hasAlpha
        let spool = SampleSpool(folder: outputPath.removingLastComponent(), source: info.format, result: stored)
        let hasAlpha = info.format.hasAlpha
        let target = sharpening(
            into: asGrey ? TripledRowSink(sink, hasAlpha: hasAlpha) : sink, hasAlpha: format.hasAlpha)
        let guarding =
            (process.wantsSafeguard ? Safeguard.byteCount(width: info.width, channels: channels) : 0)
            + (plan.request.settings.sharpening == nil
                ? 0 : SharpeningRowSink.byteCount(width: width, channels: format.channelCount))
        let taken = held + guarding + opened.preparationBytes
        let (factor, harm, notes) = try opened.input.read(taking: taken, on: worker) { reader in
            let source = opened.prepared(
                asGrey ? GreyRowSource(reader, hasAlpha: hasAlpha) : reader, hasAlpha: hasAlpha)
            let safeguard =
                process.wantsSafeguard
                ? Safeguard(
                    source, hasAlpha: hasAlpha, to: target, bounds: examined.bounds, share: share, spool: spool) : nil
            do {
                let factor = try process.process(
                    safeguard?.source ?? source, hasAlpha: hasAlpha, estimatedSigma: examined.estimatedSigma,
                    into: safeguard?.sink ?? target, spool: spool, on: worker, progress: progress,
                    isCancelled: { interruption.isRequested })
                return (factor, safeguard?.harm, reader.notes)
            } catch let error as FileError {
                // Rows are spilled in the output's folder.
                throw OutputFailure(underlying: error, path: outputPath)
            }
        }
        try writing(outputPath) { try writer.finish() }
        return RestoredPicture(
            file: file,
            notes: notes + Self.notes(on: opened)
                + Self.notes(from: info.format, to: format) + writer.notes,
            workFactor: factor, harm: harm)
    }

    /// Writes the picture as it is: its bytes where nothing about them is to change, else its samples. Either way it is read
    /// to its end first, since a damaged picture is no success.
    private func passThrough(
        _ opened: OpenedPicture, on worker: Worker, progress: @escaping @Sendable (Int) -> Void
    ) throws -> RestoredPicture {
        let (picture, info) = (opened.picture, opened.info)
        let outputPath = plan.outputPath(of: picture)
        let file = try writing(outputPath) { try AtomicFile(replacing: outputPath) }
        let spool = SampleSpool(
            folder: outputPath.removingLastComponent(), source: info.format, result: info.format)
        /// Returns the notes of reading.
        func run(into sink: any RowSink, encoding: Int = 0) throws -> [PictureNote] {
            if encoding > 0 { try budget.check(encoding, because: "\(picture.outputContainer.name) is encoded whole") }
            let taken = encoding + opened.preparationBytes
            return try opened.input.read(taking: taken, on: worker) { reader in
                _ = try PassThrough().process(
                    opened.prepared(reader, hasAlpha: info.format.hasAlpha), hasAlpha: info.format.hasAlpha,
                    estimatedSigma: nil, into: sink, spool: spool, on: worker,
                    progress: progress, isCancelled: { interruption.isRequested })
                return reader.notes
            }
        }
        if picture.outputContainer == info.container, picture.decoder == nil, plan.request.settings.keepsBytes,
            !opened.isPrepared
        {
            let notes = try run(
                into: NoRowSink(width: info.width, height: info.height, channels: info.format.channelCount))
            let digest = try writing(outputPath) { try file.copy(from: picture.path) }
            // What was turned or left out for the samples' sake stays in the bytes.
            return RestoredPicture(
                file: file, notes: notes.filter(\.isAboutData), workFactor: 1, copiedSHA256: digest)
        }
        let writer = try writer(
            to: file, picture: picture, info: info, width: info.width, height: info.height, format: info.format)
        let sink = OutputErrorSink(writer, path: outputPath)
        let notes = try run(
            into: sharpening(into: sink, hasAlpha: info.format.hasAlpha),
            encoding: picture.outputContainer.encodingBytes(width: info.width, height: info.height))
        try writing(outputPath) { try writer.finish() }
        return RestoredPicture(
            file: file, notes: notes + Self.notes(on: opened) + writer.notes,
            workFactor: 1)
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
                format: format, quality: settings.quality, tiffCompression: settings.tiffCompression ?? .deflate,
                webpCompression: settings.webpCompression, metadata: info.metadata, policy: settings.metadata,
                software: software)
        }
    }

    /// The notes on a format that is not written.
    private static func notes(on opened: OpenedPicture) -> [PictureNote] {
        let (container, output) = (opened.info.container, opened.picture.outputContainer)
        if let decoder = opened.picture.decoder {
            return [
                .remark(
                    layer: decoder.kind.rawValue,
                    message: "decoded by '\(PathText.printable(decoder.program))'; the output is \(output.name)")
            ] + (opened.input.decoded?.notes ?? [])
        }
        return container.isWritten
            ? [] : [.remark(layer: container.name, message: "only read; the output is \(output.name)")]
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
