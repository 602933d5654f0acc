import Batches
import Evaluation
import Reports
import Synchronization

/// The progress of an evaluation, shown as that of a run: a picture under one corruption by one method counts once.
final class EvaluationProgress: Sendable {
    private struct State {
        var done = 0
        var megapixels = 0.0
        var progress = RunProgress()
    }

    private let total: Int
    private let journal: EvaluationJournal?
    private let display: RunDisplay
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    /// Begins to show the progress of `total` records.
    ///
    /// - Parameter journal: the journal, whose records are not counted as work, so that the time left is right.
    init(total: Int, journal: EvaluationJournal?, display: RunDisplay) {
        self.total = total
        self.journal = journal
        self.display = display
        display.show(.began(toDo: total, total: total))
    }

    /// Shows a record, and appends it to the log.
    func count(_ record: PictureRecord) {
        state.withLock { state in
            state.done += 1
            state.megapixels += record.inputSize?.megapixels ?? 0
            let known = journal?.reusedCount ?? 0
            var progress = RunProgress()
            progress.total = total - known
            progress.finished = max(0, state.done - known)
            progress.fraction = progress.total > 0 ? Double(progress.finished) / Double(progress.total) : 1
            progress.megapixels = state.megapixels
            progress.seconds = start.duration(to: .now) / .seconds(1)
            state.progress = progress
            display.show(.settled(record, progress))
        }
    }

    /// Ends the display.
    ///
    /// - Returns: the status of the log.
    func end(_ records: [PictureRecord], wasInterrupted: Bool) -> ExitStatus {
        let progress = state.withLock { $0.progress }
        return display.end(BatchResult(records: records, wasInterrupted: wasInterrupted, progress: progress))
    }
}
