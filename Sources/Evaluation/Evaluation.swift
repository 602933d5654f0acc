import Corruptions
import Files
package import Imaging
package import Reports
package import Restoration
import Synchronization
import SystemPackage
package import Workers

/// Measures methods, or what there is to gain, on clean pictures that are corrupted first.
package struct Evaluation: Sendable {
    /// The sets, the corruptions, and the way in which they are measured.
    package let plan: EvaluationPlan
    /// The methods that restore the corrupted pictures, each in its turn.
    package let methods: [EvaluationMethod]
    /// The limits on the pictures that are read.
    package let limits: PictureLimits
    /// The trials in the order of the records.
    private let trials: [Trial]

    /// Creates an evaluation of methods; without any, the corruptions alone are measured.
    ///
    /// - Throws: `EvaluationError` where plan and methods do not go together, or two methods have one name.
    package init(
        plan: EvaluationPlan, methods: [EvaluationMethod], limits: PictureLimits = PictureLimits()
    ) throws(EvaluationError) {
        var names: Set<String> = []
        for method in methods {
            guard names.insert(method.name).inserted else { throw .methodTwice(method.name) }
            for set in plan.sets {
                let corruptions = plan.corruptions(of: set)
                for corruption in corruptions { try method.validate(corruption) }
                guard corruptions.isEmpty else { continue }
                switch method {
                case .restored: break
                case .unrestored: throw .noCorruption
                case .model, .filter: throw .nothingToRestore(method: method.name)
                }
            }
        }
        if methods.isEmpty, plan.corruptions.isEmpty, !plan.sets.contains(where: { $0.corruptions != nil }) {
            throw .noCorruption
        }
        self.plan = plan
        self.methods = methods.isEmpty ? [.unrestored] : methods
        self.limits = limits
        trials = Self.trials(plan: plan, methods: self.methods, limits: limits)
    }

    /// Creates an evaluation of one model, or of the corruption alone where `restorer` is nil.
    ///
    /// - Throws: `EvaluationError` where plan and model do not go together.
    package init(
        plan: EvaluationPlan, restorer: Restorer?, limits: PictureLimits = PictureLimits()
    ) throws(EvaluationError) {
        try self.init(plan: plan, methods: restorer.map { [.model($0)] } ?? [.unrestored], limits: limits)
    }

    /// The number of records that a run makes at most.
    package var trialCount: Int { trials.count }

    /// Measures every picture under every corruption, each on one worker of `team`, which goes through the methods:
    /// what was decoded, corrupted and measured before serves all of them.
    ///
    /// The result does not depend on the number of workers. A picture that cannot be read or restored is a record
    /// with its error; a file that is no picture is ignored; one that nobody restored has no record for that method.
    ///
    /// - Parameters:
    ///   - journal: remembers what was measured; what it knows is not measured again.
    ///   - progress: called with each record as it is done, in any order, one at a time.
    ///   - isCancelled: asked before each picture; what was not begun is missing from the result.
    /// - Returns: one record a picture, corruption and method: set by set, corruption by corruption, method by method.
    package func run(
        on team: WorkerTeam, journal: EvaluationJournal? = nil,
        progress: @escaping @Sendable (PictureRecord) -> Void = { _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) -> [PictureRecord] {
        let records = Mutex([PictureRecord?](repeating: nil, count: trials.count))
        let groups = groups()
        team.forEach(groups.count) { worker, place in
            let findings = Subject.Findings(of: trials[groups[place][0]].subject)
            for index in groups[place] {
                if isCancelled() { return }
                let record = trials[index].record(findings, on: worker, journal: journal)
                records.withLock {
                    $0[index] = record
                    progress(record)
                }
            }
        }
        return records.withLock { $0.compactMap { $0 } }
    }

    /// Makes the pictures of a record of this evaluation once more, for a report's before/after pairs: noise is seeded
    /// and restoring is exact, so they are the same. Where nothing was done to the clean picture it stands for the one
    /// before; nil where the record has no restored picture.
    package func preview(of record: PictureRecord, on team: WorkerTeam) -> PreviewSource? {
        let match = trials.first {
            $0.subject.name == record.input && $0.subject.set.name == record.set
                && $0.subject.corruption?.description == record.corruption && $0.method.name == record.method?.name
        }
        guard let trial = match else { return nil }
        let made = Mutex<PreviewSource?>(nil)
        team.forEach(1) { worker, _ in
            let findings = Subject.Findings(of: trial.subject)
            guard let views = try? trial.pictures(findings, on: worker), let restored = views.restored else { return }
            let before = views.given.corrupted ?? views.given.clean
            let source = PreviewSource(
                before: before.rounded(toBits: 8), after: restored.rounded(toBits: 8),
                reference: views.given.corrupted == nil ? nil : views.given.clean,
                beforeName: views.given.corrupted == nil ? "clean" : "before")
            made.withLock { $0 = source }
        }
        return made.withLock { $0 }
    }

    /// Returns the trials of each subject, by index. Picture by picture, with all that is to be made of it: so the time
    /// that is left can be told from the time that went by, however slow a method is.
    private func groups() -> [[Int]] {
        let order = trials.indices.sorted { (trials[$0].subject.ordinal, $0) < (trials[$1].subject.ordinal, $1) }
        return order.reduce(into: []) { groups, index in
            if let last = groups.last?.last, trials[last].subject.isSame(as: trials[index].subject) {
                groups[groups.count - 1].append(index)
            } else {
                groups.append([index])
            }
        }
    }

    private static func trials(
        plan: EvaluationPlan, methods: [EvaluationMethod], limits: PictureLimits
    ) -> [Trial] {
        var first = 0
        return plan.sets.flatMap { set in
            defer { first += set.pictures.count }
            let corruptions = plan.corruptions(of: set).map(Optional.some)
            return (corruptions.isEmpty ? [nil] : corruptions).flatMap { corruption in
                methods.flatMap { method in
                    set.pictures.enumerated().compactMap { place, picture -> Trial? in
                        var restoredPath: FilePath?
                        if case .restored(let pictures) = method {
                            restoredPath = pictures.path(of: picture.name, in: set.name, corruption: corruption)
                            if restoredPath == nil { return nil }
                        }
                        let name = plan.sets.count > 1 ? FilePath(set.name).pushing(picture.name) : picture.name
                        let subject = Subject(
                            ordinal: first + place, set: set, picture: picture, name: name, corruption: corruption,
                            plan: plan, limits: limits)
                        return Trial(subject: subject, method: method, restoredPath: restoredPath)
                    }
                }
            }
        }
    }
}
