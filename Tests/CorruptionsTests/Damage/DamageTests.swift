import Corruptions
import Foundation
import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing

private let kinds = ["dust:6", "dust:20:look=varied", "crease:2", "tear:3", "stain:2", "scratch:6", "hair:4"]

/// Slopes in every channel, so that what is laid on them shows.
private func slopes(channels: Int = 3, height: Int = 96, width: Int = 128) -> PlanarImage {
    let image = PlanarImage(channels: channels, height: height, width: width)
    for c in 0..<channels {
        for y in 0..<height {
            for x in 0..<width { image.view.row(c, y)[x] = Float((x + (c + 1) * y) % 128 + 64) / 255 }
        }
    }
    return image
}

@Suite("Drawn damage")
struct DamageTests {
    /// The mask is where a channel changed by 8 levels, and nothing outside of what was laid has changed at all.
    @Test(arguments: kinds)
    func masksSayWhereIsDamage(_ text: String) throws {
        let corruption = try Corruption.parse(text)[0]
        #expect(corruption.isDamage && corruption.description == text)
        var covered = 0
        for seed in 0..<8 as Range<UInt64> {
            let image = slopes()
            var (one, other) = (RandomStream(seed: seed), RandomStream(seed: seed))
            let (damaged, mask) = try corruption.damaged(image, random: &one)
            #expect(damaged.samples == (try corruption.applied(to: image, random: &other)).samples)
            #expect(one.nextWord() == other.nextWord())
            #expect(damaged.samples.allSatisfy { (0...1).contains($0) })
            for y in 0..<96 {
                for x in 0..<128 {
                    let change =
                        (0..<3).map { c in
                            abs((damaged.view.row(c, y)[x] * 255).rounded() - (image.view.row(c, y)[x] * 255).rounded())
                        }.max() ?? 0
                    if mask[y, x] != 0 { #expect(change >= (text.hasPrefix("scratch") ? 4 : 8)) }
                    // A layer of an opacity of 0.08 changes 235 levels by 19 at most.
                    if change >= 21 { #expect(mask[y, x] == 255) }
                }
            }
            covered += mask.setCount
        }
        #expect(covered > 100 && covered < 8 * 96 * 128 / 2)
    }

    /// What a seed means stays, on every machine: sums of the masks, and of the pictures in 8 bits.
    @Test(arguments: zip(kinds, recorded))
    func seedsKeepTheirMeaning(_ text: String, _ expected: [Int]) throws {
        var random = RandomStream(seed: 11)
        let (damaged, mask) = try Corruption.parse(text)[0].damaged(slopes(), random: &random)
        let levels = damaged.samples.enumerated().reduce(0) { sum, sample in
            (sum &* 31 &+ Int((sample.1 * 255 + 0.5).rounded(.down))) & 0xFFFF_FFFF
        }
        #expect([mask.setCount, levels] == expected, "\(text)")
    }

    private static let recorded: [[Int]] = [
        [430, 4_088_667_531], [1596, 313_148_793], [323, 1_978_177_475], [739, 4_251_335_420], [4800, 2_871_001_346],
        [517, 2_118_226_447], [411, 3_615_812_771],
    ]

    @Test func sizesAndChannels() throws {
        for (height, width) in [(1, 1), (1, 200), (200, 1), (0, 5), (31, 64)] {
            for channels in [1, 3] {
                for text in kinds {
                    var random = RandomStream(seed: 3)
                    let image = slopes(channels: channels, height: height, width: width)
                    let (damaged, mask) = try Corruption.parse(text)[0].damaged(image, random: &random)
                    #expect((damaged.channels, damaged.height, damaged.width) == (channels, height, width))
                    #expect((mask.height, mask.width) == (height, width))
                    #expect(damaged.samples.allSatisfy { $0.isFinite })
                }
            }
        }
        #expect(throws: CorruptionError.self) {
            var random = RandomStream(seed: 3)
            _ = try Corruption.parse("dust:6+bicubic:2")[0].damaged(slopes(), random: &random)
        }
        var random = RandomStream(seed: 1)
        let (same, none) = try Corruption.parse("gaussian:0+hair:0")[0].damaged(slopes(), random: &random)
        #expect(same.samples == slopes().samples && none.isClear)
        // Steps that lay nothing are taken along, and set no pixel.
        let (noisy, noise) = try Corruption.parse("gaussian:25")[0].damaged(slopes(), random: &random)
        #expect(noisy.samples != slopes().samples && noise.isClear)
    }

    @Test func grammar() throws {
        let text = "dust:6:outlines=a/b-c.json:scale=0.5:opacity=0.2:blur=1:look=varied"
        let dust = try Corruption.parse(text)[0]
        #expect(dust.description == text)
        #expect(dust.folderName == "dust-6-outlines=b-c.json-scale=0.5-opacity=0.2-blur=1-look=varied")
        #expect(dust.files == ["a/b-c.json"])
        #expect(dust.readingFiles(in: "/data").files == ["/data/a/b-c.json"])
        #expect(dust.readingFiles(in: "/data").description == text)
        #expect(try Corruption.parse("dust:6:outlines=/x.json")[0].readingFiles(in: "/data").files == ["/x.json"])
        #expect(try Corruption.parse("crease:1,2.5").map(\.description) == ["crease:1", "crease:2.5"])
        #expect(try Corruption.parse("hair")[0].description == "hair:1")
        #expect(throws: CorruptionError.self) { try Corruption.parse("dust:0") }
        #expect(throws: CorruptionError.self) { try Corruption.parse("dust:6:outlines=") }
        #expect(throws: CorruptionError.self) { try Corruption.parse("tear:101") }
    }
}

@Suite("Outlines of dust")
struct DustOutlineTests {
    /// A rectangle between two specks, so that windows around it are looked for.
    private static let square =
        #"{"scan":6,"outlines":[{"points":[[-200,-200],[-199,-200],[-200,-199]]},"#
        + #"{"kind":"Dust","points":[[10,20],[14,20],[14,26],[10,26]]},{"points":[[200,200],[201,200],[200,201]]}]}"#

