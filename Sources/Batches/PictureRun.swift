import Files
import Imaging
import Quality
import Reports
import Restoration
import SystemPackage
import Tensors

/// Takes one picture from its file to its output and into the ledger.
struct PictureRun: Sendable {
    let plan: BatchPlan
    /// Nil where no picture is to be restored.
    let process: (any PictureProcess)?
    let model: BatchModel
    let settings: SHA256Digest
    let ledger: Ledger
    let maximumPixels: Int
    let budget: MemoryBudget
    let software: String
    let interruption: Interruption

    /// An error of the side that is written to: a full disk, a folder without rights.
    struct OutputFailure: Error, CustomStringConvertible {
        var underlying: any Error
        var path: FilePath

        var description: String {
            // A file error names its path, a picture error knows none.
            underlying is FileError ? "\(underlying)" : "writing \"\(path.printed)\": \(underlying)"
        }
    }

    /// - Parameters:
    ///   - begin: called with the picture's pixels once they are known.
    /// - Returns: the record, and whether the output side failed; nil where the run was interrupted meanwhile.
    func run(
        _ picture: BatchPlan.Picture, on worker: Worker, begin: (Int) -> Void,
        progress: @escaping @Sendable (Int) -> Void, warn: (String) -> Void
    ) -> (record: PictureRecord, isOutputSide: Bool)? {
        var record = PictureRecord(input: picture.name, outcome: .failed)
        record.model = model.name
        record.modelSHA256 = model.sha256
        record.settingsHash = settings.hex
        guard let process else { return nil }
        do {
            try restore(picture, by: process, into: &record, on: worker, begin: begin, progress: progress, warn: warn)
            return (record, false)
        } catch {
            if interruption.isRequested { return nil }
            record.outcome = .failed
            record.output = nil
            record.error = "\(error)"
            return (record, error is OutputFailure)
        }
    }

    private func restore(
        _ picture: BatchPlan.Picture, by process: any PictureProcess, into record: inout PictureRecord,
        on worker: Worker, begin: (Int) -> Void, progress: @escaping @Sendable (Int) -> Void, warn: (String) -> Void
    ) throws {
        let request = plan.request
        var process = process.process(forPicture: picture.name)
        let limits = PictureLimits(maximumPixels: maximumPixels, maximumBytes: budget.byteCount)
        let clock = ContinuousClock()
        let start = clock.now
        let reader = try PictureReader(path: picture.path, limits: limits, damaged: request.settings.damaged)
        let info = reader.info
        begin(info.width * info.height)
        record.inputWidth = info.width
        record.inputHeight = info.height
        var noise: NoiseEstimate?
        var reason: String?
        if process.wantsAdvice {
            let advice = try withMiddleRows(of: picture, info: info, limits: limits) { image in
                let estimate = NoiseEstimate(of: image)
                noise = estimate
                return try Advice(of: image, noise: estimate, info: info)
            }
            if let choice = process.choice(for: advice) {
                process = try choice.process()
                (record.model, record.modelSHA256) = (choice.model, choice.sha256)
                reason = "\(choice.model) for \(advice.reason)"
            }
        }
        if process.wantsNoiseEstimate, noise == nil {
            noise = try withMiddleRows(of: picture, info: info, limits: limits) { NoiseEstimate(of: $0) }
        }
        let estimate = process.wantsNoiseEstimate ? noise.map { Float($0.sigma) } : nil
        record.noiseLevel = estimate.map { Double($0) * 255 }

        let outputPath = plan.outputPath(of: picture)
        let (width, height) = process.outputSize(width: info.width, height: info.height)
        let format = process.outputFormat(of: info.format)
        let held = process.heldBytes(width: info.width, height: info.height, channels: info.format.channelCount)
        let needed = held + (info.isWhole ? info.decodingBytes : 0)
        if held > 0 { try budget.check(needed, because: "the picture is worked on whole") }
        let file = try writing(outputPath) {
            try createFolders(at: outputPath.removingLastComponent())
            return try AtomicFile(replacing: outputPath)
        }
        defer { file.discard() }
        let writer = try writing(outputPath) {
            try PictureWriter(
                descriptor: file.descriptor, container: picture.outputContainer, width: width, height: height,
                format: format, quality: request.settings.quality, metadata: info.metadata,
                policy: request.settings.metadata, software: software)
        }
        let sink = MarkingSink(writer, path: outputPath)
        var stored = picture.outputContainer.storedFormat(of: format)
        stored.hasAlpha = format.hasAlpha
        let spool = SampleSpool(folder: outputPath.removingLastComponent(), source: info.format, result: stored)
        let factor = try budget.withBytes(needed) {
            do {
                return try process.process(
                    reader, hasAlpha: info.format.hasAlpha, estimatedSigma: estimate, into: sink, spool: spool,
                    on: worker, progress: progress, isCancelled: { interruption.isRequested })
            } catch let error as FileError {
                // Rows are laid aside in the output's folder.
                throw OutputFailure(underlying: error, path: outputPath)
            }
        }
        if factor > 2, request.settings.restoration.tileSize > 0 {
            let times = (factor * 10).rounded() / 10
            warn(
                "tiles of this size multiply the work by \(times), for the context that each has to read; -t 0 is best")
        }
        let stamp = try writing(outputPath) {
            try writer.finish()
            return try file.flush()
        }
        let seconds = start.duration(to: clock.now).seconds
        guard try FileStamp(of: picture.path) == picture.stamp else { throw InputChanged() }

        record.seconds = seconds
        record.megapixelsPerSecond = seconds > 0 ? Double(info.width * info.height) / 1e6 / seconds : nil
        record.notes =
            [reason].compactMap(\.self)
            + Self.distinct(reader.notes + Self.notes(from: info.format, to: format) + writer.notes)
        record.outputWidth = width
        record.outputHeight = height
        record.output = picture.output
        record.outcome = .restored
        measure(picture, output: file.temporary, scale: process.scale, into: &record)
        if request.reviewsResults, process.scale == 1 {
            try review(
                picture, output: file.temporary, info: info, noise: noise, process: process, on: worker, limits: limits,
                into: &record)
        }
        let reference = try comparedReference(of: picture, record)
        let entry = LedgerEntry(
            output: picture.output, outputStamp: stamp,
            outputSHA256: try writing(outputPath) { try SHA256Digest(ofFile: file.temporary) },
            input: picture.path.resolved(), inputStamp: picture.stamp,
            inputSHA256: try SHA256Digest(ofFile: picture.path), settings: settings, model: model.sha256,
            reference: reference?.path, referenceStamp: reference?.stamp, record: record)
        if interruption.isRequested { throw RestorationError.cancelled }
        // The line first: an output without one would look like somebody else's to the next run.
        try writing(outputPath) {
            try ledger.append(entry)
            try file.commit()
        }
    }

