import Files
import Imaging
import Restoration
import SystemPackage
import Tensors
import TestFolders
import Testing

@Suite struct RestoreCommandTests {
    let test: CommandFolder

    init() throws { test = try CommandFolder() }

    @Test func aFolderIsRestoredAndASecondRunSkipsAll() throws {
        try test.picture("in/a.png", seed: 1)
        try test.picture("in/sub dir/b.jpg", as: .jpeg, seed: 2)
        try test.picture("in/grey16.png", format: PixelFormat(color: .grey, hasAlpha: true, bitDepth: 16), seed: 3)
        let first = try test.run("restore", "IN", "OUT", "--progress", "plain")
        #expect(first.status == 0, "\(first.standardError)")
        #expect(first.standardOutput == "3 restored, 0 skipped, 0 failed\n")
        #expect(first.standardError.contains("restored: sub dir/b.jpg (24 x 16, "))
        let tree = try test.tree("out")
        #expect(Set(tree.keys) == ["a.png", "sub dir/b.jpg", "grey16.png"])
        #expect(tree["a.png"] != (try test.tree("in")["a.png"]))
        let grey = try Picture(reading: test.path.pushing("out/grey16.png"))
        #expect(grey.format == PixelFormat(color: .grey, hasAlpha: true, bitDepth: 16))
        let second = try test.run("IN", "OUT")
        #expect(second.status == 0)
        #expect(second.standardOutput == "0 restored, 3 skipped, 0 failed\n")
        #expect(second.standardError.isEmpty)
        #expect(try test.tree("out") == tree)
        #expect(try test.temporaries().isEmpty)
    }

    @Test func theSameBytesForAnyWorkersTilesAndMemory() throws {
        for index in 0..<5 {
            try test.picture(FilePath("in/\(index).png"), width: 70 + 13 * index, height: 61, seed: UInt64(index))
        }
        #expect(try test.run("IN", "OUT", "-j", "1").status == 0)
        let tree = try test.tree("out")
        for (index, options) in [["-j", "3"], ["-j", "64"], ["-t", "32"], ["--max-memory", "48M", "-j", "2"]]
            .enumerated()
        {
            let other = "TMP/other\(index)"
            let arguments = ["IN", other] + options
            let ending = try Program.run(
                arguments.map { argument in
                    argument == "IN"
                        ? test.path.appending("in").string
                        : argument == other ? test.path.appending("other\(index)").string : argument
                }, environment: test.environment)
            #expect(ending.status == 0, "\(options): \(ending.standardError)")
            #expect(try test.tree(FilePath("other\(index)")) == tree, "\(options)")
        }
    }

    @Test func aClassicalMethodInsteadOfAModel() throws {
        try test.picture("in/a.png", width: 61, height: 90, seed: 1)
        try test.picture("in/b.jpg", as: .jpeg, seed: 2)
        try test.picture("in/grey16.png", format: PixelFormat(color: .grey, hasAlpha: true, bitDepth: 16), seed: 3)
        let first = try test.run("IN", "OUT", "--method", "nlm", "--sigma", "20", "-j", "3", "--report", "TMP/report")
        #expect(first.status == 0, "\(first.standardError)")
        #expect(first.closingLine == "3 restored, 0 skipped, 0 failed")
        let tree = try test.tree("out")
        #expect(tree["a.png"] != (try test.tree("in")["a.png"]))
        let grey = try Picture(reading: test.path.pushing("out/grey16.png"))
        #expect(grey.format == PixelFormat(color: .grey, hasAlpha: true, bitDepth: 16))
        let original = try Picture(reading: test.path.pushing("in/grey16.png"))
        #expect(grey.image.samples.suffix(24 * 16) == original.image.samples.suffix(24 * 16), "alpha is carried")
        let page = String(decoding: try test.tree("report")["report.html"] ?? [], as: UTF8.self)
        #expect(page.contains("<dt>method</dt><dd class=\"name\">nlm</dd>"))

        // Another method or another sigma is another result; the same one is done.
        let again = try test.run("IN", "OUT", "--method", "nlm", "--sigma", "20", "-j", "1", "--check", "hashes")
        #expect(again.closingLine == "0 restored, 3 skipped, 0 failed")
        #expect(try test.run("IN", "OUT", "--method", "bm3d").closingLine == "3 restored, 0 skipped, 0 failed")
        #expect(try test.tree("out") != tree)
        #expect(try test.run("IN", "OUT", "--method", "bm3d").closingLine == "0 restored, 3 skipped, 0 failed")
        let other = try test.run("IN", "OUT", "--method", "bm3d", "--sigma", "20")
        #expect(other.closingLine == "3 restored, 0 skipped, 0 failed")
        #expect(try test.run("IN", "TMP/alone", "--method", "nlm", "--sigma", "20", "-j", "1").status == 0)
        #expect(try test.tree("alone") == tree, "any number of workers")
    }

