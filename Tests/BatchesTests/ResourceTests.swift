import Batches
import Dispatch
import Foundation
import Synchronization
import TestFolders
import Testing

@Suite struct ResourceTests {
    @Test func theMachineHasSomething() {
        #expect(Machine.defaultMemoryLimit > 1 << 20)
        #expect(Machine.defaultMemoryLimit <= Int(clamping: ProcessInfo.processInfo.physicalMemory / 2))
        #expect((1...ProcessInfo.processInfo.activeProcessorCount).contains(Machine.defaultWorkerCount))
    }

    @Test(.timeLimit(.minutes(1))) func aBudgetIsNeverExceeded() {
        let budget = MemoryBudget(byteCount: 100)
        let state = Mutex((taken: 0, most: 0))
        DispatchQueue.concurrentPerform(iterations: 40) { index in
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

    @Test func progressSaysNothingBeforeItKnows() {
        var progress = RunProgress()
        #expect(progress.megapixelsPerSecond == 0 && progress.secondsLeft == nil)
        progress.fraction = 0.25
        progress.seconds = 10
        progress.megapixels = 5
        #expect(progress.megapixelsPerSecond == 0.5)
        #expect(progress.secondsLeft == 30)
    }
}