    /// Measures a picture that an earlier run restored, against a reference that its ledger line does not know.
    ///
    /// - Returns: the record, with its figures in the ledger too; nil where the run was interrupted.
    func measure(_ picture: BatchPlan.Picture, restoredBy entry: LedgerEntry) -> PictureRecord? {
        var record = entry.record
        record.notes.removeAll { $0.hasPrefix(Self.notMeasured) }
        let scale = (record.outputWidth ?? 0) / max(1, record.inputWidth ?? 1)
        measure(picture, output: plan.outputPath(of: picture), scale: max(1, scale), into: &record)
        if interruption.isRequested { return nil }
        var entry = entry
        entry.record = record
        // Without a line the figures are only measured again by the next run.
        if let reference = try? comparedReference(of: picture, record) {
            (entry.reference, entry.referenceStamp) = (reference.path, reference.stamp)
            try? ledger.append(entry)
        }
        return record
    }

    private static let notMeasured = "not measured: "

    /// Puts the picture's figures into `record`, or why there are none.
    private func measure(
        _ picture: BatchPlan.Picture, output: FilePath, scale: Int, into record: inout PictureRecord
    ) {
        record.measurements = []
        guard let reference = picture.reference else { return }
        let limits = PictureLimits(maximumPixels: maximumPixels, maximumBytes: budget.byteCount)
        let comparison = ReferenceComparison(limits: limits, budget: budget, damaged: plan.request.settings.damaged)
        switch comparison.measure(input: picture.path, output: output, reference: reference, scale: scale) {
        case .success(let measurements): record.measurements = measurements
        case .failure(let reason): record.notes.append(Self.notMeasured + reason.text)
        }
    }

    /// The reference that the record's figures are about.
    private func comparedReference(
        of picture: BatchPlan.Picture, _ record: PictureRecord
    ) throws -> (path: FilePath, stamp: FileStamp)? {
        guard let reference = picture.reference, !record.measurements.isEmpty else { return nil }
        return (reference.resolved(), try FileStamp(of: reference))
    }

    /// What `body` makes of the picture's middle rows, at most four million pixels of them, on the lattice of a JPEG's blocks.
    /// As many whatever the memory limit: what is found there decides what the picture becomes.
    func withMiddleRows<Result>(
        of picture: BatchPlan.Picture, info: PictureInfo, limits: PictureLimits,
        _ body: (PlanarImage) throws -> Result
    ) throws -> Result {
        let reader = try PictureReader(path: picture.path, limits: limits, damaged: plan.request.settings.damaged)
        let rows = min(info.height, max(1, (4 << 20) / info.width))
        let first = (info.height - rows) / 32 * 16
        let middle = MiddlePart(rows: first..<first + rows, columns: 0..<info.width)
        let channels = info.format.channelCount
        // The rows, and what an estimate copies of them.
        return try budget.withBytes(3 * channels * rows * info.width * MemoryLayout<Float>.stride + info.decodingBytes)
        {
            try body(middle.read(from: reader, channels: channels))
        }
    }

    /// What the process left out of the picture.
    private static func notes(from format: PixelFormat, to result: PixelFormat) -> [PictureNote] {
        (format.hasAlpha && !result.hasAlpha ? [.dropped("alpha", reason: "the result has none")] : [])
            + (format.bitDepth > result.bitDepth ? [.roundedTo8Bits] : [])
    }

    private static func distinct(_ notes: [PictureNote]) -> [String] {
        var seen: Set<PictureNote> = []
        return notes.filter { seen.insert($0).inserted }.map(\.description)
    }

    /// Runs `body` and marks its errors as the output side's.
    private func writing<Result>(_ path: FilePath, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch {
            if let error = error as? PictureError, !error.isOutputFailure { throw error }
            throw OutputFailure(underlying: error, path: path)
        }
    }
}

/// The input is not what it was when the run began.
struct InputChanged: Error, CustomStringConvertible {
    var description: String { "the file was changed while it was read; run again" }
}

/// Passes rows on and marks errors as the output side's.
private final class MarkingSink: RowSink {
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
