package import Files
import Foundation
package import SystemPackage

/// The journals of evaluations without a report, in the user's cache: `$XDG_CACHE_HOME/retouch/evaluations`, or
/// `~/.cache/retouch/evaluations`.
///
/// Each evaluation has a file of its own, which is removed when it has come to its end; so the figures of a whole
/// evaluation are always measured, and only what was stopped is taken up. What nobody takes up goes after a month, and
/// the oldest go where all of them have more than 256 MiB. Runs at the same time may share a file, or lose it: then
/// something is measured once more.
extension EvaluationJournal {
    /// The most bytes that all journals of the cache may have.
    static let cacheByteLimit: Int64 = 256 << 20
    /// The most journals that the cache may have.
    static let cacheCountLimit = 100
    /// The age in nanoseconds at which a journal goes.
    static let cacheAge: Int64 = 30 * 86_400_000_000_000

    /// The user's folder of journals; nil where there is no home either.
    package static var cacheFolder: FilePath? {
        let environment = ProcessInfo.processInfo.environment
        let cache: FilePath
        // A relative path has to be ignored, as the XDG Base Directory Specification says.
        if let named = environment["XDG_CACHE_HOME"].map({ FilePath($0) }), named.isAbsolute {
            cache = named
        } else if let home = environment["HOME"].map({ FilePath($0) }), home.isAbsolute {
            cache = home.appending(".cache")
        } else {
            return nil
        }
        return cache.pushing("retouch/evaluations")
    }

    /// Opens the journal of an evaluation in a folder of the user's cache, after removing what is too old or too much.
    ///
    /// - Parameters:
    ///   - evaluation: the digest of what tells the evaluation from others.
    ///   - now: the time in nanoseconds since 1970.
    /// - Returns: nil where the cache cannot be read: then nothing is remembered.
    package static func cached(
        _ evaluation: SHA256Digest, in folder: FilePath,
        now: Int64 = Int64(Date().timeIntervalSince1970) * 1_000_000_000
    ) -> EvaluationJournal? {
        let name = "\(evaluation.hex.prefix(32)).jsonl"
        let path = folder.appending(name)
        prune(folder, keeping: name, now: now)
        return try? EvaluationJournal(at: path)
    }

    /// Removes the journal: the evaluation has come to its end.
    package func remove() { try? SystemCalls.remove(path) }

    private static func prune(_ folder: FilePath, keeping own: String, now: Int64) {
        guard let names = try? SystemCalls.names(in: folder) else { return }
        var journals = names.compactMap { name -> (path: FilePath, stamp: FileStamp)? in
            guard name.extension == "jsonl" else { return nil }
            let path = folder.appending(name)
            return (try? FileStamp(of: path)).map { (path, $0) }
        }
        journals.sort { $0.stamp.modified > $1.stamp.modified }
        var (bytes, count): (Int64, Int) = (0, 0)
        for (path, stamp) in journals {
            bytes += stamp.byteCount
            count += 1
            let isKept = bytes <= cacheByteLimit && count <= cacheCountLimit && now - stamp.modified <= cacheAge
            // One that is larger than a journal may be begins anew.
            guard !isKept, path.lastComponent?.string != own || stamp.byteCount > byteLimit else { continue }
            try? SystemCalls.remove(path)
            bytes -= stamp.byteCount
            count -= 1
        }
    }
}
