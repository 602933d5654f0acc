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
            if !plan.isStream(picture) { try restored.file.take(plan.request.preserved, of: picture.path) }
            return try restored.file.flush()
        }
        let seconds = opened.start.duration(to: ContinuousClock().now).seconds
        guard try FileStamp(of: picture.path) == picture.stamp else { throw InputChanged() }

        record.seconds = seconds
        let process = examined.process
        let size = process.outputSize(width: info.width, height: info.height)
        var result = PictureResult(
            output: picture.output, size: PixelSize(width: size.width, height: size.height), choice: examined.reason,
            notes: [opened.mending?.note, opened.tone?.note, examined.reason].compactMap(\.self)
                + Self.distinct(restored.notes),
            remarks: (opened.mending?.remarks ?? []) + restored.remarks, mended: opened.mending?.figures,
            tone: opened.tone?.note)
        if let reference = picture.reference {
            measure(
                opened.input, output: restored.file.temporary, against: reference, scale: process.scale, on: worker,
                into: &result)
        }
        if plan.request.reviewsResults, process.scale == 1, !(process is PassThrough),
            let review = try review(restored, of: opened, examined, on: worker)
        {
            record.noiseLevel = record.noiseLevel ?? review.noise.sigma * 255
            result.selfExamination = review.selfExamination
            // Behind those of the safeguard.
            result.remarks += review.remarks
        }
        record.outcome = .restored(result)
        return LedgerEntry(
            output: .init(
                path: picture.output, stamp: stamp,
                sha256: try writing(outputPath) {
                    try restored.copiedSHA256 ?? SHA256Digest(ofFile: restored.file.temporary)
                }),
            input: .init(
                path: plan.isStream(picture) ? StreamInput.name : picture.path.resolved(), stamp: picture.stamp,
                sha256: try restored.copiedSHA256 ?? SHA256Digest(ofFile: picture.path)),
            settings: settings, model: model.sha256, decoder: picture.decoder?.command,
            reference: try comparedReference(of: picture, result),
            mask: try picture.mask.map(LedgerEntry.Reference.init), record: record)
    }

    /// Measures a picture that an earlier run restored, against a reference that its ledger line does not know.
    ///
    /// - Returns: the record, with its figures in the ledger too; nil where the run was interrupted.
    func measure(
        _ picture: BatchPlan.Picture, restoredBy entry: LedgerEntry, on worker: Worker
    ) -> PictureRecord? {
        var entry = entry
        guard let reference = picture.reference, var result = entry.record.outcome.result else { return entry.record }
        result.notes.removeAll { $0.hasPrefix(Self.notMeasured) }
        result.measurements = []
        // Numbers of a ledger may be any.
        let scale = (result.size?.width ?? 0) / max(1, entry.record.inputSize?.width ?? 1)
        do {
            measure(
                try input(of: picture), output: plan.outputPath(of: picture), against: reference,
                scale: (1...16).contains(scale) ? scale : 1, on: worker, into: &result)
        } catch { result.notes.append(Self.notMeasured + "\(error)") }
        if interruption.isRequested { return nil }
        entry.record.outcome = .restored(result)
        // Without a line the figures are only measured again by the next run.
        if let reference = try? comparedReference(of: picture, result) {
            entry.reference = reference
            try? ledger?.append(entry)
        }
        return entry.record
    }

    private static let notMeasured = "not measured: "

    /// Puts the picture's figures into `result`, or why there are none.
    private func measure(
        _ input: PictureInput, output: FilePath, against reference: FilePath, scale: Int, on worker: Worker,
        into result: inout PictureResult
    ) {
        let comparison = ReferenceComparison(
            limits: limits, damaged: plan.request.settings.damaged, byteLimit: budget.byteCount)
        switch comparison.measure(input: input, output: output, reference: reference, scale: scale, on: worker) {
        case .success(let measurements): result.measurements = measurements
        case .failure(let reason): result.notes.append(Self.notMeasured + reason.text)
        }
    }

    /// The reference that the result's figures are about.
    private func comparedReference(
        of picture: BatchPlan.Picture, _ result: PictureResult
    ) throws -> LedgerEntry.Reference? {
        guard let reference = picture.reference, !result.measurements.isEmpty else { return nil }
        return try LedgerEntry.Reference(of: reference)
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
