import Files
import Imaging
import Quality
import Reports
import Restoration
import Tensors
import Workers

/// The findings in a picture before it is restored, and the decision that follows from them: the second stage.
struct ExaminedPicture {
    var process: any PictureProcess
    /// The model that was chosen and the reason; nil where there was no choice.
    var choice: ProcessChoice?
    var reason: String?
    var bounds: ResidualBounds
    /// On 0...1, where the process wants one.
    var estimatedSigma: Float?
    /// The place where it was made.
    var noise: NoiseEstimate?
    /// True where the middle of the picture, though stored as colour, has three equal channels.
    var seemsGrey: Bool
}

extension PictureRun {
    /// Examines the middle of a picture for what decides its restoration: which model, how much may be taken away. The choice
    /// and the noise go into the record.
    func examine(
        _ opened: OpenedPicture, for process: any PictureProcess, into record: inout PictureRecord, on worker: Worker
    ) throws -> ExaminedPicture {
        let examined = try examine(opened, for: process, on: worker)
        if let choice = examined.choice {
            record.method = RecordedMethod(choice.model, sha256: choice.sha256, settingsHash: settings.hex)
        }
        record.noiseLevel = examined.estimatedSigma.map { Double($0) * 255 }
        return examined
    }

    private func examine(
        _ opened: OpenedPicture, for process: any PictureProcess, on worker: Worker
    ) throws -> ExaminedPicture {
        let info = opened.info
        guard process.wantsAdvice || process.wantsNoiseEstimate || process.wantsSafeguard else {
            return ExaminedPicture(process: process, bounds: .unknown, seemsGrey: false)
        }
        let settings = plan.request.settings.restoration
        return try withMiddleRows(of: opened, on: worker) { image in
            let profile = NoiseProfile(of: image)
            var examined = ExaminedPicture(process: process, bounds: .unknown, seemsGrey: false)
            if process.wantsAdvice {
                let advice = try Advice(of: image, profile: profile, info: info)
                if let choice = process.choice(for: advice) {
                    examined.process = try choice.process()
                    examined.choice = choice
                    examined.reason =
                        examined.process is PassThrough
                        ? "passed through: \(advice.reason)" : "\(choice.model) for \(advice.reason)"
                }
            }
            if examined.process.wantsNoiseEstimate {
                let noise = NoiseEstimate(of: image)
                examined.noise = noise
                examined.estimatedSigma = Float(noise.sigma)
            }
            guard examined.process.wantsSafeguard else { return examined }
            examined.seemsGrey =
                info.format.color == .rgb && image.view.channels(from: 0, count: 3).hasEqualChannels
            examined.bounds = ResidualBounds(
                profile, given: settings.givenSigma ?? examined.estimatedSigma ?? 0, steps: info.quantisationTable,
                strength: max(1, settings.strength))
            return examined
        }
    }

    /// Returns what `body` makes of the picture's middle rows, at most two million pixels of them, on the lattice of a
    /// JPEG's blocks. As many whatever the memory limit: what is found there decides what the picture becomes.
    ///
    /// The rows down to there are kept for the next stage; where the result is compared with the picture, all are.
    func withMiddleRows<Result>(
        of opened: OpenedPicture, on worker: Worker, _ body: (PlanarImage) throws -> Result
    ) throws -> Result {
        let info = opened.info
        let rows = min(info.height, max(1, (2 << 20) / info.width))
        let first = (info.height - rows) / 32 * 16
        let middle = MiddlePart(rows: first..<first + rows, columns: 0..<info.width)
        let channels = info.format.channelCount
        let isComparedLater = plan.request.reviewsResults || plan.request.reference != nil
        // The rows, and what an estimate copies of them.
        return try opened.input.read(
            taking: 3 * channels * rows * info.width * MemoryLayout<Float>.stride,
            keepingRows: isComparedLater ? info.height : middle.rows.upperBound, on: worker
        ) { reader in
            try body(
                middle.read(from: opened.toned(reader, hasAlpha: info.format.hasAlpha), channels: channels))
        }
    }
}
