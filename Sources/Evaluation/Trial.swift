import Batches
import Corruptions
import Imaging
import Quality
import Reports
import SystemPackage
import Tensors
import Workers

/// One picture under one corruption, restored by one method.
struct Trial: Sendable {
    let subject: Subject
    let method: EvaluationMethod
    /// The path of the picture as somebody else restored it.
    let restoredPath: FilePath?

    /// The pictures that a trial is given and makes.
    struct Views {
        var given: Subject.Views
        var restored: PlanarImage?
        /// The noise level that the method got, on 0...1.
        var noiseLevel: Double?
    }

    /// Measures the trial; an error becomes the record's outcome.
    func run(_ findings: Subject.Findings, on worker: Worker) -> PictureRecord {
        let corruption = subject.corruption
        var record = PictureRecord(
            input: subject.name, set: subject.set.name, corruption: corruption?.description,
            method: RecordedMethod(method.name, sha256: method.modelSHA256),
            outcome: .failed(reason: "it was not finished"))
        do {
            let views = try pictures(findings, on: worker)
            record.noiseLevel = views.noiseLevel.map { $0 * 255 }
            let before = views.given.corrupted ?? views.given.clean
            record.inputSize = PixelSize(width: before.width, height: before.height)
            let after = views.restored ?? views.given.clean
            let reduction = corruption?.reduction ?? 1
            let measurements =
                try reduction == 1
                ? measured(views, findings, on: worker)
                : measuredUpscaling(views, findings, scale: reduction, on: worker)
            record.outcome = .restored(
                PictureResult(size: PixelSize(width: after.width, height: after.height), measurements: measurements))
        } catch PictureError.notAPicture where !isNamedLikePicture(subject.picture.path) {
            record.outcome = .ignored(reason: nil)
        } catch {
            record.outcome = .failed(reason: "\(error)")
        }
        return record
    }

    func pictures(_ findings: Subject.Findings, on worker: Worker) throws -> Views {
        let given = try findings.views()
        let others = try restoredByOthers(like: given.clean)
        guard let corruption = subject.corruption, let corrupted = given.corrupted else {
            return Views(given: given, restored: others)
        }
        let (restored, noiseLevel) = try method.restore(
            corrupted, corruption: corruption, knowledge: subject.plan.noiseKnowledge, on: worker)
        return Views(given: given, restored: others ?? restored, noiseLevel: noiseLevel)
    }

    /// Reads the picture that somebody else restored, which must be as large as `clean`.
    private func restoredByOthers(like clean: PlanarImage) throws -> PlanarImage? {
        guard let restoredPath else { return nil }
        do {
            let image = try Picture(reading: restoredPath, limits: subject.limits).image.withoutAlpha()
            guard image.width == clean.width, image.height == clean.height else {
                throw QualityError.size(
                    foundWidth: image.width, foundHeight: image.height, expectedWidth: clean.width,
                    expectedHeight: clean.height)
            }
            return image
        } catch { throw EvaluationError.restoredPicture(restoredPath, reason: "\(error)") }
    }

    /// Returns the figures of pictures that keep their size: RGB and Y, no border.
    private func measured(
        _ views: Views, _ findings: Subject.Findings, on worker: Worker
    ) throws -> [Measurement] {
        var protocols = [subject.protocol]
        if views.given.clean.channels == 3 { protocols.append(subject.protocol.on(.luma)) }
        return try protocols.flatMap {
            try measurements(
                $0, findings, clean: views.given.clean, before: views.given.corrupted, after: views.restored, on: worker
            )
        }
    }

    /// Returns the figures of super-resolution: the picture upscaled by bicubic interpolation before, by the model
    /// after; on luma and on RGB under `sr-rgb`, and bicubic alone under `sr-y`, the row that papers print.
    private func measuredUpscaling(
        _ views: Views, _ findings: Subject.Findings, scale: Int, on worker: Worker
    ) throws -> [Measurement] {
        lazy var bicubic = views.given.corrupted?.resampled(
            toHeight: views.given.clean.height, width: views.given.clean.width)
        var protocols = [MeasurementProtocol.srRGB(scale: scale)]
        if views.given.clean.channels == 3 { protocols.append(.srRGB(scale: scale).on(.stored)) }
        var measurements: [Measurement] = []
        for measured in protocols {
            measurements += try self.measurements(
                measured, findings, clean: views.given.clean, before: bicubic, after: views.restored, on: worker)
        }
        if subject.corruption?.steps.count == 1 {
            let luma = try Luma.plane(of: views.given.clean, rounded: true)
            lazy var large = luma.resampled(
                toHeight: luma.height / scale, width: luma.width / scale, Resampling(.bicubic)
            ).resampled(toHeight: luma.height, width: luma.width, Resampling(.bicubic))
            measurements += try self.measurements(
                .srY(scale: scale), findings, clean: luma, before: large, after: nil, on: worker)
        }
        return measurements
    }

    /// Returns the figures under one protocol, metric by metric.
    ///
    /// - Parameter before: the picture before restoring, made only where no method's trial has measured it.
    private func measurements(
        _ measured: MeasurementProtocol, _ findings: Subject.Findings, clean: PlanarImage,
        before: @autoclosure () -> PlanarImage?, after: PlanarImage?, on worker: Worker
    ) throws -> [Measurement] {
        let comparison = Comparison(reference: clean, protocol: measured)
        func figures(_ image: PlanarImage?, _ side: Comparison.Side) throws -> Figures? {
            try image.map { image in
                try comparison.figures(of: image, side, metrics: Set(subject.plan.metrics), sharing: worker.loop)
            }
        }
        let figuresBefore = try findings.figures(under: measured) { try figures(before(), .before) }
        let figuresAfter = try figures(after, .after)
        let channels = measured.measuredChannels(colourChannels: clean.channels)
        return Measurement.measurements(
            before: figuresBefore, after: figuresAfter, metrics: subject.plan.metrics, channels: channels,
            protocol: measured.name)
    }
}
