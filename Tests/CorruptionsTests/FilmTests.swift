import Corruptions
import Tensors
import Testing

@Suite struct FilmTests {
    private func flat(_ value: Float, channels: Int = 1, height: Int, width: Int) -> PlanarImage {
        PlanarImage(
            channels: channels, height: height, width: width,
            samples: Array(repeating: value, count: channels * height * width))
    }

    private func ramp(channels: Int = 3, height: Int = 40, width: Int = 52) -> PlanarImage {
        let image = PlanarImage(channels: channels, height: height, width: width)
        for c in 0..<channels {
            for y in 0..<height {
                for x in 0..<width { image.view.row(c, y)[x] = Float((5 * x + 3 * y + 40 * c) % 256) / 255 }
            }
        }
        return image
    }

    /// One truth for all samples: the difference of two long arrays takes minutes to print.
    private func isSame(_ a: PlanarImage, _ b: PlanarImage) -> Bool { a.samples == b.samples }

    /// Nothing but dirt and scratches.
    private func dirty(_ level: Double, dirt: Double = 1, scratches: Double = 1) -> FilmFrame {
        FilmFrame(level: level, dirt: dirt, scratches: scratches, softness: 0, grain: 0, blocks: 0)
    }

    /// The share of pixels that are off `value` by more than 4 grey levels.
    private func share(_ image: PlanarImage, off value: Float) -> Double {
        Double(image.samples.count { abs($0 - value) > 4.0 / 255 }) / Double(image.sampleCount)
    }

