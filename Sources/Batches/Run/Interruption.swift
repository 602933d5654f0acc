import Synchronization

/// The wish to stop a run: set once, from any thread, and asked between tiles.
public final class Interruption: Sendable {
    private let flag = Atomic(false)

    /// Creates an interruption that is not requested.
    public init() {}

    /// True once a stop was requested.
    public var isRequested: Bool { flag.load(ordering: .relaxed) }

    /// Requests the stop; it cannot be taken back.
    public func request() { flag.store(true, ordering: .relaxed) }
}
