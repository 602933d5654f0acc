/// A result for each of some tasks that run side by side.
///
/// Contract: a task writes its own result alone, and nobody reads before all have ended.
final class TaskResults<Value: Sendable>: @unchecked Sendable {
    let values: UnsafeMutableBufferPointer<Value>

    init(repeating value: Value, count: Int) {
        values = .allocate(capacity: count)
        values.initialize(repeating: value)
    }

    deinit {
        values.deinitialize()
        values.deallocate()
    }
}
