/// Workers that share the items of a run (pictures, samples), and the tasks of an item when items run out.
///
/// A team's threads promise no concurrency: with one processor the workers may run one after the other. So no worker
/// ever waits for one that has not begun: it takes the next item while there are any, then tasks of items under way,
/// and sleeps only while another worker is in the middle of one.
public final class WorkerTeam: Sendable {
    /// The number of workers in the team, 1 or more.
    public let workerCount: Int
    private let state: TeamState
    private let workers: [Worker]

    /// Creates a team of `workerCount` workers; values below 1 count as 1. Its threads are made by each `forEach`.
    public init(workers workerCount: Int) {
        self.workerCount = max(1, workerCount)
        let state = TeamState(workerCount: self.workerCount)
        self.state = state
        workers = (0..<self.workerCount).map { Worker(index: $0, team: state) }
    }

    /// Runs `body` once for every item in `0..<count`, each on one worker, and returns when all are done.
    ///
    /// Items are begun in order. A team runs one `forEach` at a time; `body` must not call it again.
    public func forEach(_ count: Int, _ body: @Sendable (_ worker: Worker, _ index: Int) -> Void) {
        guard count > 0 else { return }
        state.begin(items: count)
        Threads.run(workerCount) { index in
            let worker = workers[index]
            while true {
                switch state.next(for: index) {
                case .item(let item):
                    worker.isSharing = count - item < workerCount
                    body(worker, item)
                    state.finishItem(of: index)
                case .task(let loop, let task):
                    loop.body(index, task)
                    state.finishTask(of: loop, by: index)
                case .none:
                    return
                }
            }
        }
    }
}

/// One worker of a team: its storage, and its way to share tasks with the others.
///
/// Contract: used by one thread at a time, the one that the team runs it on.
public final class Worker: @unchecked Sendable {
    /// The index of the worker in its team, from 0.
    public let index: Int
    /// True where fewer items are left than there are workers, this one's item included, so that idle workers will help
    /// with it.
    public internal(set) var isSharing = false
    private let team: TeamState

    fileprivate init(index: Int, team: TeamState) {
        self.index = index
        self.team = team
    }

    /// The number of workers in the team.
    public var workerCount: Int { team.storages.count }

    /// A loop that runs tasks on this worker and on idle ones, begun in order. It must not be used inside a task that
    /// another worker runs.
    public var loop: ParallelLoop { ParallelLoop(self) }

    /// The storage of a worker of the team, for tasks that run as that worker.
    package func storage(ofWorker index: Int) -> WorkerStorage { team.storages[index] }

    /// Runs `body` with the memory of `count` workers: this one's, and that of others, which begin no items meanwhile
    /// but help. Until enough of them are free this worker helps others.
    ///
    /// What this worker and the lenders have stored is released afterwards where `count` is more than 1.
    package func borrowingShares<Result>(_ count: Int, _ body: () throws -> Result) rethrows -> Result {
        guard count > 1 else { return try body() }
        while let (loop, task) = team.borrow(min(count, workerCount) - 1, by: index) {
            loop.body(index, task)
            team.finishTask(of: loop, by: index)
        }
        defer { team.returnShares(of: index) }
        return try body()
    }

    /// Runs `body`, which waits for another worker, and lends this one's share of the memory meanwhile: the other may be
    /// queueing for it. Its share is its own again afterwards, what it has stored may be gone.
    package func lendingShare<Result>(while body: () -> Result) -> Result {
        team.beginLending(of: index)
        defer { team.endLending(of: index) }
        return body()
    }

    func share(_ count: Int, _ body: @escaping ParallelLoop.Body) {
        if count > 1, workerCount > 1 { return open(count, beside: {}, body) }
        for task in 0..<count { body(index, task) }
    }

    func share(_ count: Int, beside main: () -> Void, _ body: @escaping ParallelLoop.Body) {
        if workerCount > 1 { return open(count, beside: main, body) }
        main()
        for task in 0..<count { body(index, task) }
    }

    private func open(_ count: Int, beside main: () -> Void, _ body: @escaping ParallelLoop.Body) {
        let loop = TaskLoop(owner: index, count: count, body: body)
        team.open(loop)
        main()
        while let task = team.nextTask(of: loop) {
            body(index, task)
            team.finishTask(of: loop)
        }
        team.close(loop)
    }
}
