import Synchronization

/// The wish to stop a run: set once, from any thread, and asked between tiles.
public final class Interruption: Sendable {
    private let flag = Atomic(false)

    public init() {}

    public var isRequested: Bool { flag.load(ordering: .relaxed) }

    public func request() { flag.store(true, ordering: .relaxed) }
}
