import Corruptions
import Imaging
import Quality
import Reports
import Restoration
import Tensors

/// One picture under one corruption, restored by one method.
struct Trial: Sendable {
    let picture: EvaluationPlan.Picture
    let corruption: Corruption
    let plan: EvaluationPlan
    let method: EvaluationMethod
    let limits: PictureLimits

    /// What a trial makes.
    struct Views {
        /// The original, 8 bits, without alpha, cut to a multiple of the corruption's reduction; without colour where
        /// the corruption leaves none.
        var clean: PlanarImage
        var corrupted: PlanarImage
        var restored: PlanarImage?
        /// What the method was told of the noise, on 0...1.
        var noiseLevel: Double?
    }

    /// The record of the trial; an error becomes its outcome.
    func run(on worker: Worker) -> PictureRecord {
        var record = PictureRecord(
            input: picture.name, outcome: .restored, model: method.name, modelSHA256: method.modelSHA256,
            corruption: corruption.description)
        do {
            let views = try pictures(on: worker)
            record.noiseLevel = views.noiseLevel.map { $0 * 255 }
            (record.inputWidth, record.inputHeight) = (views.corrupted.width, views.corrupted.height)
            let size = views.restored ?? views.clean
            (record.outputWidth, record.outputHeight) = (size.width, size.height)
            record.measurements = try corruption.reduction == 1 ? measured(views) : measuredEnlarging(views)
        } catch PictureError.notAPicture {
            record.outcome = .ignored
        } catch {
            record.outcome = .failed
            record.error = "\(error)"
        }
        return record
    }

    func pictures(on worker: Worker) throws -> Views {
        let stored = try Picture(reading: picture.path, limits: limits).image
        // Protocols are made for 8 bits; a deeper original becomes its own 8-bit version first.
        let original = stored.withoutAlpha().rounded(toBits: 8)
        guard let clean = original.cut(toMultipleOf: corruption.reduction).map(corruption.clean(of:)) else {
            throw CorruptionError.tooSmall(
                kind: corruption.description, width: original.width, height: original.height)
        }
        var random = RandomState(seed: plan.seed)
        var corrupted = try corruption.applied(to: clean, random: &random)
        if plan.inputForm == .eightBit { corrupted = corrupted.rounded(toBits: 8) }
        let (restored, noiseLevel) = try method.restore(
            corrupted, of: picture, corruption: corruption, knowledge: plan.noiseKnowledge, limits: limits, on: worker)
        return Views(clean: clean, corrupted: corrupted, restored: restored, noiseLevel: noiseLevel)
    }

    /// Denoising: RGB and Y, no border.
    private func measured(_ views: Views) throws -> [Measurement] {
        let name: MeasurementProtocol =
            corruption.isJPEG
            ? .jpeg : plan.inputForm == .eightBit ? .awgn8Bit : corruption.isWhiteNoise ? .awgn : .synthetic
        var protocols = [name]
        if views.clean.channels == 3 { protocols.append(name.on(.luma)) }
        return try protocols.flatMap {
            try measurements($0, clean: views.clean, before: views.corrupted, after: views.restored)
        }
    }

    /// Enlarging: the picture enlarged by bicubic interpolation before, by the model after; on luma and on RGB under
    /// `sr-rgb`, and bicubic alone under `sr-y`, the row that papers print.
    private func measuredEnlarging(_ views: Views) throws -> [Measurement] {
        let scale = corruption.reduction
        let bicubic = views.corrupted.resampled(toHeight: views.clean.height, width: views.clean.width)
        var protocols = [MeasurementProtocol.srRGB(scale: scale)]
        if views.clean.channels == 3 { protocols.append(.srRGB(scale: scale).on(.stored)) }
        var measurements = try protocols.flatMap {
            try self.measurements($0, clean: views.clean, before: bicubic, after: views.restored)
        }
        if corruption.steps.count == 1 {
            let luma = try Luma.plane(of: views.clean, rounded: true)
            let small = luma.resampled(
                toHeight: luma.height / scale, width: luma.width / scale, Resampling(.bicubic))
            let large = small.resampled(toHeight: luma.height, width: luma.width, Resampling(.bicubic))
            measurements += try self.measurements(.srY(scale: scale), clean: luma, before: large, after: nil)
        }
        return measurements
    }

    private func measurements(
        _ measured: MeasurementProtocol, clean: PlanarImage, before: PlanarImage, after: PlanarImage?
    ) throws -> [Measurement] {
        let comparison = Comparison(reference: clean, protocol: measured)
        let scoresBefore = try comparison.scores(of: before, .before)
        let scoresAfter = try after.map { try comparison.scores(of: $0, .after) }
        let channels = measured.channelName(colourChannels: clean.channels)
        var measurements = [
            Measurement(
                metric: "psnr", channels: channels, protocol: measured.name, before: scoresBefore.psnr,
                after: scoresAfter?.psnr)
        ]
        if scoresBefore.ssim != nil || scoresAfter?.ssim != nil {
            measurements.append(
                Measurement(
                    metric: "ssim", channels: channels, protocol: measured.name, before: scoresBefore.ssim,
                    after: scoresAfter?.ssim))
        }
        return measurements
    }
}

extension PlanarImage {
    /// The first channel of one or two, the first three of three or four.
    func withoutAlpha() -> PlanarImage {
        guard channels == 2 || channels == 4 else { return self }
        let result = PlanarImage(channels: channels - 1, height: height, width: width)
        result.view.base.update(from: view.base, count: result.sampleCount)
        return result
    }
}
