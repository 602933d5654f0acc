import Autoencoders
import Filters
import Foundation
import Imaging
import Networks
import Restoration
import Tensors
import TestSupport
import Testing
import Workers

@Suite("Mending")
struct MendingTests {
    /// A network of four channels, which fills the picture's holes with something.
    private func filler() throws -> Model {
        var model = try TestModels.model(
            UNet(channels: 4, widths: [8, 16, 24], blocks: 1, noiseMap: false, bias: true), name: "filler")
        model = Model(name: model.name, card: card(model, .mend), network: model.network)
        return model
    }

    private func finder() throws -> Model {
        let model = try TestModels.model(
            UNet(widths: [8, 16, 24], blocks: 1, noiseMap: false, bias: true), name: "finder")
        var card = card(model, .damage)
        card.classes = ["none", "fine", "coarse"]
        return Model(name: model.name, card: card, network: model.network)
    }

    private func card(_ model: Model, _ task: ModelCard.Task) -> ModelCard {
        var card = model.card
        card.task = task
        return card
    }

    private func mask(height: Int, width: Int, seed: UInt64) -> PixelMask {
        var numbers = SeededNumbers(seed: seed)
        var mask = PixelMask(height: height, width: width)
        for _ in 0..<12 {
            let (top, left) = (Int(numbers.fraction() * Float(height)), Int(numbers.fraction() * Float(width)))
            for y in top..<min(height, top + 5) { for x in left..<min(width, left + 9) { mask[y, x] = 255 } }
        }
        return mask
    }

    /// What the network makes of the whole picture with its holes filled smoothly, beside a channel for the mask, within
    /// the range of the whole samples of nine squares.
    private func expected(_ image: PlanarImage, colours: Int, mask: PixelMask, _ network: Network) -> PlanarImage {
        let (height, width) = (image.height, image.width)
        let input = PlanarImage(channels: 4, height: height, width: width)
        let holes = input.view.channels(from: 3, count: 1)
        for y in 0..<height { for x in 0..<width { holes.row(0, y)[x] = mask.isSet(y, x) ? 1 : 0 } }
        let smooth = PyramidFilling(height: height, width: width, channels: image.channels, rowsAtATime: height)
        smooth.append(image.view, holes: holes)
        let filled = PlanarImage(channels: image.channels, height: height, width: width)
        smooth.take(into: filled.view)
        func range(_ c: Int, _ y: Int, _ x: Int) -> ClosedRange<Float> {
            var whole: [Float] = []
            for y in max(0, y / 32 * 32 - 32)..<min(height, y / 32 * 32 + 64) {
                for x in max(0, x / 32 * 32 - 32)..<min(width, x / 32 * 32 + 64) where !mask.isSet(y, x) {
                    whole.append(image.view.row(c, y)[x])
                }
            }
            return whole.min()!...whole.max()!
        }
        for y in 0..<image.height {
            for x in 0..<image.width {
                for c in 0..<3 { input.view.row(c, y)[x] = filled.view.row(min(c, colours - 1), y)[x] }
            }
        }
        let output = wholePicture(input, through: network)
        let result = PlanarImage(channels: image.channels, height: image.height, width: image.width)
        result.view.copySamples(from: image.view)
        for y in 0..<image.height {
            for x in 0..<image.width where mask.isSet(y, x) {
                let made = (0..<3).map { output.view.row($0, y)[x] }
                for c in 0..<colours {
                    let value = colours == 1 ? (made[0] + made[1] + made[2]) / 3 : made[c]
                    let range = range(c, y, x)
                    result.view.row(c, y)[x] = max(range.lowerBound, min(range.upperBound, value))
                }
            }
        }
        return result
    }

