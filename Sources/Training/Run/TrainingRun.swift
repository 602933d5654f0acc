import Autoencoders
import Files
import Foundation
public import Reports
public import SystemPackage
public import Tensors
import Workers

/// A training run: step after step from a configuration and a source of gradients, with checkpoints in a folder.
///
/// Killed at any moment and made again with `resuming`, it ends with the same weights, to the bit, as one that was
/// never stopped: a step depends on the checkpoint alone, never on the clock.
///
/// Contract: used by one thread at a time.
public final class TrainingRun {
    /// Measures the averaged weights; called between two steps.
    public typealias Validation = (_ average: AlignedBuffer<Float>, _ step: Int) throws -> ValidationFigures

    /// The configuration of the run.
    public let configuration: TrainingConfiguration
    /// The steps of the whole run.
    public var steps: Int { progress.steps }
    /// The steps made so far.
    public var step: Int { progress.step }
    /// The rows of the record, one for each validation so far.
    public var rows: [TrainingRow] { progress.rows }
    /// The averaged weights, laid out as those of the source.
    public let average: AlignedBuffer<Float>

    private let source: any GradientSource
    private let checkpoints: CheckpointFile
    private let optimiser: GroupedOptimiser
    private let buffers: [ParameterRange]
    private let terms: [ObjectiveTerm]
    private let averaging: WeightAverage
    private let rates: RateSchedule
    private let stages: PatchStages
    private var progress: Checkpoint.Progress
    /// The work of this session, for figures of speed.
    private var session = SessionTotals()
    private var lastGood: String?

    private struct SessionTotals {
        var seconds = 0.0
        var megapixels = 0.0
        var multiplyAdds = 0.0
        var waitingBefore = 0.0
        var steps = 0
    }

    /// The number of first losses that an explosion is judged by.
    private static let firstLosses = 10

    /// Creates a run that begins with the weights that `source` holds.
    ///
    /// - Parameters:
    ///   - steps: of the whole run; `configuration.length` has been turned into them.
    ///   - folder: where checkpoints go; it exists.
    /// - Throws: `TrainingError.setting` for groups that the parameters do not make.
    public init(
        _ configuration: TrainingConfiguration, steps: Int, source: any GradientSource, folder: FilePath
    ) throws(TrainingError) {
        self.configuration = configuration
        self.source = source
        checkpoints = CheckpointFile(folder: folder)
        progress = Checkpoint.Progress(
            steps: steps, stopping: EarlyStopping(patience: configuration.validation.patience))
        rates = configuration.optimisation.rates(steps: steps)
        stages = PatchStages(configuration.sampling.stages, steps: steps)
        let groups = try ParameterGroups(configuration.optimisation.groups, of: source.ranges)
        buffers = groups.buffers
        terms = configuration.objectiveTerms
        optimiser = GroupedOptimiser(
            groups, optimiser: configuration.optimisation.optimiser, rate: configuration.optimisation.rate,
            clipping: configuration.optimisation.clipping)
        averaging = WeightAverage(
            decay: configuration.optimisation.averaging, weights: source.weights.base, count: source.weightCount)
        average = averaging.values
        session.waitingBefore = source.waitingSeconds
    }

    /// Creates a run that goes on from the last checkpoint in `folder`.
    ///
    /// - Throws: `TrainingError` `.noCheckpoint`, `.damagedCheckpoint`, or `.otherRun` where the checkpoint's
    ///   configuration or number of weights differs.
    public convenience init(
        resuming configuration: TrainingConfiguration, source: any GradientSource, folder: FilePath
    ) throws {
        let (checkpoint, path) = try CheckpointFile(folder: folder).read()
        let (found, expected) = (try checkpoint.configuration.fields(), try configuration.fields())
        for field in Set(found.keys).union(expected.keys).sorted() where found[field] != expected[field] {
            throw TrainingError.otherRun(
                path: path.printed, field: field, found: found[field] ?? "missing",
                expected: expected[field] ?? "missing")
        }
        guard checkpoint.weights.count == source.weightCount else {
            throw TrainingError.otherRun(
                path: path.printed, field: "number of weights", found: "\(checkpoint.weights.count)",
                expected: "\(source.weightCount)")
        }
        try self.init(configuration, steps: checkpoint.progress.steps, source: source, folder: folder)
        progress = checkpoint.progress
        lastGood = path.printed
        func fill(_ buffer: AlignedBuffer<Float>, _ values: [Float]) {
            values.withUnsafeBufferPointer { values in
                if let base = values.baseAddress { buffer.base.update(from: base, count: buffer.count) }
            }
        }
        fill(source.weights, checkpoint.weights)
        fill(averaging.values, checkpoint.average)
        if let missing = optimiser.restore(checkpoint.states) {
            throw TrainingError.damagedCheckpoint(
                path: path.printed, reason: "the optimiser's \(missing) is missing or has another length")
        }
    }

