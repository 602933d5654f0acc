import Networks
import Synchronization

/// Executors that were made and are not in use, for pictures of the size that was last asked for.
final class ExecutorPool: Sendable {
    private let idle = Mutex<[Executor]>([])

    /// Takes an executor for pictures of exactly this size out of the pool, or makes one.
    ///
    /// - Parameter outputs: the same ones in each call.
    func take(_ network: Network, height: Int, width: Int, outputs: [String] = []) -> Executor {
        let found = idle.withLock { idle -> Executor? in
            guard let last = idle.popLast() else { return nil }
            if last.maximumHeight == height, last.maximumWidth == width { return last }
            // Of another size, all of them hold memory in vain.
            idle.removeAll()
            return nil
        }
        return found ?? Executor(network: network, maximumHeight: height, maximumWidth: width, outputs: outputs)
    }

    /// Puts an executor into the pool.
    func give(_ executor: Executor) { idle.withLock { $0.append(executor) } }
}
