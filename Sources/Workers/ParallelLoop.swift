import Synchronization

/// How parts that do not depend on each other are run: on the calling thread, on several, or shared among the workers
/// of a team.
///
/// Who computes knows no threads; whoever has some passes a loop in. No result may depend on the order of the tasks or
/// on who runs them. A loop is used by one thread at a time.
public struct ParallelLoop {
    /// What is to be done. `worker` is a number below `workerCount`: two tasks that run at a time never have the same.
    public typealias Body = @Sendable (_ worker: Int, _ task: Int) -> Void

    /// Runs a body once for every task in `0..<count`, in any order, told which of the workers runs it; returns when all
    /// are done.
    public typealias Run = (_ count: Int, _ body: @escaping Body) -> Void

    private enum Kind {
        /// A worker and those of its team who have nothing else to do.
        case worker(Worker)
        case other(Run)
    }

    /// How many tasks run at a time at most, 1 or more.
    public let workerCount: Int
    private let kind: Kind
    private var isCancelled: (@Sendable () -> Bool)?

    init(_ worker: Worker) { (workerCount, kind) = (worker.workerCount, .worker(worker)) }

    /// A loop on a caller's own threads, of which `workerCount` at most run tasks at a time.
    public init(workerCount: Int, _ run: @escaping Run) {
        precondition(workerCount > 0, "a loop needs somebody to run it")
        (self.workerCount, kind) = (workerCount, .other(run))
    }

    /// One task after the other on the calling thread.
    public static var serial: ParallelLoop {
        ParallelLoop(workerCount: 1) { count, body in for task in 0..<count { body(0, task) } }
    }

    /// Tasks on up to `workerCount` threads, the calling one and others that are made for each loop; no more than there
    /// are processors. Values below 1 count as 1.
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

    /// The same loop, which asks `isCancelled` before each task; once that is true the rest is left out, and what the loop
    /// was to make is of no use.
    public func stopping(when isCancelled: @escaping @Sendable () -> Bool) -> ParallelLoop {
        var loop = self
        loop.isCancelled = isCancelled
        return loop
    }

    /// Runs `body` once for every task in `0..<count`; returns when all are done.
    public func forEach(_ count: Int, _ body: @escaping Body) {
        guard count > 0 else { return }
        let body = stoppable(body)
        switch kind {
        case .worker(let worker): worker.share(count, body)
        case .other(let run): run(count, body)
        }
    }

    /// Runs `main` on the calling thread, and `body` for every task in `0..<count`: in a team beside it, on those who have
    /// nothing else to do, and what nobody has taken by its end on this thread. Returns when all are done.
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
