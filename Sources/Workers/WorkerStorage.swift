/// What a worker keeps from task to task and from picture to picture, an object of each type at most; whoever needs one
/// makes it. All of it is let go when the worker's share of the memory is lent.
///
/// Contract of `@unchecked Sendable`: used by whoever runs as the worker, and by the team while the worker is at leisure.
package final class WorkerStorage: @unchecked Sendable {
    private var values: [ObjectIdentifier: AnyObject] = [:]

    /// The worker's object of a type, made where there is none.
    package func value<Value: AnyObject>(makingBy make: () -> Value) -> Value {
        if let value = values[ObjectIdentifier(Value.self)] as? Value { return value }
        let value = make()
        values[ObjectIdentifier(Value.self)] = value
        return value
    }

    func removeAll() { values = [:] }
}
