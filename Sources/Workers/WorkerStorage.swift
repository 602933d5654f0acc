/// The objects that a worker keeps from task to task and from picture to picture, at most one of each type, made when
/// it is first asked for. All of them are released when the worker's share of the memory is lent.
///
/// Contract of `@unchecked Sendable`: used by the thread that runs as the worker, and by the team while the worker is
/// idle.
package final class WorkerStorage: @unchecked Sendable {
    private var values: [ObjectIdentifier: AnyObject] = [:]

    /// Returns the worker's object of a type, made by `make` where there is none.
    package func value<Value: AnyObject>(makingBy make: () -> Value) -> Value {
        if let value = values[ObjectIdentifier(Value.self)] as? Value { return value }
        let value = make()
        values[ObjectIdentifier(Value.self)] = value
        return value
    }

    func removeAll() { values = [:] }
}
