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

/// Programs run within limits. They are lines of shell, given as arguments: a script that was just written may still be
/// open in a child of another test, and could not be run.
@Suite struct ChildProcessTests {
    let folder: TemporaryFolder
    let shell: FilePath

    init() throws {
        folder = try TemporaryFolder()
        shell = try #require(ChildProcess.find("sh"))
    }

    func run(
        _ line: String, _ arguments: [String] = [], memory: Int = 4 << 30, seconds: Int = 60, fileSize: Int = 1 << 20,
        variables: [String: String] = [:], isCancelled: () -> Bool = { false }
    ) throws -> ChildProcess.Ending {
        try ChildProcess.run(
            shell, ["-c", line, "sh"] + arguments, in: folder.path, output: folder.path.appending("printed"),
            variables: variables, limits: .init(memory: memory, seconds: seconds, fileSize: fileSize),
            isCancelled: isCancelled)
    }

    var printed: String {
        get throws { String(decoding: try folder.read(folder.path.appending("printed")), as: UTF8.self) }
    }

    @Test func argumentsArePassedAsTheyAre() throws {
        let words = ["", "a b", "$HOME `id`; true", "'\"*\\", "-x"]
        #expect(
            try run(#"printf '%s|' "$@"; pwd; echo "$WORD"; cat; exit 7"#, words, variables: ["WORD": "w"])
                == .exited(7))
        #expect(try printed == words.joined(separator: "|") + "|\(folder.path.resolved().string)\nw\n")
    }

    @Test func aSignalIsTold() throws {
        #expect(try run("kill -SEGV $$") == .signalled(Int(SIGSEGV)))
    }

