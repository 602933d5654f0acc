/// A budget of bytes that workers share beside the memory that each has of its own.
///
/// A worker that finds too little left waits until another one, which is at work on its own thread, gives bytes back.
package final class MemoryBudget: Sendable {
    /// The error of a request for more bytes than the whole budget.
    package struct Shortage: Error, Equatable {
        /// The bytes that were asked for.
        package var needed: Int
        /// The bytes of the whole budget.
        package var limit: Int
    }

    /// The bytes of the whole budget.
    package let byteCount: Int
    private let taken = Monitor(0)

    /// Creates a budget of `byteCount` bytes, none of them taken.
    package init(byteCount: Int) { self.byteCount = byteCount }

    /// Checks that `bytes` fit into the whole budget, whatever is taken at the moment.
    ///
    /// - Throws: `Shortage` where `bytes` are more than there are in all.
    package func check(_ bytes: Int) throws(Shortage) {
        guard bytes <= byteCount else { throw Shortage(needed: bytes, limit: byteCount) }
    }

    /// Runs `body` while `bytes` (at most `byteCount`) are taken.
    package func withBytes<Result>(_ bytes: Int, _ body: () throws -> Result) rethrows -> Result {
        let bytes = take(bytes)
        defer { give(bytes) }
        return try body()
    }

    /// Waits until `bytes` (at most `byteCount`) are free and takes them. Who does so holds none: two that wait for each
    /// other's bytes never end.
    ///
    /// - Returns: the number of bytes taken, to be given back.
    package func take(_ bytes: Int) -> Int {
        let bytes = min(max(0, bytes), byteCount)
        taken.wait { taken -> Void? in
            guard taken + bytes <= byteCount else { return nil }
            taken += bytes
            return ()
        }
        return bytes
    }

    /// Takes `bytes` where they are free, without waiting.
    ///
    /// - Returns: false where they are not, and nothing was taken.
    package func takeIfFree(_ bytes: Int) -> Bool {
        taken.withLock { taken in
            guard taken + bytes <= byteCount else { return false }
            taken += bytes
            return true
        }
    }

    /// Gives back bytes that were taken, and wakes those who wait for some.
    package func give(_ bytes: Int) {
        if bytes > 0 { taken.change { $0 -= bytes } }
    }
}
