import Files
import Foundation
import Reports
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

/// `evaluate` without a report: progress, log, and the journal in the user's cache.
@Suite struct EvaluateJournalTests {
    let test: CommandFolder
    private let command = ["evaluate", "IN", "--corrupt", "gaussian:15,25", "--baseline", "bm3d", "-j", "1"]
    private let journals: FilePath = "cache/retouch/evaluations"

    init() throws {
        test = try CommandFolder()
        for index in 0..<3 { try test.picture(FilePath("in/\(index).png"), width: 90, height: 80, seed: UInt64(index)) }
    }

    private func remembered() -> [FilePath] {
        let folder = test.path.pushing(journals)
        return ((try? contents(ofFolder: folder)) ?? []).map { folder.appending($0) }
    }

    /// Stops an evaluation when something is remembered of it; returns how many lines.
    private func interrupt() throws -> Int {
        let program = try test.start(command)
        while try remembered().first.map({ try FileStamp(of: $0).byteCount }) ?? 0 == 0, kill(program.processID, 0) == 0
        {
            usleep(500)
        }
        program.signal(SIGINT)
        let ending = try program.wait()
        #expect(ending.status == 130, "\(ending)")
        #expect(ending.standardError.contains("the same command goes on where it ended"))
        let journal = try #require(remembered().first)
        return try test.folder.read(journal).count { $0 == UInt8(ascii: "\n") }
    }

    @Test func anInterruptedOneGoesOn() throws {
        let whole = try test.run(command)
        #expect(whole.status == 0, "\(whole)")
        #expect(remembered().isEmpty)
        let count = try interrupt()
        #expect((1..<12).contains(count))
        // Another evaluation does not know of it.
        #expect(try test.run(command + ["--seed", "1"]).standardError.isEmpty)
        let rest = try test.run(command)
        #expect(rest.standardError == "\(count) of 12 were measured before\n")
        #expect(rest.standardOutput == whole.standardOutput)
        // What is whole is measured anew.
        #expect(remembered().isEmpty)
        #expect(try test.run(command).standardError.isEmpty)
    }

    @Test func damagedJournals() throws {
        let whole = try test.run(command)
        _ = try interrupt()
        let journal = try #require(remembered().first)
        let bytes = try test.folder.read(journal)
        let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        for text in [
            String(line.dropLast(30)), "\u{0}\u{0}\n{]", line.replacing(#""version":1"#, with: #""version":1e99"#),
            line.replacing("\"seconds\":", with: "\"seconds\":1e308,\"x\":"),
            line.replacing("\"inputWidth\":90", with: "\"inputWidth\":9223372036854775807"), line + line,
        ] {
            try Data(text.utf8).write(to: URL(filePath: journal.string))
            let ending = try test.run(command)
            #expect(ending.status == 0, "\(text): \(ending)")
            #expect(ending.standardOutput == whole.standardOutput, "\(text)")
            #expect(remembered().isEmpty)
        }
        // A pipe that nobody writes into.
        #expect(mkfifo(journal.string, 0o600) == 0)
        #expect(try test.run(command).status == 0)
        // A cache that cannot be.
        let none = try test.run(command, environment: ["XDG_CACHE_HOME": "/dev/null"])
        #expect(none.status == 0, "\(none)")
    }

    @Test func twiceAtOnce() throws {
        let whole = try test.run(command)
        let programs = try (0..<3).map { _ in try test.start(command) }
        for program in programs {
            let ending = try program.wait()
            #expect(ending.status == 0, "\(ending)")
            #expect(ending.standardOutput == whole.standardOutput)
        }
        #expect(remembered().isEmpty)
    }

    @Test func progressAndLog() throws {
        try test.folder.write("", to: "in/empty.png")
        let plain = try test.run(command + ["--progress", "plain", "--log", "TMP/log.jsonl"])
        #expect(plain.status == 1, "\(plain)")
        let lines = plain.standardError.split(separator: "\n")
        #expect(lines.count { $0.contains("measured: ") } == 12, "\(plain)")
        #expect(lines.count { $0.hasPrefix("failed: empty.png, gaussian:") } == 4)
        #expect(
            lines.contains { $0.contains("] measured: 0.png, gaussian:15, bm3d (90 x 80, ") && $0.contains(", PSNR ") })
        let log = String(decoding: try test.folder.read(test.path.appending("log.jsonl")), as: UTF8.self)
        let records = try log.split(separator: "\n").map {
            try JSONDecoder().decode(PictureRecord.self, from: Data($0.utf8))
        }
        #expect(records.count == 16)
        let json = try test.run(command + ["--progress", "json"])
        let events = json.standardError.split(separator: "\n")
        #expect(events.first?.contains(#""event":"began""#) == true, "\(json)")
        #expect(events.count { $0.contains(#""event":"picture""#) } == 16)
        #expect(events.last?.contains(#""event":"ended""#) == true)
        #expect(try test.run(command + ["--progress", "none"]).standardError.split(separator: "\n").count == 4)
        let full = try test.run(command + ["--log", "/dev/full"])
        #expect(full.status == 74, "\(full)")
        #expect(full.standardError.contains("the log is not complete"))
    }
}
