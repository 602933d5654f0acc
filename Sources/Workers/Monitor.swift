import Foundation

/// A value that threads change one at a time, and that they can wait for: the lock of everything here that waits.
///
/// Contract of `@unchecked Sendable`: the value is touched only within the methods' closures, which must not let it
/// out.
final class Monitor<Value>: @unchecked Sendable {
    private let condition = NSCondition()
    private var value: Value

    init(_ value: Value) { self.value = value }

    /// Reads or changes the value; those who wait are not woken.
    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        return body(&value)
    }

    /// Changes the value, and wakes all who wait, which then test it again.
    func change<Result>(_ body: (inout Value) -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        condition.broadcast()
        return body(&value)
    }

    /// Tests the value, and tests it again after each change, until `body` returns a result; sleeps in between.
    func wait<Result>(for body: (inout Value) -> Result?) -> Result {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let result = body(&value) { return result }
            condition.wait()
        }
    }
}
