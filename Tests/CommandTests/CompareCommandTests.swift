import Files
import Imaging
import SystemPackage
import TestFolders
import Testing

@Suite struct CompareCommandTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        for (name, seed) in [("a.png", 1), ("b.png", 2), ("inner/c.png", 3)] {
            try test.picture(FilePath("clean/\(name)"), width: 40, height: 30, seed: UInt64(seed))
            try test.picture(FilePath("other/\(name)"), width: 40, height: 30, seed: UInt64(seed + 10))
        }
    }

    @Test func twoFiles() throws {
        let ending = try test.run("compare", "TMP/clean/a.png", "TMP/other/b.png")
        #expect(ending.status == 0, "\(ending.standardError)")
        let lines = ending.standardOutput.split(separator: "\n")
        #expect(
            lines[0]
                == "# stored-8bit: channels as stored, border 0, before and after clipped and rounded to 8 bits, range 255"
        )
        // As BasicSR prints it: `  1: name   PSNR: 29.123456 dB, SSIM: 0.812345`.
        let line = try #require(lines.last).split(separator: " ")
        #expect(line[0] == "1:" && line[1] == "a.png" && line[2] == "PSNR:" && line[4] == "dB," && line[5] == "SSIM:")
        for name in ["PSNR-B:", "MAE:", "MAX:", "PSNR_red:", "PSNR_green:", "PSNR_blue:", "PSNR_Y:", "SSIM_Y:"] {
            #expect(lines.last?.contains(name) == true, "\(name)")
        }
        #expect(lines.last?.contains("[stored-8bit, RGB]") == true)
        #expect(!ending.standardOutput.contains("Average"))
    }

    @Test func foldersArePairedByName() throws {
        // Another format has the same name, and what is no picture has no part in it.
        try test.picture("clean/d.png", width: 40, height: 30, seed: 11)
        try test.picture("other/d.jpg", as: .jpeg, width: 40, height: 30, seed: 11)
        try test.folder.write("notes", to: "other/notes.txt")
        let both = try test.run("compare", "TMP/clean", "TMP/other", "-j", "3")
        #expect(both.status == 0, "\(both.standardError)")
        let lines = both.standardOutput.split(separator: "\n")
        #expect(lines.count == 8)
        #expect(
            lines[2].hasPrefix("  1: a.png ") && lines[4].hasPrefix("  3: d.png ")
                && lines[5].hasPrefix("  4: inner/c.png "))
        #expect(lines[6].hasPrefix("Average: PSNR: ") && lines[6].hasSuffix(", 4 pictures"))
        #expect(lines[7].contains("95 % interval"))
        let one = try test.run("compare", "TMP/clean", "TMP/other", "-j", "1")
        #expect(one.standardOutput == both.standardOutput)
    }

    @Test func oneMissingShiftsNothing() throws {
        try test.picture("clean/aa.png", width: 40, height: 30, seed: 9)
        try test.picture("other/zz.png", width: 40, height: 30, seed: 9)
        let refused = try test.run("compare", "TMP/clean", "TMP/other")
        #expect(refused.status == 2)
        #expect(refused.standardError.contains("clean/aa.png\" has no partner"))
        #expect(refused.standardError.contains("other/zz.png\" has no partner"))
        #expect(refused.standardOutput.isEmpty)
        let allowed = try test.run("compare", "TMP/clean", "TMP/other", "--allow-missing")
        #expect(allowed.status == 0)
        #expect(allowed.standardError.contains("warning: "))
        #expect(allowed.standardOutput.contains("  2: b.png"))
        #expect(!allowed.standardOutput.contains("aa.png"))
    }

    @Test func equalPictures() throws {
        let ending = try test.run("compare", "TMP/clean/a.png", "TMP/clean/a.png", "--min-psnr", "60")
        #expect(ending.status == 0)
        #expect(ending.standardOutput.contains("PSNR: inf dB, SSIM: 1.000000"))
        try test.folder.write(test.tree("clean")["a.png"] ?? [], to: "other/a.png")
        let folder = try test.run("compare", "TMP/clean", "TMP/other")
        #expect(folder.standardOutput.contains("3 pictures, 1 equal and left out of PSNR"))
        #expect(!folder.standardOutput.contains("Average: PSNR: inf"))
        let json = try test.run("compare", "TMP/clean", "TMP/other", "--json")
        #expect(json.standardOutput.contains("\"schema\" : \"retouch-compare\""))
        #expect(json.standardOutput.contains("\"after\" : \"inf\""))
        #expect(json.standardOutput.contains("\"infiniteCount\" : 1"))
    }

    @Test func threshold() throws {
        let missed = try test.run("compare", "TMP/clean", "TMP/other", "--min-psnr", "60")
        #expect(missed.status == 5)
        #expect(missed.standardError.contains("at least 60.00 dB wanted"))
        #expect(try test.run("compare", "TMP/clean", "TMP/other", "--min-psnr", "5").status == 0)
    }

    @Test func whatCannotBeCompared() throws {
        try test.picture("clean/d.png", width: 40, height: 30, seed: 4)
        try test.picture("other/d.png", width: 41, height: 30, seed: 4)
        try test.picture("clean/e.png", width: 40, height: 30, seed: 4)
        try test.picture("other/e.png", width: 40, height: 30, format: PixelFormat(color: .grey), seed: 4)
        let ending = try test.run("compare", "TMP/clean", "TMP/other")
        #expect(ending.status == 1)
        #expect(
            ending.standardError.contains(
                "other/d.png\": cannot compare a picture of 41x30 with a reference of 40x30"))
        #expect(ending.standardError.contains("other/e.png\": cannot compare a grey picture with a coloured reference"))
        #expect(ending.standardOutput.contains(", 3 pictures"))
        try test.folder.write("", to: "other/f.png")
        try test.folder.write(Array("II*\0aaaa".utf8), to: "clean/g.tif")
        let broken = try test.run("compare", "TMP/clean", "TMP/other")
        #expect(broken.status == 1)
        #expect(broken.standardError.contains("other/f.png\": the file is empty"))
        #expect(broken.standardError.contains("clean/g.tif\": TIFF cannot be read yet"))
    }

    @Test func alphaGreyAndSixteenBits() throws {
        let deep = PixelFormat(color: .grey, hasAlpha: true, bitDepth: 16)
        try test.picture("clean/d.png", format: deep, seed: 4)
        try test.picture("other/d.png", format: PixelFormat(color: .grey, bitDepth: 16), seed: 5)
        let ending = try test.run("compare", "TMP/clean/d.png", "TMP/other/d.png")
        #expect(ending.status == 0, "\(ending.standardError)")
        #expect(ending.standardOutput.contains("[stored-16bit, grey]"))
        #expect(!ending.standardOutput.contains("_Y"))
    }

    @Test(
        arguments: [
            (["compare", "TMP/clean", "TMP/other/a.png"], 2, "two files are compared, or two folders"),
            (["compare", "TMP/clean", "TMP/none"], 3, "none"),
            (["compare", "TMP/bare", "TMP/bare"], 3, "no pictures to compare"),
            (["compare", "TMP/clean"], 2, "pictures"),
            (["compare", "TMP/clean/a.png", "TMP/note.txt"], 3, "no pictures to compare"),
        ])
    func wrongUse(arguments: [String], status: Int32, text: String) throws {
        try createFolders(at: test.path.appending("bare"))
        try test.folder.write("note", to: "note.txt")
        let ending = try Program.run(
            arguments.map { $0.hasPrefix("TMP/") ? test.path.string + $0.dropFirst(3) : $0 },
            environment: test.environment)
        #expect(ending.status == status, "\(ending.standardError)")
        #expect(ending.standardError.contains(text))
    }
}
