import Restoration
import Synchronization
import Testing

@Suite("A team of workers")
struct WorkerTeamTests {
    @Test(arguments: [1, 2, 3, 64], [0, 1, 2, 5, 130])
    func everyItemIsRunOnce(workers: Int, items: Int) {
        let counts = Mutex([Int](repeating: 0, count: items))
        WorkerTeam(workers: workers).forEach(items) { worker, item in
            #expect(worker.workerCount == workers)
            counts.withLock { $0[item] += 1 }
        }
        #expect(counts.withLock { $0 } == [Int](repeating: 1, count: items))
    }

    @Test(arguments: [1, 2, 3, 64])
    func everyTaskOfEveryItemIsRunOnce(workers: Int) {
        let items = 7
        let tasks = 23
        let counts = Mutex([Int](repeating: 0, count: items * tasks))
        WorkerTeam(workers: workers).forEach(items) { worker, item in
            for round in 0..<3 {
                let done = Mutex(0)
                worker.forEachTask(tasks) { _, task in
                    if round == 0 { counts.withLock { $0[item * tasks + task] += 1 } }
                    done.withLock { $0 += 1 }
                }
                // The loop has ended when it returns, helpers' tasks included.
                #expect(done.withLock { $0 } == tasks)
            }
        }
        #expect(counts.withLock { $0 } == [Int](repeating: 1, count: items * tasks))
    }

    /// Tasks beside: all are done, once, when the loop returns, whether or not anybody helped; loops within go on meanwhile.
    @Test(arguments: [1, 2, 3, 64])
    func tasksBesideAreDoneWhenTheLoopReturns(workers: Int) {
        WorkerTeam(workers: workers).forEach(3) { worker, _ in
            let counts = Mutex([Int](repeating: 0, count: 5))
            let inner = Mutex(0)
            worker.forEachTask(
                5, beside: { worker.forEachTask(7) { _, _ in inner.withLock { $0 += 1 } } },
                { _, task in counts.withLock { $0[task] += 1 } })
            #expect(counts.withLock { $0 } == [1, 1, 1, 1, 1])
            #expect(inner.withLock { $0 } == 7)
        }
    }

    @Test func aTeamCanRunAgain() {
        let team = WorkerTeam(workers: 3)
        for items in [2, 0, 9] {
            let sum = Mutex(0)
            team.forEach(items) { _, item in sum.withLock { $0 += item + 1 } }
            #expect(sum.withLock { $0 } == items * (items + 1) / 2)
        }
    }

    @Test func onlyTheLastItemsAreShared() {
        let shared = Mutex(Set<Int>())
        WorkerTeam(workers: 3).forEach(8) { worker, item in
            if worker.isSharing { shared.withLock { _ = $0.insert(item) } }
        }
        #expect(shared.withLock { $0 } == [6, 7])
    }

    @Test func fewerThanOneWorkerIsOne() {
        #expect(WorkerTeam(workers: 0).workerCount == 1)
        #expect(WorkerTeam(workers: -3).workerCount == 1)
    }
}
