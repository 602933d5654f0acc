import Corruptions
public import Imaging
public import Reports
public import Restoration
import Synchronization

/// Measures a model, or what there is to gain, on clean pictures that are corrupted first.
public struct Evaluation: Sendable {
    public let plan: EvaluationPlan
    /// Restores the corrupted pictures; nil measures only the corruption.
    public let restorer: Restorer?
    public let limits: PictureLimits

    /// - Throws: `EvaluationError` where plan and model do not go together.
    public init(
        plan: EvaluationPlan, restorer: Restorer?, limits: PictureLimits = PictureLimits()
    ) throws(EvaluationError) {
        try plan.validate(scale: restorer?.scale)
        self.plan = plan
        self.restorer = restorer
        self.limits = limits
    }

    /// Measures every picture under every corruption, each on one worker of `team`.
    ///
    /// The result does not depend on the number of workers. A picture that cannot be read or restored is a record
    /// with its error; a file that is no picture is ignored.
    ///
    /// - Parameters:
    ///   - progress: told of each record as it is done, in any order, one at a time.
    ///   - isCancelled: asked before each picture; what was not begun is missing from the result.
    /// - Returns: one record a picture and corruption, corruption by corruption.
    public func run(
        on team: WorkerTeam, progress: @escaping @Sendable (PictureRecord) -> Void = { _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) -> [PictureRecord] {
        let count = plan.pictures.count * plan.corruptions.count
        let records = Mutex([PictureRecord?](repeating: nil, count: count))
        team.forEach(count) { worker, index in
            if isCancelled() { return }
            let trial = makeTrial(index)
            let start = ContinuousClock.now
            var record = trial.run(on: worker)
            record.seconds = start.duration(to: .now) / .seconds(1)
            records.withLock {
                $0[index] = record
                progress(record)
            }
        }
        return records.withLock { $0.compactMap { $0 } }
    }

    /// The pictures of a record of this evaluation, made once more: noise is seeded and restoring is exact, so they
    /// are the same. For a report's before/after pairs.
    public func preview(of record: PictureRecord, on team: WorkerTeam) -> PreviewSource? {
        let match = (0..<plan.pictures.count * plan.corruptions.count).first {
            let trial = makeTrial($0)
            return trial.picture.name == record.input && trial.corruption.description == record.corruption
        }
        guard let match, restorer != nil else { return nil }
        let trial = makeTrial(match)
        let made = Mutex<PreviewSource?>(nil)
        team.forEach(1) { worker, _ in
            guard let views = try? trial.pictures(on: worker), let restored = views.restored else { return }
            let source = PreviewSource(
                before: views.corrupted.rounded(toBits: 8), after: restored.rounded(toBits: 8),
                reference: views.clean)
            made.withLock { $0 = source }
        }
        return made.withLock { $0 }
    }

    private func makeTrial(_ index: Int) -> Trial {
        Trial(
            picture: plan.pictures[index % plan.pictures.count],
            corruption: plan.corruptions[index / plan.pictures.count], plan: plan, restorer: restorer, limits: limits)
    }
}
