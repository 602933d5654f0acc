/// The tasks of one item that its worker shares out.
///
/// Contract of `@unchecked Sendable`: `next` and `running` are touched within the lock of the team's state alone.
package final class TaskLoop: @unchecked Sendable {
    /// The index of the worker that works on the item.
    let owner: Int
    let count: Int
    let body: ParallelLoop.Body
    var next = 0
    var running = 0

    package init(owner: Int, count: Int, body: @escaping ParallelLoop.Body) {
        self.owner = owner
        self.count = count
        self.body = body
    }

    /// Begins the next task; nil where all are begun.
    func take() -> Int? {
        guard next < count else { return nil }
        next += 1
        running += 1
        return next - 1
    }
}

/// The shared state of a team: the items that are left, the tasks on offer, and who has borrowed whose share of the
/// memory.
///
/// Each worker has a share of the memory. One whose item needs more queues up and borrows the shares of workers that
/// have no item, wait for bytes, or queue behind it; those begin none, and go on with none, until they have theirs back. While somebody queues nobody begins
/// an item, so the queue moves on.
package final class TeamState: Sendable {
    package enum Next {
        case item(Int)
        case task(TaskLoop, Int)
        case none
    }

    private struct Member {
        /// True while the worker has an item of its own under way.
        var hasItem = false
        /// True while the worker runs a task of another worker's item.
        var isHelping = false
        /// True while the worker waits for bytes and its item needs no share.
        var isLending = false
        /// The index of the worker that has borrowed its share; nil where the share is its own.
        var borrower: Int?
    }

    private struct State {
        var items = 0
        var nextItem = 0
        var itemsUnderWay = 0
        var loops: [TaskLoop] = []
        var members: [Member]
        /// Workers that want to borrow, the first one next.
        var queue: [Int] = []

        /// Takes a task of another worker's item. A worker whose share is lent takes tasks of the borrower alone, for a
        /// task may take memory.
        mutating func takeTask(for index: Int) -> (TaskLoop, Int)? {
            let borrower = members[index].borrower
            for loop in loops where borrower == nil || loop.owner == borrower {
                guard let task = loop.take() else { continue }
                members[index].isHelping = true
                return (loop, task)
            }
            return nil
        }

        /// The `count` workers that can lend their shares to worker `index`; nil until it is the first in the queue and
        /// so many are free.
        func lenders(of count: Int, to index: Int) -> ArraySlice<Int>? {
            guard queue.first == index, members[index].borrower == nil else { return nil }
            let free = members.indices.filter {
                let member = members[$0]
                return $0 != index && member.borrower == nil && !member.isHelping
                    && (!member.hasItem || member.isLending || queue.contains($0))
            }
            return free.count >= count ? free.prefix(count) : nil
        }
    }

    /// The storage of each worker, by its index.
    let storages: [WorkerStorage]
    private let state: Monitor<State>

    package init(workerCount: Int) {
        storages = (0..<workerCount).map { _ in WorkerStorage() }
        state = Monitor(State(members: Array(repeating: Member(), count: workerCount)))
    }

    // MARK: Items

    package func begin(items count: Int) {
        state.withLock { state in
            state.items = count
            state.nextItem = 0
        }
    }

    /// Takes the next thing to do; sleeps while there is nothing but items that other workers have under way.
    package func next(for index: Int) -> Next {
        state.wait { state in
            if state.nextItem < state.items, state.queue.isEmpty, state.members[index].borrower == nil {
                state.nextItem += 1
                state.itemsUnderWay += 1
                state.members[index].hasItem = true
                return .item(state.nextItem - 1)
            }
            if let (loop, task) = state.takeTask(for: index) { return .task(loop, task) }
            return state.nextItem >= state.items && state.itemsUnderWay == 0 ? Next.none : nil
        }
    }

    package func finishItem(of index: Int) {
        state.change { state in
            state.itemsUnderWay -= 1
            state.members[index].hasItem = false
        }
    }

    // MARK: Tasks

    package func open(_ loop: TaskLoop) { state.change { $0.loops.append(loop) } }

    /// Takes the next task of the caller's own loop; nil where all are begun.
    func nextTask(of loop: TaskLoop) -> Int? { state.withLock { _ in loop.take() } }

    /// Notes the end of a task.
    ///
    /// - Parameter helper: the worker that ran it, where it is not the loop's own.
    package func finishTask(of loop: TaskLoop, by helper: Int? = nil) {
        state.change { state in
            loop.running -= 1
            if let helper { state.members[helper].isHelping = false }
        }
    }

    /// Waits for the tasks that helpers have begun (each runs on a thread of its own), then removes the loop.
    package func close(_ loop: TaskLoop) {
        state.wait { state -> Void? in
            guard loop.running == 0 else { return nil }
            state.loops.removeAll { $0 === loop }
            return ()
        }
    }

    // MARK: Shares

    /// Borrows `count` shares for worker `index`, or takes a task for it meanwhile; sleeps while there is neither.
    ///
    /// - Returns: a task to run before asking again; nil when the shares are borrowed and what their owners stored is
    ///   released.
    package func borrow(_ count: Int, by index: Int) -> (TaskLoop, Int)? {
        if !state.withLock({ $0.queue.contains(index) }) {
            // The first in the queue may have waited for this worker's share.
            state.change { $0.queue.append(index) }
        }
        let task: (TaskLoop, Int)? = state.wait { state -> (TaskLoop, Int)?? in
            if let lenders = state.lenders(of: count, to: index) {
                for lender in lenders {
                    state.members[lender].borrower = index
                    storages[lender].removeAll()
                }
                return .some(nil)
            }
            guard let task = state.takeTask(for: index) else { return nil }
            return task
        }
        if task == nil { state.change { _ = $0.queue.removeFirst() } }
        return task
    }

    /// Lets others borrow the share of worker `index` although it has an item.
    package func beginLending(of index: Int) { state.change { $0.members[index].isLending = true } }

    /// Waits until the share of worker `index` is its own again, and lends it no more.
    package func endLending(of index: Int) {
        state.wait { state -> Void? in
            guard state.members[index].borrower == nil else { return nil }
            state.members[index].isLending = false
            return ()
        }
    }

    /// Gives back the shares that worker `index` has borrowed, and releases what it and the lenders have stored.
    package func returnShares(of index: Int) {
        state.change { state in
            storages[index].removeAll()
            for lender in state.members.indices where state.members[lender].borrower == index {
                state.members[lender].borrower = nil
                storages[lender].removeAll()
            }
        }
    }
}