    /// Makes steps until the end, early stopping, or `isCancelled`; writes a checkpoint at the end in each case.
    ///
    /// - Parameters:
    ///   - validation: called every `validateEvery` steps and at the end; nil for none.
    ///   - observe: called with the progress about once a second, and at validations and checkpoints.
    /// - Returns: true where the run has come to its end.
    /// - Throws: `TrainingError.diverged`; `FileError` where a checkpoint cannot be written; the errors of `validation`
    ///   and `observe`.
    public func run(
        validation: Validation? = nil, isCancelled: () -> Bool = { false },
        observe: (TrainingEvent) throws -> Void = { _ in }
    ) throws -> Bool {
        var told = ContinuousClock.now
        while progress.step < progress.steps, !progress.stopping.shouldStop {
            if isCancelled() {
                try writeCheckpoint(observe)
                return false
            }
            let start = ContinuousClock.now
            try makeStep()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            progress.seconds += seconds
            session.seconds += seconds
            let isLast = progress.step == progress.steps
            if progress.step % configuration.validation.every == 0 || isLast {
                try validate(validation)
                try observe(.validated(progress.rows))
            }
            if progress.step % configuration.checkpointEvery == 0 || isLast { try writeCheckpoint(observe) }
            if isLast || ContinuousClock.now - told > .seconds(1) {
                told = .now
                try observe(.progress(currentProgress))
            }
        }
        if progress.step < progress.steps { try writeCheckpoint(observe) }
        return true
    }

    /// Returns the seconds that a pixel of a batch takes, measured with batches whose gradients are thrown away: no
    /// weight changes, so a run that was measured first is the same run.
    ///
    /// - Throws: the errors of `source`.
    public static func secondsPerPixel(
        of source: any GradientSource, stage: PatchStages.Stage, seconds: Double
    ) throws -> Double {
        // The first batch warms caches and arenas.
        _ = try source.accumulate(step: 0, stage: stage)
        let start = ContinuousClock.now
        var count = 0
        repeat {
            _ = try source.accumulate(step: count, stage: stage)
            count += 1
        } while (ContinuousClock.now - start) / .seconds(1) < seconds
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        return elapsed / Double(count) / Double(stage.batch * stage.patch * stage.patch)
    }

    // MARK: A step

    private func makeStep() throws {
        let step = progress.step
        let stage = stages.stage(at: step)
        let losses = try source.accumulate(step: step, stage: stage)
        let loss = losses.value
        let norms = optimiser.norms(of: source.gradient.base)
        try checkHealth(loss: loss, norm: GradientNorm.joined(norms))
        let update = optimiser.update(step: step, rate: rates.rate(at: step), norms: norms, samples: stage.batch)
        let count = source.weightCount
        let pieces = max(1, min(source.workers, count / 16_384))
        let (weights, gradient, optimiser, averaging) = (source.weights, source.gradient, optimiser, averaging)
        let buffers = buffers
        ParallelLoop.threads(pieces).forEach(pieces) { _, piece in
            let range = piece * count / pieces..<(piece + 1) * count / pieces
            optimiser.apply(update, to: weights.base, gradient: gradient.base, range: range)
            averaging.update(weights.base, range: range, after: step + 1)
            // Buffers are means already.
            for own in buffers.map({ $0.range.clamped(to: range) }) where !own.isEmpty {
                (averaging.values.base + own.lowerBound).update(from: weights.base + own.lowerBound, count: own.count)
            }
        }
        progress.step += 1
        progress.lossSum += loss
        progress.lossCount += 1
        progress.termSums = zip(progress.termSums ?? losses.terms.map { _ in 0 }, losses.terms).map(+)
        if progress.firstLossCount < Self.firstLosses {
            progress.firstLossSum += loss
            progress.firstLossCount += 1
        }
        let megapixels = Double(stage.batch * stage.patch * stage.patch) / 1e6
        progress.megapixels += megapixels
        session.megapixels += megapixels
        session.multiplyAdds += source.multiplyAdds(of: stage)
        session.steps += 1
    }