    @Test(
        "Holes get what the network makes of the whole picture, all else keeps its bits",
        arguments: [(3, false), (1, false), (3, true), (1, true)], [1, 7, 64])
    func filling(kind: (colours: Int, hasAlpha: Bool), rowsAtATime: Int) throws {
        let model = try filler()
        let image = noise(channels: kind.colours + (kind.hasAlpha ? 1 : 0), height: 211, width: 173, seed: 3)
        let mask = mask(height: 211, width: 173, seed: 4)
        let source = try Mender(model).mended(
            ImageRowSource(image), hasAlpha: kind.hasAlpha, mask: MaskRuns(mask))
        let result = PlanarImage(channels: image.channels, height: 211, width: 173)
        for first in stride(from: 0, to: 211, by: rowsAtATime) {
            try source.readRows(
                into: result.view.cropped(rows: first..<min(211, first + rowsAtATime), columns: 0..<173))
        }
        #expect(
            bitDifference(result, expected(image, colours: kind.colours, mask: mask, model.network)) == nil)
        #expect(result.samples != image.samples)
    }

    @Test(
        "Bands and tiles of holes give the bits of the whole picture", arguments: [(700, 1300), (1100, 90), (65, 1500)])
    func tilesOfHoles(height: Int, width: Int) throws {
        let model = try filler()
        let image = noise(channels: 3, height: height, width: width, seed: 13)
        var mask = mask(height: height, width: width, seed: 14)
        // A scratch through all of it, and one that lies where bands and tiles meet.
        for y in 0..<height { mask[y, min(width - 1, 11 + y / 2)] = 255 }
        for x in 0..<width { mask[min(height - 1, 350), x] = 255 }
        let source = try Mender(model).mended(ImageRowSource(image), hasAlpha: false, mask: MaskRuns(mask))
        let result = PlanarImage(channels: 3, height: height, width: width)
        try source.readRows(into: result.view)
        #expect(bitDifference(result, expected(image, colours: 3, mask: mask, model.network)) == nil)
    }

    @Test func whereAllIsGreyHolesAreGrey() throws {
        let grey = noise(channels: 1, height: 40, width: 50, seed: 5)
        let image = PlanarImage(channels: 3, height: 40, width: 50)
        for c in 0..<3 { image.view.channels(from: c, count: 1).copySamples(from: grey.view) }
        let source = try Mender(filler()).mended(
            ImageRowSource(image), hasAlpha: false, mask: MaskRuns(mask(height: 40, width: 50, seed: 6)))
        let result = PlanarImage(channels: 3, height: 40, width: 50)
        try source.readRows(into: result.view)
        #expect(result.view.hasEqualChannels)
        #expect(result.samples != image.samples)
    }

    @Test func withoutHolesTheSourceItselfIsHandedOn() throws {
        let source = ImageRowSource(noise(channels: 3, height: 9, width: 9, seed: 1))
        let mended = try Mender(filler()).mended(
            source, hasAlpha: false, mask: MaskRuns(PixelMask(height: 9, width: 9)))
        #expect(mended === source)
    }

    @Test func memoryIsWhatIsCountedOn() throws {
        let mender = try Mender(filler())
        let (narrow, wide) = (
            mender.byteCount(height: 20_000, width: 1000, channels: 3),
            mender.byteCount(height: 1000, width: 20_000, channels: 3)
        )
        #expect(narrow < 64 << 20, "it follows the width, not the height")
        #expect(wide > narrow)
    }

    @Test(
        "Damage is found alike in rows, tiles, by any number of workers, in grey and under alpha",
        arguments: [(1, 1 << 30), (3, 1 << 30), (2, 12 << 20)])
    func finding(workers: Int, memory: Int) throws {
        let model = try finder()
        let grey = noise(channels: 1, height: 150, width: 230, seed: 8)
        let image = PlanarImage(channels: 4, height: 150, width: 230)
        for c in 0..<3 { image.view.channels(from: c, count: 1).copySamples(from: grey.view) }
        image.view.channels(from: 3, count: 1).fill(with: 1)
        var graph = model.network.graph
        try graph.append(Softmax(), graph.result, name: "probabilities")
        let colour = PlanarImage(channels: 3, height: 150, width: 230)
        colour.view.copySamples(from: image.view.channels(from: 0, count: 3))
        let probabilities = wholePicture(colour, through: try Network(graph))
        let finder = try DamageFinder(model, memoryLimit: memory)
        let team = WorkerTeam(workers: workers)
        for (image, hasAlpha) in [(grey, false), (colour, false), (image, true)] {
            let masks = Masks()
            team.forEach(1) { worker, _ in
                masks.found = try? finder.odds(in: ImageRowSource(image), hasAlpha: hasAlpha, on: worker)
            }
            let found = try #require(masks.found)
            let differs = (0..<150).contains { y in
                (0..<230).contains { x in
                    let whole = probabilities.view.row(0, y)[x]
                    let expected = (128 + 16 * log(Double((1 - whole) / whole))).rounded()
                    // Odds of less than a twentieth are none.
                    return Double(found[y, x]) != (expected < 128 - 48 ? 0 : min(255, expected))
                }
            }
            #expect(!differs, "\(image.channels) channels")
        }
    }

    private final class Masks: @unchecked Sendable { var found: PixelMask? }

    @Test func certainDamageWithWhatTouchesIt() {
        var mask = PixelMask(height: 9, width: 20)
        // A certain pixel with a possible tail; a possible piece alone; a certain piece that is too small.
        for x in 2..<7 { mask[4, x] = 150 }
        mask[4, 2] = 250
        for x in 11..<15 { mask[4, x] = 150 }
        mask[1, 18] = 250
        let thresholds = DamageFinder.Thresholds(certain: 0.9, possible: 0.6, leastArea: 2, margin: 0)
        let found = mask.damage(thresholds)
        let expected = PixelMask(height: 9, width: 20) { y, x in y == 4 && (2..<7).contains(x) }
        #expect(found == expected)
        var wider = thresholds
        wider.margin = 1
        #expect(
            mask.damage(wider) == PixelMask(height: 9, width: 20) { y, x in (3...5).contains(y) && (1...7).contains(x) }
        )
    }

    @Test func sensitivityLowersBothThresholds() {
        let steps = stride(from: 0.0, through: 1, by: 0.1).map { DamageFinder.Thresholds(sensitivity: $0) }
        for (low, high) in zip(steps, steps.dropFirst()) {
            #expect(low.certain > high.certain && low.possible >= high.possible)
            #expect(low.certainAmongMany > high.certainAmongMany && low.certainAmongMany <= low.certain)
            #expect(low.possible <= low.certainAmongMany)
        }
        #expect(steps[0].certain > 0.9999 && abs((steps.last?.certain ?? 0) - 0.5) < 1e-9)
    }

    /// What is doubtful is damage where enough pieces are certain, of the size of a speck at least; and the larger the
    /// picture, the more are enough.
    @Test func doubtfulPiecesAmongCertainOnes() {
        let thresholds = DamageFinder.Thresholds(
            certain: 0.999, counted: 0.95, certainAmongMany: 0.7, possible: 0.5, margin: 0)
        func found(certain: Int, side: Int = 3, height: Int = 60) -> Bool {
            var mask = PixelMask(height: height, width: 200)
            for piece in 0..<certain {
                for y in 0..<side { for x in 0..<side { mask[y, 10 * piece + x] = 200 } }
            }
            for y in 50..<53 { for x in 50..<53 { mask[y, x] = 160 } }
            return mask.damage(thresholds).isSet(51, 51)
        }
        #expect(!found(certain: 2) && found(certain: 3))
        #expect(!found(certain: 6, side: 2), "pieces of four pixels do not count")
        #expect(!found(certain: 7, height: 5000) && found(certain: 8, height: 5000))
    }

    /// A large piece is damage where its pixels are likely enough on average, though none is certain.
    @Test(arguments: [(300, 160, true), (299, 160, false), (300, 140, false)])
    func largePiecesAreJudgedByTheirMean(area: Int, level: UInt8, isFound: Bool) {
        let thresholds = DamageFinder.Thresholds(
            certain: 0.99, certainOnAverage: 0.8, possible: 0.5, margin: 0)
        let mask = PixelMask(height: 40, width: 40) { y, x in 20 * y + x < area && x < 20 }
        var odds = PixelMask(height: 40, width: 40)
        for y in 0..<40 { for x in 0..<40 where mask.isSet(y, x) { odds[y, x] = level } }
        #expect(odds.damage(thresholds).setCount == (isFound ? mask.setCount : 0))
        #expect(mask.setCount == area)
    }

    @Test func runsAreTheMask() {
        let mask = mask(height: 31, width: 47, seed: 9)
        let runs = MaskRuns(mask)
        #expect(runs.mask == mask)
        #expect(runs.setCount == mask.setCount && runs.setShare == mask.setShare && !runs.isClear)
        #expect(MaskRuns(PixelMask(height: 3, width: 4)).isClear)
    }

    @Test func theDepthOfAHole() {
        let mask = mask(height: 40, width: 60, seed: 10)
        // By definition: the distance from the nearest pixel that is not set.
        var deepest = 0
        for y in 0..<40 {
            for x in 0..<60 where mask.isSet(y, x) {
                var nearest = 6
                for v in 0..<40 {
                    for u in 0..<60 where !mask.isSet(v, u) { nearest = min(nearest, max(abs(v - y), abs(u - x))) }
                }
                deepest = max(deepest, nearest)
            }
        }
        #expect(mask.depth(upTo: 6) == deepest)
        #expect(PixelMask(height: 5, width: 5) { _, _ in true }.depth(upTo: 9) == 9)
        #expect(PixelMask(height: 5, width: 5).depth(upTo: 9) == 0)
        #expect(
            PixelMask(height: 21, width: 21) { y, x in (5..<16).contains(y) && (5..<16).contains(x) }.depth(upTo: 9)
                == 6)
    }

    @Test func modelsOfOtherTasksAreRefused() throws {
        let (filler, finder) = (try filler(), try finder())
        #expect(throws: RestorationError.self) { try Mender(finder) }
        #expect(throws: RestorationError.self) { try DamageFinder(filler, memoryLimit: 1 << 30) }
        #expect(throws: RestorationError.self) { try Restorer(model: filler, memoryLimit: 1 << 30) }
        #expect(throws: RestorationError.self) { try Restorer(model: finder, memoryLimit: 1 << 30) }
    }
}

