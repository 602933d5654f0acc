import Corruptions
import Evaluation
import Filters
import Foundation
import Imaging
import Quality
import SystemPackage
import Tensors
import TestFolders
import Testing
import Workers

/// Flags a fixed part of every picture.
private struct FixedFinder: DamageFinding {
    var name = "fixed"
    var isDamaged: @Sendable (_ y: Int, _ x: Int) -> Bool

    func mask(of image: PlanarImage, on worker: Worker) throws -> PixelMask {
        PixelMask(height: image.height, width: image.width) { isDamaged($0, $1) }
    }
}

/// Fills with grey, and one pixel outside of the mask too where it is told to.
private struct GreyFiller: DamageFilling {
    var name = "grey"
    var isCareless = false

    func fill(_ image: PlanarImage, where mask: PixelMask, on worker: Worker) throws -> PlanarImage {
        let result = image.cropped(top: 0, left: 0, height: image.height, width: image.width)
        for y in 0..<mask.height {
            for x in 0..<mask.width where mask.isSet(y, x) || isCareless && (y, x) == (0, 0) {
                for channel in 0..<image.channels { result.view.row(channel, y)[x] = 0.5 }
            }
        }
        return result
    }
}

private func plan(_ corruption: String, seed: UInt32 = 0) throws -> EvaluationPlan {
    var plan = try EvaluationPlan(
        clean: fixtureFolder.appending("anchors"), corruptions: Corruption.parse(corruption), seed: seed)
    plan.sets[0].pictures.removeAll { !["city.png", "girl.png"].contains($0.name.string) }
    return plan
}

@Suite("Evaluating what mends")
struct MendEvaluationTests {
    /// The order of records, the same figures from any number of workers, and baselines that mend.
    @Test func baselinesWithTheTrueMask() throws {
        let methods = [MendMethod()] + InpaintingKind.allCases.map { MendMethod(filler: .classical($0)) }
        let evaluation = MendEvaluation(plan: try plan("dust:6,12"), methods: methods)
        let records = evaluation.run(on: WorkerTeam(workers: 1))
        #expect(records.count == 2 * 5 * 2)
        #expect(records.map(\.picture).prefix(4) == ["city.png", "girl.png", "city.png", "girl.png"])
        #expect(records.prefix(10).allSatisfy { $0.corruption == "dust:6" && $0.failure == nil && $0.mask == nil })
        let again = evaluation.run(on: WorkerTeam(workers: 3))
        #expect(again.map(\.inside) == records.map(\.inside) && again.map(\.whole) == records.map(\.whole))
        for start in [0, 1] {
            let own = stride(from: start, to: 10, by: 2).map { records[$0] }
            #expect(Set(own.map(\.insidePixels)).count == 1 && own[0].insidePixels > 20)
            let before = try #require(own[0].inside)
            for record in own.dropFirst() {
                // Roofs and windows of the city can hardly be guessed.
                let after = try #require(record.inside)
                #expect(after > before + (start == 0 ? -0.5 : 3), "\(record.method): \(after), \(before)")
            }
            #expect(own.allSatisfy { !$0.changesOutside })
        }
        // Another seed, other damage.
        let other = MendEvaluation(plan: try plan("dust:6", seed: 1), methods: [MendMethod()])
        #expect(other.run(on: WorkerTeam(workers: 1)).map(\.inside) != records.prefix(2).map(\.inside))
        let table = MendTable.text(of: records)
        #expect(table.split(separator: "\n").count == 11 && table.contains("biharmonic"))
    }

