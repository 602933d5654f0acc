import Synchronization

/// The first error of a batch, from any worker.
final class FirstError: Sendable {
    private let error = Mutex<(any Error)?>(nil)

    func keep(_ new: any Error) { error.withLock { if $0 == nil { $0 = new } } }
    var value: (any Error)? { error.withLock { $0 } }
}
