import Corruptions
import Imaging
import Quality
import Reports
import Restoration
import SystemPackage
import Tensors

/// One picture under one corruption, restored by one method.
struct Trial: Sendable {
    /// The picture's number in the plan.
    let ordinal: Int
    let set: EvaluationSet
    let picture: EvaluationSet.Picture
    /// The picture's name in records: with the set's before it where there are several.
    let name: FilePath
    /// Nil where pictures that others restored are only compared with the clean ones.
    let corruption: Corruption?
    let plan: EvaluationPlan
    let method: EvaluationMethod
    /// What somebody else made of the picture.
    let restoredPath: FilePath?
    let limits: PictureLimits

    var seed: UInt32 { self.set.seed ?? plan.seed }
    var inputForm: EvaluationPlan.InputForm { self.set.inputForm ?? plan.inputForm }

    /// What a trial makes.
    struct Views {
        /// The original, 8 bits, without alpha, cut to a multiple of the corruption's reduction; without colour where
        /// the corruption leaves none.
        var clean: PlanarImage
        var corrupted: PlanarImage?
        var restored: PlanarImage?
        /// What the method was told of the noise, on 0...1.
        var noiseLevel: Double?
    }

    /// The record of the trial; an error becomes its outcome.
    func run(on worker: Worker) -> PictureRecord {
        var record = PictureRecord(
            input: name, outcome: .restored, model: method.name, modelSHA256: method.modelSHA256, set: set.name,
            corruption: corruption?.description)
        do {
            let views = try pictures(on: worker)
            record.noiseLevel = views.noiseLevel.map { $0 * 255 }
            let before = views.corrupted ?? views.clean
            (record.inputWidth, record.inputHeight) = (before.width, before.height)
            let size = views.restored ?? views.clean
            (record.outputWidth, record.outputHeight) = (size.width, size.height)
            let reduction = corruption?.reduction ?? 1
            record.measurements =
                try reduction == 1
                ? measured(views, on: worker) : measuredEnlarging(views, scale: reduction, on: worker)
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
        guard let corruption else {
            return Views(clean: original, restored: try restoredByOthers(like: original))
        }
        guard let clean = original.cut(toMultipleOf: corruption.reduction).map(corruption.clean(of:)) else {
            throw CorruptionError.tooSmall(
                kind: corruption.description, width: original.width, height: original.height)
        }
        let others = try restoredByOthers(like: clean)
        var random = RandomState(seed: seed)
        var corrupted = try corruption.applied(to: clean, random: &random)
        if inputForm == .eightBit { corrupted = corrupted.rounded(toBits: 8) }
        let (restored, noiseLevel) = try method.restore(
            corrupted, corruption: corruption, knowledge: plan.noiseKnowledge, on: worker)
        return Views(clean: clean, corrupted: corrupted, restored: others ?? restored, noiseLevel: noiseLevel)
    }

    /// What somebody else made of the picture, which must be as large as `clean`.
    private func restoredByOthers(like clean: PlanarImage) throws -> PlanarImage? {
        guard let restoredPath else { return nil }
        do {
            let image = try Picture(reading: restoredPath, limits: limits).image.withoutAlpha()
            guard image.width == clean.width, image.height == clean.height else {
                throw QualityError.size(
                    foundWidth: image.width, foundHeight: image.height, expectedWidth: clean.width,
                    expectedHeight: clean.height)
            }
            return image
        } catch { throw EvaluationError.restoredPicture(restoredPath, reason: "\(error)") }
    }

    /// Denoising: RGB and Y, no border.
    private func measured(_ views: Views, on worker: Worker) throws -> [Measurement] {
        var protocols = [self.protocol]
        if views.clean.channels == 3 { protocols.append(self.protocol.on(.luma)) }
        return try protocols.flatMap {
            try measurements($0, clean: views.clean, before: views.corrupted, after: views.restored, on: worker)
        }
    }

    /// Of pictures that keep their size.
    private var `protocol`: MeasurementProtocol {
        guard let corruption else { return .stored(bitDepth: 8) }
        if corruption.isJPEG { return .jpeg }
        if inputForm == .eightBit { return .awgn8Bit }
        return corruption.isWhiteNoise ? .awgn : .synthetic
    }

    /// Enlarging: the picture enlarged by bicubic interpolation before, by the model after; on luma and on RGB under
    /// `sr-rgb`, and bicubic alone under `sr-y`, the row that papers print.
    private func measuredEnlarging(_ views: Views, scale: Int, on worker: Worker) throws -> [Measurement] {
        let bicubic = views.corrupted?.resampled(toHeight: views.clean.height, width: views.clean.width)
        var protocols = [MeasurementProtocol.srRGB(scale: scale)]
        if views.clean.channels == 3 { protocols.append(.srRGB(scale: scale).on(.stored)) }
        var measurements = try protocols.flatMap {
            try self.measurements($0, clean: views.clean, before: bicubic, after: views.restored, on: worker)
        }
        if corruption?.steps.count == 1 {
            let luma = try Luma.plane(of: views.clean, rounded: true)
            let small = luma.resampled(
                toHeight: luma.height / scale, width: luma.width / scale, Resampling(.bicubic))
            let large = small.resampled(toHeight: luma.height, width: luma.width, Resampling(.bicubic))
            measurements += try self.measurements(
                .srY(scale: scale), clean: luma, before: large, after: nil, on: worker)
        }
        return measurements
    }

    private func measurements(
        _ measured: MeasurementProtocol, clean: PlanarImage, before: PlanarImage?, after: PlanarImage?,
        on worker: Worker
    ) throws -> [Measurement] {
        let comparison = Comparison(reference: clean, protocol: measured)
        func figures(_ image: PlanarImage?, _ side: Comparison.Side) throws -> Figures? {
            try image.map { image in
                try comparison.figures(of: image, side, metrics: Set(plan.metrics)) { count, body in
                    worker.forEachTask(count) { _, part in body(part) }
                }
            }
        }
        let (figuresBefore, figuresAfter) = (try figures(before, .before), try figures(after, .after))
        let channels = measured.channelName(colourChannels: clean.channels)
        return plan.metrics.flatMap { metric -> [Measurement] in
            let values = [figuresBefore, figuresAfter].map { $0?.values(of: metric, channels: channels) ?? [] }
            let names = values.first { !$0.isEmpty } ?? []
            return names.enumerated().map { index, named in
                Measurement(
                    metric: named.name, channels: named.channels, protocol: measured.name,
                    before: values[0].isEmpty ? nil : values[0][index].value,
                    after: values[1].isEmpty ? nil : values[1][index].value)
            }
        }
    }
}

extension PlanarImage {
    /// The first channel of one or two, the first three of three or four.
    fileprivate func withoutAlpha() -> PlanarImage {
        guard channels == 2 || channels == 4 else { return self }
        let result = PlanarImage(channels: channels - 1, height: height, width: width)
        result.view.base.update(from: view.base, count: result.sampleCount)
        return result
    }
}