    /// PSNR by hand, from the picture and the mask that the corruption gives.
    @Test func figuresByHand() throws {
        let corruption = try Corruption.parse("scratch:3")[0]
        let evaluation = MendEvaluation(plan: try plan("scratch:3"), methods: [MendMethod(filler: GreyFiller())])
        let records = evaluation.run(on: WorkerTeam(workers: 1))
        let picture = try Picture(reading: fixtureFolder.appending("anchors/girl.png")).image
        var random = RandomState(seed: 0, name: Array("girl.png".utf8))
        let mask = try corruption.damaged(picture, random: &random).mask.dilated()
        var squares = 0.0
        for channel in 0..<3 {
            for y in 0..<picture.height {
                for x in 0..<picture.width where mask.isSet(y, x) {
                    // 0.5 is level 128 once rounded.
                    let difference = 128 - Double(picture.view.row(channel, y)[x] * 255)
                    squares += difference * difference
                }
            }
        }
        let expected = 10 * log10(255 * 255 * Double(3 * mask.setCount) / squares)
        let found = try #require(records.first { $0.picture == "girl.png" })
        #expect(abs(try #require(found.inside) - expected) < 1e-3)
        #expect(found.insidePixels == mask.setCount && found.method == "grey")
    }

    @Test func findersAreMeasured() throws {
        let half = FixedFinder { _, x in x < 48 }
        let none = FixedFinder(name: "nothing") { _, _ in false }
        let methods = [
            MendMethod(finder: half), MendMethod(finder: none, filler: GreyFiller()),
            MendMethod(finder: none, filler: GreyFiller(isCareless: true)),
        ]
        let clean = MendEvaluation(plan: try plan("none"), methods: methods).run(on: WorkerTeam(workers: 1))
        // city.png has 96 columns, half of which are flagged wrongly.
        let flagged = try #require(clean.first { $0.picture == "city.png" && $0.method == "none where fixed" })
        #expect(flagged.mask?.wrongShare == 0.5 && flagged.mask?.f1 == 0 && flagged.inside == nil)
        let left = try #require(clean.first { $0.picture == "city.png" && $0.method == "grey where nothing" })
        #expect(left.mask?.wrongShare == 0 && left.whole == nil && !left.changesOutside)
        #expect(clean.filter(\.changesOutside).count == 2)
        let damaged = MendEvaluation(plan: try plan("dust:30"), methods: methods).run(on: WorkerTeam(workers: 1))
        let found = try #require(damaged.first?.mask)
        let recall = try #require(found.recall)
        #expect(recall > 0.2 && recall < 0.8 && found.objects > 10)
        let table = MendTable.text(of: clean)
        #expect(table.contains("touched"))
    }

    @Test func picturesThatCannotBeMeasured() throws {
        let folder = try TemporaryFolder()
        try folder.write("no picture", to: "a.png")
        let plan = EvaluationPlan(
            sets: [try EvaluationSet(folder.path)], corruptions: try Corruption.parse("dust:6:outlines=/no/file.json"))
        let records = MendEvaluation(plan: plan, methods: [MendMethod()]).run(on: WorkerTeam(workers: 1))
        #expect(records.count == 1 && records[0].failure?.contains("not a picture") == true)
        // A mask that covers everything leaves nothing to fill from.
        let all = MendMethod(finder: FixedFinder { _, _ in true }, filler: .classical(.telea))
        let clean = EvaluationPlan(sets: try self.sets(), corruptions: try Corruption.parse("dust:6"))
        let failed = MendEvaluation(plan: clean, methods: [all, MendMethod()]).run(on: WorkerTeam(workers: 1))
        #expect(failed.first?.failure?.contains("covers the whole picture") == true && failed.last?.failure == nil)
    }

    private func sets() throws -> [EvaluationSet] { [try EvaluationSet(fixtureFolder.appending("anchors/girl.png"))] }
}

