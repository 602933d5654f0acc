import Files
import Foundation
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

/// `--preserve`: what outputs take over from their originals' files.
@Suite struct PreserveTests {
    let test: CommandFolder
    /// Of 1998 and of 1931, in seconds.
    private static let dates = ["a.png": 899_726_400, "b.png": -1_230_768_000]

    init() throws {
        test = try CommandFolder()
        for (name, seconds) in Self.dates {
            try test.picture(FilePath("in/\(name)"), seed: UInt64(seconds.magnitude))
            try date(FilePath("in/\(name)"), seconds)
        }
        try mode("in/a.png", 0o600)
    }

    private func date(_ relative: FilePath, _ seconds: Int) throws {
        var times = [timespec(), timespec()]
        for index in times.indices { times[index].tv_sec = seconds }
        #expect(test.path.pushing(relative).withPlatformString { utimensat(AT_FDCWD, $0, times, 0) } == 0)
    }

    private func mode(_ relative: FilePath, _ mode: mode_t) throws {
        #expect(test.path.pushing(relative).withPlatformString { chmod($0, mode) } == 0)
    }

    private func seconds(_ relative: FilePath) throws -> Int {
        Int(try FileStamp(of: test.path.pushing(relative)).modified / 1_000_000_000)
    }

    private func permissions(_ relative: FilePath) throws -> CInterop.Mode {
        try Stat(test.path.pushing(relative)).permissions.rawValue
    }

    @Test func theTimeAndTheMode() throws {
        let plain = try test.run("IN", "OUT")
        #expect(plain.status == 0, "\(plain)")
        #expect(try seconds("out/a.png") > 1_700_000_000)
        #expect(try permissions("out/a.png") == 0o600)
        #expect(try permissions("out/b.png") == permissions("in/b.png"))
        let both = try test.run("IN", "TMP/both", "--preserve", "mtime,mode", "-f", "jpg")
        #expect(both.status == 0, "\(both)")
        #expect(try seconds("both/a.jpg") == Self.dates["a.png"])
        #expect(try seconds("both/b.jpg") == Self.dates["b.png"])
        #expect(try permissions("both/a.jpg") == 0o600)
        #expect(try test.run("IN", "TMP/none", "--preserve", "none").status == 0)
        #expect(try permissions("none/a.png") != 0o600)
        #expect(try test.run("IN", "OUT", "--preserve", "colour").status == 2)
    }

    @Test func laterRunsKnowTheOutputs() throws {
        let arguments = ["IN", "OUT", "--preserve", "mtime", "--model", "1x-Scan-M"]
        #expect(try test.run(arguments).closingLine == "2 restored, 0 skipped, 0 failed")
        #expect(try test.run(arguments).closingLine == "0 restored, 2 skipped, 0 failed")
        // Other settings are done again, also back and forth.
        for strength in ["0.5", "1", "0.5"] {
            #expect(
                try test.run(arguments + ["--strength", strength]).closingLine == "2 restored, 0 skipped, 0 failed")
            #expect(
                try test.run(arguments + ["--strength", strength]).closingLine == "0 restored, 2 skipped, 0 failed")
        }
        // An output that somebody changed is not ours, though its time and its length are.
        let output = test.path.appending("out/a.png")
        var bytes = try test.folder.read(output)
        bytes[bytes.count - 20] ^= 1
        try test.folder.write(bytes, to: "out/a.png")
        let changed = try test.run(arguments + ["--strength", "0.5"])
        #expect(changed.status == 1)
        #expect(changed.standardError.contains("has been changed since it was made"))
    }

    @Test func outputsOfOneStampAreToldApart() throws {
        // The ledger knows two outputs of one length and time; the file is the first one.
        let arguments = ["IN", "OUT", "--preserve", "mtime", "--model", "1x-Scan-M", "-f", "png"]
        try test.picture("in/a.png", seed: 9)
        try date("in/a.png", 899_726_400)
        #expect(try test.run(arguments + ["--strength", "0"]).status == 0)
        let first = try test.folder.read(test.path.appending("out/a.png"))
        let ledger = String(
            decoding: try test.folder.read(test.path.pushing("out/.retouch/ledger.jsonl")), as: UTF8.self)
        let line = try #require(ledger.split(separator: "\n").first { $0.contains("a.png") })
        // A run with other settings that was killed before its output appeared.
        var entry = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(entry["outputSHA256"] as? String == (try SHA256Digest(of: first)).hex)
        entry["outputSHA256"] = String(repeating: "0", count: 64)
        entry["settings"] = String(repeating: "1", count: 64)
        let killed = String(decoding: try JSONSerialization.data(withJSONObject: entry), as: UTF8.self)
        try test.folder.write(ledger + killed + "\n", to: "out/.retouch/ledger.jsonl")
        #expect(try test.run(arguments + ["--strength", "0"]).closingLine == "0 restored, 2 skipped, 0 failed")
    }
}