    /// A rectangle of 4x6 of the scan, laid whole in one of eight ways: its area is what the picture loses.
    @Test func aRectangleLiesWhereItsAreaSays() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.square, to: "one.json")
        #expect(path == folder.path.appending("one.json"))
        var shapes: Set<[Int]> = []
        for seed in 0..<40 as Range<UInt64> {
            let grey = PlanarImage(channels: 1, height: 40, width: 40, samples: [Float](repeating: 0.5, count: 1600))
            let dust = try Corruption.parse("dust:1:outlines=one.json:opacity=1:blur=0")[0].readingFiles(
                in: folder.path)
            var random = RandomStream(seed: seed)
            let (damaged, mask) = try dust.damaged(grey, random: &random)
            let change = damaged.samples.reduce(0) { $0 + ($1 - 0.5) }
            let colour: Float = change > 0 ? 235.0 / 255 - 0.5 : 20.0 / 255 - 0.5
            let area = change / colour
            guard area > 0 else { continue }
            // Parts may lie outside; what is inside has sharp edges to a quarter of a pixel.
            #expect(area < 24.01)
            if let part = mask.components().components.first, area > 23.99 {
                shapes.insert([min(part.rows.count, 7), min(part.columns.count, 7)])
                #expect(part.area >= 24 && part.area <= 35)
            }
        }
        // Upright and lying.
        #expect(shapes.contains { $0[0] > $0[1] } && shapes.contains { $0[0] < $0[1] })
    }

    @Test func numbersOfScansAndOutlines() throws {
        let six = try DustOutlines(decoding: Array(Self.square.utf8))
        #expect(six.count == 3 && six.scan == 6)
        let none = try DustOutlines(decoding: Array(#"{"outlines":[{"points":[[0,0],[4,0],[0,4]]}]}"#.utf8))
        #expect(none.count == 1 && none.scan == nil)
    }

    @Test func filesThatAreNoOutlines() throws {
        func error(_ text: String) -> DustOutlineError? {
            do {
                _ = try DustOutlines(decoding: Array(text.utf8))
                return nil
            } catch { return error }
        }
        #expect(error(Self.square) == nil)
        #expect(error("") == .malformed)
        #expect(error("[]") == .malformed)
        #expect(error(#"{"outlines":[]}"#) == .outlines(found: 0, limit: 100_000))
        #expect(
            error(#"{"outlines":[{"points":[[1,2],[3,4]]}]}"#) == .points(outline: 0, found: 2, expected: 3...4096))
        #expect(error(#"{"outlines":[{"points":[[1,2],[3,4],[5]]}]}"#) == .point(outline: 0))
        #expect(error(#"{"outlines":[{"points":[[1,2],[3,4],[5,2e6]]}]}"#) == .point(outline: 0))
        #expect(error(#"{"outlines":[{"points":[[1,2],[3,4],[5,1e999]]}]}"#) != nil)
        #expect(error(#"{"outlines":[{"points":[[1,2],[3,4],["a",6]]}]}"#) == .malformed)
        for end in Self.square.indices where end > Self.square.startIndex {
            #expect(error(String(Self.square[..<end])) == .malformed)
        }
        #expect(throws: DustOutlineError.self) { try DustOutlines(reading: "/nowhere/outlines.json") }
        let folder = try TemporaryFolder()
        let large = try folder.write([UInt8](repeating: 32, count: DustOutlines.maximumBytes + 1), to: "large.json")
        #expect(throws: DustOutlineError.tooLarge(bytes: 16_777_217, limit: 16_777_216)) {
            try DustOutlines(reading: large)
        }
        var random = RandomStream(seed: 1)
        let missing = try Corruption.parse("dust:6:outlines=/nowhere/o.json")[0]
        #expect(throws: CorruptionError.self) { try missing.applied(to: slopes(), random: &random) }
    }
}
