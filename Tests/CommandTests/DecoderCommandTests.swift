import Files
import Foundation
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

/// Files that other programs decode: a shell script stands for these, and does what programs do wrong.
@Suite struct DecoderCommandTests {
    let test: CommandFolder
    let decoder: String

    init() throws {
        test = try CommandFolder()
        decoder = try ForeignFile.decoder(in: test.folder)
        // Nothing is left there: programs' temporary files lie in their own folders.
        try createFolders(at: test.path.appending("tmp"))
    }

    func write(_ word: String, to name: FilePath.Component, picture: [UInt8]? = nil, pdf: Bool = false) throws {
        let picture = try picture ?? test.picture("picture.png")
        try test.folder.write(ForeignFile(word, picture, pdf: pdf).bytes, to: FilePath("in").appending(name))
    }

    func run(_ arguments: String...) throws -> Program.Ending {
        try test.run(arguments, environment: ["TMPDIR": test.path.appending("tmp").string])
    }

    /// Whatever a decoder does, it ends its picture alone.
    @Test func eachFailureEndsItsPictureAlone() throws {
        let header: [UInt8] = Array(try test.picture("picture.png").prefix(16)) + [0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0]
        let bad: [(name: FilePath.Component, word: String, picture: [UInt8]?, message: String)] = [
            ("hang.heic", "hang", nil, "'sh' took more than 2 s, and was stopped"),
            ("crash.heic", "crash", nil, "'sh' was ended by signal 11"),
            ("fail.heic", "fail", nil, #"'sh' failed with status 3, its last line "cannot \x1b[31mread it""#),
            ("nothing.heic", "nothing", nil, "'sh' ended well but made no picture of it"),
            ("empty.heic", "empty", nil, "'sh' ended well but made no picture of it"),
            ("link.heic", "link", nil, "'sh' ended well but made no picture of it"),
            ("liar.heic", "liar", nil, "'sh' made neither PNG nor TIFF of it, but what begins with 54 68 69 73"),
            ("jpeg.heic", "jpeg", nil, "'sh' made neither PNG nor TIFF of it, but what begins with ff d8 ff e0"),
            ("cut.heic", "copy", Array(try test.picture("picture.png").prefix(200)), "what 'sh' made of it: PNG"),
            ("bomb.heic", "copy", header + [8, 2, 0, 0, 0], "what 'sh' made of it: "),
            ("huge.heic", "huge", nil, "'sh' wrote a file larger than 100000 pixels take, and was stopped"),
            ("endless.heic", "endless", nil, "'sh' wrote more than 100000 pixels take, and was stopped"),
        ]
        for (name, word, picture, _) in bad { try write(word, to: name, picture: picture) }
        try write("copy", to: "good.heic")
        try test.picture("in/plain.png", seed: 4)
        let ending = try run(
            "IN", "OUT", "--decoder", decoder, "--decoder-seconds", "2", "--max-pixels", "100000", "-j", "4")
        #expect(ending.status == 1)
        #expect(ending.closingLine == "2 restored, 0 skipped, \(bad.count) failed", "\(ending.standardError)")
        let lines = ending.standardError.split(separator: "\n").map(String.init)
        for (name, _, _, message) in bad {
            let line = lines.first { $0.hasPrefix("failed: \(name.string): ") }
            #expect(line?.contains(message) == true, "\(name): \(line ?? "no line")")
        }
        #expect(Set(try test.tree("out").keys) == ["good.png", "plain.png"])
        #expect(try test.temporaries().isEmpty)
        #expect(try contents(ofFolder: test.path.appending("tmp")).isEmpty)
        try expectChildGone()
    }

    private func expectChildGone() throws {
        let text = String(decoding: try test.folder.read(test.path.pushing("fake/child")), as: UTF8.self)
        let child = try #require(pid_t(text.trimmingCharacters(in: .newlines)))
        let deadline = ContinuousClock.now + .seconds(10)
        func isAlive() -> Bool {
            let stat = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
            return kill(child, 0) == 0 && stat?.contains(") Z ") != true
        }
        while isAlive(), ContinuousClock.now < deadline { usleep(10_000) }
        #expect(!isAlive())
    }

    /// A signal ends the decoder with the run; so does a second one at once, and a kill ends it too.
    @Test(arguments: [1, 2]) func signalsEndDecodersToo(count: Int) throws {
        try write("hang", to: "hang.heic")
        let program = try test.start("IN", "OUT", "--decoder", decoder)
        let child = test.path.pushing("fake/child")
        while (try? test.folder.read(child).isEmpty) != false, kill(program.processID, 0) == 0 { usleep(500) }
        for signal in [SIGTERM, SIGINT].prefix(count) { program.signal(signal) }
        let ending = try program.wait(atMost: 20)
        #expect(ending.status == 130, "\(ending)")
        #expect(try test.temporaries().isEmpty)
        try expectChildGone()
    }

    /// What a killed run was decoding dies with it, and the next run tidies up.
    @Test(.enabled(if: FileStamp.isFolder("/proc/self"))) func whatAKilledRunLeavesIsTidiedUp() throws {
        try write("hang", to: "hang.heic")
        let child = test.path.pushing("fake/child")
        let sleeper = "heic=sh -c 'echo $$ > \(child.string); exec sleep 1000' sh {in} {out}"
        let program = try test.start("IN", "OUT", "--decoder", sleeper)
        while (try? test.folder.read(child).isEmpty) != false, kill(program.processID, 0) == 0 { usleep(500) }
        program.signal(SIGKILL)
        _ = try program.wait()
        try expectChildGone()
        #expect(
            try !contents(ofFolder: test.path.pushing("out/.retouch")).filter { $0.string.hasSuffix(".tmp") }.isEmpty)
        try write("copy", to: "hang.heic")
        let next = try run("IN", "OUT", "--decoder", decoder)
        #expect(next.closingLine == "1 restored, 0 skipped, 0 failed")
        #expect(try contents(ofFolder: test.path.pushing("out/.retouch")).map(\.string) == ["ledger.jsonl"])
    }

