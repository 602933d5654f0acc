import Files
import SystemPackage
import TestFolders
import Testing

@Suite struct UsageTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        try test.picture("in/a.png")
    }

    @Test(arguments: [
        (["--help"], "USAGE: retouch"), (["help"], "USAGE: retouch"), (["restore", "--help"], "--max-memory <bytes>"),
        (["models", "--help"], "RETOUCH_MODELS"), (["--version"], "retouch "),
        (["--generate-completion-script", "bash"], "retouch"),
    ])
    func helpGoesToStandardOutput(arguments: [String], expected: String) throws {
        let ending = try Program.run(arguments)
        #expect(ending.status == 0)
        #expect(ending.standardOutput.contains(expected))
        #expect(ending.standardError.isEmpty)
    }

    /// Wrong usage: exit code 2, one message on standard error that names what is wrong, nothing on standard output.
    @Test(arguments: [
        ([], "USAGE"), (["IN"], "Name what to restore and where to"), (["-o", "OUT"], "Name what to restore"),
        (["IN", "OUT", "--bogus"], "--bogus"), (["IN", "OUT", "-s", "3"], "-s 3: expected 1, 2 or 4"),
        (["IN", "OUT", "-q", "0"], "-q 0: expected 1 to 100"), (["IN", "OUT", "-q", "x"], "'x'"),
        (["IN", "OUT", "--strength", "2.5"], "--strength 2.5"), (["IN", "OUT", "--strength", "nan"], "--strength nan"),
        (["IN", "OUT", "--sharpen", "9"], "--sharpen 9.0: expected 0 to 4"),
        (["IN", "OUT", "--keep-grain", "1.5"], "--keep-grain 1.5: expected 0 to 1"),
        (["IN", "OUT", "-s", "2", "--keep-grain", "1"], "not with -s 2"),
        (["IN", "OUT", "--sigma", "300"], "300"), (["IN", "OUT", "-j", "0"], "-j 0"),
        (["IN", "OUT", "-t", "-5"], "-t"), (["IN", "OUT", "--max-memory", "lots"], "lots"),
        (["IN", "OUT", "--exists", "maybe"], "maybe"), (["IN", "OUT", "-f", "gif"], "gif"),
        (["IN", "OUT", "--quiet", "--verbose"], "contradict"), (["IN", "IN"], "is the input itself"),
        (["IN", "TMP/in/out"], "lies inside the input folder"), (["TMP/in/a.png", "IN"], "would replace the input"),
        (["IN", "TMP/in/a.png"], "is a file"), (["IN", "OUT", "--suffix", "a/b"], "suffix"),
        (["IN", "OUT", "-s", "2", "--model", "1x-Scan-M"], "upscales by 1"),
        (["TMP/in/a.png", "TMP/b.jpg", "-f", "png"], "Make the two agree"),
        (["IN", "OUT", "--reference", "TMP/none"], "references"),
        (["IN", "OUT", "--method", "bm4d"], "bm4d"), (["IN", "OUT", "--method", "bicubic"], "does not upscale by 1"),
        (["IN", "OUT", "-s", "2", "--method", "nlm"], "does not upscale by 2"),
        (["IN", "OUT", "--method", "nlm", "--model", "1x-Scan-M"], "exclude each other"),
        (["IN", "OUT", "--method", "nlm", "-x"], "-x goes with models"),
        (["comapre", "IN", "OUT"], "did you mean 'retouch compare'?"),
        (["IN", "TMP/out.tif"], "expected a folder, since more than one"),
        (["IN", "TMP/out.heic"], "a file ending in .png, .jpg, .tif or .webp, or a folder"),
        (["TMP/in/a.png", "TMP/out.bmp"], "a file ending in .png, .jpg, .tif or .webp"),
        (["corrupt", "IN", "-", "--corrupt", "gaussian:5"], "there is no pipe"),
        (["IN", "-", "-", "OUT"], "- is named twice"),
        (["IN", "TMP/out.png"], "more than one picture may come out"),
        (["IN", "OUT", "-n", "2"], "--strength"), (["IN", "OUT", "-g", "0"], "computes on the processor"),
        (["IN", "OUT", "-n", "1x-Scan-M", "--model", "1x-Scan-M"], "exclude each other"),
        (["IN", "OUT", "-j", "1:2"], "-j 1:2: expected 1 to 1024"),
        (["evaluate", "IN", "--corrupt", "gaussian:15", "-j", "1025"], "-j 1025: expected 1 to 1024"),
        (["compare", "IN", "IN", "-j", "0"], "-j 0: expected 1 to 1024"),
        (["inspect", "IN", "-j", "many"], "-j many: expected 1 to 1024"),
    ])
    func wrongUsage(arguments: [String], expected: String) throws {
        let ending = try Program.run(arguments.map(expand), environment: test.environment)
        #expect(ending.status == 2, "\(ending)")
        #expect(ending.standardOutput.isEmpty)
        #expect(ending.standardError.contains(expected), "\(ending.standardError)")
        #expect(!FileStamp.exists(test.path.appending("out")))
    }

    private func expand(_ argument: String) -> String {
        switch argument {
        case "IN": test.path.appending("in").string
        case "OUT": test.path.appending("out").string
        default: argument.hasPrefix("TMP/") ? test.path.string + argument.dropFirst(3) : argument
        }
    }

    @Test func aForcedInstructionSetThatIsUnknown() throws {
        let ending = try test.run("IN", "OUT", environment: ["RETOUCH_ISA": "mmx"])
        #expect(ending.status == 2)
        #expect(ending.standardError.contains("RETOUCH_ISA=mmx is not known"))
    }

    @Test func nothingToWorkOn() throws {
        try test.folder.write("x", to: "texts/a.txt")
        let ending = try test.run("TMP/texts", "OUT")
        #expect(ending.status == 3)
        #expect(ending.standardError.contains("no picture in"))
        try createFolders(at: test.path.appending("empty"))
        #expect(try test.run("TMP/empty", "OUT").status == 3)
    }

    @Test func aMissingInputIsNoUsableInput() throws {
        let ending = try test.run("TMP/none", "OUT")
        #expect(ending.status == 3)
        #expect(ending.standardError.contains("No such file or directory"))
        // One of several: a name that was mistyped ends the run before anything is written.
        let partly = try test.run("TMP/none", "IN", "OUT")
        #expect(partly.status == 3)
        #expect(partly.standardError.contains("No such file or directory"))
        #expect(!FileStamp.exists(test.path.appending("out")))
    }

    /// What people type who come from the ncnn tools.
    @Test func neighboursOptionsAreUnderstood() throws {
        let ending = try test.run("-i", "IN", "-o", "OUT", "-n", "Scan-M", "-g", "-1", "-j", "1:2:2")
        #expect(ending.status == 0 && ending.closingLine == "1 restored, 0 skipped, 0 failed", "\(ending)")
        try TestModel(seed: 5).write(to: FilePath("others/1x-Other"), in: test.folder)
        let other = try test.run("IN", "TMP/other", "-m", "TMP/others", "-n", "1x-Other")
        #expect(other.status == 0, "\(other)")
    }

    @Test func unknownModelsAreAnsweredWithNearNames() throws {
        for (typed, meant) in [("1x-Scna-M", "'1x-Scan-M'"), ("jpeg-m", "'1x-JPEG-M'"), ("Upscale", "'2x-Upscale-M'")] {
            let ending = try test.run("IN", "OUT", "--model", typed)
            #expect(ending.status == 4 && ending.standardError.contains(meant), "\(ending)")
        }
    }

    /// A shell that is 80 columns wide shows each example in one line.
    @Test(arguments: [
        "restore", "evaluate", "compare", "inspect", "train", "corrupt", "generate", "sample", "interpolate",
        "anomalies", "models", "bench", "embed", "reconstruct", "neighbours", "cluster", "outliers", "probe", "map",
        "data", "classify",
    ])
    func examplesAreNotWrapped(_ command: String) throws {
        let lines = try test.run("help", command).standardOutput.split(
            separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.firstIndex(of: "EXAMPLES") else { return }
        for line in lines[(first + 1)...].prefix(while: { !$0.isEmpty }) {
            #expect(line.hasPrefix("  retouch "), "\(line)")
        }
    }

    @Test func modelErrors() throws {
        let unknown = try test.run("IN", "OUT", "--model", "1x-Nothing")
        #expect(unknown.status == 4)
        #expect(unknown.standardError.contains("there is no model '1x-Nothing'"))
        let model = TestModel()
        let bytes = model.safetensors()
        func run(_ bytes: [UInt8], card: String) throws -> Program.Ending {
            try test.folder.write(bytes, to: "broken/model.safetensors")
            try test.folder.write(card, to: "broken/model.json")
            return try test.run("IN", "OUT", "--model", "TMP/broken")
        }
        let card = model.card(sha256: try SHA256Digest(of: bytes).hex)
        var flipped = bytes
        flipped[flipped.count - 2] ^= 1
        for (weights, text) in [
            (bytes, "{"), (Array(bytes.dropLast()), card), (flipped, card), ([], card), (Array("hello".utf8), card),
            (bytes, card.replacing("\"scale\": 1", with: "\"scale\": 2")),
        ] {
            let ending = try run(weights, card: text)
            #expect(ending.status == 4, "\(ending.standardError)")
            #expect(ending.standardError.split(separator: "\n").count == 1)
            #expect(!FileStamp.exists(test.path.pushing("out/a.png")))
        }
        #expect(try run(bytes, card: card).status == 0)
    }

    @Test func modelsAreListed() throws {
        let table = try test.run("models")
        #expect(table.status == 0)
        #expect(table.standardOutput.contains("1x-Scan-M") && table.standardOutput.contains("2x-Upscale-M"))
        #expect(table.standardOutput.contains("Apache-2.0"))
        let json = try test.run("models", "--json")
        #expect(json.standardOutput.contains("\"scale\" : 2"))
        let card = try test.run("models", "Scan-M")
        #expect(card.status == 0)
        #expect(card.standardOutput.contains("A model for tests"))
        #expect(try test.run("models", "none").status == 4)
    }
}
