import Files
import SystemPackage
import TestFolders
import Testing

/// `@LIST` and `--files-from`: inputs that a file lists.
@Suite struct ListTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        for (index, name) in ["in/a.png", "in/x/a.png", "in/x/b.png", "in/x/c d.png"].enumerated() {
            try test.picture(FilePath(name), seed: UInt64(index))
        }
    }

    /// Runs the program in the test's folder, with what `script` leaves to it as standard input.
    private func run(_ arguments: [String], _ script: String = "< /dev/null") throws -> Program.Ending {
        let launcher = ["/bin/sh", "-c", "cd \(test.path); exec \"$0\" \"$@\" \(script)"]
        return try test.start(arguments + ["--model", "1x-Scan-M"], under: launcher).wait()
    }

    private func outputs(_ folder: FilePath = "out") throws -> [String] {
        try test.tree(folder).keys.map(\.string).sorted()
    }

    private func list(_ text: String) throws { try test.folder.write(Array(text.utf8), to: "list.txt") }

    @Test func linesAsWindowsAndUnixWriteThem() throws {
        // A byte order mark, CRLF, empty lines, no end of the last line, and one picture twice.
        try list("\u{FEFF}in/a.png\r\n\r\n\nin/x/b.png\nin/./x/b.png\nin/x/c d.png")
        let ending = try run(["@list.txt", "OUT"])
        #expect(ending.closingLine == "3 restored, 0 skipped, 0 failed", "\(ending)")
        #expect(try outputs() == ["a.png", "b.png", "c d.png"])
        #expect(try run(["-i", "@list.txt", "-o", "OUT"]).closingLine == "0 restored, 3 skipped, 0 failed")
        let piped = try run(["@-", "TMP/piped"], "< list.txt")
        #expect(piped.closingLine == "3 restored, 0 skipped, 0 failed", "\(piped)")
    }

    @Test func theFoldersStayWithFilesFrom() throws {
        try list("in/a.png\nin/x/a.png\n\(test.path)/in/x/b.png\n./in/../in/x/b.png\n")
        let ending = try run(["--files-from", "list.txt", "OUT"])
        #expect(ending.closingLine == "4 restored, 0 skipped, 0 failed", "\(ending)")
        let absolute = test.path.string.dropFirst() + "/in/x/b.png"
        #expect(try outputs() == ["in/a.png", "in/x/a.png", "in/x/b.png", String(absolute)].sorted())
        // Without them two have one name.
        let collision = try run(["@list.txt", "TMP/flat"])
        #expect(collision.status == 2)
        #expect(collision.standardError.contains("--files-from"), "\(collision)")
    }

    @Test func namesBetweenZeroBytes() throws {
        try test.picture("in/two\nlines.png", seed: 9)
        try test.picture("in/cr\r.png", seed: 10)
        for option in [["--null"], ["-0"], ["--from0"], []] {
            test.folder.remove("out")
            let ending = try run(
                ["--files-from", "-", "-o", "OUT"] + option,
                "< found"
                    .replacing("found", with: try found(["in/two\nlines.png", "in/cr\r.png", "in/x/c d.png"])))
            #expect(ending.closingLine == "3 restored, 0 skipped, 0 failed", "\(ending)")
            #expect(try outputs() == ["in/cr\r.png", "in/two\nlines.png", "in/x/c d.png"])
        }
        // One name without an end needs the option.
        try test.folder.write(Array("in/two\nlines.png".utf8), to: "one")
        #expect(try run(["@one", "TMP/one-out", "--null"]).closingLine == "1 restored, 0 skipped, 0 failed")
        #expect(try run(["@one", "TMP/two-out"]).status == 3)
    }

    /// Writes a list of names with zero bytes between them, and returns its name.
    private func found(_ names: [String]) throws -> String {
        try test.folder.write(names.flatMap { Array($0.utf8) + [0] }, to: "found0")
        return "found0"
    }

    @Test func aFolderInAList() throws {
        try list("in\n")
        #expect(try run(["@list.txt", "OUT"]).closingLine == "4 restored, 0 skipped, 0 failed")
        #expect(try outputs() == ["a.png", "x/a.png", "x/b.png", "x/c d.png"])
        // As find writes them: folders, and what is in them; each picture and each failure counts once.
        try test.folder.write(Array("no picture".utf8), to: "in/x/bad.png")
        try list("in\nin/a.png\nin/x\nin/x/a.png\nin/x/b.png\nin/x/bad.png\nin/x/c d.png\n")
        let all = try run(["--files-from", "list.txt", "-o", "TMP/all"])
        #expect(all.closingLine == "4 restored, 0 skipped, 1 failed", "\(all)")
        #expect(try outputs("all") == ["in/a.png", "in/x/a.png", "in/x/b.png", "in/x/c d.png"])
    }

    @Test func whatIsMissingIsNamedByItsLine() throws {
        try list("in/a.png\n\nnot/there.png\nin/x/b.png\n-\n")
        let ending = try run(["@list.txt", "OUT"])
        #expect(ending.status == 3, "\(ending)")
        #expect(
            ending.standardError.contains(#"list.txt:3: cannot open "not/there.png": No such file"#), "\(ending)")
        // In a list - is a file.
        #expect(ending.standardError.contains(#"list.txt:5: cannot open "./-""#))
        #expect(!FileStamp.exists(test.path.appending("out")))
        let piped = try run(["--files-from", "-", "OUT"], "< list.txt")
        #expect(piped.standardError.contains("standard input:3: "), "\(piped)")
    }

    @Test func whatIsNoList() throws {
        let none = try run(["@nothing.txt", "OUT"])
        #expect(none.status == 3)
        #expect(none.standardError.contains(#"cannot read the list "nothing.txt": No such file"#))
        try test.picture("@x.png", seed: 4)
        let picture = try run(["@x.png", "OUT"])
        #expect(picture.status == 3)
        #expect(picture.standardError.contains(#"the picture of that name is "./@x.png""#), "\(picture)")
        #expect(try run(["./@x.png", "OUT"]).closingLine == "1 restored, 0 skipped, 0 failed")
        #expect(try outputs() == ["@x.png"])
        try list("\r\n\n")
        let empty = try run(["@list.txt", "OUT"])
        #expect(empty.status == 3)
        #expect(empty.standardError.contains("no path in the list"))
        #expect(try run(["@in", "OUT"]).standardError.contains("Is a directory"))
        try test.folder.write([0xFF, 0xFE, 0x61, 0], to: "wide.txt")
        #expect(try run(["@wide.txt", "OUT"]).standardError.contains("UTF-16"))
        #expect(try run(["@-", "-", "OUT"]).status == 2)
        #expect(try run(["@-", "--files-from", "-", "OUT"]).status == 2)
    }

    @Test func limits() throws {
        try list("in/a.png\n" + String(repeating: "x", count: 5000))
        let long = try run(["@list.txt", "OUT"])
        #expect(long.status == 3)
        #expect(long.standardError.contains("list.txt:2: longer than the 4095 bytes"), "\(long)")
        let endless = try run(["@/dev/zero", "OUT"])
        #expect(endless.status == 3)
        #expect(endless.standardError.contains("64 MiB"), "\(endless)")
    }

    @Test func corruptTakesListsToo() throws {
        try list("in/a.png\nin/x/b.png\n")
        let ending = try test.start(
            ["corrupt", "@list.txt", "OUT", "--corrupt", "gaussian:5"],
            under: ["/bin/sh", "-c", "cd \(test.path); exec \"$0\" \"$@\""]
        ).wait()
        #expect(ending.closingLine == "2 corrupted, 0 skipped, 0 failed", "\(ending)")
    }
}
