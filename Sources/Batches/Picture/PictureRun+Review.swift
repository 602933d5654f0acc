import Files
import Imaging
import Quality
import Reports
import Restoration
import SystemPackage
import Tensors
import Workers

extension PictureRun {
    /// A result reviewed without a reference.
    struct Review {
        /// The noise of the picture before.
        var noise: NoiseEstimate
        /// The figures that it was judged by.
        var selfExamination: SelfExamination?
        /// The reasons that it needs review.
        var remarks: [String]
    }

    /// Reviews what was restored; nil where its colours are others than the picture's.
    func review(
        _ restored: RestoredPicture, of opened: OpenedPicture, _ examined: ExaminedPicture, on worker: Worker
    ) throws -> Review? {
        let (info, output) = (opened.info, restored.file.temporary)
        let process = examined.process
        let damaged = plan.request.settings.damaged
        let after = try PictureReader(path: output, limits: limits, damaged: damaged)
        let channels = info.format.color.channelCount
        guard after.info.format.color.channelCount == channels, after.width == info.width else { return nil }
        let noise = try examined.noise ?? withMiddleRows(of: opened, on: worker) { NoiseEstimate(of: $0) }
        let rows = 32
        let views = [info.format, after.info.format].map {
            PlanarImage(channels: $0.channelCount, height: rows, width: info.width)
        }
        let whole = after.info.isWhole ? after.info.decodingBytes : 0
        var pass = ResidualPass(width: info.width, channels: channels)
        let middle = MiddlePart(width: info.width, height: info.height, side: PartExamination.side)
        let center = PlanarImage(channels: channels, height: middle.rows.count, width: middle.columns.count)
        let taken = whole + opened.preparationBytes
        try opened.input.read(taking: taken, on: worker) { reader in
            let before = opened.prepared(reader, hasAlpha: info.format.hasAlpha)
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
        let settings = plan.request.settings.restoration
        let strength = Double(settings.strength) * (1 - Double(settings.keptGrain ?? 0))
        let remarks = pass.figures.map {
            ResultReview($0, examination: examination, noise: noise, strength: strength).remarks
        }
        return Review(noise: noise, selfExamination: examination?.figures, remarks: remarks ?? [])
    }
}
