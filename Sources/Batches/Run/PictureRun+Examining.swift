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
        _ opened: OpenedPicture, for process: any PictureProcess, into record: inout PictureRecord
    ) throws -> ExaminedPicture {
        let examined = try examine(opened.picture, info: opened.info, for: process)
        if let choice = examined.choice {
            record.method = RecordedMethod(choice.model, sha256: choice.sha256, settingsHash: settings.hex)
        }
        record.noiseLevel = examined.estimatedSigma.map { Double($0) * 255 }
        return examined
    }

    private func examine(
        _ picture: BatchPlan.Picture, info: PictureInfo, for process: any PictureProcess
    ) throws -> ExaminedPicture {
        guard process.wantsAdvice || process.wantsNoiseEstimate || process.wantsSafeguard else {
            return ExaminedPicture(process: process, bounds: .unknown, seemsGrey: false)
        }
        let settings = plan.request.settings.restoration
        return try withMiddleRows(of: picture, info: info) { image in
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
    func withMiddleRows<Result>(
        of picture: BatchPlan.Picture, info: PictureInfo, _ body: (PlanarImage) throws -> Result
    ) throws -> Result {
        let reader = try PictureReader(path: picture.path, limits: limits, damaged: plan.request.settings.damaged)
        let rows = min(info.height, max(1, (2 << 20) / info.width))
        let first = (info.height - rows) / 32 * 16
        let middle = MiddlePart(rows: first..<first + rows, columns: 0..<info.width)
        let channels = info.format.channelCount
        // The rows, and what an estimate copies of them.
        return try budget.withBytes(3 * channels * rows * info.width * MemoryLayout<Float>.stride + info.decodingBytes)
        {
            try body(middle.read(from: reader, channels: channels))
        }
    }
}
