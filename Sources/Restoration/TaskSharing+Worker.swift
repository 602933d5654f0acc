public import Filters

extension TaskSharing {
    /// Shares a filter's parts among the workers of a team that have nothing else to do.
    ///
    /// - Parameter isCancelled: asked before each part; once true the rest is left out, and the filter's result is of
    ///   no use.
    public init(worker: Worker, isCancelled: @escaping @Sendable () -> Bool = { false }) {
        self.init { count, body in
            worker.forEachTask(count) { _, task in
                if !isCancelled() { body(task) }
            }
        }
    }
}
