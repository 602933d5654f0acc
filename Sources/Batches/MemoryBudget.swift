import Foundation
package import Imaging

/// Bytes that pictures share which have to be held whole, for their format or to be measured.
///
/// A worker that finds too little left waits until another one, which is at work on its own thread, gives back.
package final class MemoryBudget: @unchecked Sendable {
    package let byteCount: Int
    private var taken = 0
    private let condition = NSCondition()

    package init(byteCount: Int) { self.byteCount = byteCount }

    /// - Parameter reason: why all of it is needed at once.
    /// - Throws: `PictureError.tooMuchMemory` where `bytes` are more than there are in all.
    package func check(_ bytes: Int, because reason: String) throws(PictureError) {
        guard bytes <= byteCount else { throw .tooMuchMemory(needed: bytes, limit: byteCount, reason: reason) }
    }

    /// Runs `body` while `bytes` (at most `byteCount`) are taken.
    package func withBytes<Result>(_ bytes: Int, _ body: () throws -> Result) rethrows -> Result {
        let bytes = min(max(0, bytes), byteCount)
        condition.withLock {
            while taken + bytes > byteCount { condition.wait() }
            taken += bytes
        }
        defer {
            condition.withLock {
                taken -= bytes
                condition.broadcast()
            }
        }
        return try body()
    }
}
