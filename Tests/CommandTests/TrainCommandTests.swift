import Files
import SystemPackage
import TestFolders
import Testing

@Suite struct TrainCommandTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        for seed in 1...3 { try test.picture(FilePath("in/\(seed).png"), width: 48, height: 40, seed: UInt64(seed)) }
    }

    private static let small = [
        "--widths", "8,8", "--blocks", "1", "--batch", "2", "--patch", "16", "--warmup", "2", "--validate-every", "5",
    ]

    private func train(
        _ arguments: [String], jobs: Int = 1, under launcher: [String] = [], variables: [String: String] = [:]
    ) throws -> Program.Ending {
        let words = ["train", "-j", "\(jobs)"] + arguments
        let expanded = words.map { word -> String in
            word == "IN"
                ? test.path.appending("in").string
                : word.hasPrefix("TMP/") ? test.path.string + word.dropFirst(3) : word
        }
        return try Program(
            expanded.map { Array($0.utf8) }, environment: test.environment.merging(variables) { _, new in new },
            under: launcher
        ).wait(atMost: 120)
    }

    @Test func aModelThatRestoreTakesAtOnce() throws {
        let ending = try train(
            ["--images", "IN", "--validation", "IN", "--steps", "20", "--out", "TMP/mine"] + Self.small)
        #expect(ending.status == 0, "\(ending)")
        let names = Set(try contents(ofFolder: test.path.appending("mine")).map(\.string))
        #expect(
            names.isSuperset(of: [
                "model.safetensors", "model.json", "training.json", "training.csv", "training.html",
                "checkpoint.safetensors", "training-pictures",
            ]))
        let restored = try test.run("IN", "OUT", "--model", "TMP/mine")
        #expect(restored.closingLine == "3 restored, 0 skipped, 0 failed")
        let table = String(decoding: try test.folder.read(test.path.pushing("mine/training.csv")), as: UTF8.self)
        #expect(table.split(separator: "\n").count == 5)
        // A second run there, and a fine-tuning of what came out.
        let again = try train(["--images", "IN", "--steps", "20", "--out", "TMP/mine"] + Self.small)
        #expect(again.status == 2 && again.standardError.contains("holds a run already"))
        let tuned = try train(
            ["--images", "IN", "--from", "TMP/mine", "--steps", "4", "--warmup", "0", "--batch", "2", "--patch", "16"]
                + ["--out", "TMP/tuned"])
        #expect(tuned.status == 0, "\(tuned)")
        // Deeper, and as wide as what it begins with; `--network` says what `--blocks` would.
        let deeper = try train(
            ["--images", "IN", "--from", "TMP/mine", "--network", "blocks=2", "--steps", "4", "--warmup", "0"]
                + ["--batch", "2", "--patch", "16", "--out", "TMP/deeper"])
        #expect(deeper.status == 0, "\(deeper)")
        let sizes = try (["tuned", "deeper"] as [FilePath]).map {
            try test.folder.read(test.path.pushing($0.appending("model.safetensors"))).count
        }
        #expect(sizes[1] > sizes[0])
    }

    /// Killed, resumed, with other workers: the same bytes.
    @Test func killedAndResumedIsTheSameModel() throws {
        let arguments = ["--images", "IN", "--steps", "1500", "--seed", "7"] + Self.small
        #expect(try train(arguments + ["--out", "TMP/whole"]).status == 0)
        let words = ["train", "-j", "2"] + arguments.map { $0 == "IN" ? test.path.appending("in").string : $0 }
        let victim = try Program(
            (words + ["--out", test.path.appending("parts").string]).map { Array($0.utf8) },
            environment: test.environment)
        let checkpoint = test.path.pushing("parts/checkpoint.safetensors")
        for _ in 0..<2000 where !FileStamp.exists(checkpoint) { usleep(5000) }
        victim.signal(9)
        _ = try victim.wait()
        let resumed = try train(["--resume", "--out", "TMP/parts"], jobs: 3)
        #expect(resumed.status == 0, "\(resumed)")
        let weights: [FilePath] = ["whole/model.safetensors", "parts/model.safetensors"]
        let bytes = try weights.map { try test.folder.read(test.path.pushing($0)) }
        #expect(bytes[0] == bytes[1])
    }

    @Test(arguments: [
        (["--out", "TMP/x"], 2, "images is empty"),
        (["--images", "IN", "--out", "TMP/x", "--patch", "64"], 3, "smaller than 64"),
        (["--images", "IN", "--out", "TMP/x", "--patch", "30"], 2, "patch is 30"),
        (["--images", "IN", "--out", "TMP/x", "--architecture", "gan"], 2, "'gan' is unknown"),
        (["--images", "IN", "--out", "TMP/x", "--widths", "0"], 2, "widths is [0]"),
        (["--images", "IN", "--out", "TMP/x", "--widths", "a"], 2, "'a' is invalid for '--widths"),
        (["--images", "IN", "--out", "TMP/x", "--corrupt", "fog:1"], 2, "fog"),
        (["--images", "IN", "--out", "TMP/x", "--corrupt", "bicubic:2"], 2, "2 times smaller"),
        (["--images", "IN", "--out", "TMP/x", "--corrupt", "0*none"], 2, "a weight is"),
        (["--images", "IN", "--out", "TMP/x", "--loss", "l3"], 2, "l3"),
        (["--images", "TMP/none", "--out", "TMP/x"], 3, "none"), (["--resume", "--out", "TMP/x"], 2, "no checkpoint"),
        (["--resume", "--out", "TMP/x", "--rate", "1"], 2, "leave the others out"),
        (["--images", "IN", "--from", "1x-None", "--out", "TMP/x"], 4, "1x-None"),
        (["--config", "TMP/none.json", "--out", "TMP/x"], 2, "none.json"),
    ])
    func badInput(arguments: [String], status: Int32, message: String) throws {
        let ending = try train(arguments)
        #expect(ending.status == status, "\(ending)")
        #expect(ending.standardError.contains(message), "\(ending.standardError)")
        #expect(!FileStamp.exists(test.path.appending("x")))
    }

    /// BF16 products where the processor has them; with other instructions forced, Float32 and a line that says so.
    @Test func precision() throws {
        let arguments = ["--images", "IN", "--precision", "bfloat16", "--steps", "3"] + Self.small
        let forced = try train(arguments + ["--out", "TMP/forced"], variables: ["RETOUCH_ISA": "baseline"])
        #expect(forced.status == 0, "\(forced)")
        #expect(forced.standardError.contains("baseline has no BF16 products"), "\(forced.standardError)")
        let plain = try train(arguments + ["--out", "TMP/plain"])
        #expect(plain.status == 0, "\(plain)")
        let settings = try test.folder.read(test.path.pushing("plain/training.json"))
        #expect(String(decoding: settings, as: UTF8.self).contains(#""precision" : "bfloat16""#))
        let unknown = try train(["--images", "IN", "--precision", "int8", "--out", "TMP/x"])
        #expect(unknown.status == 2 && unknown.standardError.contains("int8"), "\(unknown)")
    }

    @Test func aConfigurationFile() throws {
        try test.folder.write(
            #"{"architecture": {"architecture": "plain", "width": 8, "layers": 2, "scale": 1, "skip": "residual"}, "#
                + #""warmup": 0, "stages": [{"share": 1, "patch": 16, "batch": 2}]}"#, to: "a.json")
        try test.folder.write(#"{"architecture": {"architecture": "unet"}, "step": 3}"#, to: "b.json")
        let ending = try train(["--config", "TMP/a.json", "--images", "IN", "--steps", "3", "--out", "TMP/plain"])
        #expect(ending.status == 0, "\(ending)")
        let unknown = try train(["--config", "TMP/b.json", "--images", "IN", "--out", "TMP/x"])
        #expect(unknown.status == 2 && unknown.standardError.contains("'step' is not known"), "\(unknown)")
    }

    /// Frames without colour, margins, texture; each of the validation's corruptions is told.
    @Test func filmFromAConfigurationFile() throws {
        func configuration(margin: Int) -> String {
            #"{"architecture": {"architecture": "unet", "widths": [8, 8], "blocks": 1}, "warmup": 0, "steps": 4, "#
                + #""corruptions": ["3*film:0-1", "blur:4*0,0.3-1+jpeg:60-98", "none"], "toningShare": 0.4, "#
                + #""textureChoices": 3, "textureShare": 0.5, "margin": \#(margin), "greyShare": 0.1, "#
                + #""validationCorruptions": ["none", "film:0.7"], "#
                + #""stages": [{"share": 1, "patch": 16, "batch": 2}]}"#
        }
        try test.folder.write(configuration(margin: 12), to: "film.json")
        let ending = try train(
            ["--config", "TMP/film.json", "--images", "IN", "--validation", "IN", "--out", "TMP/film"])
        #expect(ending.status == 0, "\(ending)")
        #expect(ending.standardError.contains("  none: 100.00 dB -> "), "\(ending.standardError)")
        #expect(ending.standardError.contains("  film:0.7: "), "\(ending.standardError)")
        let table = String(decoding: try test.folder.read(test.path.pushing("film/training.csv")), as: UTF8.self)
        #expect(table.contains("psnr none,psnr film:0.7\n"))
        let resumed = try train(["--resume", "--out", "TMP/film"])
        #expect(resumed.status == 0, "\(resumed)")
        // Patches of 16 with a margin of 13 need 42 pixels, the pictures have 40.
        try test.folder.write(configuration(margin: 13), to: "wide.json")
        let wide = try train(["--config", "TMP/wide.json", "--images", "IN", "--out", "TMP/x"])
        #expect(wide.status == 3 && wide.standardError.contains("smaller than 42"), "\(wide)")
    }

    /// Pairs by name, their corruption learnt from them; pairs to validate on; a model made by them.
    @Test func pairs() throws {
        for seed in 1...3 {
            try test.picture(FilePath("dark/\(seed).png"), width: 48, height: 40, seed: UInt64(seed + 10))
        }
        let words = ["--inputs", "TMP/dark", "--targets", "IN", "--steps", "10", "--out", "TMP/pairs"] + Self.small
        let ending = try train(words + ["--validation", "IN", "--validation-inputs", "TMP/dark"])
        #expect(ending.status == 0, "\(ending)")
        #expect(ending.standardError.contains("3 pictures"), "\(ending.standardError)")
        let card = String(decoding: try test.folder.read(test.path.pushing("pairs/model.json")), as: UTF8.self)
        #expect(card.contains("Trained on 3 pairs of pictures.") && card.contains(#""name" : "dark""#), "\(card)")
        try test.picture("dark/4.png", width: 48, height: 40, seed: 5)
        let lonely = try train(words.dropLast(Self.small.count + 1) + ["TMP/x"] + Self.small)
        #expect(lonely.status == 3 && lonely.standardError.contains(#""4.png""#), "\(lonely)")
        #expect(!FileStamp.exists(test.path.appending("x")))
    }

    /// Noisy pictures alone; the same bits for any number of workers, and stopped and resumed.
    @Test func noisyPictures() throws {
        let words = ["--noisy-images", "IN", "--steps", "40", "--seed", "3"] + Self.small
        let whole = try train(
            words + ["--validation", "IN", "--validation-corrupt", "gaussian:25", "--out", "TMP/whole"])
        #expect(whole.status == 0, "\(whole)")
        #expect(try train(words + ["--out", "TMP/two"], jobs: 2).status == 0)
        let weights: [FilePath] = ["whole/model.safetensors", "two/model.safetensors"]
        let bytes = try weights.map { try test.folder.read(test.path.pushing($0)) }
        #expect(bytes[0] == bytes[1])
        let loss = try train(words + ["--loss", "l1", "--out", "TMP/x"])
        #expect(loss.status == 2 && loss.standardError.contains("mse for noisy pictures"), "\(loss)")
    }

    /// A run whose pictures were changed does not go on as if they had not.
    @Test func otherPictures() throws {
        let words = ["--images", "IN", "--steps", "20", "--out", "TMP/run"] + Self.small
        #expect(try train(words).status == 0)
        #expect(try train(["--resume", "--out", "TMP/run"]).status == 0)
        try test.picture("in/2.png", width: 48, height: 40, seed: 99)
        let changed = try train(["--resume", "--out", "TMP/run"])
        #expect(changed.status == 3 && changed.standardError.contains(#""2.png" has changed"#), "\(changed)")
        try test.picture("in/2.png", width: 48, height: 40, seed: 2)
        #expect(try train(["--resume", "--out", "TMP/run"]).status == 0)
        try test.picture("in/4.png", width: 48, height: 40, seed: 4)
        let more = try train(["--resume", "--out", "TMP/run"])
        #expect(more.status == 3 && more.standardError.contains(#""4.png" is new"#), "\(more)")
    }

    /// A file may have no more than 64 KiB: the checkpoint cannot be written, the run ends with 74, and nothing of it lies there.
    @Test func aFullDisk() throws {
        let launcher = ["/bin/sh", "-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "sh"]
        let ending = try train(
            [
                "--images", "IN", "--steps", "20", "--widths", "32,32", "--warmup", "0", "--patch", "16", "--out",
                "TMP/full",
            ],
            under: launcher)
        #expect(ending.status == 74, "\(ending)")
        #expect(!FileStamp.exists(test.path.pushing("full/checkpoint.safetensors")))
        #expect(try test.temporaries("full").isEmpty)
    }

    /// The disk is full only at a later checkpoint: the one before it stays as it is, and the run goes on from there to the
    /// bits of one that was never stopped.
    @Test func aDiskThatGetsFull() throws {
        let arguments = [
            "--images", "IN", "--widths", "32,32", "--warmup", "0", "--patch", "16", "--batch", "2", "--steps", "3000",
        ]
        #expect(try train(arguments + ["--out", "TMP/whole"]).status == 0)
        let words = ["train", "-j", "1", "--out", test.path.appending("full").string]
        let first = try Program(
            (words + arguments.map { $0 == "IN" ? test.path.appending("in").string : $0 }).map { Array($0.utf8) },
            environment: test.environment)
        let checkpoint = test.path.pushing("full/checkpoint.safetensors")
        for _ in 0..<4000 where !FileStamp.exists(checkpoint) { usleep(5000) }
        first.signal(9)
        _ = try first.wait()
        let before = try test.folder.read(checkpoint)
        let launcher = ["/bin/sh", "-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "sh"]
        let full = try train(["--resume", "--out", "TMP/full"], under: launcher)
        #expect(full.status == 74, "\(full)")
        #expect(try test.folder.read(checkpoint) == before)
        #expect(try test.temporaries("full").isEmpty)
        #expect(try train(["--resume", "--out", "TMP/full"]).status == 0)
        let models: [FilePath] = ["whole/model.safetensors", "full/model.safetensors"]
        let bytes = try models.map { try test.folder.read(test.path.pushing($0)) }
        #expect(bytes[0] == bytes[1])
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
