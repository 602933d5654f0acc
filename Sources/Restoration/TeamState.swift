import Foundation

/// The tasks of one picture that its worker shares out. All fields are guarded by the team's condition.
final class TaskLoop: @unchecked Sendable {
    /// The index of the worker that works on the picture.
    let owner: Int
    let count: Int
    let body: @Sendable (Worker, Int) -> Void
    var next = 0
    var running = 0

    init(owner: Int, count: Int, body: @escaping @Sendable (Worker, Int) -> Void) {
        self.owner = owner
        self.count = count
        self.body = body
    }
}

/// What the workers of a team know of each other. Every field is guarded by `condition`.
///
/// Each worker has a share of the memory. One whose picture needs more queues up and borrows the shares of workers that
/// have no picture, or queue behind it; those begin none until they have theirs back. While somebody queues nobody
/// begins a picture, so the queue moves on.
final class TeamState: @unchecked Sendable {
    enum Next {
        case item(Int)
        case task(TaskLoop, Int)
        case none
    }

    private struct Member {
        let cache: ExecutorCache
        /// Whether the worker has a picture of its own under way.
        var hasItem = false
        /// Whether it runs a task of another's picture.
        var isHelping = false
        /// Who has its share.
        var borrower: Int?
    }

    private let condition = NSCondition()
    private var items = 0
    private var nextItem = 0
    private var itemsUnderWay = 0
    private var loops: [TaskLoop] = []
    private var members: [Member]
    /// Workers that want to borrow, the first one next.
    private var queue: [Int] = []

    init(caches: [ExecutorCache]) { members = caches.map { Member(cache: $0) } }

    func begin(items count: Int) {
        condition.withLock {
            items = count
            nextItem = 0
        }
    }

    /// The next thing to do; sleeps while there is nothing but items that others have under way.
    func next(for index: Int) -> Next {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if nextItem < items, queue.isEmpty, members[index].borrower == nil {
                nextItem += 1
                itemsUnderWay += 1
                members[index].hasItem = true
                return .item(nextItem - 1)
            }
            if let (loop, task) = takeTask(for: index) { return .task(loop, task) }
            if nextItem >= items, itemsUnderWay == 0 { return .none }
            condition.wait()
        }
    }

    func finishItem(of index: Int) {
        condition.withLock {
            itemsUnderWay -= 1
            members[index].hasItem = false
            condition.broadcast()
        }
    }

    // MARK: Tasks

    func open(_ loop: TaskLoop) {
        condition.withLock {
            loops.append(loop)
            condition.broadcast()
        }
    }

    /// The next task of the caller's own loop.
    func nextTask(of loop: TaskLoop) -> Int? {
        condition.withLock { loop.next < loop.count ? take(from: loop) : nil }
    }

    /// - Parameter helper: the worker that ran it, where it is not the loop's own.
    func finishTask(of loop: TaskLoop, by helper: Int? = nil) {
        condition.withLock {
            loop.running -= 1
            if let helper { members[helper].isHelping = false }
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

    /// A task of another's picture: of the borrower's alone where the worker's share is lent, for a task may take memory.
    private func takeTask(for index: Int) -> (TaskLoop, Int)? {
        let borrower = members[index].borrower
        guard
            let loop = loops.first(where: { $0.next < $0.count && (borrower == nil || $0.owner == borrower) })
        else { return nil }
        members[index].isHelping = true
        return (loop, take(from: loop))
    }

    private func take(from loop: TaskLoop) -> Int {
        loop.next += 1
        loop.running += 1
        return loop.next - 1
    }

    // MARK: Shares

    /// Borrows `count` shares for worker `index`, or finds it something else to do; sleeps while there is neither.
    ///
    /// - Returns: a task to run before asking again; nil when the shares are borrowed and what their owners kept is freed.
    func borrow(_ count: Int, by index: Int) -> (TaskLoop, Int)? {
        condition.lock()
        defer { condition.unlock() }
        if !queue.contains(index) {
            queue.append(index)
            // The first in the queue may have waited for this share.
            condition.broadcast()
        }
        while true {
            if queue.first == index, members[index].borrower == nil {
                let free = members.indices.filter {
                    let member = members[$0]
                    return $0 != index && member.borrower == nil && !member.isHelping
                        && (!member.hasItem || queue.contains($0))
                }
                if free.count >= count {
                    for lender in free.prefix(count) {
                        members[lender].borrower = index
                        members[lender].cache.removeAll()
                    }
                    queue.removeFirst()
                    condition.broadcast()
                    return nil
                }
            }
            if let task = takeTask(for: index) { return task }
            condition.wait()
        }
    }

    /// Gives back what worker `index` has borrowed.
    func returnShares(of index: Int) {
        condition.withLock {
            members[index].cache.removeAll()
            for lender in members.indices where members[lender].borrower == index {
                members[lender].borrower = nil
                members[lender].cache.removeAll()
            }
            condition.broadcast()
        }
    }
}
