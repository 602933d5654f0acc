import Batches
import Evaluation
import Reports
import Synchronization

/// The progress bar of an evaluation: that of a run, a picture under one corruption by one method counting once.
final class EvaluationBar: Sendable {
    private struct State {
        var done = 0
        var megapixels = 0.0
    }

    private let total: Int
    private let journal: EvaluationJournal?
    private let isShown: Bool
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    /// Creates a bar for `total` records.
    ///
    /// - Parameter journal: the journal, whose records are not counted as work, so that the time left is right.
    init(total: Int, journal: EvaluationJournal?, isShown: Bool) {
        self.total = total
        self.journal = journal
        self.isShown = isShown
    }

    func count(_ record: PictureRecord) {
        guard isShown else { return }
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
            Console.standardError.draw(BarStyle.line(progress, columns: Console.standardError.columnCount))
        }
    }
}
