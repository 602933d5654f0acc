import Files
import Foundation
import SystemPackage
import TestFolders
import Testing

/// Classes of pictures by the command, and data to tell them of.
@Suite struct ClassCommandTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        try test.drawTwoClasses()
    }

    private func text(_ relative: FilePath) throws -> String { try test.text(relative) }

    /// A classifier with the encoder of a model is trained, applied and measured.
    @Test func classesAreTold() throws {
        try test.trainSmallVAE("TMP/1x-VAE")
        let train = ["train", "--classifier", "--images", "IN", "--batch", "2", "--steps", "2", "-j", "1", "--out"]
        let trained = try test.run(
            train + ["TMP/1x-Classes", "--encoder", "TMP/1x-VAE", "--freeze", "--head-units", "4", "--seed", "3"])
        #expect(trained.status == 0, "\(trained)")
        let told = try test.run("classify", "TMP/1x-Classes", "IN", "--out", "TMP/found.csv")
        #expect(told.status == 0 && told.standardError.isEmpty, "\(told)")
        #expect(told.standardOutput.hasPrefix("CLASS  PICTURES") && told.standardOutput.contains("\naccuracy "))
        #expect(told.standardOutput.contains(" on 8 labelled pictures of 8\n"))
        let table = try text("found.csv").split(separator: "\n")
        #expect(table.count == 9 && table[0] == "name,label,chance,known" && table[1].hasPrefix("a/2.png,"))
        #expect(table[1].hasSuffix(",a") && table[8].hasSuffix(",b"))
        // What it found is what a training reads.
        let fields = table.dropFirst().map { $0.split(separator: ",")[1] }
        let again = try test.run(train + ["TMP/again", "--labels", "TMP/found.csv", "--patch", "16"])
        #expect(again.status == (Set(fields).count > 1 ? 0 : 2), "\(again)")
        let unlabelled = try test.run("classify", "TMP/1x-Classes", "TMP/in/a/2.png", "-j", "1")
        #expect(unlabelled.status == 0 && !unlabelled.standardOutput.contains("accuracy"), "\(unlabelled)")
        try test.folder.write("name,label\na/2,c\n", to: "other.csv")
        for (arguments, expected) in [
            (["classify", "TMP/1x-VAE", "IN"], "one that train --classifier made"),
            (["classify", "TMP/1x-Classes", "IN", "--labels", "TMP/other.csv"], "the label 'c' is no class"),
            (["classify", "TMP/1x-Classes", "IN", "--out", "TMP/found.csv"], "--overwrite"),
            (["--model", "TMP/1x-Classes", "IN", "OUT"], "see retouch classify"),
            (["train", "--classifier", "--images", "TMP/in/a", "--out", "TMP/x"], "missing"),
            (train + ["TMP/x", "--freeze"], "--encoder"),
            (train + ["TMP/x", "--encoder", "TMP/1x-VAE", "--from", "TMP/1x-VAE"], "expected one"),
            (["train", "--images", "IN", "--freeze", "--out", "TMP/x"], "--classifier"),
        ] {
            let ending = try test.run(arguments)
            #expect(ending.status == 2 && ending.standardError.contains(expected), "\(arguments): \(ending)")
        }
        let none = try test.run("interpolate", "TMP/1x-Classes", "TMP/in/a/2.png", "TMP/in/b/1.png", "TMP/r.png")
        #expect(none.status == 4 && none.standardError.contains("no latent"), "\(none)")
    }

    @Test func knownSetsAreConverted() throws {
        let row = (0..<64).map { "\($0 % 17)" }.joined(separator: ",")
        try test.folder.write("\(row),3\n\(row),4\n", to: "digits.csv")
        let made = try test.run("data", "digits", "TMP/digits", "--from", "TMP/digits.csv")
        #expect(made.status == 0 && made.standardOutput.hasPrefix("2 pictures: "), "\(made)")
        #expect(try test.run("data", "digits", "TMP/digits", "--from", "TMP/digits.csv").status == 2)
        let missing = try test.run("data", "fashion", "TMP/fashion", "--from", "TMP/digits")
        #expect(missing.status == 3 && missing.standardError.contains("dataset-fashion-mnist"), "\(missing)")
        // Pictures of two levels, by a dense variational autoencoder.
        let dense = try test.run(
            "train", "--architecture", "vae", "--network", "channels=1", "--network", "widths=[]", "--network",
            "latentSide=8", "--network", "units=[9]", "--network", "latentChannels=2", "--network",
            "likelihood=bernoulli", "--binarise", "dynamic", "--images", "TMP/digits/digits.npy", "--patch", "8",
            "--batch", "2", "--steps", "2", "--out", "TMP/1x-Dense", "-j", "1")
        #expect(dense.status == 0, "\(dense)")
        let found = try test.run("assess", "TMP/1x-Dense", "TMP/digits/digits.npy", "--binarise", "static", "-j", "1")
        #expect(found.status == 0 && found.standardOutput.contains("bits a dimension"), "\(found)")
    }
}
