import Dispatch
import Synchronization

/// Independent tasks that workers take one after the other, each the next that nobody has taken.
///
/// `DispatchQueue.concurrentPerform` promises no concurrency, so no worker waits for another one.
final class SharedWork: Sendable {
    private let next = Atomic<Int>(0)
    private let count: Int

    init(count: Int) { self.count = count }

    /// Runs `body` once for every task, telling it the worker's number; returns when all are done.
    func perform(workers: Int, _ body: @Sendable (_ worker: Int, _ task: Int) -> Void) {
        DispatchQueue.concurrentPerform(iterations: max(1, min(workers, count))) { worker in
            while true {
                let task = next.add(1, ordering: .relaxed).oldValue
                if task >= count { return }
                body(worker, task)
            }
        }
    }
}