    /// Each page of a document is a picture; pdfinfo counts them, a script of that name here.
    @Test func pagesOfDocumentsArePictures() throws {
        let decoder = try ForeignFile.decoder(of: "pdf", in: test.folder)
        let script = try test.folder.write(
            "#!/bin/sh\necho 'Title: x'\necho 'Pages:           3'\n", to: FilePath("bin/pdfinfo"))
        _ = script.withPlatformString { chmod($0, 0o755) }
        let path = ["PATH": "\(test.path.appending("bin").string):/usr/bin:/bin"]
        try write("page", to: "book.pdf", pdf: true)
        let ending = try test.run(["IN", "OUT", "--decoder", decoder], environment: path)
        #expect(ending.closingLine == "3 restored, 0 skipped, 0 failed", "\(ending)")
        #expect(Set(try test.tree("out").keys) == ["book-p0001.png", "book-p0002.png", "book-p0003.png"])
        for page in 1...3 { #expect(FileStamp.exists(test.path.pushing(FilePath("fake/page-\(page)")))) }
        let again = try test.run(["IN", "OUT", "--decoder", decoder], environment: path)
        #expect(again.closingLine == "0 restored, 3 skipped, 0 failed")
        let report = try test.run(["inspect", "TMP/in", "--decoder", decoder], environment: path)
        #expect(report.standardOutput.contains("book.pdf, page 3: "), "\(report)")
        // Without its program, and where it does not answer.
        let none = try test.run(["IN", "TMP/none", "--decoder", decoder], environment: ["PATH": "/nowhere"])
        #expect(none.standardError.contains("the program 'pdfinfo' to read it is not there"))
    }

    @Test func noProgramIsNamedWithWhatWouldDo() throws {
        try write("copy", to: "phone.heic")
        let ending = try test.run(["IN", "OUT"], environment: ["PATH": "/nowhere"])
        #expect(ending.status == 1)
        #expect(
            ending.standardError.contains(
                "HEIC is read through another program, and none of heif-dec, heif-convert, vips, magick, convert is on the path; "
                    + "install one, or name one with --decoder 'heic=PROGRAM {in} {out}.png'"),
            "\(ending.standardError)")
        try test.picture("in/plain.png")
        let left = try test.run(["IN", "OUT", "--decoder", "heic=none"], environment: ["PATH": "/nowhere"])
        #expect(left.status == 0)
        #expect(left.closingLine == "1 restored, 0 skipped, 0 failed")
    }

    @Test func inspectAndCompareReadThem() throws {
        try write("copy", to: "a.heic", picture: try test.picture("clean/a.png", width: 64, height: 48))
        let inspected = try run("inspect", "IN", "--decoder", decoder)
        #expect(inspected.status == 0)
        #expect(inspected.standardOutput.contains("a.heic  64x48"), "\(inspected)")
        let compared = try run("compare", "TMP/clean", "IN", "--decoder", decoder)
        #expect(compared.status == 0, "\(compared)")
        #expect(compared.standardOutput.contains("inf"))
        #expect(try contents(ofFolder: test.path.appending("tmp")).isEmpty)
    }

    @Test func aDryRunDecodesNothing() throws {
        try write("hang", to: "a.heic")
        let ending = try run("IN", "OUT", "--dry-run", "--decoder", decoder)
        #expect(ending.status == 0)
        #expect(ending.standardOutput.contains("restore a.heic -> "))
        #expect(ending.closingLine == "1 to restore, 0 done before, 0 would fail")
        #expect(!FileStamp.exists(test.path.appending("out")))
    }

    /// The report shows the picture as it was: decoded once more.
    @Test func reportsShowWhatWasDecoded() throws {
        try write("copy", to: "a.heic", picture: try test.picture("clean/a.png", width: 64, height: 48))
        let ending = try run("IN", "OUT", "--decoder", decoder, "--report", "TMP/report")
        #expect(ending.status == 0, "\(ending)")
        let page = String(decoding: try test.folder.read(test.path.pushing("report/report.html")), as: UTF8.self)
        #expect(page.contains("decoded by &#39;sh&#39;") || page.contains("decoded by 'sh'"))
        let names = try contents(ofFolder: test.path.appending("report")).map(\.string)
        #expect(names.contains { $0 != "report.html" && $0 != "report.csv" && $0 != "report.json" }, "\(names)")
    }
}
