import Files
import Imaging
import SystemPackage
import TestFolders
import Testing

/// Training members with a latent, and what is made of their latents.
@Suite struct FamilyCommandTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        for seed in 1...2 { try test.picture(FilePath("in/\(seed).png"), width: 40, height: 32, seed: UInt64(seed)) }
    }

    private func size(_ relative: FilePath) throws -> [Int] {
        let picture = try Picture(reading: test.path.pushing(relative))
        return [picture.width, picture.height]
    }

    @Test func codesAreDrawnAndJoined() throws {
        let trained = try test.run(
            "train", "--architecture", "vae", "--network", "widths=[6]", "--network", "latentSide=4", "--network",
            "latentChannels=3", "--network", "likelihood=bernoulli", "--images", "IN", "--validation", "IN", "--patch",
            "16", "--batch", "2", "--steps", "6", "--warmup", "2", "--validate-every", "3", "--out", "TMP/1x-VAE",
            "-j", "1")
        #expect(trained.status == 0, "\(trained)")
        let settings = String(decoding: try test.folder.read(test.path.pushing("1x-VAE/training.json")), as: UTF8.self)
        // The likelihood chooses the loss, and nothing is done to the pictures.
        #expect(settings.contains("\"loss\" : null") && settings.contains("\"none\""))
        let table = String(decoding: try test.folder.read(test.path.pushing("1x-VAE/training.csv")), as: UTF8.self)
        #expect(table.hasPrefix("step,rate,loss,psnr,psnrBefore,seconds,megapixels,term bce,term divergence\n3,"))
        let page = String(decoding: try test.folder.read(test.path.pushing("1x-VAE/training.html")), as: UTF8.self)
        #expect(page.contains("Active units of the latent") && page.contains(" of 3</div>"))
        #expect(page.contains("Drawn pictures") && page.contains("From one picture to another"))
        #expect(page.contains("training-pictures/samples-6.png") && !page.contains("100.00 dB before"))

        #expect(try test.run("sample", "TMP/1x-VAE", "TMP/sheet.png", "--count", "7").status == 0)
        // Three columns and rows of 8 x 8 pixels, two between them.
        #expect(try size("sheet.png") == [32, 32])
        let sheet = try test.folder.read(test.path.appending("sheet.png"))
        #expect(try test.run("sample", "TMP/1x-VAE", "TMP/same.png", "--count", "7").status == 0)
        #expect(try test.folder.read(test.path.appending("same.png")) == sheet)
        #expect(try test.run("sample", "TMP/1x-VAE", "TMP/other.png", "--count", "7", "--seed", "1").status == 0)
        #expect(try test.folder.read(test.path.appending("other.png")) != sheet)

        let row = try test.run(
            "interpolate", "TMP/1x-VAE", "TMP/in/1.png", "TMP/in/2.png", "TMP/row.png", "--count", "3")
        #expect(row.status == 0, "\(row)")
        #expect(try size("row.png") == [3 * 42 + 2, 36])
        #expect(try test.run("IN", "OUT", "--model", "TMP/1x-VAE").closingLine == "2 restored, 0 skipped, 0 failed")

        // What goes wrong, in one line each.
        try test.picture("small.png", width: 16, height: 16)
        let sizes = try test.run("interpolate", "TMP/1x-VAE", "TMP/in/1.png", "TMP/small.png", "TMP/x.png")
        #expect(sizes.status == 2 && sizes.standardError.contains("16 x 16"), "\(sizes)")
        let missing = try test.run("interpolate", "TMP/1x-VAE", "TMP/in/9.png", "TMP/in/1.png", "TMP/x.png")
        #expect(missing.status == 3 && missing.standardError.contains("9.png"), "\(missing)")
        let plain = try test.run("sample", "1x-Scan-M", "TMP/x.png")
        #expect(plain.status == 4 && plain.standardError.contains("no latent"), "\(plain)")
        #expect(try test.run("sample", "TMP/1x-VAE", "TMP/none/x.png").status == 74)
        for count in ["0", "-1", "10001"] {
            #expect(try test.run("sample", "TMP/1x-VAE", "TMP/x.png", "--count=\(count)").status == 2)
        }
        #expect(
            try test.run("interpolate", "TMP/1x-VAE", "TMP/in/1.png", "TMP/in/2.png", "TMP/x.png", "--count", "1")
                .status == 2)
    }

    private func search(_ dimensions: String, _ more: String...) throws -> Program.Ending {
        var words = [
            "train", "--architecture", "dense", "--network", "patch=4", "--network", "widths=[]", "--images", "IN",
            "--patch", "16", "--batch", "2", "--steps", "4", "--warmup", "2", "--latent-search", dimensions, "--out",
            "TMP/search", "-j", "1",
        ]
        words += more
        return try test.run(words)
    }

    @Test func latentSearch() throws {
        let found = try search("6,2", "--validation", "IN")
        #expect(found.status == 0, "\(found)")
        let table = String(decoding: try test.folder.read(test.path.pushing("search/latent-search.csv")), as: UTF8.self)
        let lines = table.split(separator: "\n")
        #expect(lines.count == 3 && lines[1].hasPrefix("2,") && lines[2].hasPrefix("6,"))
        #expect(lines.count { $0.hasSuffix(",true") } == 1)
        #expect(FileStamp.exists(test.path.pushing("search/latent-search.html")))
        #expect(found.standardOutput.contains("search/latent-"))
        // Asked again, the runs are found done.
        let model = try test.folder.read(test.path.pushing("search/latent-2/model.safetensors"))
        #expect(try search("6,2", "--validation", "IN").status == 0)
        #expect(try test.folder.read(test.path.pushing("search/latent-2/model.safetensors")) == model)
    }

    @Test func searchesThatMakeNoSense() throws {
        for dimensions in ["0", "2,2", "a", "", "3,"] {
            #expect(try search(dimensions, "--validation", "IN").status == 2)
        }
        let blind = try search("2,3")
        #expect(blind.status == 2 && blind.standardError.contains("--validation"), "\(blind)")
        let large = try search("2,49", "--validation", "IN")
        #expect(large.status == 2 && large.standardError.contains("48 samples"), "\(large)")
        let network = try test.run(
            "train", "--images", "IN", "--validation", "IN", "--latent-search", "2,3", "--out", "TMP/x")
        #expect(network.status == 2 && network.standardError.contains("dense"), "\(network)")
        let key = try test.run(
            "train", "--architecture", "vae", "--network", "lattice=3", "--images", "IN", "--out", "TMP/x")
        #expect(key.status == 2 && key.standardError.contains("lattice"), "\(key)")
        #expect(try test.run("train", "--network", "latent", "--images", "IN", "--out", "TMP/x").status == 2)
    }

    private func levels(_ levels: String, _ more: String...) throws -> Program.Ending {
        try test.run(
            [
                "train", "--widths", "4,6", "--blocks", "1", "--images", "IN", "--patch", "16", "--batch", "2",
                "--steps",
                "4", "--warmup", "2", "--corrupt-search", levels, "--out", "TMP/levels", "-j", "1",
            ] + more)
    }

    @Test func corruptionSearch() throws {
        let validation = ["--validation", "IN", "--validation-corrupt", "gaussian:20"]
        let found = try levels("gaussian:5,20", validation[0], validation[1], validation[2], validation[3])
        #expect(found.status == 0, "\(found)")
        let table = String(
            decoding: try test.folder.read(test.path.pushing("levels/corrupt-search.csv")), as: UTF8.self)
        let lines = table.split(separator: "\n").map { $0.split(separator: ",") }
        #expect(lines.count == 3 && lines[1][0] == "gaussian:5" && lines[2][0] == "gaussian:20", "\(table)")
        // The best is chosen, and both were measured under the same noise.
        let psnr = lines.dropFirst().compactMap { Double($0[1]) }
        #expect(psnr.count == 2 && lines[psnr[0] >= psnr[1] ? 1 : 2][2] == "true", "\(table)")
        for folder in ["gaussian-5", "gaussian-20"] {
            let settings = try test.folder.read(test.path.pushing(FilePath("levels/\(folder)/training.json")))
            #expect(String(decoding: settings, as: UTF8.self).contains("\"gaussian:20\""))
        }
        #expect(found.standardOutput.contains("model: "))

        for text in ["gaussian:5", "gaussian:5,5", "gaussian", "fog:1,2"] {
            #expect(try levels(text, validation[0], validation[1], validation[2], validation[3]).status == 2)
        }
        let alone = try levels("gaussian:5,20", "--validation", "IN")
        #expect(alone.status == 2 && alone.standardError.contains("--validation-corrupt"), "\(alone)")
        let blind = try levels("gaussian:6,21", "--validation-corrupt", "gaussian:20")
        #expect(blind.status == 2 && blind.standardError.contains("--validation "), "\(blind)")
        #expect(try levels("gaussian:5,20", "--latent-search", "2,3").status == 2)
        #expect(try levels("gaussian:5,20", "--validation-corrupt", "none", "--corrupt", "none").status == 2)
    }

    @Test func teachersOfAnotherShape() throws {
        let ending = try test.run(
            "train", "--teacher", "2x-Upscale-M", "--images", "IN", "--patch", "16", "--steps", "4", "--warmup", "0",
            "--widths", "4,4", "--blocks", "1", "--out", "TMP/x")
        #expect(ending.status == 2 && ending.standardError.contains("teacher"), "\(ending)")
        #expect(!FileStamp.exists(test.path.appending("x")))
    }

    /// A model looks at result and target; one whose values all have the picture's size cannot.
    @Test func perceptualLoss() throws {
        func train(_ arguments: String...) throws -> Program.Ending {
            try test.run(
                ["train", "--images", "IN", "--patch", "16", "--batch", "2", "--steps", "4", "--warmup", "0"]
                    + ["--widths", "4,4", "--blocks", "1"] + arguments)
        }
        #expect(try train("--out", "TMP/first").status == 0)
        let ending = try train("--perceptual", "TMP/first", "--perceptual-weight", "2", "--out", "TMP/seen")
        #expect(ending.status == 0, "\(ending)")
        let models = try (["first", "seen"] as [FilePath]).map {
            try test.folder.read(test.path.pushing($0.appending("model.safetensors")))
        }
        let isSame = models[0] == models[1]
        #expect(!isSame)
        let settings = try test.folder.read(test.path.pushing("seen/training.json"))
        #expect(String(decoding: settings, as: UTF8.self).contains("\"perceptualWeight\""))
        let flat = try train("--perceptual", "1x-Denoise-M", "--out", "TMP/x")
        #expect(flat.status == 2 && flat.standardError.contains("makes pictures smaller"), "\(flat)")
        #expect(!FileStamp.exists(test.path.appending("x")))
    }
}
