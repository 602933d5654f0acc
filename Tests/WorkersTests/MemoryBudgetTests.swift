import Foundation
import Synchronization
import Testing
import Workers

@Suite("Memory that workers share")
struct MemoryBudgetTests {
    @Test(.timeLimit(.minutes(1))) func aBudgetIsNeverExceeded() {
        let budget = MemoryBudget(byteCount: 100)
        let state = Mutex((taken: 0, most: 0))
        ParallelLoop.threads(40).forEach(40) { _, index in
            // A wish beyond the budget takes all of it.
            let bytes = [30, 60, 100, 1000, 0][index % 5]
            budget.withBytes(bytes) {
                state.withLock { state in
                    state.taken += min(bytes, 100)
                    state.most = max(state.most, state.taken)
                }
                usleep(200)
                state.withLock { $0.taken -= min(bytes, 100) }
            }
        }
        #expect(state.withLock { $0.taken } == 0)
        #expect((1...100).contains(state.withLock { $0.most }))
    }

    @Test func whatIsNotFreeIsNotTaken() {
        let budget = MemoryBudget(byteCount: 100)
        #expect(budget.takeIfFree(60) && !budget.takeIfFree(41) && budget.takeIfFree(40))
        #expect(budget.takeIfFree(0) && !budget.takeIfFree(1))
        budget.give(60)
        #expect(budget.take(60) == 60 && !budget.takeIfFree(1))
        budget.give(100)
        // A wish beyond the budget takes all of it.
        #expect(budget.take(1000) == 100)
    }

    @Test func whatIsBeyondAllIsRefused() throws {
        let budget = MemoryBudget(byteCount: 100)
        try budget.check(100)
        let shortage = #expect(throws: MemoryBudget.Shortage.self) { try budget.check(101) }
        #expect(shortage?.needed == 101 && shortage?.limit == 100)
    }
}