    @Test func theGrammar() throws {
        for (text, expected) in [
            ("film:0.7", "film:0.7"), ("film:level=1:dirt=2:blocks=0", "film:1:dirt=2:blocks=0"),
            ("film:0.5:scratches=1:softness=0.25:grain=4", "film:0.5:softness=0.25:grain=4"),
        ] {
            #expect(try Corruption.parse(text).map(\.description) == [expected])
            #expect(try Corruption.parse(expected).map(\.description) == [expected])
        }
        #expect(throws: CorruptionError.outOfRange(kind: "film", name: "level", found: "1.5", expected: "0 to 1")) {
            try Corruption.parse("film:1.5")
        }
        #expect(throws: CorruptionError.missingParameter(kind: "film", name: "level", example: "film:0.7")) {
            try Corruption.parse("film")
        }
        let film = try Corruption.parse("film:0.7+gaussian:5")[0]
        #expect(film.isColourless && film.isNoisy)
        let steps = try Corruption.parse("film:0.7")[0]
        #expect(!steps.isNoisy && steps.reduction == 1)
        #expect(try Corruption.parse("none").allSatisfy { !$0.isColourless && !$0.isNoisy })
    }

    /// Larger pieces cover more, ragged ones among them; without a size the draws are those that they always were.
    @Test func dirtOfAnySize() throws {
        #expect(try Corruption.parse("dirt:0.5:size=10").map(\.description) == ["dirt:0.5:size=10"])
        #expect(try Corruption.parse("dirt:0.5:size=1").map(\.description) == ["dirt:0.5"])
        #expect(throws: CorruptionError.outOfRange(kind: "dirt", name: "size", found: "17", expected: "1 to 16")) {
            try Corruption.parse("dirt:0.5:size=17")
        }
        let grey = PlanarImage(channels: 3, height: 256, width: 256, samples: [Float](repeating: 0.5, count: 196_608))
        var covered: [Double] = []
        for size in [1.0, 4, 12] {
            var random = RandomStream(seed: 5)
            let dirty = try Dirt(level: 0.5, size: size).applied(to: grey, random: &random)
            #expect(dirty.samples.allSatisfy { (0...1).contains($0) })
            // All channels alike.
            let (red, blue) = (dirty.samples.prefix(65_536), dirty.samples.suffix(65_536))
            #expect(red.elementsEqual(blue))
            covered.append(share(dirty, off: 0.5))
        }
        #expect(covered[0] > 0.002 && covered[1] > 2 * covered[0] && covered[2] > 2 * covered[1], "\(covered)")
        for (height, width) in [(1, 1), (2, 300), (300, 2)] {
            var random = RandomStream(seed: 1)
            let image = PlanarImage(channels: 1, height: height, width: width)
            let dirty = try Dirt(level: 4, size: 16).applied(to: image, random: &random)
            #expect(dirty.samples.allSatisfy { $0.isFinite })
        }
    }

    /// Any size, from both generators: finite values of 8 bits, no colour, the same again from the same seed.
    @Test(arguments: [(1, 1), (3, 500), (500, 3), (1, 40), (64, 64), (37, 129)])
    func sizes(height: Int, width: Int) throws {
        for channels in [1, 3] {
            let image = ramp(channels: channels, height: height, width: width)
            for seed in 0..<12 as Range<UInt64> {
                var (one, other) = (RandomStream(seed: seed), RandomStream(seed: seed))
                let first = try FilmFrame(level: 1, dirt: 4).applied(to: image, random: &one)
                let second = try FilmFrame(level: 1, dirt: 4).applied(to: image, random: &other)
                #expect(isSame(first, second))
                #expect(one.nextWord() == other.nextWord())
                #expect((first.channels, first.height, first.width) == (channels, height, width))
                #expect(isSame(first, first.rounded(toBits: 8)))
                let (samples, count) = (first.samples, height * width)
                let isGrey = samples.indices.allSatisfy { samples[$0] == samples[$0 % count] }
                #expect(isGrey)
            }
            var numpy = RandomState(seed: 1)
            let result = try FilmFrame(level: 1).applied(to: image, random: &numpy)
            #expect(result.samples.allSatisfy { (0...1).contains($0) })
        }
    }

    /// Dirt alone: black or white on all channels alike, the rest untouched, as much as the level says.
    @Test func dirtOnColour() throws {
        let image = ramp(height: 256, width: 256)
        func covered(_ level: Double) throws -> Double {
            var sum = 0.0
            for seed in 0..<6 as Range<UInt64> {
                var (one, other) = (RandomStream(seed: seed), RandomStream(seed: seed))
                let first = try Dirt(level: level).applied(to: image, random: &one)
                #expect(isSame(first, try Dirt(level: level).applied(to: image, random: &other)))
                #expect(first.samples.allSatisfy { (0...1).contains($0) })
                let (found, clean, count) = (first.samples, image.samples, 256 * 256)
                // A piece moves all channels of a pixel towards one grey.
                sum += Double(
                    (0..<count).count { i in (0..<3).contains { found[$0 * count + i] != clean[$0 * count + i] } })
            }
            return sum / Double(6 * 256 * 256)
        }
        #expect(try covered(0) == 0)
        let (little, much) = (try covered(0.25), try covered(1))
        #expect(little > 0.001 && little < 0.02 && much > 2 * little && much < 0.08, "\(little), \(much)")
        #expect(try Corruption.parse("dirt:0.25,1").map(\.description) == ["dirt:0.25", "dirt:1"])
        #expect(throws: CorruptionError.self) { try Corruption.parse("dirt:5") }
        let parsed = try Corruption.parse("dirt:1")[0]
        #expect(!parsed.isColourless && !parsed.isNoisy && parsed.reduction == 1)
        var random = RandomStream(seed: 1)
        #expect(try Dirt(level: 4).applied(to: ramp(channels: 1, height: 1, width: 3), random: &random).width == 3)
    }

    @Test func levelZeroTakesTheColourAndNothingElse() throws {
        var random = RandomStream(seed: 3)
        let film = Corruption(FilmFrame(level: 0, dirt: 4, scratches: 4))
        let image = ramp()
        let result = try film.applied(to: image, random: &random)
        #expect(isSame(result, film.clean(of: image)))
        for i in 0..<40 * 52 {
            let luma =
                0.299 * image.samples[i] + 0.587 * image.samples[2080 + i] + 0.114 * image.samples[4160 + i]
            #expect(abs(result.samples[i] - luma) <= 0.5 / 255 + 1e-6)
        }
        // Grey pictures and other corruptions: what was given.
        let grey = ramp(channels: 1)
        #expect(isSame(film.clean(of: grey), grey))
        #expect(isSame(Corruption(GaussianNoise(sigma: 5)).clean(of: image), image))
    }

    @Test func dirtGrowsWithTheLevel() throws {
        var shares: [Double] = []
        for level in [0.1, 0.4, 1] {
            var random = RandomStream(seed: 5)
            shares.append(
                share(try dirty(level).applied(to: flat(0.5, height: 900, width: 1100), random: &random), off: 0.5))
        }
        #expect(shares[0] > 0.001)
        #expect(shares[1] > 2 * shares[0] && shares[2] > 1.7 * shares[1])
        #expect(shares[2] < 0.1)
        // Black and white, both.
        var random = RandomStream(seed: 6)
        let film = try dirty(1).applied(to: flat(0.5, height: 600, width: 600), random: &random)
        #expect(film.samples.contains { $0 < 0.2 } && film.samples.contains { $0 > 0.8 })
    }

    /// Patches and pictures are frames of the same film: dirt follows the area.
    @Test func dirtFollowsTheArea() throws {
        var random = RandomStream(seed: 7)
        let count = 1500
        let whole = try dirty(1, scratches: 0).applied(to: flat(0.5, height: 1536, width: 1600), random: &random)
        var (patches, untouched) = (0.0, 0)
        for _ in 0..<count {
            let patch = try dirty(1, scratches: 0).applied(to: flat(0.5, height: 64, width: 64), random: &random)
            let dirt = share(patch, off: 0.5)
            patches += dirt / Double(count)
            if dirt == 0 { untouched += 1 }
        }
        // Of large pieces a patch holds a part only, and gets no parts of pieces beside it.
        let ratio = patches / share(whole, off: 0.5)
        #expect(ratio > 0.6 && ratio < 1.1, "\(ratio)")
        // One piece on average, of which some are not seen: exp(-1) of the patches have none.
        #expect((0.33...0.5).contains(Double(untouched) / Double(count)))
    }

    /// What is scratched is scratched in the rows above and below, and seldom in the columns beside.
    @Test func scratchesAreVertical() throws {
        var random = RandomStream(seed: 8)
        let film = try dirty(1, dirt: 0, scratches: 2).applied(to: flat(0.5, height: 700, width: 900), random: &random)
        var (scratched, below, beside) = (0, 0, 0)
        func isScratched(_ y: Int, _ x: Int) -> Bool { abs(film.view.row(0, y)[x] - 0.5) > 4.0 / 255 }
        for y in 0..<695 {
            for x in 0..<895 where isScratched(y, x) {
                scratched += 1
                if isScratched(y + 5, x) { below += 1 }
                if isScratched(y, x + 5) { beside += 1 }
            }
        }
        #expect(scratched > 1000)
        #expect(below > scratched * 7 / 10)
        #expect(beside < scratched / 5)
        let share = Double(scratched) / (695 * 895)
        #expect(share > 0.001 && share < 0.1)
    }

    /// A scratch is broken here and there: between its first and its last row some are as they were. It never does the
    /// contrary of what it does elsewhere.
    @Test func scratchesAreInterrupted() throws {
        var (untouched, rows, both, columns) = (0, 0, 0, 0)
        for seed in 0..<200 {
            var random = RandomStream(seed: UInt64(seed))
            let film = try dirty(1, dirt: 0, scratches: 4)
                .applied(to: flat(0.5, height: 400, width: 40), random: &random)
            func change(_ y: Int, _ x: Int) -> Float { (film.view.row(0, y)[x] - 0.5) * 255 }
            let isTouched = (0..<400).map { y in (0..<40).contains { abs(change(y, $0)) > 2 } }
            if let first = isTouched.firstIndex(of: true), let last = isTouched.lastIndex(of: true) {
                rows += last - first + 1
                untouched += isTouched[first...last].count { !$0 }
            }
            for x in 0..<40 {
                let (brighter, darker) = (
                    (0..<400).contains { change($0, x) > 6 }, (0..<400).contains { change($0, x) < -6 }
                )
                if brighter || darker { columns += 1 }
                if brighter && darker { both += 1 }
            }
        }
        // Simulated in NumPy: 8 % of the rows, 2 % without interruptions; two scratches cross in 8 % of the columns.
        let share = Double(untouched) / Double(rows)
        #expect((0.04...0.15).contains(share), "\(share)")
        #expect(10 * both < 2 * columns, "\(both) of \(columns)")
    }

    /// Each part alone does its own, and no other.
    @Test func parts() throws {
        func changed(_ film: FilmFrame, _ image: PlanarImage) throws -> PlanarImage {
            var random = RandomStream(seed: 9)
            return try film.applied(to: image, random: &random)
        }
        let grey = flat(128.0 / 255, height: 64, width: 64)
        let none = FilmFrame(level: 1, dirt: 0, scratches: 0, softness: 0, grain: 0, blocks: 0)
        #expect(isSame(try changed(none, grey), grey))
        var (soft, grainy, blocky) = (none, none, none)
        soft.softness = 1
        grainy.grain = 1
        blocky.blocks = 1
        #expect(isSame(try changed(soft, grey), grey))
        #expect(!isSame(try changed(grainy, grey), grey))
        let edge = PlanarImage(
            channels: 1, height: 64, width: 64, samples: (0..<4096).map { $0 % 64 < 32 ? 0.25 : 0.75 })
        let blurred = try changed(soft, edge).samples
        // Columns change at the edge and nowhere else.
        #expect(blurred[32 * 64 + 31] != blurred[32 * 64 + 20])
        #expect(abs(blurred[32 * 64 + 10] - 0.25) < 1.5 / 255 && abs(blurred[32 * 64 + 54] - 0.75) < 1.5 / 255)
        let different = try (0..<10).contains { seed in
            var random = RandomStream(seed: UInt64(seed))
            return !isSame(try blocky.applied(to: ramp(channels: 1), random: &random), ramp(channels: 1))
        }
        #expect(different)
    }
}

