import Dispatch
import Foundation

/// Workers that share the pictures of a run, and the tiles of a picture when pictures run out.
///
/// A team runs on `DispatchQueue.concurrentPerform`, which promises no concurrency: with one processor the workers
/// may run one after the other. So no worker ever waits for one that has not begun: it takes the next picture while
/// there are any, then tiles of pictures under way, and sleeps only while another worker is in the middle of one.
public final class WorkerTeam: Sendable {
    /// How many workers take part, 1 or more.
    public let workerCount: Int
    private let state = TeamState()
    private let workers: [Worker]

    /// A team of `workerCount` workers; values below 1 count as 1.
    public init(workers workerCount: Int) {
        self.workerCount = max(1, workerCount)
        let state = state
        let count = self.workerCount
        workers = (0..<count).map { Worker(index: $0, team: state, workerCount: count) }
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
                switch state.next() {
                case .item(let item):
                    worker.isSharing = count - item < workerCount
                    body(worker, item)
                    state.finishItem()
                case .task(let loop, let task):
                    loop.body(worker, task)
                    state.finishTask(of: loop)
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
    let executors = ExecutorCache()
    private let team: TeamState

    fileprivate init(index: Int, team: TeamState, workerCount: Int) {
        self.index = index
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

    private func share(
        _ count: Int, beside main: () -> Void, _ body: @escaping @Sendable (_ worker: Worker, _ task: Int) -> Void
    ) {
        let loop = TaskLoop(count: count, body: body)
        team.open(loop)
        main()
        while let task = team.nextTask(of: loop) {
            body(self, task)
            team.finishTask(of: loop)
        }
        team.close(loop)
    }
}

/// The tasks of one picture that its worker shares out. All fields are guarded by the team's condition.
private final class TaskLoop: @unchecked Sendable {
    let count: Int
    let body: @Sendable (Worker, Int) -> Void
    var next = 0
    var running = 0

    init(count: Int, body: @escaping @Sendable (Worker, Int) -> Void) {
        self.count = count
        self.body = body
    }
}

/// What the workers of a team know of each other. Every field is guarded by `condition`.
private final class TeamState: @unchecked Sendable {
    enum Next {
        case item(Int)
        case task(TaskLoop, Int)
        case none
    }

    private let condition = NSCondition()
    private var items = 0
    private var nextItem = 0
    private var itemsUnderWay = 0
    private var loops: [TaskLoop] = []

    func begin(items count: Int) {
        condition.withLock {
            items = count
            nextItem = 0
        }
    }

    /// The next thing to do; sleeps while there is nothing but items that others have under way.
    func next() -> Next {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if nextItem < items {
                nextItem += 1
                itemsUnderWay += 1
                return .item(nextItem - 1)
            }
            if let loop = loops.first(where: { $0.next < $0.count }) {
                return .task(loop, take(from: loop))
            }
            if itemsUnderWay == 0 { return .none }
            condition.wait()
        }
    }

    func finishItem() {
        condition.withLock {
            itemsUnderWay -= 1
            condition.broadcast()
        }
    }

    func open(_ loop: TaskLoop) {
        condition.withLock {
            loops.append(loop)
            condition.broadcast()
        }
    }

    func nextTask(of loop: TaskLoop) -> Int? {
        condition.withLock { loop.next < loop.count ? take(from: loop) : nil }
    }

    func finishTask(of loop: TaskLoop) {
        condition.withLock {
            loop.running -= 1
            condition.broadcast()
        }
    }

    /// Waits for the tasks that helpers have begun (each runs on a thread of its own), then forgets the loop.
    func close(_ loop: TaskLoop) {
        condition.lock()
        while loop.running > 0 { condition.wait() }
        loops.removeAll { $0 === loop }
        condition.unlock()
    }

    private func take(from loop: TaskLoop) -> Int {
        loop.next += 1
        loop.running += 1
        return loop.next - 1
    }
}
