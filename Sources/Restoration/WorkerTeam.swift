import Dispatch

/// Workers that share the pictures of a run, and the tiles of a picture when pictures run out.
///
/// A team runs on `DispatchQueue.concurrentPerform`, which promises no concurrency: with one processor the workers
/// may run one after the other. So no worker ever waits for one that has not begun: it takes the next picture while
/// there are any, then tiles of pictures under way, and sleeps only while another worker is in the middle of one.
public final class WorkerTeam: Sendable {
    /// How many workers take part, 1 or more.
    public let workerCount: Int
    private let state: TeamState
    private let workers: [Worker]

    /// A team of `workerCount` workers; values below 1 count as 1.
    public init(workers workerCount: Int) {
        self.workerCount = max(1, workerCount)
        let count = self.workerCount
        let caches = (0..<count).map { _ in ExecutorCache() }
        let state = TeamState(caches: caches)
        self.state = state
        workers = caches.enumerated().map {
            Worker(index: $0.offset, executors: $0.element, team: state, workerCount: count)
        }
    }

    /// Runs `body` once for every item in `0..<count`, each on one worker, and returns when all are done.
    ///
    /// Items are begun in order. A team runs one `forEach` at a time; `body` must not call it again.
    public func forEach(_ count: Int, _ body: @Sendable (_ worker: Worker, _ index: Int) -> Void) {
        guard count > 0 else { return }
        state.begin(items: count)
        DispatchQueue.concurrentPerform(iterations: workerCount) { index in
            let worker = workers[index]
            while true {
                switch state.next(for: index) {
                case .item(let item):
                    worker.isSharing = count - item < workerCount
                    body(worker, item)
                    state.finishItem(of: index)
                case .task(let loop, let task):
                    loop.body(worker, task)
                    state.finishTask(of: loop, by: index)
                case .none:
                    return
                }
            }
        }
    }
}

/// One of a team's workers: the executors that it has made, and its way to share tasks with the others.
///
/// Contract: used by one thread at a time, the one that the team runs it on.
public final class Worker: @unchecked Sendable {
    public let index: Int
    /// The number of workers in the team.
    public let workerCount: Int
    /// Whether other workers will help with the picture that this one has begun, for want of pictures.
    public internal(set) var isSharing = false
    let executors: ExecutorCache
    private let team: TeamState

    fileprivate init(index: Int, executors: ExecutorCache, team: TeamState, workerCount: Int) {
        self.index = index
        self.executors = executors
        self.team = team
        self.workerCount = workerCount
    }

    /// Runs `body` once for every task in `0..<count`, on this worker and on those who have nothing else to do;
    /// returns when all are done. Tasks are begun in order.
    package func forEachTask(_ count: Int, _ body: @escaping @Sendable (_ worker: Worker, _ task: Int) -> Void) {
        if count == 0 { return }
        if count == 1 || workerCount == 1 {
            for task in 0..<count { body(self, task) }
            return
        }
        share(count, beside: {}, body)
    }

    /// Runs `main` on this worker, and `body` for every task in `0..<count` on those who have nothing else to do; what
    /// nobody has taken by the end of `main` this worker does. Returns when all are done.
    package func forEachTask(
        _ count: Int, beside main: () -> Void, _ body: @escaping @Sendable (_ worker: Worker, _ task: Int) -> Void
    ) {
        if workerCount > 1 { return share(count, beside: main, body) }
        main()
        for task in 0..<count { body(self, task) }
    }

    /// Runs `body` with the memory of `count` workers, this one's and that of others, which begin no pictures meanwhile
    /// but help; until enough of them are at leisure this worker helps others.
    ///
    /// What executors this worker keeps is given back afterwards where `count` is more than 1.
    package func borrowingShares<Result>(_ count: Int, _ body: () throws -> Result) rethrows -> Result {
        guard count > 1 else { return try body() }
        while let (loop, task) = team.borrow(min(count, workerCount) - 1, by: index) {
            loop.body(self, task)
            team.finishTask(of: loop, by: index)
        }
        defer { team.returnShares(of: index) }
        return try body()
    }

    private func share(
        _ count: Int, beside main: () -> Void, _ body: @escaping @Sendable (_ worker: Worker, _ task: Int) -> Void
    ) {
        let loop = TaskLoop(owner: index, count: count, body: body)
        team.open(loop)
        main()
        while let task = team.nextTask(of: loop) {
            body(self, task)
            team.finishTask(of: loop)
        }
        team.close(loop)
    }
}
