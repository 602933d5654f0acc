import Batches
import Files
import Foundation
import Imaging
import Latents
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Testing

/// Vectors by the command: made, looked through, and made into pictures again.
@Suite struct LatentCommandTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        try test.drawTwoClasses()
        try test.trainSmallVAE("TMP/1x-VAE")
    }

    private func text(_ relative: FilePath) throws -> String { try test.text(relative) }

    @Test func picturesToVectorsAndBack() throws {
        let made = try test.run("embed", "TMP/1x-VAE", "IN", "--out", "TMP/z.npy", "--variances", "TMP/v.npy")
        #expect(made.status == 0 && made.standardError.isEmpty, "\(made)")
        #expect(made.standardOutput.hasPrefix("8 vectors of 3 numbers (3x1x1): "))
        let index = try text("index.csv").split(separator: "\n")
        #expect(
            index.count == 9 && index[0] == "row,path,label" && index[1] == "0,a/2.png,a" && index[8] == "7,b/7.png,b")
        #expect(try test.folder.read(test.path.appending("v.npy")).count == 128 + 8 * 3 * 4)
        let one = try test.folder.read(test.path.appending("z.npy"))
        let again = try test.run(
            "embed", "TMP/1x-VAE", "IN", "--out", "TMP/z.npy", "--overwrite", "-j", "3", "--variances", "TMP/v.npy")
        #expect(again.status == 0, "\(again)")
        #expect(try test.folder.read(test.path.appending("z.npy")) == one)

        let back = try test.run("reconstruct", "TMP/1x-VAE", "TMP/z.npy", "TMP/back")
        #expect(back.status == 0 && back.standardOutput.hasPrefix("8 reconstructed, 0 failed"), "\(back)")
        #expect(try Picture(reading: test.path.pushing("back/a/2.png")).width == 16)
        let twice = try test.run("reconstruct", "TMP/1x-VAE", "TMP/z.npy", "TMP/back")
        #expect(twice.status == 1 && twice.standardError.contains("there already"))

        let near = try test.run("neighbours", "TMP/z.npy", "--of", "2.png", "--count", "3")
        let lines = near.standardOutput.split(separator: "\n")
        #expect(near.status == 0 && lines.count == 4 && !near.standardOutput.contains("a/2.png"), "\(near)")
        let page = try test.run(
            "neighbours", "TMP/z.npy", "--of", "0", "--of", "1", "--metric", "cosine", "--pictures", "IN", "--page",
            "TMP/near")
        #expect(page.status == 0 && page.standardOutput.contains("near/neighbours.html"), "\(page)")
        #expect(try text("near/neighbours.html").contains("pictures/002-000.jpg"))
        #expect(try Picture(reading: test.path.pushing("near/pictures/001-007.jpg")).width == 160)
        let groups = try test.run("cluster", "TMP/z.npy", "--k", "2", "--out", "TMP/clusters.csv")
        #expect(groups.status == 0 && groups.standardOutput.contains("2 groups of "), "\(groups)")
        #expect(groups.standardOutput.contains("normalised mutual information"))
        #expect(try text("clusters.csv").hasPrefix("row,path,label,cluster\n0,a/2.png,a,"))
        #expect(try test.run("cluster", "TMP/z.npy").standardOutput.contains("SILHOUETTE"))
        for way in ["mahalanobis", "neighbours"] {
            let found = try test.run("outliers", "TMP/z.npy", "--by", way, "--top", "2", "--out", "TMP/\(way).csv")
            #expect(found.status == 0 && found.standardOutput.split(separator: "\n").count == 4, "\(found)")
            #expect(try text(FilePath("\(way).csv")).split(separator: "\n").count == 9)
        }
        let probe = try test.run("probe", "TMP/z.npy", "--folds", "4", "--neighbours", "1")
        #expect(probe.status == 0 && probe.standardOutput.contains("8 labelled rows, 2 classes, 4 folds"), "\(probe)")
        for way in ["pca", "tsne"] {
            let map = try test.run("map", "TMP/z.npy", "--by", way, "--steps", "20", "--out", "TMP/map-\(way).csv")
            #expect(map.status == 0, "\(map)")
            #expect(try text(FilePath("map-\(way).csv")).hasPrefix("row,path,label,x,y\n0,a/2.png,a,"))
        }
    }

    /// Everything that is known of a model, as tables and as JSON.
    @Test func modelsAreAssessed() throws {
        let text = try test.run("assess", "TMP/1x-VAE", "IN", "--folds", "2", "--neighbours", "1", "--samples", "5,10")
        #expect(text.status == 0 && text.standardError.isEmpty, "\(text)")
        #expect(text.standardOutput.hasPrefix("1x-VAE on \""))
        for expected in [
            "RECONSTRUCTION  ", "3 principal components, raw", "evidence bound",
            "importance-weighted bound, 10 samples",
            "a density of samples on 0...1", "VARIANCE OF MEANS", "of 3\n", "NMI OF CLUSTERS", "8 labelled pictures",
        ] { #expect(text.standardOutput.contains(expected), "\(expected): \(text.standardOutput)") }
        #expect(!text.standardOutput.contains("bits a dimension"))
        #expect(try test.run("data", "shapes", "TMP/shapes", "--count", "40").status == 0)
        let json = try test.run(
            "assess", "TMP/1x-VAE", "TMP/shapes/shapes.npy", "--labels", "TMP/shapes/shapes.csv", "--factors",
            "TMP/shapes/shapes.csv", "--side", "16", "--likelihood", "bernoulli", "--binarise", "static", "--json",
            "--folds", "2")
        #expect(json.status == 0, "\(json)")
        let found = try JSONDecoder().decode(ModelAssessment.self, from: Data(json.standardOutput.utf8))
        #expect(found.pictures == 40 && found.evidence?.importanceWeighted.map(\.samples) == [50])
        #expect(found.factors?.factors.map(\.name) == ["form", "size", "angle", "x", "y", "hue"])
        #expect(found.evidence?.bitsPerDimension != nil && found.use?.divergences.count == 3)
        for (arguments, status, expected) in [
            (["assess", "1x-Scan-M", "IN"], Int32(2), "evaluate measures"),
            (["assess", "TMP/1x-VAE", "TMP/no"], 3, "no"),
            (["assess", "TMP/1x-VAE", "IN", "--likelihood", "gaussian:0"], 2, "gaussian:0.1"),
            (["assess", "TMP/1x-VAE", "IN", "--samples", "0"], 2, "number of samples"),
            (["assess", "TMP/1x-VAE", "IN", "--factors", "TMP/shapes/shapes.csv"], 2, "a table of 40 rows"),
            (["assess", "TMP/1x-VAE", "IN", "--binarise", "often"], 2, "threshold"),
        ] {
            let ending = try test.run(arguments)
            #expect(ending.status == status && ending.standardError.contains(expected), "\(arguments): \(ending)")
        }
    }

    /// The page of a map shows the pictures that rows were made of.
    @Test func mapsAsPages() throws {
        #expect(try test.run("embed", "TMP/1x-VAE", "IN", "--out", "TMP/z.npy").status == 0)
        #expect(try test.run("cluster", "TMP/z.npy", "--k", "3", "--out", "TMP/clusters.csv").status == 0)
        let map = try test.run(
            "map", "TMP/z.npy", "--by", "umap", "--dimensions", "3", "--sample", "6", "--pictures", "IN", "--columns",
            "TMP/clusters.csv", "--page", "TMP/map", "--out", "TMP/map.csv")
        #expect(map.status == 0 && map.standardOutput.contains("map/map.html"), "\(map)")
        let page = try text("map/map.html")
        #expect(page.contains("6 rows, UMAP") && page.contains("\"name\":\"cluster\"") && page.contains(".png\",\""))
        let sheet = try Picture(reading: test.path.pushing("map/map-pictures.jpg"))
        #expect(sheet.width == 96 && sheet.height == 64)
        #expect(try text("map.csv").hasPrefix("row,path,label,x,y,z\n"))
        let few = try test.run("map", "TMP/z.npy", "--page", "TMP/m", "--columns", "TMP/map.csv")
        #expect(few.status == 2 && few.standardError.contains("a table of 6 rows"), "\(few)")
        let folder = try test.run("map", "TMP/z.npy", "--page", "TMP/m", "--pictures", "TMP/none")
        #expect(folder.status == 3, "\(folder)")
    }

    @Test func dataOfKnownFactors() throws {
        let made = try test.run("data", "shapes", "TMP/shapes", "--count", "30", "--seed", "2")
        #expect(made.status == 0 && made.standardOutput.hasPrefix("30 shapes: "), "\(made)")
        let table = try text("shapes/shapes.csv").split(separator: "\n")
        #expect(table.count == 31 && table[0] == "row,label,form,size,angle,x,y,hue")
        #expect(try test.run("data", "shapes", "TMP/shapes", "--count", "30").status == 2)
        let pictures = try test.run(
            "data", "pictures", "TMP/shapes/shapes.npy", "TMP/pictures", "--labels", "TMP/shapes/shapes.csv", "--count",
            "9")
        #expect(pictures.status == 0 && pictures.standardOutput.hasPrefix("9 written, 0 failed"), "\(pictures)")
        let label = table[3].split(separator: ",")[1]
        let shown = try Picture(reading: test.path.pushing(FilePath("pictures/\(label)/02.png")))
        #expect(shown.width == 32 && shown.height == 32 && shown.format.color == .rgb)
        let again = try test.run("data", "pictures", "TMP/shapes/shapes.npy", "TMP/pictures", "--count", "1")
        #expect(again.status == 0)
        let vectors = try test.run("embed", "TMP/1x-VAE", "TMP/shapes/shapes.npy", "--out", "TMP/s.npy", "--mean")
        #expect(vectors.status == 0 && vectors.standardOutput.hasPrefix("30 vectors of 3"), "\(vectors)")
        let none = try test.run("data", "pictures", "TMP/s.npy", "TMP/x")
        #expect(none.status == 2 && none.standardError.contains("an array of pictures"), "\(none)")
    }

    /// Data of any kind by what an autoencoder makes of them.
    @Test func anomaliesByReconstruction() throws {
        for seed in 31...42 {
            try test.picture(FilePath("good/\(seed).png"), width: 16, height: 16, seed: UInt64(seed))
        }
        let blank = PlanarImage(channels: 3, height: 16, width: 16, samples: [Float](repeating: 1, count: 768))
        for name in ["in/other/blank.png", "good/blank.png"] {
            try test.folder.write(Picture(blank).encoded(as: .png).bytes, to: FilePath(name))
        }
        let found = try test.run(
            "anomalies", "IN", "--train-on", "TMP/good", "--model", "TMP/1x-VAE", "--out", "TMP/check", "--normal", "a",
            "--normal", "b")
        #expect(found.status == 0, "\(found)")
        #expect(found.standardOutput.contains("area under the ROC curve 1.0000 (by error "), "\(found)")
        #expect(found.standardError.contains("\"blank.png\" is unlike the other good pictures"), "\(found)")
        let table = try text("check/anomalies.csv").split(separator: "\n")
        #expect(table.count == 10 && table[0] == "picture,anomalous,score,error,distance")
        #expect(table[1].hasPrefix("other/blank.png,true,"))
        let page = try text("check/anomalies.html")
        #expect(page.contains("makes something else of the picture") && page.contains(" good ones in "))
        #expect(try Picture(reading: test.path.pushing("check/pictures/0001-mask.jpg")).width == 16)
        for (more, status, expected) in [
            (["--train-on", "TMP/good", "--normal", "z"], Int32(2), "the label of no picture"),
            (["--train-on", "IN"], 2, "10 or more"), (["--train-on", "TMP/nothing"], 3, "nothing"),
            (["--train-on", "TMP/good", "--steps", "3"], 2, "--steps teaches"),
        ] {
            let ending = try test.run(["anomalies", "IN", "--model", "TMP/1x-VAE", "--out", "TMP/none"] + more)
            #expect(ending.status == status && ending.standardError.contains(expected), "\(more): \(ending)")
        }
    }

    @Test func latentsAreWalkedThrough() throws {
        func size(_ name: FilePath) throws -> [Int] {
            let sheet = try Picture(reading: test.path.pushing(name))
            return [sheet.width, sheet.height]
        }
        let rows = try test.run("traverse", "TMP/1x-VAE", "TMP/in/a/2.png", "TMP/rows.png", "--count", "5")
        #expect(rows.status == 0, "\(rows)")
        let lines = rows.standardOutput.split(separator: "\n")
        #expect(lines.count == 4 && lines[0].hasPrefix("ROW  NUMBER"))
        let changes = lines.dropFirst().compactMap { Double($0.split(separator: " ")[2]) }
        #expect(changes.count == 3 && changes == changes.sorted(by: >))
        #expect(try size("rows.png") == [5 * 18 + 2, 3 * 18 + 2])
        let ranged = try test.run(
            "traverse", "TMP/1x-VAE", "TMP/in/a/2.png", "TMP/rows.png", "--data", "IN", "--rows", "1")
        #expect(try ranged.status == 0 && size("rows.png") == [9 * 18 + 2, 20], "\(ranged)")
        for kind in ["full", "diagonal"] {
            let drawn = try test.run(
                "sample", "TMP/1x-VAE", "TMP/s.png", "--count", "4", "--prior", "gmm:2", "--data", "IN", "--covariance",
                kind)
            #expect(
                drawn.status == 0 && drawn.standardOutput.hasPrefix("2 components, \(kind), fitted to 8 latents of 3"))
            #expect(try size("s.png") == [38, 38])
        }
        for more in [
            ["TMP/in/b/1.png", "TMP/i.png", "--path", "spherical"],
            ["TMP/i.png", "--from", "TMP/in/a", "--to", "TMP/in/b"],
        ] {
            let made = try test.run(["interpolate", "TMP/1x-VAE", "TMP/in/a/2.png"] + more + ["--count", "3"])
            #expect(try made.status == 0 && size("i.png") == [56, 20], "\(made)")
        }
        let plain = try test.run(
            "train", "--architecture", "conv", "--network", "widths=[4]", "--network", "latentChannels=2", "--images",
            "IN",
            "--patch", "16", "--batch", "2", "--steps", "2", "--out", "TMP/1x-Conv", "-j", "1")
        try #require(plain.status == 0, "\(plain)")
        let mixed = try test.run(
            "sample", "TMP/1x-Conv", "TMP/m.png", "--count", "1", "--prior", "gmm:2", "--data", "IN")
        #expect(mixed.status == 0 && mixed.standardOutput.contains("diagonal, fitted to 8 latents of 128"), "\(mixed)")
        #expect(try size("m.png") == [20, 20])
        for (arguments, status, expected) in [
            (["traverse", "TMP/1x-Conv", "TMP/in/a/2.png", "TMP/x.png"], Int32(2), "--data says"),
            (["traverse", "1x-Scan-M", "TMP/in/a/2.png", "TMP/x.png"], 4, "latent"),
            (["traverse", "TMP/1x-VAE", "TMP/no.png", "TMP/x.png"], 3, "no.png"),
            (["sample", "TMP/1x-Conv", "TMP/x.png"], 4, "no known distribution"),
            (["sample", "TMP/1x-VAE", "TMP/x.png", "--prior", "gmm:2"], 2, "--data"),
            (["sample", "TMP/1x-VAE", "TMP/x.png", "--prior", "gmm:9", "--data", "IN"], 2, "expected 1 to 8"),
            (["sample", "TMP/1x-VAE", "TMP/x.png", "--prior", "gmm:0", "--data", "IN"], 2, "gmm:0"),
            (["interpolate", "TMP/1x-VAE", "TMP/in/a/2.png", "TMP/x.png"], 2, "expected the first picture"),
            (["interpolate", "TMP/1x-VAE", "TMP/in/a/2.png", "TMP/x.png", "--from", "IN"], 2, "go together"),
            (
                ["interpolate", "TMP/1x-VAE", "TMP/in/a/2.png", "TMP/x.png", "--from", "TMP/none", "--to", "IN"], 2,
                "without a picture"
            ),
        ] {
            let ending = try test.run(arguments)
            #expect(ending.status == status && ending.standardError.contains(expected), "\(arguments): \(ending)")
        }
    }

    /// A copy that is smaller, cropped and brighter is found, in text and JSON; others are not.
    @Test func nearCopiesAreFound() throws {
        for seed in 1...4 {
            let picture = CopyPictures.scene(seed: UInt64(seed), height: 120, width: 160)
            try test.folder.write(Picture(picture).encoded(as: .png).bytes, to: FilePath("copies/\(seed).png"))
            guard seed < 3 else { continue }
            let part = picture.cropped(top: 10, left: 20, height: 100, width: 120).resampled(toHeight: 60, width: 72)
            let brighter = PlanarImage(
                channels: 3, height: 60, width: 72, samples: part.samples.map { min(1, $0 * 1.2 + 0.05) })
            try test.folder.write(Picture(brighter).encoded(as: .jpeg).bytes, to: FilePath("copies/part-\(seed).jpg"))
        }
        try test.flatPicture("copies/flat.png", width: 64, height: 64)
        let text = try test.run("duplicates", "TMP/copies", "--out", "TMP/found.json")
        #expect(text.status == 0 && text.closingLine.hasPrefix("2 groups of near copies, 4 of "), "\(text)")
        #expect(text.standardOutput.contains("of 1.png") && text.standardOutput.contains("160x120"))
        let found = try JSONDecoder().decode(
            DuplicateRun.Result.self, from: Data(test.folder.read(test.path.appending("found.json"))))
        #expect(found.groups.map { $0.pictures.map(\.name) } == [["1.png", "part-1.jpg"], ["2.png", "part-2.jpg"]])
        for group in found.groups {
            // 100x120 of 120x160 pixels.
            #expect(abs((group.pictures[1].share ?? 0) - 0.625) < 0.06, "\(group)")
            #expect(group.pictures[0].of == nil && (group.pictures[1].correlation ?? 0) > CopySearch.least)
        }
        let json = try test.run("duplicates", "TMP/copies", "--json", "-j", "1")
        #expect(try JSONDecoder().decode(DuplicateRun.Result.self, from: Data(json.standardOutput.utf8)) == found)
        #expect(try test.run("duplicates", "TMP/copies", "--out", "TMP/found.json").status == 2)
        #expect(try test.run("duplicates", "TMP/none").status == 3)
        try test.folder.write("no picture", to: "copies/broken.png")
        #expect(try test.run("duplicates", "TMP/copies").status == 1)
    }

    @Test func picturesAreWhitened() throws {
        let made = try test.run("data", "whiten", "IN", "TMP/white", "--side", "5")
        #expect(made.status == 0 && made.standardOutput.hasPrefix("8 written, 0 failed"), "\(made)")
        let picture = try Picture(reading: test.path.pushing("white/a/2.png"))
        #expect(picture.width == 16 && picture.format.channelCount == 1)
        let again = try test.run("data", "whiten", "IN", "TMP/white", "--side", "5")
        #expect(again.status == 1 && again.standardError.contains("there already"))
        let other = try test.run("data", "whiten", "IN", "TMP/other", "--side", "5", "--reference", "TMP/white")
        #expect(other.status == 0, "\(other)")
        #expect(try test.run("data", "whiten", "IN", "TMP/x", "--side", "6").status == 2)
        #expect(try test.run("data", "whiten", "IN", "TMP/x", "--side", "17").status == 2)
        #expect(try test.run("data", "whiten", "TMP/none", "TMP/x").status == 3)
    }

    /// What does not go together: one line, and the exit code for it.
    @Test func badInput() throws {
        #expect(try test.run("embed", "TMP/1x-VAE", "IN", "--out", "TMP/z.npy").status == 0)
        try test.folder.write("label\n" + (1...8).map { "\($0)\n" }.joined(), to: "each.csv")
        try test.folder.write("name,label\na/2.png,x\nc/9.png,y\n", to: "unknown.csv")
        try test.folder.write("1,2\n3,nan\n", to: "nan.csv")
        try test.folder.write("1,2,3\n", to: "one.csv")
        try test.folder.write("1,2,3,4\n5,6,7,8\n", to: "four.csv")
        try createFolders(at: test.path.appending("empty"))
        for (arguments, status, expected) in [
            (["embed", "TMP/1x-VAE", "IN", "--out", "TMP/z.npy"], Int32(2), "there already"),
            (["embed", "TMP/1x-VAE", "IN", "--out", "TMP/y.txt"], 2, "ending in .npy"),
            (
                ["embed", "TMP/1x-VAE", "IN", "--out", "TMP/y.npy", "--labels", "TMP/unknown.csv"], 2,
                "'c/9.png' of no picture"
            ),
            (["embed", "TMP/1x-VAE", "IN", "--out", "TMP/y.npy", "--tiles", "--mean"], 2, "exclude each other"),
            (["embed", "TMP/1x-VAE", "TMP/none", "--out", "TMP/y/y.npy"], 3, "none"),
            (["embed", "TMP/1x-VAE", "TMP/empty", "--out", "TMP/y.npy"], 3, "no picture"),
            (["embed", "TMP/1x-VAE", "IN", "--out", "TMP/none/y.npy"], 74, "none"),
            (["embed", "1x-Scan-M", "IN", "--out", "TMP/y.npy", "--variances", "TMP/v.npy"], 2, "no variances"),
            (["embed", "1x-None", "IN", "--out", "TMP/y.npy"], 4, "1x-None"),
            (["reconstruct", "1x-Scan-M", "TMP/z.npy", "TMP/r"], 2, "decoder"),
            (["reconstruct", "TMP/1x-VAE", "TMP/four.csv", "TMP/r", "--index", "TMP/four.csv"], 2, "path"),
            (["neighbours", "TMP/z.npy", "--of", "z.png"], 2, "'z.png'"),
            (["neighbours", "TMP/nan.csv", "--of", "0"], 3, "'nan'"),
            (["neighbours", "TMP/four.csv", "--of", "0"], 2, "index of 8 rows"),
            (["cluster", "TMP/z.npy", "--k", "9"], 2, "expected 1 to 8"),
            (["probe", "TMP/z.npy", "--labels", "TMP/each.csv"], 2, "1 rows"),
            (["map", "TMP/z.npy", "--perplexity", "5", "--out", "TMP/m.csv"], 2, "perplexity"),
            (["map", "TMP/z.npy"], 2, "--page or --out"), (["outliers", "TMP/none.npy"], 3, "none.npy"),
        ] {
            let ending = try test.run(arguments)
            #expect(ending.status == status, "\(arguments): \(ending)")
            #expect(ending.standardError.contains(expected), "\(arguments): \(ending)")
        }
        // Latents of another model, of the same shape.
        try test.trainSmallVAE("TMP/1x-Other", seed: 5)
        let refused = try test.run("reconstruct", "TMP/1x-Other", "TMP/z.npy", "TMP/r")
        #expect(refused.status == 2 && refused.standardError.contains("made by 1x-VAE"), "\(refused)")
        #expect(!FileStamp.exists(test.path.appending("r")) && !FileStamp.exists(test.path.appending("y.npy")))
        // One picture for t-SNE, and numbers that are none.
        try createFolders(at: test.path.appending("alone"))
        try test.folder.write("1,2,3\n", to: "alone/one.csv")
        try test.folder.write("1,2,3,4\n", to: "alone/four.csv")
        let length = try test.run("reconstruct", "TMP/1x-VAE", "TMP/alone/four.csv", "TMP/r")
        #expect(length.status == 2 && length.standardError.contains("of 4 numbers"), "\(length)")
        let single = try test.run("map", "TMP/alone/one.csv", "--out", "TMP/m.csv")
        #expect(single.status == 2 && single.standardError.contains("4 to "), "\(single)")
        // A restoring model's features.
        let features = try test.run("embed", "1x-Scan-M", "IN", "--out", "TMP/alone/f.npy")
        #expect(features.status == 0 && features.standardOutput.contains("8 vectors of 4 numbers"), "\(features)")
    }
}
