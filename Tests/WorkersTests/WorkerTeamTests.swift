import Foundation
import Synchronization
import Testing
import Workers

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
                worker.loop.forEach(tasks) { _, task in
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
            worker.loop.forEach(
                5, beside: { worker.loop.forEach(7) { _, _ in inner.withLock { $0 += 1 } } },
                { _, task in counts.withLock { $0[task] += 1 } })
            #expect(counts.withLock { $0 } == [1, 1, 1, 1, 1])
            #expect(inner.withLock { $0 } == 7)
        }
    }

    /// Items want the memory of 1 to all workers: it never is used twice, everything ends, and tasks are all run.
    @Test(arguments: [1, 2, 3, 5, 64])
    func noShareIsUsedTwice(workers: Int) {
        let items = 600
        let state = Mutex((used: 0, most: 0, done: 0, tasks: 0))
        WorkerTeam(workers: workers).forEach(items) { worker, item in
            // At the end all want all.
            let shares = item % 7 == 0 || item > 400 ? workers : item % 3 == 0 ? max(1, workers / 2) : 1
            worker.borrowingShares(shares) {
                state.withLock {
                    $0.used += shares
                    $0.most = max($0.most, $0.used)
                }
                for _ in 0..<3 {
                    worker.loop.forEach(5) { _, _ in
                        var sum = 0
                        for i in 0..<20_000 { sum ^= i &* item }
                        state.withLock { $0.tasks += sum == -1 ? 0 : 1 }
                    }
                }
                state.withLock {
                    $0.used -= shares
                    $0.done += 1
                }
            }
        }
        let (used, most, done, tasks) = state.withLock { $0 }
        #expect(used == 0 && most <= workers)
        #expect(done == items && tasks == items * 15)
    }

    /// Nobody begins an item while somebody waits for shares, so the waiting ends though there always is a next item.
    @Test(.timeLimit(.minutes(1))) func whoWaitsForSharesIsNotStarved() {
        let items = 100
        let state = Mutex((isWaiting: false, begun: 0, begunMeanwhile: 0))
        // Of two others one is at work nearly always; it takes as many processors to see them starve the first.
        WorkerTeam(workers: 4).forEach(items) { worker, item in
            if item == 0 {
                // The others have items by then, if there are processors for them.
                for _ in 0..<100 where state.withLock({ $0.begun }) < 3 { usleep(1000) }
                state.withLock { $0.isWaiting = true }
                worker.borrowingShares(4) { state.withLock { $0.isWaiting = false } }
            } else {
                state.withLock { state in
                    state.begun += 1
                    state.begunMeanwhile += state.isWaiting ? 1 : 0
                }
                usleep(2000)
            }
        }
        // A few may begin before the first has said that it wants more.
        #expect(state.withLock { $0.begunMeanwhile } < items / 2)
    }

    /// What a worker keeps is there for the next item, and is let go when its share of the memory was borrowed or lent.
    @Test(.timeLimit(.minutes(1))) func workersKeepWhatTheyHaveUntilSharesAreLent() {
        final class Kept {}
        let team = WorkerTeam(workers: 2)
        let first = Mutex<[ObjectIdentifier?]>([nil, nil])
        let isAlive = { @Sendable (worker: Worker) -> Bool in
            var isMade = false
            let kept = worker.storage(ofWorker: worker.index).value {
                isMade = true
                return Kept()
            }
            first.withLock { $0[worker.index] = ObjectIdentifier(kept) }
            return !isMade
        }
        team.forEach(1) { worker, _ in
            #expect(!isAlive(worker))
            #expect(isAlive(worker))
        }
        let owner = first.withLock { $0.firstIndex { $0 != nil } }
        for shares in [1, 2] {
            // Whoever takes the item: the first one's storage is full, and empty once both shares were one worker's.
            team.forEach(1) { worker, _ in worker.borrowingShares(shares) {} }
            team.forEach(1) { worker, _ in
                guard let owner else { return }
                var isMade = false
                _ = worker.storage(ofWorker: owner).value {
                    isMade = true
                    return Kept()
                }
                #expect(isMade == (shares == 2))
            }
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
