import Testing
import Workers

/// The promises of a team's state, step by step on one thread: none of them needs the luck of two threads.
@Suite struct TeamStateTests {
    /// While a worker queues for shares nobody begins an item, and who has lent its share begins none until it is back.
    @Test func nobodyBeginsAnItemWhileAnotherQueues() throws {
        let team = TeamState(workerCount: 3)
        team.begin(items: 5)
        for worker in 0..<3 { #expect(item(team.next(for: worker)) == worker) }
        // A worker that queues is given a task, and so does not sleep here; the next task is for who asks for an item.
        let offered = TaskLoop(owner: 2, count: 2) { _, _ in }
        team.open(offered)
        let task = try #require(team.borrow(2, by: 0))
        #expect(task.0 === offered && task.1 == 0)
        team.finishTask(of: offered, by: 0)
        team.finishItem(of: 1)
        // Items are left, but the first worker waits for two shares.
        try #require(self.task(team.next(for: 1)) == 1)
        team.finishTask(of: offered, by: 1)
        team.finishItem(of: 2)
        #expect(team.borrow(2, by: 0) == nil)
        // Both others have lent their shares: they help, and begin nothing.
        let lent = TaskLoop(owner: 0, count: 2) { _, _ in }
        team.open(lent)
        for worker in 1..<3 {
            try #require(self.task(team.next(for: worker)) == worker - 1)
            team.finishTask(of: lent, by: worker)
        }
        team.close(lent)
        team.returnShares(of: 0)
        for worker in 1..<3 { #expect(item(team.next(for: worker)) == worker + 2) }
    }

    /// A worker that waits for bytes with an item under way lends its share until it has its bytes.
    @Test(.timeLimit(.minutes(1))) func whoWaitsForBytesLendsItsShare() throws {
        let team = TeamState(workerCount: 2)
        team.begin(items: 2)
        for worker in 0..<2 { #expect(item(team.next(for: worker)) == worker) }
        team.beginLending(of: 1)
        // Without the share of the other worker this would sleep for ever: a task in its place fails the test.
        let offered = TaskLoop(owner: 1, count: 1) { _, _ in }
        team.open(offered)
        try #require(team.borrow(1, by: 0) == nil)
        team.returnShares(of: 0)
        team.endLending(of: 1)
        // Its share is its own: nobody gets it, and a task is taken instead.
        #expect(team.borrow(1, by: 0)?.0 === offered)
    }

    /// The index of the item; nil where it is something else.
    private func item(_ next: TeamState.Next) -> Int? {
        if case .item(let index) = next { index } else { nil }
    }

    /// The index of the task; nil where it is something else.
    private func task(_ next: TeamState.Next) -> Int? {
        if case .task(_, let index) = next { index } else { nil }
    }
}
