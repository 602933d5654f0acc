import Files
import Imaging
import Quality
import Reports
import Restoration
import SystemPackage
import Workers

extension PictureRun {
    /// Verifies what was written: that it lies on the disk, that the input is still what was read, and its figures against a
    /// reference and without one where these are asked for. The fourth stage.
    ///
    /// - Returns: the ledger's line for it.
    func verify(
        _ restored: RestoredPicture, of opened: OpenedPicture, _ examined: ExaminedPicture,
        into record: inout PictureRecord, on worker: Worker
    ) throws -> LedgerEntry {
        let (picture, info) = (opened.picture, opened.info)
        let outputPath = restored.file.target
        let stamp = try writing(outputPath) {
            // Before the stamp is taken: later runs know the output by it.
            try restored.file.take(plan.request.preserved, of: picture.path)
            return try restored.file.flush()
        }
        let seconds = opened.start.duration(to: ContinuousClock().now).seconds
        guard try FileStamp(of: picture.path) == picture.stamp else { throw InputChanged() }

        record.seconds = seconds
        record.megapixelsPerSecond = seconds > 0 ? Double(info.width * info.height) / 1e6 / seconds : nil
        record.choice = examined.reason
        record.notes = [examined.reason].compactMap(\.self) + Self.distinct(restored.notes)
        let process = examined.process
        (record.outputWidth, record.outputHeight) = process.outputSize(width: info.width, height: info.height)
        record.output = picture.output
        record.outcome = .restored
        measure(picture, output: restored.file.temporary, scale: process.scale, into: &record)
        if plan.request.reviewsResults, process.scale == 1, !(process is PassThrough) {
            try review(
                picture, output: restored.file.temporary, info: info, noise: examined.noise, process: process,
                on: worker, limits: limits, into: &record)
        }
        let reference = try comparedReference(of: picture, record)
        return LedgerEntry(
            output: picture.output, outputStamp: stamp,
            outputSHA256: try writing(outputPath) { try SHA256Digest(ofFile: restored.file.temporary) },
            input: picture.path.resolved(), inputStamp: picture.stamp,
            inputSHA256: try SHA256Digest(ofFile: picture.path), settings: settings, model: model.sha256,
            reference: reference?.path, referenceStamp: reference?.stamp, record: record)
    }

    /// Measures a picture that an earlier run restored, against a reference that its ledger line does not know.
    ///
    /// - Returns: the record, with its figures in the ledger too; nil where the run was interrupted.
    func measure(_ picture: BatchPlan.Picture, restoredBy entry: LedgerEntry) -> PictureRecord? {
        var record = entry.record
        record.notes.removeAll { $0.hasPrefix(Self.notMeasured) }
        // Numbers of a ledger may be any.
        let scale = (record.outputWidth ?? 0) / max(1, record.inputWidth ?? 1)
        measure(
            picture, output: plan.outputPath(of: picture), scale: (1...16).contains(scale) ? scale : 1, into: &record)
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
}

/// The input is not what it was when the run began.
struct InputChanged: Error, CustomStringConvertible {
    var description: String { "the file was changed while it was read; run again" }
}