@Suite struct GrainToneTests {
    private func grains(_ tone: Grain.Tone, midtones: Double = 0, value: Float = 0.5) throws -> [[Double]] {
        let side = 160
        let image = PlanarImage(
            channels: 3, height: side, width: side, samples: Array(repeating: value, count: 3 * side * side))
        var random = RandomStream(seed: 2)
        let result = try Grain(sigma: 20, blur: 1, tone: tone, midtones: midtones).applied(to: image, random: &random)
        let count = side * side
        return (0..<3).map { c in result.samples[c * count..<(c + 1) * count].map { Double($0 - value) } }
    }

    private func deviation(_ values: [Double]) -> Double {
        (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot() * 255
    }

    @Test func mixedGrainIsPartlyShared() throws {
        let mixed = try grains(.mixed)
        for channel in mixed { #expect(abs(deviation(channel) - 20) < 1) }
        let products = zip(mixed[0], mixed[1]).reduce(0) { $0 + $1.0 * $1.1 } / Double(mixed[0].count)
        let correlation = products * 255 * 255 / (deviation(mixed[0]) * deviation(mixed[1]))
        #expect(abs(correlation - 0.64) < 0.05)
        let grey = try grains(.grey)
        #expect(zip(grey[0], grey[2]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func midtones() throws {
        #expect(abs(deviation(try grains(.grey, midtones: 0.65)[0]) - 20) < 1)
        #expect(abs(deviation(try grains(.grey, midtones: 0.65, value: 0)[0]) - 7) < 0.5)
        #expect(abs(deviation(try grains(.colour, midtones: 0.65, value: 1)[1]) - 7) < 0.5)
        #expect(
            try Corruption.parse("grain:5:midtones=0.5")[0].description == "grain:5:blur=1:tone=colour:midtones=0.5")
        #expect(try Corruption.parse("grain:5:tone=mixed")[0].description == "grain:5:blur=1:tone=mixed")
    }
}