    @Test func aMethodObeysTheMemoryLimit() throws {
        try test.picture("in/a.png", width: 300, height: 200, seed: 1)
        let ending = try test.run("IN", "OUT", "--method", "bm3d", "--max-memory", "2M")
        #expect(ending.status == 1)
        #expect(ending.standardError.contains("the picture is worked on whole"), "\(ending.standardError)")
        #expect(try test.run("IN", "OUT", "--method", "bm3d", "--dry-run").standardOutput.contains("with bm3d"))
        let large = try test.run("-s", "2", "IN", "TMP/large", "--method", "bicubic")
        #expect(large.status == 0, "\(large.standardError)")
        #expect(try Picture(reading: test.path.pushing("large/a.png")).image.width == 600)
    }

    @Test func oneFileEnlargedIntoAnotherFormat() throws {
        try test.picture("in/a.png")
        let ending = try test.run("-s", "2", "TMP/in/a.png", "TMP/big.jpg", "-q", "90")
        #expect(ending.status == 0, "\(ending.standardError)")
        #expect(ending.closingLine == "1 restored, 0 skipped, 0 failed")
        let picture = try PictureReader(path: test.path.appending("big.jpg")).info
        #expect(picture.width == 48 && picture.height == 32 && picture.container == .jpeg)
        #expect(
            try test.run("-i", "TMP/in/a.png", "-o", "TMP/big.jpg", "-s", "2", "-q", "90").closingLine.hasPrefix(
                "0 restored, 1 skipped"))
    }

    @Test func figuresAndReport() throws {
        try test.picture("in/a.png", seed: 1)
        try test.picture("clean/a.png", seed: 2)
        let ending = try test.run(
            "IN", "OUT", "--reference", "TMP/clean", "--report", "TMP/report", "--log", "TMP/log.jsonl", "--verbose")
        #expect(ending.status == 0, "\(ending.standardError)")
        let lines = ending.standardOutput.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("PSNR RGB (") && $0.hasSuffix("after, mean of 1 picture") })
        #expect(lines.contains { $0.hasPrefix("SSIM Y (") })
        #expect(lines.dropLast().last == "report: \(test.path)/report/report.html")
        #expect(lines.last == "1 restored, 0 skipped, 0 failed")
        for name in ["report.html", "report.csv", "report.json"] {
            #expect(FileStamp.exists(test.path.pushing("report").appending(name)), "\(name)")
        }
        let log = String(decoding: try test.folder.read(test.path.appending("log.jsonl")), as: UTF8.self)
        #expect(log.hasPrefix("{") && log.contains("\"outcome\":\"restored\"") && log.split(separator: "\n").count == 1)
    }

    @Test func progressAsJSON() throws {
        try test.picture("in/a.png")
        // A reference that fits no picture is a warning.
        try test.picture("clean/other.png")
        let ending = try test.run("IN", "OUT", "--progress", "json", "--reference", "TMP/clean")
        #expect(ending.status == 0, "\(ending)")
        let lines = ending.standardError.split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
        #expect(lines.first?.contains("\"event\":\"began\"") == true)
        #expect(lines.contains { $0.contains("\"event\":\"warning\"") })
        #expect(lines.last?.contains("\"event\":\"ended\"") == true)
    }

    @Test func aDryRunWritesNothing() throws {
        try test.picture("in/a.png", width: 100, height: 50)
        try test.folder.write([0x49, 0x49, 0x2A, 0], to: "in/b.tif")
        let ending = try test.run("IN", "OUT", "--dry-run")
        #expect(ending.status == 1)
        let lines = ending.standardOutput.split(separator: "\n").map(String.init)
        #expect(lines.first == "restore a.png -> \(test.path)/out/a.png  100 x 50, 8-bit RGB")
        #expect(lines.contains { $0.hasPrefix("fail    b.tif: TIFF header: found") })
        #expect(lines.contains { $0.hasPrefix("0.01 megapixels with auto: about ") && $0.hasSuffix("of memory") })
        #expect(lines.last == "1 to restore, 0 done before, 1 would fail")
        #expect(!FileStamp.exists(test.path.appending("out")))
    }

    @Test func quietTellsFailuresOnly() throws {
        try test.picture("in/a.png")
        try test.folder.write([0x49, 0x49, 0x2A, 0], to: "in/b.tif")
        let ending = try test.run("IN", "OUT", "--quiet")
        #expect(ending.status == 1)
        #expect(ending.standardOutput == "1 restored, 0 skipped, 1 failed\n")
        #expect(ending.standardError.hasPrefix("failed: b.tif: TIFF"))
        #expect(ending.standardError.split(separator: "\n").count == 1)
    }

    @Test func verboseListsWhatWasIgnored() throws {
        try test.picture("in/a.png")
        try test.folder.write("text", to: "in/note.txt")
        try test.folder.write("text", to: "in/.hidden")
        #expect(!(try test.run("IN", "OUT").standardError.contains("note.txt")))
        let ending = try test.run("IN", "OUT", "--verbose")
        #expect(ending.standardError.contains("ignored: note.txt: not a picture by its first bytes"))
        #expect(ending.standardError.contains("ignored: .hidden: hidden"))
        #expect(ending.standardError.contains("skipped: a.png"))
        #expect(ending.standardOutput == "0 restored, 1 skipped, 0 failed\n")
    }

    /// A picture that shows nothing to restore is sharpened too, one alone and with others, and done once.
    @Test func sharpening() throws {
        let picture = try Picture(reading: repository.appending("samples/clean/waves.png"))
        _ = try picture.write(to: test.path.appending("in/waves.png"), as: .png)
        for (folder, sharpness) in [("plain", []), ("none", ["--sharpen", "0"]), ("sharp", ["--sharpen", "1"])] {
            let ending = try test.run(["IN", "TMP/\(folder)", "--model", "auto"] + sharpness)
            #expect(ending.status == 0, "\(ending)")
        }
        let files = try test.tree("")
        #expect(files["plain/waves.png"] == files["in/waves.png"] && files["none/waves.png"] == files["in/waves.png"])
        let sink = ImageRowSink(channels: 3, height: picture.image.height, width: picture.image.width)
        try SharpeningRowSink(sink, hasAlpha: false, amount: 1).writeRows(from: picture.image.view)
        let expected = test.path.appending("expected.png")
        _ = try Picture(image: sink.image, format: picture.format).write(to: expected, as: .png)
        let result = try Picture(reading: test.path.appending("sharp/waves.png")).image.samples
        #expect(try result == Picture(reading: expected).image.samples && result != picture.image.samples)
        let again = try test.run("IN", "TMP/sharp", "--model", "auto", "--sharpen", "1")
        #expect(again.standardOutput == "0 restored, 1 skipped, 0 failed\n")
    }

    @Test func settingsChangePixels() throws {
        try test.picture("in/a.png", width: 40)
        #expect(try test.run("IN", "TMP/full").status == 0)
        #expect(try test.run("IN", "TMP/none", "--strength", "0").status == 0)
        #expect(try test.run("IN", "TMP/ensemble", "-x").status == 0)
        let original = try Picture(reading: test.path.pushing("in/a.png")).image.samples
        #expect(try Picture(reading: test.path.pushing("none/a.png")).image.samples == original)
        let full = try Picture(reading: test.path.pushing("full/a.png")).image.samples
        let ensemble = try Picture(reading: test.path.pushing("ensemble/a.png")).image.samples
        #expect(full != original && ensemble != original && ensemble != full)
        // The model for tests takes no noise level.
        let sigma = try test.run("IN", "TMP/sigma", "--sigma", "25")
        #expect(sigma.status == 2)
        #expect(sigma.standardError.contains("takes no noise level"))
    }
}
