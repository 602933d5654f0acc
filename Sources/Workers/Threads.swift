import Dispatch

/// The one place where work is spread over threads.
enum Threads {
    /// Runs `body` once for every index in `0..<count`, on this thread and on others, and returns when all are done.
    ///
    /// Nothing promises that two indices run at the same time: with one processor they come one after the other. So no
    /// `body` may wait for one that has not begun.
    static func run(_ count: Int, _ body: @Sendable (_ index: Int) -> Void) {
        DispatchQueue.concurrentPerform(iterations: count) { body($0) }
    }
}
