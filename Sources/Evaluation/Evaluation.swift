import Corruptions
public import Imaging
public import Reports
public import Restoration
import Synchronization

/// Measures methods, or what there is to gain, on clean pictures that are corrupted first.
public struct Evaluation: Sendable {
    public let plan: EvaluationPlan
    /// What restores the corrupted pictures, each in its turn.
    public let methods: [EvaluationMethod]
    public let limits: PictureLimits
    private let trials: [Trial]

    /// - Throws: `EvaluationError` where plan and methods do not go together, or two methods have one name.
    public init(
        plan: EvaluationPlan, methods: [EvaluationMethod], limits: PictureLimits = PictureLimits()
    ) throws(EvaluationError) {
        guard !plan.corruptions.isEmpty else { throw .noCorruption }
        var names: Set<String> = []
        for method in methods {
            guard names.insert(method.name).inserted else { throw .methodTwice(method.name) }
            for corruption in plan.corruptions { try method.validate(corruption) }
            if case .files(let folder) = method, plan.corruptions.count > 1 {
                throw .restoredFolder(name: folder.name, corruptions: plan.corruptions.count)
            }
        }
        self.plan = plan
        self.methods = methods.isEmpty ? [.unrestored] : methods
        self.limits = limits
        var trials: [Trial] = []
        for corruption in plan.corruptions {
            for method in self.methods {
                trials += plan.pictures.filter(method.covers).map {
                    Trial(picture: $0, corruption: corruption, plan: plan, method: method, limits: limits)
                }
            }
        }
        self.trials = trials
    }

    /// One model, or nil for the corruption alone.
    ///
    /// - Throws: `EvaluationError` where plan and model do not go together.
    public init(
        plan: EvaluationPlan, restorer: Restorer?, limits: PictureLimits = PictureLimits()
    ) throws(EvaluationError) {
        try self.init(plan: plan, methods: restorer.map { [.model($0)] } ?? [.unrestored], limits: limits)
    }

    /// How many records a run makes.
    public var trialCount: Int { trials.count }

    /// Measures every picture under every corruption, each on one worker of `team`.
    ///
    /// The result does not depend on the number of workers. A picture that cannot be read or restored is a record
    /// with its error; a file that is no picture is ignored.
    ///
    /// - Parameters:
    ///   - progress: told of each record as it is done, in any order, one at a time.
    ///   - isCancelled: asked before each picture; what was not begun is missing from the result.
    /// - Returns: one record a picture, corruption and method: corruption by corruption, each method by method.
    public func run(
        on team: WorkerTeam, progress: @escaping @Sendable (PictureRecord) -> Void = { _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) -> [PictureRecord] {
        let count = trialCount
        let records = Mutex([PictureRecord?](repeating: nil, count: count))
        team.forEach(count) { worker, index in
            if isCancelled() { return }
            let trial = trials[index]
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
        let match = trials.first {
            $0.picture.name == record.input && $0.corruption.description == record.corruption
                && $0.method.name == record.model
        }
        guard let trial = match else { return nil }
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
}
