import Files
import Imaging
import Quality
import Reports
import Restoration
import Tensors
import Workers

/// What a picture showed before it was restored, and what follows from that.
struct PictureLook {
    var process: any PictureProcess
    /// What the choice of models chose, and why; nil where there was none.
    var choice: ProcessChoice?
    var reason: String?
    var bounds: ResidualBounds
    /// On 0...1, where the process wants one.
    var estimatedSigma: Float?
    /// Where it was made.
    var noise: NoiseEstimate?
    /// Whether the middle of the picture, though stored as colour, has three equal channels.
    var seemsGrey: Bool
}

extension PictureRun {
    /// Looks at the middle of a picture, for what decides what becomes of it: which model, how much may be taken away.
    func look(
        at picture: BatchPlan.Picture, info: PictureInfo, for process: any PictureProcess
    ) throws -> PictureLook {
        guard process.wantsAdvice || process.wantsNoiseEstimate || process.wantsSafeguard else {
            return PictureLook(process: process, bounds: .unknown, seemsGrey: false)
        }
        let settings = plan.request.settings.restoration
        return try withMiddleRows(of: picture, info: info, limits: limits) { image in
            let profile = NoiseProfile(of: image)
            var look = PictureLook(process: process, bounds: .unknown, seemsGrey: false)
            if process.wantsAdvice {
                let advice = try Advice(of: image, profile: profile, info: info)
                if let choice = process.choice(for: advice) {
                    look.process = try choice.process()
                    look.choice = choice
                    look.reason =
                        look.process is PassThrough
                        ? "passed through: \(advice.reason)" : "\(choice.model) for \(advice.reason)"
                }
            }
            if look.process.wantsNoiseEstimate {
                let noise = NoiseEstimate(of: image)
                look.noise = noise
                look.estimatedSigma = Float(noise.sigma)
            }
            guard look.process.wantsSafeguard else { return look }
            look.seemsGrey =
                info.format.color == .rgb && image.view.channels(from: 0, count: 3).hasEqualChannels
            look.bounds = ResidualBounds(
                profile, told: settings.toldSigma ?? look.estimatedSigma ?? 0, steps: info.quantisationTable,
                strength: max(1, settings.strength))
            return look
        }
    }

    /// What `body` makes of the picture's middle rows, at most two million pixels of them, on the lattice of a JPEG's blocks.
    /// As many whatever the memory limit: what is found there decides what the picture becomes.
    func withMiddleRows<Result>(
        of picture: BatchPlan.Picture, info: PictureInfo, limits: PictureLimits,
        _ body: (PlanarImage) throws -> Result
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
