package import Imaging
package import SystemPackage
package import Workers

/// A picture's file on its way through the stages: opened once, and decoded once where there is memory for its rows.
///
/// The rows that the first stage decodes stay, as they are stored, and the next stage begins with them. Without memory
/// for them each stage opens the file anew; the pixels are the same either way. Two that wait for each other's bytes
/// would never end, so kept rows go before more bytes are waited for.
///
/// Contract: one thread at a time.
package final class PictureInput {
    /// The properties of the picture from its header.
    package let info: PictureInfo
    /// The file that a program made of the picture's own; nil for a format that is read.
    let decoded: DecodedFile?
    private let path: FilePath
    private let limits: PictureLimits
    private let damaged: DamagePolicy
    private let budget: MemoryBudget
    /// The most bytes that rows are kept in.
    private let keptByteLimit: Int
    private var reader: PictureReader?
    private var keptBytes = 0

    /// Opens a file and reads its header.
    ///
    /// - Parameter keptByteLimit: the most bytes of `budget` that rows are kept in.
    /// - Throws: `PictureError`.
    package convenience init(
        _ path: FilePath, limits: PictureLimits, damaged: DamagePolicy, budget: MemoryBudget, keptByteLimit: Int
    ) throws(PictureError) {
        self.init(
            try PictureReader(path: path, limits: limits, damaged: damaged), of: path, decoded: nil, limits: limits,
            damaged: damaged, budget: budget, keptByteLimit: keptByteLimit)
    }

    /// Opens what a program made of a file, and reads its header; what it made stays as long as the object.
    ///
    /// - Throws: `ExternalDecoderError`.
    convenience init(
        _ decoded: DecodedFile, limits: PictureLimits, damaged: DamagePolicy, budget: MemoryBudget, keptByteLimit: Int
    ) throws(ExternalDecoderError) {
        self.init(
            try decoded.reader(limits: limits, damaged: damaged), of: decoded.path, decoded: decoded, limits: limits,
            damaged: damaged, budget: budget, keptByteLimit: keptByteLimit)
    }

    private init(
        _ reader: PictureReader, of path: FilePath, decoded: DecodedFile?, limits: PictureLimits,
        damaged: DamagePolicy, budget: MemoryBudget, keptByteLimit: Int
    ) {
        self.reader = reader
        self.decoded = decoded
        info = reader.info
        self.path = path
        self.limits = limits
        self.damaged = damaged
        self.budget = budget
        self.keptByteLimit = keptByteLimit
    }

    deinit { budget.give(keptBytes) }

    /// Runs `body` with a reader at the first row, while the memory of its decoder and `bytes` beside it are taken, as
    /// far as the whole budget goes.
    ///
    /// - Parameters:
    ///   - rows: the number of the first rows that a later call will want again.
    ///   - worker: the worker that calls, whose share of memory others may borrow while it waits.
    package func read<Result>(
        taking bytes: Int, keepingRows rows: Int = 0, on worker: Worker, _ body: (PictureReader) throws -> Result
    ) throws -> Result {
        if keptBytes > 0, let reader, reader.canRewind, budget.takeIfFree(bytes) {
            defer { budget.give(bytes) }
            reader.rewind()
            return try body(reader)
        }
        release()
        let reader =
            try self.reader
            ?? PictureReader(path: path, limits: limits, damaged: damaged, isUpright: decoded?.isUpright ?? false)
        self.reader = nil
        var kept = rows > 0 ? reader.keptBytes(rows: rows) : 0
        if kept > keptByteLimit || kept > budget.byteCount - bytes { kept = 0 }
        if kept > 0 { reader.keepRows(rows) }
        let needed = min(max(kept, info.decodingBytes) + bytes, budget.byteCount)
        if !budget.takeIfFree(needed) { worker.lendingShare { _ = budget.take(needed) } }
        defer { budget.give(needed - keptBytes) }
        let result = try body(reader)
        if kept > 0 { (self.reader, keptBytes) = (reader, kept) }
        return result
    }

    /// Lets kept rows go; a reader that read nothing yet stays.
    private func release() {
        guard keptBytes > 0 else { return }
        reader = nil
        budget.give(keptBytes)
        keptBytes = 0
    }
}
