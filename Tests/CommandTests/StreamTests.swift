import Files
import Imaging
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

/// `-`: standard input and standard output.
@Suite struct StreamTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        try test.picture("in/a.png", width: 60, height: 40)
    }

    /// Runs the program with its standard input and output as `redirections` of the shell say; `IN` and `OUT` in them are
    /// the folders.
    private func run(_ arguments: [String], _ redirections: String) throws -> Program.Ending {
        try start(arguments, redirections).wait()
    }

    private func start(_ arguments: [String], _ redirections: String) throws -> Program {
        let folder = test.path.string
        let words = redirections.replacing("TMP/", with: folder + "/")
        return try test.start(arguments, under: ["/bin/sh", "-c", #"exec "$0" "$@" "# + words])
    }

    private func bytes(_ relative: FilePath) throws -> [UInt8] { try test.folder.read(test.path.pushing(relative)) }

    @Test(arguments: [PictureContainer.png, .jpeg, .tiff, .webp, .bmp], [nil, "jpg", "tiff"])
    func whatAFileBecomes(container: PictureContainer, format: String?) throws {
        // BMP has no encoder here.
        let name = "in/p.\(container.pathExtension)"
        if container == .bmp {
            try test.folder.write(bitmap(width: 20, height: 10), to: FilePath(name))
        } else {
            try test.picture(FilePath(name), as: container, width: 60, height: 40)
        }
        let options = ["--model", "1x-Scan-M"] + (format.map { ["-f", $0] } ?? [])
        let toFolder = try test.run(["TMP/" + name, "OUT"] + options)
        #expect(toFolder.status == 0, "\(toFolder)")
        let output = try #require(try test.tree("out").first)
        let piped = try run(["-", "-"] + options + ["-v"], "< TMP/\(name) > TMP/piped")
        #expect(piped.status == 0, "\(piped)")
        #expect(piped.standardError.contains("1 restored, 0 skipped, 0 failed"))
        #expect(piped.standardError.contains("stdin"))
        #expect(try bytes("piped") == output.value)
        // The folder for temporary files keeps nothing.
        let through = try run(["restore", "-", "-o", "-"] + options, "< TMP/\(name) | cat > TMP/through")
        #expect(through.status == 0)
        #expect(try bytes("through") == output.value)
    }

    @Test func nothingStaysAndAllIsToldOnStandardError() throws {
        try createFolders(at: test.path.appending("temporary"))
        let program = try Program(
            ["-", "-", "--report", test.path.appending("report").string, "--model", "1x-Scan-M"].map { Array($0.utf8) },
            environment: test.environment.merging(["TMPDIR": test.path.appending("temporary").string]) { _, new in new
            },
            under: ["/bin/sh", "-c", "exec \"$0\" \"$@\" < \(test.path)/in/a.png > \(test.path)/b.png"])
        let ending = try program.wait()
        #expect(ending.status == 0, "\(ending)")
        #expect(ending.standardError.contains("report: "))
        #expect(try contents(ofFolder: test.path.appending("temporary")).isEmpty)
        #expect(try bytes("b.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
        #expect(try bytes("report/report.csv").starts(with: "input,".utf8))
        let forecast = try run(["-", "-", "--dry-run"], "< TMP/in/a.png > TMP/c.png")
        #expect(forecast.status == 0, "\(forecast)")
        #expect(forecast.standardError.contains("1 to restore"))
        #expect(try bytes("c.png").isEmpty)
    }

    @Test func aLostStreamIsAnError() throws {
        let full = try run(["TMP/in/a.png", "-"], "> /dev/full")
        #expect(full.status == 74, "\(full)")
        #expect(full.standardError.contains(#"cannot write "standard output": No space left on device"#))
        #expect(full.standardError.contains("0 restored, 0 skipped, 1 failed"))
        let gone = try test.start(
            ["TMP/in/a.png", "-"],
            under: ["/bin/sh", "-c", #"{ "$0" "$@"; echo $? >&2; } | exec 0<&-"#]
        ).wait()
        #expect(gone.standardError.contains("Broken pipe"), "\(gone)")
        #expect(gone.standardError.hasSuffix("74\n"), "\(gone)")
        for redirection in [">&-", "<&- >&-"] {
            let none = try run(["TMP/in/a.png", "-"], redirection)
            #expect(none.status == 74, "\(none)")
            #expect(none.standardError.contains("Bad file descriptor"))
        }
    }

    @Test func whatIsClosedIsNoFileThatIsOpened() throws {
        // The first files that are opened would be standard input and output else.
        let log = test.path.appending("log.jsonl").string
        let ending = try run(["IN", "OUT", "--model", "1x-Scan-M", "--log", log], "<&- >&-")
        #expect(ending.status == 74, "\(ending)")
        #expect(try bytes("log.jsonl").last == UInt8(ascii: "\n"))
        #expect(!String(decoding: try bytes("log.jsonl"), as: UTF8.self).contains("1 restored, 0"))
        #expect(try run(["-", "OUT"], "<&-").status == 3)
    }

    @Test func whatIsNoPicture() throws {
        let empty = try run(["-", "-"], "< /dev/null")
        #expect(empty.status == 3, "\(empty)")
        #expect(empty.standardError == "retouch: standard input is empty\n")
        let text = try run(["-", "OUT"], "<<END\nnothing that is a picture, at some length\nEND")
        #expect(text.status == 3, "\(text)")
        #expect(text.standardError.contains("standard input: not a picture"), "\(text)")
        let folder = try run(["-", "OUT"], "< TMP/in")
        #expect(folder.status == 3, "\(folder)")
        #expect(!FileStamp.exists(test.path.appending("out")))
    }

    @Test func aStreamThatIsTooLong() throws {
        let ending = try test.start(
            ["-", "OUT", "--max-pixels", "100"],
            under: ["/bin/sh", "-c", "{ cat \(test.path)/in/a.png; head -c 67200000 /dev/zero; } | \"$0\" \"$@\""]
        ).wait()
        #expect(ending.status == 3, "\(ending)")
        #expect(ending.standardError.contains("more than the 64 MiB"))
        #expect(!FileStamp.exists(test.path.appending("out")))
    }

    @Test func intoFolderAndFile() throws {
        let first = try run(["-", "OUT"], "< TMP/in/a.png")
        #expect(first.closingLine == "1 restored, 0 skipped, 0 failed", "\(first)")
        #expect(try test.tree("out").keys.sorted { $0.precedes($1) } == ["stdin.png"])
        #expect(try run(["-", "OUT"], "< TMP/in/a.png").closingLine == "0 restored, 1 skipped, 0 failed")
        try test.picture("in/b.jpg", as: .jpeg, seed: 2)
        let both = try run(["TMP/in/b.jpg", "-", "TMP/both"], "< TMP/in/a.png")
        #expect(both.closingLine == "2 restored, 0 skipped, 0 failed", "\(both)")
        #expect(try test.tree("both").keys.sorted { $0.precedes($1) } == ["b.jpg", "stdin.png"])
        let file = try run(["-", "TMP/named.jpg"], "< TMP/in/a.png")
        #expect(file.status == 0, "\(file)")
        #expect(try bytes("named.jpg").starts(with: [0xFF, 0xD8]))
        // What came through a pipe has nobody's permissions to take over.
        #expect(try Stat(test.path.appending("named.jpg")).permissions.contains(.groupRead))
        // A file of that name is a file.
        try test.picture("-", seed: 3)
        let dash = try test.start(
            ["./-", "OUT"], under: ["/bin/sh", "-c", "cd \(test.path); exec \"$0\" \"$@\" < /dev/null"]
        ).wait()
        #expect(dash.closingLine == "1 restored, 0 skipped, 0 failed", "\(dash)")
    }

    @Test func whatIsRefused() throws {
        try test.picture("in/b.png", seed: 2)
        let twice = try run(["-", "-", "OUT"], "< TMP/in/a.png")
        #expect(twice.status == 2)
        #expect(twice.standardError.contains("- is named twice"))
        let several = try run(["TMP/in/a.png", "TMP/in/b.png", "-"], "> TMP/x")
        #expect(several.status == 2, "\(several)")
        #expect(several.standardError.contains("standard output takes one picture, and 2 would come out"))
        #expect(try run(["IN", "-"], "> TMP/x").status == 2)
        #expect(try bytes("x").isEmpty)
    }

    @Test func terminals() throws {
        // What `posix_openpt` and its sisters do, which are not shown here.
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        defer { close(terminal) }
        var (isLocked, number): (CInt, CUnsignedInt) = (0, 0)
        #expect(ioctl(terminal, 0x4004_5431, &isLocked) == 0 && ioctl(terminal, 0x8004_5430, &number) == 0)
        let name = "/dev/pts/\(number)"
        let output = try run(["TMP/in/a.png", "-"], "> \(name)")
        #expect(output.status == 2, "\(output)")
        #expect(output.standardError.contains("standard output is a terminal"))
        let input = try run(["-", "OUT"], "< \(name)")
        #expect(input.status == 2, "\(input)")
        #expect(input.standardError.contains("standard input is a terminal"))
    }

    @Test func interruptedWhileNothingComes() throws {
        #expect(mkfifo(test.path.appending("fifo").string, 0o600) == 0)
        let program = try start(["-", "OUT"], "<> TMP/fifo")
        usleep(300_000)
        program.signal(SIGINT)
        let ending = try program.wait(atMost: 10)
        #expect(ending.status == 130, "\(ending)")
        #expect(!FileStamp.exists(test.path.appending("out")))
    }

    @Test func inspectAndCompare() throws {
        let inspected = try run(["inspect", "-"], "< TMP/in/a.png")
        let file = try test.run("inspect", "TMP/in/a.png")
        #expect(inspected.status == 0, "\(inspected)")
        #expect(inspected.standardOutput == file.standardOutput.replacing("a.png", with: "stdin"))
        try test.picture("in/b.png", width: 60, height: 40, seed: 2)
        let compared = try run(["compare", "TMP/in/a.png", "-"], "< TMP/in/b.png")
        #expect(compared.status == 0, "\(compared)")
        let files = try test.run("compare", "TMP/in/a.png", "TMP/in/b.png")
        #expect(compared.standardOutput == files.standardOutput)
        #expect(try run(["compare", "-", "-"], "< TMP/in/b.png").status == 2)
        #expect(try run(["inspect", "-", "-"], "< TMP/in/b.png").status == 2)
        try test.picture("in/small.png", width: 10, height: 10)
        let other = try run(["compare", "TMP/in/small.png", "-"], "< TMP/in/b.png")
        #expect(other.standardError.hasPrefix(#"retouch: "-": "#), "\(other)")
    }

    /// A BMP of 24 bits.
    private func bitmap(width: Int, height: Int) -> [UInt8] {
        func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
        let row = (3 * width + 3) / 4 * 4
        return Array("BM".utf8) + little(54 + row * height, 4) + little(0, 4) + little(54, 4) + little(40, 4)
            + little(width, 4) + little(height, 4) + little(1, 2) + little(24, 2) + little(0, 24)
            + (0..<row * height).map { UInt8($0 * 37 % 251) }
    }
}
