import Files
import Imaging
import SystemPackage
import Tensors
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
        try test.picture("other/g.png", width: 40, height: 30)
        let broken = try test.run("compare", "TMP/clean", "TMP/other")
        #expect(broken.status == 1)
        #expect(broken.standardError.contains("other/f.png\": the file is empty"))
        #expect(broken.standardError.contains("clean/g.tif\": TIFF directory: found the offset"))
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

    /// A grey picture stored as RGB, as tools write that know nothing else.
    private func tripled(_ name: FilePath, as tripled: FilePath) throws {
        let grey = try Picture(reading: test.path.pushing(name)).image
        let image = PlanarImage(
            channels: 3, height: grey.height, width: grey.width,
            samples: Array([grey.samples, grey.samples, grey.samples].joined()))
        try test.folder.write(try Picture(image).encoded(as: .png).bytes, to: tripled)
    }

    @Test func greyAgainstThreeEqualChannels() throws {
        for (name, seed) in [("a", 1), ("b", 2)] {
            let format = PixelFormat(color: .grey)
            try test.picture(FilePath("g/\(name).png"), format: format, seed: UInt64(seed))
            try test.picture(FilePath("h/\(name).png"), format: format, seed: UInt64(seed + 5))
            try tripled(FilePath("g/\(name).png"), as: FilePath("gRGB/\(name).png"))
            try tripled(FilePath("h/\(name).png"), as: FilePath("hRGB/\(name).png"))
        }
        func figures(_ reference: String, _ pictures: String) throws -> [String] {
            let ending = try test.run("compare", reference, pictures)
            #expect(ending.status == 0, "\(ending)")
            return ending.standardOutput.split(separator: "\n").filter { $0.hasPrefix("  ") }.map {
                String($0.prefix { $0 != "," })
            }
        }
        let wanted = try figures("TMP/g", "TMP/h")
        #expect(wanted.count == 2)
        #expect(try figures("TMP/g", "TMP/hRGB") == wanted)
        #expect(try figures("TMP/gRGB", "TMP/h") == wanted)
        #expect(try figures("TMP/gRGB", "TMP/hRGB") == wanted)
        let evaluated = try test.run("evaluate", "TMP/g", "--restored", "TMP/hRGB")
        #expect(evaluated.status == 0 && evaluated.standardOutput.contains(" grey "), "\(evaluated)")
        let restored = try test.run("TMP/hRGB", "OUT", "--model", "1x-Scan-M", "--reference", "TMP/g")
        #expect(restored.status == 0 && restored.standardOutput.contains("PSNR grey"), "\(restored)")
        // Real colour against grey is an error that says what to do.
        try test.picture("colour/a.png", seed: 3)
        try test.picture("colour/b.png", seed: 4)
        let refused = try test.run("compare", "TMP/g", "TMP/colour")
        #expect(refused.status == 1)
        #expect(
            refused.standardError.contains(
                "cannot compare a coloured picture with a grey reference; convert one of them first"))
    }

    @Test func namesWithOneTextBehindThem() throws {
        for (name, seed) in [("a", 1), ("inner/b", 2)] {
            try test.picture(FilePath("tidy/\(name).png"), seed: UInt64(seed))
            for suffix in ["_out", "-restored", "x2"] {
                try test.picture(FilePath("s\(suffix)/\(name)\(suffix).png"), seed: UInt64(seed + 5))
            }
            try test.picture(FilePath("same/\(name).png"), seed: UInt64(seed + 5))
        }
        let wanted = try test.run("compare", "TMP/tidy", "TMP/same")
        #expect(wanted.status == 0 && wanted.standardError.isEmpty)
        for suffix in ["_out", "-restored", "x2"] {
            let ending = try test.run("compare", "TMP/tidy", "TMP/s\(suffix)")
            #expect(ending.status == 0 && ending.standardOutput == wanted.standardOutput, "\(ending)")
            #expect(
                ending.standardError
                    == "warning: the pictures are named as the references with \"\(suffix)\" behind, and are paired without it\n"
            )
            #expect(try test.run("compare", "TMP/s\(suffix)", "TMP/tidy").status == 0)
            let evaluated = try test.run("evaluate", "TMP/tidy", "--restored", "TMP/s\(suffix)")
            #expect(evaluated.status == 0, "\(evaluated)")
            let restored = try test.run(
                "TMP/same", "TMP/out\(suffix)", "--model", "1x-Scan-M", "--reference", "TMP/s\(suffix)")
            #expect(restored.status == 0 && restored.standardOutput.contains("mean of 2 pictures"), "\(restored)")
            #expect(restored.standardError.contains("paired without it"))
        }
        try test.picture("s_out/c_other.png", seed: 9)
        #expect(try test.run("compare", "TMP/tidy", "TMP/s_out").status == 2)
    }
}
