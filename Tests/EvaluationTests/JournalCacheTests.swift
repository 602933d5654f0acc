import Evaluation
import Files
import SystemPackage
import TestFolders
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The journals in the user's cache, of which the old and the many go.
@Suite struct JournalCacheTests {
    private let day: Int64 = 86_400_000_000_000

    @Test func whatGoes() throws {
        let folder = try TemporaryFolder()
        let now = try FileStamp(of: try folder.write("x", to: "other.txt")).modified
        func write(_ name: String, bytes: Int64, days: Int) throws {
            let path = try folder.write("x", to: FilePath(name))
            #expect(truncate(path.string, off_t(bytes)) == 0)
            var times = [timespec(), timespec()]
            for index in times.indices { times[index].tv_sec = Int((now - Int64(days) * day) / 1_000_000_000) }
            #expect(utimensat(AT_FDCWD, path.string, times, 0) == 0)
        }
        let digest = try SHA256Digest(of: Array("mine".utf8))
        let own = "\(digest.hex.prefix(32)).jsonl"
        try write("new.jsonl", bytes: 1 << 20, days: 0)
        try write("large.jsonl", bytes: 200 << 20, days: 1)
        try write("older.jsonl", bytes: 100 << 20, days: 2)
        try write("oldest.jsonl", bytes: 10, days: 31)
        try write(own, bytes: 20, days: 40)
        #expect(EvaluationJournal.cached(digest, in: folder.path, now: now) != nil)
        // The evaluation's own stays, and what is no journal.
        #expect(Set(folder.names) == [own, "large.jsonl", "new.jsonl", "other.txt"])
        // One that is too large for a journal begins anew.
        try write(own, bytes: 300 << 20, days: 0)
        #expect(EvaluationJournal.cached(digest, in: folder.path, now: now)?.isWhole == true)
        #expect(!folder.names.contains(own))
        for index in 0..<150 { try write("\(index).jsonl", bytes: 1, days: 3) }
        _ = EvaluationJournal.cached(digest, in: folder.path, now: now)
        #expect(folder.names.count <= 101)
        #expect(EvaluationJournal.cached(digest, in: "/dev/null/nowhere")?.isWhole != nil)
    }
}
