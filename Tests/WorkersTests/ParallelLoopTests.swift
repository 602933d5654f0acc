import Foundation
import Synchronization
import Testing
import Workers

@Suite("A parallel loop")
struct ParallelLoopTests {
    /// How a loop is made, and of how many workers.
    enum Kind: CaseIterable {
        case serial, oneThread, threads, manyThreads, ownThreads, workerAlone, worker, manyWorkers

        /// Calls `body` with such a loop.
        func with(_ body: @Sendable (ParallelLoop) -> Void) {
            switch self {
            case .serial: body(.serial)
            case .oneThread: body(.threads(0))
            case .threads: body(.threads(3))
            case .manyThreads: body(.threads(100))
            case .ownThreads:
                body(ParallelLoop(workerCount: 2) { count, body in for task in 0..<count { body(task % 2, task) } })
            case .workerAlone: WorkerTeam(workers: 1).forEach(2) { worker, _ in body(worker.loop) }
            case .worker: WorkerTeam(workers: 3).forEach(2) { worker, _ in body(worker.loop) }
            case .manyWorkers: WorkerTeam(workers: 64).forEach(2) { worker, _ in body(worker.loop) }
            }
        }
    }

    @Test(arguments: Kind.allCases, [0, 1, 2, 5, 130])
    func everyTaskIsRunOnce(_ kind: Kind, tasks: Int) {
        kind.with { loop in
            let counts = Mutex([Int](repeating: 0, count: tasks))
            // Helpers are in the middle of a task when nothing is left to take: the loop waits for them.
            loop.forEach(tasks) { _, task in
                usleep(200)
                counts.withLock { $0[task] += 1 }
            }
            #expect(counts.withLock { $0 } == [Int](repeating: 1, count: tasks))
        }
    }

    /// Who has a workspace for each worker has it alone.
    @Test(arguments: Kind.allCases)
    func noWorkerRunsTwoTasksAtATime(_ kind: Kind) {
        kind.with { loop in
            let workerCount = loop.workerCount
            let busy = Mutex([Bool](repeating: false, count: workerCount))
            loop.forEach(60) { worker, _ in
                #expect((0..<workerCount).contains(worker))
                let wasBusy = busy.withLock { busy in
                    defer { busy[worker] = true }
                    return busy[worker]
                }
                #expect(!wasBusy)
                usleep(50)
                busy.withLock { $0[worker] = false }
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func tasksBesideAreDoneWhenTheLoopReturns(_ kind: Kind) {
        kind.with { loop in
            let counts = Mutex([Int](repeating: 0, count: 9))
            var mainRuns = 0
            let caller = pthread_self()
            loop.forEach(
                9,
                beside: {
                    #expect(pthread_equal(pthread_self(), caller) != 0)
                    mainRuns += 1
                },
                { _, task in counts.withLock { $0[task] += 1 } })
            #expect(mainRuns == 1)
            #expect(counts.withLock { $0 } == [Int](repeating: 1, count: 9))
        }
    }

    @Test(arguments: Kind.allCases)
    func aStoppedLoopLeavesOutTheRest(_ kind: Kind) {
        kind.with { loop in
            let done = Mutex(0)
            let stopping = loop.stopping { done.withLock { $0 } >= 10 }
            #expect(stopping.workerCount == loop.workerCount)
            for _ in 0..<2 { stopping.forEach(1000) { _, _ in done.withLock { $0 += 1 } } }
            // Tasks under way when the tenth is done are ended.
            #expect((10..<10 + loop.workerCount).contains(done.withLock { $0 }))
            loop.forEach(5) { _, _ in done.withLock { $0 += 100 } }
            #expect(done.withLock { $0 } >= 500)
        }
    }

    /// Threads are the caller's number, and real ones where there are processors.
    @Test func threadsRunSideBySide() {
        guard ProcessInfo.processInfo.activeProcessorCount > 1 else { return }
        let arrived = Mutex(0)
        ParallelLoop.threads(2).forEach(2) { _, _ in
            arrived.withLock { $0 += 1 }
            // Each waits until the other is there, for ten seconds at most.
            for _ in 0..<10_000 where arrived.withLock({ $0 }) < 2 { usleep(1000) }
            #expect(arrived.withLock { $0 } == 2)
        }
    }
}
