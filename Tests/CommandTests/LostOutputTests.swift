import Files
import SystemPackage
import TestFolders
import Testing

/// Output that nothing takes: exit code 74, whatever else went well.
@Suite struct LostOutputTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        try test.picture("in/a.png", width: 60, height: 40, seed: 1)
        try test.picture("theirs/a.png", width: 60, height: 40, seed: 2)
    }

    private func run(_ arguments: [String], under script: String) throws -> Program.Ending {
        try test.start(arguments, under: ["/bin/sh", "-c", script]).wait()
    }

    @Test func toAFullDevice() throws {
        for arguments in [
            ["inspect", "IN", "--json"], ["inspect", "IN"], ["compare", "IN", "TMP/theirs", "--json"],
            ["compare", "IN", "TMP/theirs"], ["models"], ["models", "--json"], ["--help"], ["--version"],
            ["IN", "OUT"],
            ["evaluate", "IN", "--restored", "TMP/theirs"], ["IN", "OUT", "--dry-run"],
        ] {
            let ending = try run(arguments, under: #"exec "$0" "$@" > /dev/full"#)
            #expect(ending.status == 74, "\(arguments): \(ending)")
            #expect(ending.standardError.contains("cannot write to standard output: No space left on device"))
        }
    }

    @Test func toAReaderThatHasGone() throws {
        let ending = try run(["models"], under: #""$0" "$@" | true; "$0" "$@" | sleep 0"#)
        #expect(ending.status == 0, "\(ending)")
        #expect(!ending.standardError.contains("cannot write"))
    }

    @Test func aLogThatIsNotComplete() throws {
        for command in [["IN", "OUT"], ["corrupt", "IN", "TMP/noisy", "--corrupt", "gaussian:5"]] {
            let ending = try test.run(command + ["--log", "/dev/full"])
            #expect(ending.status == 74, "\(ending)")
            #expect(ending.standardError.contains("the log is not complete"))
            #expect(ending.closingLine.hasPrefix("1 "))
        }
    }

    @Test func aFileThatMayNotGrow() throws {
        try test.picture("in/large.png", width: 200, height: 200, seed: 3)
        // Blocks of 512 bytes: the small one goes, the large one does not.
        let ending = try run(["IN", "OUT", "--model", "1x-Scan-M", "-j", "1"], under: #"ulimit -f 64; exec "$0" "$@""#)
        #expect(ending.status == 74, "\(ending)")
        #expect(ending.standardError.contains("File too large"))
        #expect(ending.closingLine == "1 restored, 0 skipped, 1 failed")
        #expect(try test.temporaries().isEmpty)
        let after = try test.run("IN", "OUT", "--model", "1x-Scan-M")
        #expect(after.closingLine == "1 restored, 1 skipped, 0 failed", "\(after)")
    }
}
