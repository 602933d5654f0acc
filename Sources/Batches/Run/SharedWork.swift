import Files
import Foundation
import Reports
import Synchronization
import Workers

/// The pictures that a run has to restore, shared with other runs into the same folder: each is claimed, looked at
/// again where another run has finished it meanwhile, and restored if it is still to be. What other runs have under way
/// is waited for, since they may be killed.
struct SharedWork: Sendable {
    let pictures: [BatchPlan.Picture]
    let policy: ResumePolicy
    let claims: PictureClaims
    let work: PictureRun
    let interruption: Interruption
    let tally: RunTally

    /// The time between two looks at what other runs have under way.
    private static let pause: TimeInterval = 0.1
    /// The number of looks after which the run says that it waits.
    private static let patience = 20

    /// Comes to the end of all pictures, or of those that are under way when the run is interrupted.
    func run(on team: WorkerTeam) {
        let hasWarned = Atomic(false)
        var left = Array(pictures.indices)
        var looks = 0
        while !left.isEmpty, !interruption.isRequested {
            let indices = left
            let taken = Mutex<[Int]>([])
            team.forEach(indices.count) { worker, task in
                if interruption.isRequested { return }
                if !finish(indices[task], on: worker, hasWarned: hasWarned) {
                    taken.withLock { $0.append(indices[task]) }
                }
            }
            left = taken.withLock { $0.sorted() }
            guard !left.isEmpty, left.count == indices.count else { continue }
            looks += 1
            if looks == Self.patience {
                tally.warn("another run has \(left.count) of the pictures under way; waiting for it")
            }
            Thread.sleep(forTimeInterval: Self.pause)
        }
    }

    /// Comes to the end of one picture.
    ///
    /// - Returns: false where another run has it under way.
    private func finish(_ index: Int, on worker: Worker, hasWarned: borrowing Atomic<Bool>) -> Bool {
        let picture = pictures[index]
        guard claims.claim(picture.output) else { return false }
        defer { claims.release(picture.output) }
        switch decisionNow(on: picture) {
        case .done(let entry):
            var record = BatchRun.skipped(picture, entry?.record)
            if let entry, picture.reference != nil, !BatchRun.isMeasured(picture, by: entry),
                let measured = work.measure(picture, restoredBy: entry, on: worker)
            {
                record = BatchRun.skipped(picture, measured)
            }
            tally.finish(index, record, isOutputSide: false)
        case .refused(let reason, let isOutputSide):
            tally.finish(
                index, PictureRecord(input: picture.name, outcome: .failed(reason: reason)),
                isOutputSide: isOutputSide)
        case .toDo:
            let outcome = work.run(
                picture, on: worker, begin: { tally.begin(index, pixels: $0) },
                progress: { tally.advance(index, pixels: $0) },
                warn: { text in
                    if !hasWarned.exchange(true, ordering: .relaxed) { tally.warn(text) }
                })
            if let outcome { tally.finish(index, outcome.record, isOutputSide: outcome.isOutputSide) }
        }
        return true
    }

    /// Decides again, with what other runs have added to the ledger meanwhile.
    private func decisionNow(on picture: BatchPlan.Picture) -> ResumeDecision {
        do throws(FileError) {
            try policy.ledger.refresh()
            // An output that no ledger knows was looked for when the run began.
            return policy.ledger.entries(of: picture.output).isEmpty ? .toDo : try policy.decision(for: picture)
        } catch {
            return .refused("\(error)", isOutputSide: PictureRun.isOfSystem(error))
        }
    }
}
