import Files
import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing

/// `retouch anomalies`, with a network too small to find anything fine.
@Suite struct AnomaliesCommandTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        for seed in 1...8 {
            try test.picture(FilePath("good/\(seed).png"), width: 264, height: 256, seed: UInt64(seed))
        }
        for seed in 21...22 {
            try test.picture(FilePath("in/\(seed).png"), width: 264, height: 256, seed: UInt64(seed))
        }
        let blank = PlanarImage(channels: 3, height: 200, width: 300)
        for c in 0..<3 { for y in 0..<200 { blank.view.row(c, y).update(repeating: 0.95, count: 300) } }
        try Picture(blank).write(to: test.path.pushing("in/blank.png"), as: .png)
    }

    /// A U-Net, which has deeper levels than its picture's; four steps long.
    private func makeUNet() throws {
        let trained = try test.run(
            "train", "--goal", "damageMask", "--architecture", "unet", "--widths", "4,6", "--blocks", "1", "--images",
            "TMP/good", "--corrupt",
            "dirt:1:size=3", "--patch", "32", "--batch", "2", "--steps", "4", "--warmup", "2", "--out",
            "TMP/models/1x-Start", "-j", "1")
        #expect(trained.status == 0, "\(trained)")
    }

    @Test func aBlankPageIsFound() throws {
        try makeUNet()
        let found = try test.run(
            "anomalies", "IN", "--train-on", "TMP/good", "--out", "TMP/check", "--model", "1x-Start", "--steps", "3",
            "-j", "2")
        #expect(found.status == 0, "\(found)")
        #expect(found.standardOutput.contains("blank.png") && found.standardOutput.contains("of 3 pictures"))
        let table = String(decoding: try test.folder.read(test.path.pushing("check/anomalies.csv")), as: UTF8.self)
        let lines = table.split(separator: "\n")
        #expect(lines.count == 4 && lines[1].hasPrefix("blank.png,true,"), "\(table)")
        let page = String(decoding: try test.folder.read(test.path.pushing("check/anomalies.html")), as: UTF8.self)
        #expect(page.contains("pictures/0001-mask.jpg") && page.contains("of 3 pictures"))
        let shown = try Picture(reading: test.path.pushing("check/pictures/0001-mask.jpg"))
        #expect(shown.width == 300 && shown.height == 200)

        // Again, and with the model by name: the same figures, and no training.
        let model = try test.folder.read(test.path.pushing("check/model/model.safetensors"))
        let again = try test.run(
            "anomalies", "IN", "--train-on", "TMP/good", "--out", "TMP/check", "--model", "1x-Start", "--steps", "9",
            "-j", "1")
        #expect(again.status == 0, "\(again)")
        #expect(try test.folder.read(test.path.pushing("check/model/model.safetensors")) == model)
        let named = try test.run(
            "anomalies", "IN", "--train-on", "TMP/good", "--out", "TMP/other", "--model", "TMP/check/model")
        #expect(named.status == 0, "\(named)")
        #expect(
            String(decoding: try test.folder.read(test.path.pushing("other/anomalies.csv")), as: UTF8.self) == table)
        #expect(!FileStamp.exists(test.path.pushing("other/model")))
    }

    @Test func whatMakesNoSense() throws {
        func look(_ words: String...) throws -> Program.Ending {
            try test.run(["anomalies", "IN", "--out", "TMP/check"] + words)
        }
        #expect(try look().status == 2)
        #expect(try look("--train-on", "TMP/good", "--steps", "-1").status == 2)
        let restoring = try look("--train-on", "TMP/good", "--model", "1x-Scan-M")
        #expect(restoring.status != 0 && restoring.standardError.contains("expected one that masks"), "\(restoring)")
        try makeUNet()
        let few = try look("--train-on", "TMP/in", "--model", "1x-Start")
        #expect(few.status == 3 && few.standardError.contains(": 3 good pictures; expected 8"), "\(few)")
        // Before anything is trained.
        let untrained = try look("--train-on", "TMP/in", "--model", "1x-Start", "--steps", "3")
        #expect(untrained.status == 3 && !FileStamp.exists(test.path.pushing("check/model")), "\(untrained)")
        let none = try test.run(
            "anomalies", "TMP/nothing", "--train-on", "TMP/good", "--model", "1x-Start", "--out", "TMP/check")
        #expect(none.status == 3, "\(none)")
    }
}
