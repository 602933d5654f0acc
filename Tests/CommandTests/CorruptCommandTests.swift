import Corruptions
import Files
import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing

@Suite struct CorruptCommandTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        try test.picture("in/a.png", width: 33, height: 20, seed: 1)
        try test.picture("in/inner/b.jpg", as: .jpeg, width: 24, height: 31, seed: 2)
        try test.picture("in/grey.png", width: 17, height: 18, format: PixelFormat(color: .grey), seed: 3)
    }

    private func image(_ relative: FilePath) throws -> PlanarImage {
        try Picture(reading: test.path.pushing(relative)).image
    }

    @Test func aFolderOfPNGWithANoiseFieldForEachPicture() throws {
        let ending = try test.run("corrupt", "IN", "OUT", "--corrupt", "gaussian:25+jpeg:40", "--seed", "3")
        #expect(ending.status == 0, "\(ending.standardError)")
        #expect(ending.standardOutput == "3 corrupted, 0 skipped, 0 failed\n")
        #expect(ending.standardError.contains("corrupted: inner/b.jpg (24 x 31, "))
        #expect(Set(try test.tree("out").keys) == ["a.png", "inner/b.png", "grey.png"])
        let corruption = try Corruption.parse("gaussian:25+jpeg:40")[0]
        for (input, output) in [("a.png", "a.png"), ("inner/b.jpg", "inner/b.png"), ("grey.png", "grey.png")] {
            var random = RandomState(seed: 3, name: Array(input.utf8))
            let clean = try image(FilePath("in/\(input)"))
            let expected = try corruption.applied(to: clean, random: &random).rounded(toBits: 8)
            #expect(try image(FilePath("out/\(output)")).samples == expected.samples, "\(input)")
        }
        #expect(try Picture(reading: test.path.pushing("out/grey.png")).format == PixelFormat(color: .grey))
    }

    /// Masks say where damage changed a picture, and have the names under which `--mend` looks for them.
    @Test func masksOfTheDamage() throws {
        let level = "tear:3+gaussian:0"
        let ending = try test.run("corrupt", "IN", "OUT", "--corrupt", level, "--seed", "5", "--masks", "TMP/truth")
        #expect(ending.status == 0, "\(ending.standardError)")
        #expect(Set(try test.tree("truth").keys) == ["a.png", "inner/b.png", "grey.png"])
        var damagedCount = 0
        for (input, name) in [("a.png", "a.png"), ("inner/b.jpg", "inner/b.png"), ("grey.png", "grey.png")] {
            let (clean, damaged) = (try image(FilePath("in/\(input)")), try image(FilePath("out/\(name)")))
            let mask = try image(FilePath("truth/\(name)"))
            for y in 0..<clean.height {
                for x in 0..<clean.width {
                    let change =
                        (0..<clean.channels).map {
                            abs(damaged.view.row($0, y)[x] - clean.view.row($0, y)[x]) * 255
                        }.max() ?? 0
                    let isDamaged = mask.view.row(0, y)[x] == 1
                    // What is fainter than 0.08 counts as whole, which is at most 20.4 levels.
                    #expect(isDamaged ? change >= 7.5 : change < 21, "\(name) \(y) \(x)")
                    damagedCount += isDamaged ? 1 : 0
                }
            }
        }
        #expect(damagedCount > 20)
        // The pictures are those that are made without masks; these are made again once masks are asked for.
        #expect(try test.run("corrupt", "IN", "TMP/bare", "--corrupt", level, "--seed", "5").status == 0)
        #expect(try test.tree("bare") == test.tree("out"))
        let again = try test.run("corrupt", "IN", "TMP/bare", "--corrupt", level, "--seed", "5", "--masks", "TMP/more")
        #expect(again.closingLine == "3 corrupted, 0 skipped, 0 failed")
        #expect(try test.tree("more") == test.tree("truth"))
        try TestModel(task: "damage", tellsClasses: true).write(to: "models/1x-Damage-M", in: test.folder)
        try TestModel(channels: 4, task: "mend").write(to: "models/1x-Mend-M", in: test.folder)
        let filled = try test.run("OUT", "TMP/filled", "--mend", "TMP/truth", "--strength", "0")
        #expect(filled.status == 0, "\(filled.standardError)")
        let refused = try test.run("corrupt", "IN", "OUT", "--corrupt", "gaussian:5", "--masks", "TMP/truth")
        #expect(refused.status == 2)
        #expect(refused.standardError.contains("gaussian:5 lays no damage on a picture"))
        // Masks that lie among the pictures are no pictures of the next run.
        for seed in ["6", "7"] {
            let inside = try test.run(
                "corrupt", "IN", "OUT", "--corrupt", level, "--seed", seed, "--masks", "TMP/in/truth")
            #expect(inside.closingLine == "3 corrupted, 0 skipped, 0 failed")
        }
    }

    @Test func workersChangeNothingAndAnotherSeedDoes() throws {
        #expect(try test.run("corrupt", "IN", "OUT", "--corrupt", "poisson:20", "-j", "1").status == 0)
        #expect(try test.run("corrupt", "IN", "TMP/again", "--corrupt", "poisson:20", "-j", "4").status == 0)
        #expect(try test.run("corrupt", "IN", "TMP/other", "--corrupt", "poisson:20", "--seed", "1").status == 0)
        #expect(try test.tree("out") == test.tree("again"))
        #expect(try test.tree("out") != test.tree("other"))
    }

    @Test func whatWasMadeIsSkippedAndOtherSettingsMakeItAnew() throws {
        func run(_ level: String, _ seed: String = "0") throws -> String {
            try test.run("corrupt", "IN", "OUT", "--corrupt", level, "--seed", seed).closingLine
        }
        #expect(try run("gaussian:25") == "3 corrupted, 0 skipped, 0 failed")
        #expect(try run("gaussian:25") == "0 corrupted, 3 skipped, 0 failed")
        #expect(try run("gaussian:25", "1") == "3 corrupted, 0 skipped, 0 failed")
        #expect(try run("gaussian:26", "1") == "3 corrupted, 0 skipped, 0 failed")
        try createFolders(at: test.path.appending("theirs"))
        try test.folder.write("precious", to: "theirs/a.png")
        let ending = try test.run("corrupt", "IN", "TMP/theirs", "--corrupt", "gaussian:25")
        #expect(ending.status == 1)
        #expect(ending.standardError.contains("was not made by Retouch"))
        #expect(try test.folder.read(test.path.pushing("theirs/a.png")) == Array("precious".utf8))
    }

    @Test func severalLevelsGoIntoFoldersOfTheirOwn() throws {
        let arguments = ["--corrupt", "gaussian:15,50", "--corrupt", "grain:10:blur=1.2+jpeg:80"]
        let ending = try test.run("corrupt", "IN", "OUT", arguments[0], arguments[1], arguments[2], arguments[3])
        #expect(ending.status == 0, "\(ending.standardError)")
        #expect(ending.closingLine == "9 corrupted, 0 skipped, 0 failed")
        let folders = ["gaussian-15", "gaussian-50", "grain-10-blur=1.2+jpeg-80"]
        #expect(
            Set(try test.tree("out").keys)
                == Set(
                    folders.flatMap { folder in ["a.png", "inner/b.png", "grey.png"].map { "\(folder)/\($0)" } }.map {
                        FilePath($0)
                    }))
        #expect(try test.run("corrupt", "IN", "TMP/one", "--corrupt", "gaussian:50").status == 0)
        #expect(try image("one/a.png").samples == image("out/gaussian-50/a.png").samples)
    }

    @Test func alphaIsLeftOutAnd16BitsBecome8() throws {
        let format = PixelFormat(color: .rgb, hasAlpha: true, bitDepth: 16)
        try test.picture("deep/c.png", format: format, seed: 5)
        let ending = try test.run("corrupt", "TMP/deep", "OUT", "--corrupt", "gaussian:0", "--progress", "plain")
        #expect(ending.status == 0)
        #expect(ending.standardError.contains("alpha dropped: the result has none; 16 bits rounded to 8"))
        let made = try Picture(reading: test.path.pushing("out/c.png"))
        #expect(made.format == PixelFormat(color: .rgb))
        let clean = try image("deep/c.png").rounded(toBits: 8)
        #expect(made.image.samples == Array(clean.samples.prefix(made.image.sampleCount)))
    }

    @Test func formatsAndSizes() throws {
        let same = try test.run("corrupt", "IN", "OUT", "--corrupt", "area:2", "--format", "same")
        #expect(same.status == 0, "\(same.standardError)")
        #expect(Set(try test.tree("out").keys) == ["a.png", "inner/b.jpg", "grey.png"])
        let half = try image("out/a.png")
        #expect((half.height, half.width) == (10, 16))
        let one = try test.run("corrupt", "TMP/in/a.png", "TMP/one.png", "--corrupt", "blur:1")
        #expect(one.closingLine == "1 corrupted, 0 skipped, 0 failed")
    }

    @Test func badPicturesEndNoRun() throws {
        try test.folder.write("", to: "in/empty.png")
        try test.picture("in/tiny.png", width: 3, height: 1)
        try test.folder.write("text", to: "in/notes.txt")
        let ending = try test.run("corrupt", "IN", "OUT", "--corrupt", "bicubic:2")
        #expect(ending.status == 1)
        #expect(ending.closingLine == "3 corrupted, 0 skipped, 2 failed")
        #expect(ending.standardError.contains("tiny.png: bicubic:2: a picture of 3x1 is too small"))
        #expect(try test.temporaries().isEmpty)
        let tight = try test.run("corrupt", "IN", "TMP/tight", "--corrupt", "gaussian:5", "--max-memory", "4k")
        #expect(tight.status == 1)
        #expect(tight.standardError.contains("the picture is worked on whole"))
    }

    @Test(
        arguments: [
            (["IN", "OUT"], 2, "--corrupt says what is done"), (["IN"], 2, "retouch corrupt IN OUT"),
            (["IN", "OUT", "--corrupt", "gaussian:0-75"], 2, "is for training"),
            (["IN", "OUT", "--corrupt", "mud:3"], 2, "unknown corruption"),
            (["IN", "OUT", "--corrupt", "none+blur:1"], 2, "none stands alone"),
            (["IN", "IN", "--corrupt", "gaussian:5"], 2, "is the input itself"),
            (["IN", "IN", "--corrupt", "gaussian:5,6"], 2, "lies inside the input folder"),
            (["IN", "TMP/in/out", "--corrupt", "gaussian:5"], 2, "lies inside the input folder"),
            (["IN", "TMP/in/out", "--corrupt", "gaussian:5,6", "--nested"], 2, "--nested goes with one corruption"),
            (["IN", "OUT", "--corrupt", "gaussian:5", "-q", "0"], 2, "-q 0"),
            (["IN", "OUT", "--corrupt", "gaussian:5", "--seed", "-1"], 2, "seed"),
            (["TMP/none", "OUT", "--corrupt", "gaussian:5"], 3, "No such file"),
            (["IN", "/proc/retouch", "--corrupt", "gaussian:5"], 74, "/proc/retouch"),
        ] as [([String], Int32, String)])
    func wrongUsage(arguments: [String], status: Int32, message: String) throws {
        let words = ["corrupt"] + arguments
        let ending = try Program.run(
            words.map {
                $0 == "IN"
                    ? test.path.appending("in").string
                    : $0 == "OUT"
                        ? test.path.appending("out").string
                        : $0.hasPrefix("TMP/") ? test.path.string + $0.dropFirst(3) : $0
            }, environment: test.environment)
        #expect(ending.status == status, "\(ending)")
        #expect(ending.standardError.contains(message), "\(ending.standardError)")
        #expect(!FileStamp.exists(test.path.appending("out")))
    }
}
