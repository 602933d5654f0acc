import Imaging
import Workers

extension MemoryBudget {
    /// Checks that the budget is large enough for `bytes` at all.
    ///
    /// - Parameter reason: the reason why all of it is needed at once.
    /// - Throws: `PictureError.tooMuchMemory` where `bytes` are more than there are in all.
    func check(_ bytes: Int, because reason: String) throws(PictureError) {
        do throws(Shortage) { try check(bytes) } catch {
            throw .tooMuchMemory(needed: error.needed, limit: error.limit, reason: reason)
        }
    }
}
