import Synchronization

/// A way to run tasks that do not depend on each other: on the calling thread, on several threads, or shared among the
/// workers of a team.
///
/// Code that computes takes a loop and knows nothing of threads. No result may depend on the order of the tasks or on
/// who runs them. A loop is used by one thread at a time.
public struct ParallelLoop {
    /// The work of one task. `worker` is a number below `workerCount`; two tasks that run at the same time never have
    /// the same one.
    public typealias Body = @Sendable (_ worker: Int, _ task: Int) -> Void

    /// Runs a body once for every task in `0..<count`, in any order, with the number of the worker that runs it, and
    /// returns when all are done.
    public typealias Run = (_ count: Int, _ body: @escaping Body) -> Void

    private enum Kind {
        /// A worker and those of its team who have nothing else to do.
        case worker(Worker)
        case other(Run)
    }

    /// The largest number of tasks that run at the same time, 1 or more.
    public let workerCount: Int
    private let kind: Kind
    private var isCancelled: (@Sendable () -> Bool)?

    init(_ worker: Worker) { (workerCount, kind) = (worker.workerCount, .worker(worker)) }

    /// Creates a loop on a caller's own threads, of which at most `workerCount` run tasks at the same time.
    public init(workerCount: Int, _ run: @escaping Run) {
        precondition(workerCount > 0, "a loop needs somebody to run it")
        (self.workerCount, kind) = (workerCount, .other(run))
    }

    /// A loop that runs one task after the other on the calling thread.
    public static var serial: ParallelLoop {
        ParallelLoop(workerCount: 1) { count, body in for task in 0..<count { body(0, task) } }
    }

    /// Returns a loop on at most `workerCount` threads and no more than there are processors: the calling one, and
    /// others that are made for each loop. Values below 1 count as 1.
    public static func threads(_ workerCount: Int) -> ParallelLoop {
        guard workerCount > 1 else { return .serial }
        return ParallelLoop(workerCount: workerCount) { count, body in
            let next = Atomic(0)
            Threads.run(min(count, workerCount)) { worker in
                while true {
                    let task = next.add(1, ordering: .relaxed).oldValue
                    guard task < count else { return }
                    body(worker, task)
                }
            }
        }
    }

    /// Returns the same loop, which asks `isCancelled` before each task. Once that is true the remaining tasks are left
    /// out, so the result of the loop is incomplete and must be discarded.
    public func stopping(when isCancelled: @escaping @Sendable () -> Bool) -> ParallelLoop {
        var loop = self
        loop.isCancelled = isCancelled
        return loop
    }

    /// Runs `body` once for every task in `0..<count`, and returns when all are done.
    public func forEach(_ count: Int, _ body: @escaping Body) {
        guard count > 0 else { return }
        let body = stoppable(body)
        switch kind {
        case .worker(let worker): worker.share(count, body)
        case .other(let run): run(count, body)
        }
    }

    /// Runs `main` on the calling thread and `body` for every task in `0..<count`, and returns when all are done. In a
    /// team, idle workers run tasks beside `main`; this thread runs those that are left when `main` ends.
    package func forEach(_ count: Int, beside main: () -> Void, _ body: @escaping Body) {
        if case .worker(let worker) = kind { return worker.share(count, beside: main, stoppable(body)) }
        main()
        forEach(count, body)
    }

    private func stoppable(_ body: @escaping Body) -> Body {
        guard let isCancelled else { return body }
        return { worker, task in if !isCancelled() { body(worker, task) } }
    }
}