@Suite("Squares of a set's pictures")
struct SetWindowTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let image = PlanarImage(channels: 1, height: 5, width: 7, samples: (0..<35).map { Float($0) / 255 })
        try folder.write(Picture(image).encoded(as: .png).bytes, to: "in/a.png")
    }

    private func sets(_ entry: String) throws -> [EvaluationSet] {
        let file = try folder.write(#"{"sets": [{"pictures": "in", "corrupt": ["none"], \#(entry)}]}"#, to: "s.json")
        return try EvaluationSet.sets(at: file)
    }

    /// What an evaluation gets, told by the PSNR of a picture with one pixel filled: its size decides it.
    private func sizes(_ entry: String) throws -> [(String, Double?)] {
        let records = MendEvaluation(
            plan: EvaluationPlan(sets: try sets(entry), corruptions: []),
            methods: [MendMethod(finder: FixedFinder { $0 == 0 && $1 == 0 })]
        ).run(on: WorkerTeam(workers: 1))
        return records.map { ($0.picture, $0.mask.map { Double($0.wrong + $0.whole) }) }
    }

    @Test func middleAndPlaces() throws {
        let middle = try sizes(#""side": 3"#)
        #expect(middle.map(\.0) == ["a.png"] && middle[0].1 == 9)
        let windows = try sizes(
            #""windows": [{"picture": "a.png", "left": 3, "top": 1, "side": 4}, "#
                + #"{"picture": "a.png", "left": 0, "top": 0, "side": 2}]"#)
        #expect(windows.map(\.0) == ["a.png@3,1", "a.png@0,0"] && windows.map(\.1) == [16, 4])
    }

    @Test func squaresThatAreNone() throws {
        func reason(_ entry: String) -> String {
            do {
                _ = try sets(entry)
                return ""
            } catch { return "\(error)" }
        }
        #expect(reason(#""side": 0"#).contains("\"side\" is 0"))
        #expect(reason(#""side": 2, "windows": []"#).contains("of one set"))
        #expect(reason(#""windows": []"#).contains("empty"))
        #expect(reason(#""windows": [{"picture": "b.png", "left": 0, "top": 0, "side": 2}]"#).contains("not there"))
        #expect(reason(#""windows": [{"picture": "a.png", "left": -1, "top": 0, "side": 2}]"#).contains("-1,0"))
        let outside = MendEvaluation(
            plan: EvaluationPlan(sets: try sets(#""side": 6"#), corruptions: []), methods: [MendMethod()]
        ).run(on: WorkerTeam(workers: 1))
        #expect(outside[0].failure == "\(EvaluationError.window(left: 0, top: 0, side: 6, width: 7, height: 5))")
    }

    /// Real damage: of the mask 255 is damaged, 64 counts neither way; pictures without a mask are left out.
    @Test func masksOfRealDamage() throws {
        var mask = PixelMask(height: 5, width: 7)
        for x in 0..<5 { mask[0, x] = 255 }
        for x in 0..<7 { mask[4, x] = 64 }
        try mask.write(to: folder.write([], to: "masks/a.png"))
        try folder.write(folder.read(folder.path.appending("in/a.png")), to: "in/b.png")
        let plan = EvaluationPlan(sets: try sets(#""masks": "masks""#), corruptions: [])
        let finder = MendMethod(finder: FixedFinder { _, x in x < 3 })
        let records = MendEvaluation(plan: plan, methods: [finder]).run(on: WorkerTeam(workers: 1))
        #expect(records.map(\.picture) == ["a.png"])
        let figures = try #require(records.first?.mask)
        #expect((figures.found, figures.missed, figures.wrong, figures.whole) == (3, 2, 9, 14))
        #expect((figures.objects, figures.foundObjects) == (1, 1))
        // A mask of another size.
        try PixelMask(height: 4, width: 7).write(to: folder.path.appending("masks/a.png"))
        let failed = MendEvaluation(plan: plan, methods: [finder]).run(on: WorkerTeam(workers: 1))
        #expect(failed[0].failure == "the mask has 7x4 pixels, the picture 7x5")
    }

    /// Files of corruptions are relative to the file of sets.
    @Test func filesOfCorruptions() throws {
        let text = #"{"sets": [{"pictures": "in", "corrupt": ["dust:1:outlines=dust.json"]}]}"#
        let file = try folder.write(text, to: "s.json")
        let corruption = try #require(try EvaluationSet.sets(at: file)[0].corruptions?.first)
        #expect(corruption.files == [folder.path.appending("dust.json")])
        #expect(corruption.description == "dust:1:outlines=dust.json")
    }
}