    @Test func programsAreFound() throws {
        #expect(ChildProcess.find("retouch-has-no-such-program") == nil)
        #expect(ChildProcess.find("/tmp") == nil)
        #expect(ChildProcess.find("") == nil)
        #expect(ChildProcess.find(shell.string) == shell)
        let text = try folder.write("no program", to: "text")
        #expect(ChildProcess.find(text.string) == nil)
        #expect(throws: FileError.system(.run, path: text, errno: .permissionDenied)) {
            _ = try ChildProcess.run(
                text, [], in: folder.path, output: folder.path.appending("printed"),
                limits: .init(memory: 1 << 30, seconds: 5, fileSize: 100), isCancelled: { false })
        }
    }

    /// A program that waits for ever, passes over all signals it may and has begun others ends with all of them.
    @Test(arguments: [true, false]) func whatHangsIsKilledWithItsChildren(byCancelling: Bool) throws {
        let start = ContinuousClock.now
        let ending = try run(
            "trap '' TERM INT HUP; sleep 1000 & echo $!; wait; sleep 1000", seconds: byCancelling ? 60 : 1,
            isCancelled: { byCancelling && ContinuousClock.now - start > .milliseconds(300) })
        #expect(ending == (byCancelling ? .cancelled : .tooSlow))
        #expect(ContinuousClock.now - start < .seconds(20))
        try expectGone()
    }

    /// What a program leaves running is ended with it.
    @Test func whatIsLeftBehindIsKilled() throws {
        #expect(try run("sleep 1000 & echo $!") == .exited(0))
        try expectGone()
    }

    private func expectGone() throws {
        let child = try #require(pid_t(printed.split(separator: "\n").first ?? ""))
        let deadline = ContinuousClock.now + .seconds(10)
        // A dead one that nobody has reaped yet still has its number.
        while kill(child, 0) == 0, !Self.isDead(child), ContinuousClock.now < deadline { usleep(10_000) }
        #expect(kill(child, 0) != 0 || Self.isDead(child))
    }

    private static func isDead(_ process: pid_t) -> Bool {
        guard let descriptor = try? FileDescriptor.open("/proc/\(process)/stat", .readOnly) else { return true }
        var bytes = [UInt8](repeating: 0, count: 400)
        let count =
            (try? descriptor.closeAfter { try bytes.withUnsafeMutableBytes { try descriptor.read(into: $0) } }) ?? 0
        return String(decoding: bytes[..<count], as: UTF8.self).contains(") Z ")
    }

    @Test func limitsAreSet() throws {
        #expect(
            try run("ulimit -v; ulimit -t; ulimit -c; ulimit -f", memory: 3 << 30, seconds: 41, fileSize: 1 << 20)
                == .exited(0))
        // Kilobytes, seconds, and blocks of 512 bytes (1024 where the shell is bash).
        let lines = try printed.split(separator: "\n").map(String.init)
        #expect(lines.prefix(3) == ["\(3 << 20)", "41", "0"])
        #expect(lines.last == "2048" || lines.last == "1024")
    }

    @Test func whatIsTooMuchEndsTheProgram() throws {
        #expect(try run("exec head -c 3000000 /dev/zero > large") == .signalled(Int(SIGXFSZ)))
        let many = "i=0; while :; do i=$((i+1)); head -c 900000 /dev/zero > many-$i; sleep 0.02; done"
        #expect(try run(many) == .tooMuchWritten)
        // What lies in the folder would count.
        _ = try run("rm -f large many-*")
        let busy = try run("while :; do :; done", seconds: 1)
        #expect(busy == .tooSlow, "\(busy)")
        let talker = "while :; do head -c 999999 /dev/zero; sleep 0.01; done"
        #expect(try run(talker, fileSize: 1 << 30) == .tooMuchWritten)
    }

    /// A descriptor that stays open across exec, as a library may leave one, is not the child's.
    @Test(.enabled(if: FileStamp.isFolder("/proc/self/fd"))) func nothingOfOursIsInherited() throws {
        let file = try folder.write("held", to: "held")
        let plain = try FileDescriptor.open(file, .readWrite)
        defer { try? plain.close() }
        #expect(SystemCalls.lockByte(plain, at: 5) == .granted)
        #expect(try run("ls -l /proc/self/fd") == .exited(0))
        let listed = try printed
        #expect(!listed.contains("held"), "\(listed)")
    }

    /// A lock that is given up while a program runs is free at once.
    @Test func locksAreNotInherited() throws {
        let file = try folder.write("held", to: "held")
        let first = try FileDescriptor.open(file, .readWrite)
        #expect(SystemCalls.lockByte(first, at: 5) == .granted)
        var answer: SystemCalls.LockAnswer?
        let ending = try run(
            "sleep 100",
            isCancelled: {
                if answer == nil {
                    try? first.close()
                    let second = try? FileDescriptor.open(file, .readWrite)
                    answer = second.map { SystemCalls.lockByte($0, at: 5) }
                    try? second?.close()
                }
                return answer != nil
            })
        #expect(ending == .cancelled)
        #expect(answer == .granted)
    }

    @Test func workFoldersGoWithTheirOwners() throws {
        let parent = folder.path.appending("work")
        var work: WorkFolder? = try WorkFolder(in: parent)
        let path = try #require(work?.path)
        #expect(try Stat(path).permissions == FilePermissions(rawValue: 0o700))
        try folder.write("x", to: FilePath("work/\(path.lastComponent?.string ?? "")/deep/er/file"))
        try SystemCalls.link(path.appending("link"), to: folder.path.resolved())
        // One that was left behind, one that others could write to, and one that lives.
        let abandoned = FilePath("work/.retouch-\(path.string.suffix(29).prefix(8))-0123456789abcdef.tmp")
        try folder.write("x", to: abandoned.appending("file"))
        _ = folder.path.pushing(abandoned).withPlatformString { chmod($0, 0o700) }
        let open = FilePath("work/\(abandoned.lastComponent?.string.replacing("0123", with: "abcd") ?? "")")
        try folder.write("x", to: open.appending("file"))
        _ = folder.path.pushing(open).withPlatformString { chmod($0, 0o777) }
        try folder.write("x", to: "kept")
        let other = try WorkFolder(in: parent)
        #expect(!FileStamp.exists(folder.path.pushing(abandoned)))
        #expect(FileStamp.exists(folder.path.pushing(open)))
        #expect(FileStamp.exists(path))
        work = nil
        #expect(!FileStamp.exists(path))
        #expect(FileStamp.exists(other.path))
        #expect(FileStamp.exists(folder.path.appending("kept")))
    }
}
