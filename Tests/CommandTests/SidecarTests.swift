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

/// XMP files beside pictures, which travel along.
@Suite struct SidecarTests {
    let test: CommandFolder

    init() throws { test = try CommandFolder() }

    private func write(_ text: String, to relative: FilePath) throws {
        try test.folder.write(Array(text.utf8), to: relative)
    }

    private func text(_ relative: FilePath) throws -> String {
        String(decoding: try test.folder.read(test.path.pushing(relative)), as: UTF8.self)
    }

    private func run(_ arguments: String...) throws -> Program.Ending {
        try test.run(arguments + ["--model", "1x-Scan-M"])
    }

    private func names(_ folder: FilePath = "out") throws -> [String] {
        try test.tree(folder).keys.map(\.string).sorted()
    }

    @Test func inBothManners() throws {
        try test.picture("in/x/a.jpg", as: .jpeg)
        try test.picture("in/b.png")
        try write("darktable", to: "in/x/a.jpg.xmp")
        try write("Adobe", to: "in/x/a.xmp")
        try write("upper", to: "in/b.XMP")
        try write("nobody's", to: "in/other.xmp")
        let ending = try run("IN", "OUT", "-f", "png", "--suffix", "_r", "-v")
        #expect(ending.closingLine == "2 restored, 0 skipped, 0 failed", "\(ending)")
        #expect(try names() == ["b_r.XMP", "b_r.png", "x/a_r.png", "x/a_r.png.xmp", "x/a_r.xmp"])
        #expect(try text("out/x/a_r.png.xmp") == "darktable")
        #expect(try text("out/x/a_r.xmp") == "Adobe")
        #expect(try text("out/b_r.XMP") == "upper")
        #expect(ending.standardError.contains("ignored: other.xmp"))
        #expect(!ending.standardError.contains("ignored: x/"))
        // A file that is named alone has them beside it.
        #expect(try run("TMP/in/x/a.jpg", "TMP/alone.tif").status == 0)
        #expect(try text("alone.tif.xmp") == "darktable")
        #expect(try text("alone.xmp") == "Adobe")
    }

    @Test func whatTwoPicturesShare() throws {
        try test.picture("in/a.jpg", as: .jpeg)
        try test.picture("in/a.tif", as: .tiff, seed: 2)
        try write("both", to: "in/a.xmp")
        let ending = try run("IN", "OUT", "-j", "2")
        #expect(ending.closingLine == "2 restored, 0 skipped, 0 failed", "\(ending)")
        #expect(try names() == ["a.jpg", "a.tif", "a.xmp"])
        // Changed, it is copied once more, though the pictures are done.
        for change in ["changed", "again"] {
            try write(change, to: "in/a.xmp")
            let next = try run("IN", "OUT", "-v")
            #expect(next.closingLine == "0 restored, 2 skipped, 0 failed", "\(next)")
            #expect(try text("out/a.xmp") == change)
            #expect(!next.standardError.contains("stays behind"), "\(next)")
        }
        // Of two that differ the first one goes.
        try test.picture("more/a.png", seed: 3)
        try write("other", to: "more/a.xmp")
        let two = try run("TMP/in/a.jpg", "TMP/more/a.png", "TMP/two")
        #expect(two.status == 0)
        #expect(two.standardError.contains("is left out"), "\(two)")
        #expect(try text("two/a.xmp") == "again")
    }

    @Test func whatIsNotOursStays() throws {
        try test.picture("in/a.png")
        try write("mine", to: "in/a.png.xmp")
        try write("foreign", to: "out/a.png.xmp")
        for option in ["auto", "overwrite"] {
            let ending = try run("IN", "OUT", "--exists", option, "-v")
            #expect(ending.status == 0, "\(ending)")
            #expect(try text("out/a.png.xmp") == "foreign")
            #expect(option == "auto" || ending.standardError.contains("its sidecar stays behind"), "\(ending)")
        }
        // A copy of ours that was edited since.
        test.folder.remove("out")
        #expect(try run("IN", "OUT").status == 0)
        #expect(try text("out/a.png.xmp") == "mine")
        try write("edited", to: "out/a.png.xmp")
        try write("mine, later", to: "in/a.png.xmp")
        #expect(try run("IN", "OUT").status == 0)
        #expect(try text("out/a.png.xmp") == "edited")
    }

    @Test func whatAKilledRunLeft() throws {
        try test.picture("in/a.png")
        #expect(try run("IN", "OUT").status == 0)
        // It came later, or the run ended between the picture and it.
        try write("late", to: "in/a.xmp")
        #expect(try run("IN", "OUT").closingLine == "0 restored, 1 skipped, 0 failed")
        #expect(try text("out/a.xmp") == "late")
        test.folder.remove("out/a.xmp")
        #expect(try run("IN", "OUT").closingLine == "0 restored, 1 skipped, 0 failed")
        #expect(try text("out/a.xmp") == "late")
        #expect(try test.temporaries().isEmpty)
    }

    @Test func propertiesAndPolicies() throws {
        try test.picture("in/a.png")
        try write("private", to: "in/a.xmp")
        let path = test.path.appending("in/a.xmp").string
        var times = [timespec(), timespec()]
        for index in times.indices { times[index].tv_sec = 899_726_400 }
        #expect(utimensat(AT_FDCWD, path, times, 0) == 0 && chmod(path, 0o600) == 0)
        #expect(try run("IN", "OUT", "--preserve", "mtime,mode").status == 0)
        let copy = test.path.appending("out/a.xmp")
        #expect(try FileStamp(of: copy).modified == 899_726_400 * 1_000_000_000)
        #expect(try Stat(copy).permissions.rawValue == 0o600)
        for policy in ["none", "color"] {
            let ending = try run("IN", "TMP/\(policy)", "--metadata", policy)
            #expect(try names(FilePath(policy)) == ["a.png"])
            #expect(ending.standardError.contains("--metadata \(policy) asks for that"), "\(ending)")
        }
        let piped = try test.start(
            ["TMP/in/a.png", "-"], under: ["/bin/sh", "-c", "exec \"$0\" \"$@\" > \(test.path)/piped"]
        ).wait()
        #expect(piped.standardError.contains("standard output takes the picture alone"), "\(piped)")
    }

    @Test func pagesHaveOneEach() throws {
        try test.pages("in/a.tif", widths: [20, 30])
        try write("x", to: "in/a.tif.xmp")
        #expect(try run("IN", "OUT", "-f", "jpg").status == 0)
        #expect(try names() == ["a-p0001.jpg", "a-p0001.jpg.xmp", "a-p0002.jpg", "a-p0002.jpg.xmp"])
        #expect(try run("IN", "TMP/tiff").status == 0)
        #expect(try names("tiff") == ["a.tif", "a.tif.xmp"])
    }

    @Test(.enabled(if: geteuid() != 0)) func oneThatCannotBeRead() throws {
        try test.picture("in/a.png")
        try write("x", to: "in/a.xmp")
        #expect(chmod(test.path.appending("in/a.xmp").string, 0) == 0)
        let ending = try run("IN", "OUT")
        #expect(ending.status == 1, "\(ending)")
        #expect(ending.closingLine == "0 restored, 0 skipped, 1 failed")
    }

    @Test func whatIsNoFileInItsPlace() throws {
        try test.picture("in/a.png")
        try write("x", to: "in/a.xmp")
        try createFolders(at: test.path.appending("out/a.xmp"))
        let ending = try run("IN", "OUT", "-v")
        #expect(ending.status == 0, "\(ending)")
        #expect(ending.standardError.contains("its sidecar stays behind"))
    }
}
