import Imaging
import Quality
import Reports
import Restoration
import SystemPackage
import Tensors
import Workers

extension PictureRun {
    /// Puts reasons to look at the output twice into the record, and the figures that they were judged by; nothing where its
    /// colours are others than the picture's.
    ///
    /// - Parameters:
    ///   - noise: of the picture, where it was estimated already.
    ///   - process: what restored it.
    func review(
        _ picture: BatchPlan.Picture, output: FilePath, info: PictureInfo, noise: NoiseEstimate?,
        process: any PictureProcess, on worker: Worker, limits: PictureLimits, into record: inout PictureRecord
    ) throws {
        let damaged = plan.request.settings.damaged
        let before = try PictureReader(path: picture.path, limits: limits, damaged: damaged)
        let after = try PictureReader(path: output, limits: limits, damaged: damaged)
        let channels = info.format.color.channelCount
        guard after.info.format.color.channelCount == channels, after.width == before.width else { return }
        let noise = try noise ?? withMiddleRows(of: picture, info: info, limits: limits) { NoiseEstimate(of: $0) }
        record.noiseLevel = record.noiseLevel ?? noise.sigma * 255
        let rows = 32
        let views = [before, after].map { PlanarImage(channels: $0.channels, height: rows, width: $0.width) }
        let wholes = [before, after].reduce(0) { $0 + ($1.info.isWhole ? $1.info.decodingBytes : 0) }
        var pass = ResidualPass(width: info.width, channels: channels)
        let middle = MiddlePart(width: info.width, height: info.height, side: PartExamination.side)
        let center = PlanarImage(channels: channels, height: middle.rows.count, width: middle.columns.count)
        try budget.withBytes(wholes) {
            for first in stride(from: 0, to: info.height, by: rows) {
                let part = 0..<min(rows, info.height - first)
                let parts = views.map { $0.view.cropped(rows: part, columns: 0..<info.width) }
                try before.readRows(into: parts[0])
                middle.copy(from: parts[0], firstRow: first, to: center.view)
                try after.readRows(into: parts[1])
                pass.add(before: parts[0], after: parts[1])
            }
        }
        withExtendedLifetime(views) {}
        let sigma = process.wantsNoiseEstimate ? Float(noise.sigma) : nil
        let examination = try PartExamination(of: center, noise: noise) { image in
            try process.restored(image, estimatedSigma: sigma, spoolFolder: output.removingLastComponent(), on: worker)
        }
        record.selfExamination = examination.map {
            SelfExamination(
                disagreement: $0.disagreement, expectedPSNRBefore: $0.expectedPSNR?.before,
                expectedPSNRAfter: $0.expectedPSNR?.after)
        }
        let strength = Double(plan.request.settings.restoration.strength)
        // Behind those of the safeguard.
        record.remarks +=
            pass.figures.map {
                ResultReview($0, examination: examination, noise: noise, strength: strength).remarks
            } ?? []
    }
}