    /// Throws where the run has failed, before the failure reaches the weights.
    private func checkHealth(loss: Double, norm: Double) throws(TrainingError) {
        func diverged(_ reason: String) -> TrainingError {
            .diverged(step: progress.step, reason: reason, lastGood: lastGood)
        }
        if !norm.isFinite || !loss.isFinite {
            let gradient = source.gradient
            let tensor = source.ranges.first { $0.range.contains { !gradient.base[$0].isFinite } }
            throw diverged(
                "the loss is \(loss)"
                    + (tensor.map { ", and the gradient of \($0.name) is not finite" } ?? " with a finite gradient"))
        }
        guard progress.firstLossCount == Self.firstLosses else { return }
        let first = progress.firstLossSum / Double(Self.firstLosses)
        if terms.hasExploded(loss, first: first) {
            let largest = source.ranges.max { peak($0) < peak($1) }
            throw diverged(
                "the loss is \(Self.text(loss)) after \(Self.text(first)) at the beginning"
                    + (largest.map { ", and the largest gradient is that of \($0.name)" } ?? "")
                    + "; a smaller rate or a longer warm-up may help")
        }
    }

    private func peak(_ parameter: ParameterRange) -> Float {
        parameter.range.reduce(0) { max($0, abs(source.gradient.base[$1])) }
    }

    private static func text(_ value: Double) -> String { String(format: "%.4g", value) }

    private func validate(_ validation: Validation?) throws {
        let result = try validation?(averaging.values, progress.step)
        progress.rows.append(
            TrainingRow(
                step: progress.step, rate: rates.rate(at: progress.step - 1),
                loss: progress.lossSum / Double(max(1, progress.lossCount)), psnr: result?.psnr,
                psnrBefore: result?.before, terms: termFigures,
                corruptions: (result?.corruptions).flatMap { $0.count > 1 ? $0 : nil },
                seconds: progress.seconds, megapixels: progress.megapixels))
        (progress.lossSum, progress.lossCount, progress.termSums) = (0, 0, nil)
        if let result { progress.stopping.note(-result.psnr, step: progress.step) }
    }

    /// The means of the terms since the last row, where there are several.
    private var termFigures: [TrainingRow.TermFigure]? {
        guard let sums = progress.termSums, sums.count > 1, sums.count == source.termNames.count else { return nil }
        return zip(source.termNames, sums).map {
            .init(name: $0, value: $1 / Double(max(1, progress.lossCount)))
        }
    }

    private func writeCheckpoint(_ observe: (TrainingEvent) throws -> Void) throws {
        try checkpoints.write(
            Checkpoint(
                configuration: configuration, progress: progress, weights: Array(source.weights.elements),
                average: Array(averaging.values.elements), states: [:]),
            ranges: source.ranges, states: optimiser.states)
        lastGood = "\(checkpoints.last.printed) (step \(progress.step))"
        try observe(.checkpoint(step: progress.step))
    }

    private var currentProgress: TrainingProgress {
        let seconds = max(1e-9, session.seconds)
        let waiting = source.waitingSeconds - session.waitingBefore
        let perStep = seconds / Double(max(1, session.steps))
        return TrainingProgress(
            step: progress.step, steps: progress.steps,
            loss: progress.lossCount > 0
                ? progress.lossSum / Double(progress.lossCount) : progress.rows.last?.loss ?? 0,
            rate: rates.rate(at: max(0, progress.step - 1)), psnr: progress.rows.last?.psnr,
            megapixelsPerSecond: session.megapixels / seconds,
            gigaflopsPerSecond: 2 * session.multiplyAdds / seconds / 1e9,
            waitingShare: waiting / seconds / Double(max(1, source.workers)),
            secondsLeft: perStep * Double(progress.steps - progress.step))
    }
}
