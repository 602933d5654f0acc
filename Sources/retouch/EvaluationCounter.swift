import Files
import Reports
import Synchronization
import SystemPackage

/// Shows how far an evaluation has come.
final class EvaluationCounter: Sendable {
    private let total: Int
    private let isShown: Bool
    private let done = Mutex(0)

    init(total: Int, isShown: Bool) {
        self.total = total
        self.isShown = isShown
    }

    func count(_ record: PictureRecord) {
        done.withLock { done in
            done += 1
            if isShown { Console.standardError.draw("\(done) of \(total): \(record.input.printed)") }
        }
    }
}