/// Infrared as a scanner sees it: bright film that varies slowly, darker where dust lies.
@Suite("Damage in infrared")
struct InfraredDamageTests {
    private func damage(of image: PlanarImage) throws -> PixelMask {
        try PixelMask(infraredRows: { ImageRowSource(image) }).damage(.init(sensitivity: 0.5))
    }

    private func film(dust: [(y: Int, x: Int, radius: Int, share: Float)]) -> PlanarImage {
        var numbers = SeededNumbers(seed: 3)
        let image = PlanarImage(channels: 1, height: 200, width: 260)
        for y in 0..<200 {
            for x in 0..<260 {
                var value = 0.75 - 0.0008 * Float(x) + 0.0005 * Float(y) + 0.02 * (numbers.fraction() - 0.5)
                for speck in dust where abs(y - speck.y) <= speck.radius && abs(x - speck.x) <= speck.radius {
                    value *= speck.share
                }
                image.view.row(0, y)[x] = value
            }
        }
        return image
    }

    @Test func dustIsFoundAndFilmIsNot() throws {
        let dust: [(y: Int, x: Int, radius: Int, share: Float)] = [
            (20, 30, 3, 0.5), (99, 200, 2, 0.7), (150, 47, 6, 0.2),
        ]
        let found = try damage(of: film(dust: dust))
        for y in 0..<200 {
            for x in 0..<260 {
                let distance = dust.map { max(abs(y - $0.y), abs(x - $0.x)) - $0.radius }.min() ?? 0
                if distance <= 0 { #expect(found.isSet(y, x)) }
                // One pixel is the margin.
                if distance > 1 { #expect(!found.isSet(y, x), "\(y) \(x)") }
            }
        }
        #expect(try damage(of: film(dust: [])).isClear)
    }

    @Test func whatIsDarkAltogetherTellsNothing() throws {
        let image = PlanarImage(channels: 1, height: 60, width: 70)
        #expect(try damage(of: image).isClear)
        let small = PlanarImage(channels: 1, height: 1, width: 1)
        small.view.fill(with: 1)
        #expect(try damage(of: small).isClear)
    }
}
