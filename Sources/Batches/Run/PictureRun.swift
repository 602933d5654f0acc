import Files
import Imaging
import Quality
import Reports
import Restoration
import SystemPackage
import Tensors
import Workers

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
        let clock = ContinuousClock()
        let start = clock.now
        let info = try PictureReader(path: picture.path, limits: limits, damaged: request.settings.damaged).info
        begin(info.width * info.height)
        record.inputWidth = info.width
        record.inputHeight = info.height
        let look = try self.look(at: picture, info: info, for: process.process(forPicture: picture.name))
        if let choice = look.choice { (record.model, record.modelSHA256) = (choice.model, choice.sha256) }
        record.noiseLevel = look.estimatedSigma.map { Double($0) * 255 }

        let outputPath = plan.outputPath(of: picture)
        try writing(outputPath) { try createFolders(at: outputPath.removingLastComponent()) }
        let written = try safely(picture, info: info, look, into: &record, on: worker, progress: progress)
        defer { written.file.discard() }
        if written.workFactor > 2, request.settings.restoration.tileSize > 0 {
            let times = (written.workFactor * 10).rounded() / 10
            warn(
                "tiles of this size multiply the work by \(times), for the context that each has to read; -t 0 is best")
        }
        let stamp = try writing(outputPath) { try written.file.flush() }
        let seconds = start.duration(to: clock.now).seconds
        guard try FileStamp(of: picture.path) == picture.stamp else { throw InputChanged() }

        record.seconds = seconds
        record.megapixelsPerSecond = seconds > 0 ? Double(info.width * info.height) / 1e6 / seconds : nil
        record.choice = look.reason
        record.notes = [look.reason].compactMap(\.self) + Self.distinct(written.notes)
        let (width, height) = look.process.outputSize(width: info.width, height: info.height)
        record.outputWidth = width
        record.outputHeight = height
        record.output = picture.output
        record.outcome = .restored
        measure(picture, output: written.file.temporary, scale: look.process.scale, into: &record)
        if request.reviewsResults, look.process.scale == 1, !(look.process is PassThrough) {
            try review(
                picture, output: written.file.temporary, info: info, noise: look.noise, process: look.process,
                on: worker, limits: limits, into: &record)
        }
        let reference = try comparedReference(of: picture, record)
        let entry = LedgerEntry(
            output: picture.output, outputStamp: stamp,
            outputSHA256: try writing(outputPath) { try SHA256Digest(ofFile: written.file.temporary) },
            input: picture.path.resolved(), inputStamp: picture.stamp,
            inputSHA256: try SHA256Digest(ofFile: picture.path), settings: settings, model: model.sha256,
            reference: reference?.path, referenceStamp: reference?.stamp, record: record)
        if interruption.isRequested { throw RestorationError.cancelled }
        // The line first: an output without one would look like somebody else's to the next run.
        try writing(outputPath) {
            try ledger.append(entry)
            try written.file.commit()
        }
    }

    var limits: PictureLimits { PictureLimits(maximumPixels: maximumPixels, maximumBytes: budget.byteCount) }

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

    private static func distinct(_ notes: [PictureNote]) -> [String] {
        var seen: Set<PictureNote> = []
        return notes.filter { seen.insert($0).inserted }.map(\.description)
    }

    /// Runs `body` and marks its errors as the output side's.
    func writing<Result>(_ path: FilePath, _ body: () throws -> Result) throws -> Result {
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
