import Files
import Foundation
import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing

/// `--mend`: masks that are given, masks that are written, and what is told of them.
@Suite struct MendCommandTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        try TestModel(task: "damage", tellsClasses: true).write(to: "models/1x-Damage-M", in: test.folder)
        try TestModel(channels: 4, task: "mend").write(to: "models/1x-Mend-M", in: test.folder)
        try test.flatPicture("in/a.png", width: 80, height: 60)
        try test.flatPicture("in/sub/b.png", width: 50, height: 70)
    }

    private func write(_ mask: PixelMask, to relative: FilePath) throws {
        try test.folder.write(mask.encoded(), to: relative)
    }

    private func picture(_ relative: FilePath) throws -> PlanarImage {
        try Picture(reading: test.path.pushing(relative)).image
    }

    private let hole = PixelMask(height: 60, width: 80) { y, x in (20..<28).contains(y) && (30..<50).contains(x) }

    @Test func aMaskIsFilledAndAllElseKeepsItsBytes() throws {
        try write(hole, to: "masks/a.png.png")
        try write(PixelMask(height: 70, width: 50) { y, x in y == 9 && x < 20 }, to: "masks/sub/b.png")
        // Smooth pictures are passed through: what differs was mended.
        let ending = try test.run("IN", "OUT", "--mend", "TMP/masks", "--masks", "TMP/used", "--verbose")
        #expect(ending.status == 0, "\(ending.standardError)")
        #expect(ending.standardError.contains("a.png (80 x 60"))
        #expect(ending.standardError.contains("mended in 1 place, 3.33 % of it"), "\(ending.standardError)")
        let (before, after) = (try picture("in/a.png"), try picture("out/a.png"))
        for y in 0..<60 {
            for x in 0..<80 where !hole.isSet(y, x) {
                for c in 0..<3 { #expect(before.view.row(c, y)[x] == after.view.row(c, y)[x]) }
            }
        }
        #expect(before.samples != after.samples)
        #expect(try PixelMask(reading: test.path.pushing("used/a.png.png"), width: 80, height: 60) == hole)
        #expect(try picture("in/sub/b.png").samples != picture("out/sub/b.png").samples)
        let again = try test.run("IN", "OUT", "--mend", "TMP/masks", "--masks", "TMP/used")
        #expect(again.closingLine == "0 restored, 2 skipped, 0 failed")
        // A mask that was edited is another result for its picture, and for it alone.
        try write(PixelMask(height: 60, width: 80) { y, x in y == 3 && x == 3 }, to: "masks/a.png.png")
        #expect(try test.run("IN", "OUT", "--mend", "TMP/masks").closingLine == "1 restored, 1 skipped, 0 failed")
        #expect(try test.run("IN", "OUT").closingLine == "2 restored, 0 skipped, 0 failed", "without mending")
        #expect(try test.tree("out")["a.png"] == test.tree("in")["a.png"])
    }

    @Test func masksThatAreNotThereOrDoNotFit() throws {
        try write(PixelMask(height: 10, width: 10) { _, _ in true }, to: "masks/a.png")
        let ending = try test.run("IN", "OUT", "--mend", "TMP/masks")
        #expect(ending.status == 1)
        #expect(
            ending.standardError.contains("the mask has 10x10 pixels, the picture 80x60"), "\(ending.standardError)")
        #expect(ending.standardError.contains("1 of 2 pictures have no mask in"), "\(ending.standardError)")
        #expect(ending.standardError.contains("sub/b.png"))
        #expect(ending.closingLine == "1 restored, 0 skipped, 1 failed")
        let missing = try test.run("IN", "TMP/other", "--mend", "TMP/nowhere")
        #expect(missing.status != 0 && missing.standardError.contains("the masks: "), "\(missing.standardError)")
        #expect(!FileStamp.exists(test.path.appending("other")))
    }

    @Test func aMaskThatCoversEverythingDestroysNothing() throws {
        try write(PixelMask(height: 60, width: 80) { _, _ in true }, to: "masks/a.png")
        let ending = try test.run("TMP/in/a.png", "OUT", "--mend", "TMP/masks", "--report", "TMP/report")
        #expect(ending.status == 0, "\(ending.standardError)")
        let report = String(decoding: try test.tree("report")["report.json"] ?? [], as: UTF8.self)
        #expect(report.contains("not mended, since 100.00 % of it are marked as damaged"), "\(report)")
        #expect(try test.tree("out")["a.png"] == test.tree("in")["a.png"])
    }

    @Test func damageIsFoundAlikeWhateverTheMachine() throws {
        try test.picture("in/noise.png", width: 120, height: 90, seed: 5)
        let ending = try test.run(
            "IN", "OUT", "--mend", "auto", "--mend-sensitivity", "1", "--masks", "TMP/one", "-j", "1")
        #expect(ending.status == 0, "\(ending.standardError)")
        let (masks, outputs) = (try test.tree("one"), try test.tree("out"))
        #expect(Set(masks.keys) == ["a.png.png", "sub/b.png.png", "noise.png.png"])
        for (index, options) in [["-j", "3"], ["-t", "32"], ["--max-memory", "64M"]].enumerated() {
            let other = try test.run(
                ["IN", "TMP/out\(index)", "--mend", "auto", "--mend-sensitivity", "1", "--masks", "TMP/masks\(index)"]
                    + options)
            #expect(other.status == 0, "\(other.standardError)")
            #expect(try test.tree(FilePath("masks\(index)")) == masks, "\(options)")
            #expect(try test.tree(FilePath("out\(index)")) == outputs, "\(options)")
        }
        // Another sensitivity is another result.
        let other = try test.run("IN", "OUT", "--mend", "auto", "--mend-sensitivity", "0.9")
        #expect(other.closingLine == "3 restored, 0 skipped, 0 failed")
    }

    @Test func aPresetMendsAndTheReportShowsWhere() throws {
        let ending = try test.run(
            "TMP/in/a.png", "OUT", "--preset", "scan", "--mend-sensitivity", "1", "--report", "TMP/report")
        #expect(ending.status == 0, "\(ending.standardError)")
        // A flat picture, and a network of random weights: all of it or nothing.
        #expect(try Set(test.tree("report/masks").keys) == ["a.png.png"])
        let off = try test.run("TMP/in/a.png", "TMP/off", "--preset", "scan", "--mend", "off", "--report", "TMP/r2")
        #expect(off.status == 0, "\(off.standardError)")
        #expect(!FileStamp.exists(test.path.appending("r2/masks")))
        #expect(try test.run("IN", "OUT", "--preset", "film").status != 0)
        // With a mask that is given the page has a version with the damage over the picture.
        try write(hole, to: "masks/a.png")
        let given = try test.run("TMP/in/a.png", "TMP/given", "--mend", "TMP/masks", "--report", "TMP/given-report")
        #expect(given.status == 0, "\(given.standardError)")
        let files = try test.tree("given-report")
        #expect(files["previews/0001-damage.jpg"] != nil, "\(files.keys)")
    }

    @Test func inspectLooksForDamage() throws {
        let plain = try test.run("inspect", "TMP/in/a.png")
        #expect(!plain.standardOutput.contains("damage"))
        let ending = try test.run("inspect", "TMP/in/a.png", "--damage")
        #expect(ending.status == 0, "\(ending.standardError)")
        #expect(ending.standardOutput.contains("\n  damage "), "\(ending.standardOutput)")
        let json = try test.run("inspect", "IN", "--damage", "--json").standardOutput
        #expect(json.components(separatedBy: "\"damage\"").count == 3 && json.contains("\"pieces\""), "\(json)")
    }

    @Test func masksInsideAnInputFolderAreNoPictures() throws {
        let arguments = ["IN", "OUT", "--mend", "auto", "--masks", "TMP/in/masks"]
        #expect(try test.run(arguments).closingLine == "2 restored, 0 skipped, 0 failed")
        #expect(try test.run(arguments).closingLine == "0 restored, 2 skipped, 0 failed")
    }

    @Test(arguments: [
        (["--masks", "TMP/m"], "--masks goes with --mend"), (["--mend-sensitivity", "0.5"], "goes with --mend auto"),
        (["--mend", "auto", "--mend-sensitivity", "2"], "expected 0 to 1"),
        (["--mend", "TMP/in", "--masks", "TMP/in"], "would replace the masks"),
    ])
    func optionsThatContradict(arguments: [String], expected: String) throws {
        let ending = try test.run(["IN", "OUT"] + arguments)
        #expect(ending.status == 64 || ending.status == 2, "\(ending.status)")
        #expect(ending.standardError.contains(expected), "\(ending.standardError)")
        #expect(!FileStamp.exists(test.path.appending("out")))
    }
}
