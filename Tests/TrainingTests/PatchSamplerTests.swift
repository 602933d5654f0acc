import Corruptions
import Imaging
import SystemPackage
import Tensors
import Testing
import Training

@Suite struct PatchSamplerTests {
    let data: DataFolder

    init() throws { data = try DataFolder() }

    struct Patch: Equatable {
        var input: PlanarImage
        var target: PlanarImage
        var facts: SampleFacts

        static func == (a: Patch, b: Patch) -> Bool {
            a.input.samples == b.input.samples && a.target.samples == b.target.samples && a.facts == b.facts
        }
    }

    private func patch(
        _ source: some PatchSource, step: Int, sample: Int, side: Int = 16, workspace: PatchWorkspace = .init()
    ) throws -> Patch {
        let input = PlanarImage(channels: source.channels, height: side, width: side)
        let large = side * source.scale
        let target = PlanarImage(channels: source.channels, height: large, width: large)
        let facts = try source.makePatch(
            step: step, sample: sample, input: input.view, target: target.view, workspace: workspace)
        return Patch(input: input, target: target, facts: facts)
    }

    private func sampler(
        _ texts: [String], _ settings: PatchSampler.Settings = .init(), channels: Int = 3, seed: UInt64 = 1
    ) throws -> PatchSampler {
        let pool = try PicturePool(folders: [data.path], channels: channels, smallestSide: 16)
        return PatchSampler(pool: pool, corruptions: try CorruptionDistribution(texts), settings: settings, seed: seed)
    }

    @Test func aPatchIsAFunctionOfSeedStepAndSample() throws {
        for i in 0..<4 { try data.writeNoise(FilePath("\(i).png"), width: 90, height: 70, seed: UInt64(i)) }
        let settings = PatchSampler.Settings(reducedShare: 0.5, greyShare: 0.2, knownNoiseShare: 0.5)
        let texts = ["gaussian:0-75", "jpeg:20-90:dx=0-7+grain:0-20", "none", "poisson:10-50"]
        let one = try sampler(texts, settings)
        let workspace = PatchWorkspace()
        let forwards = try (0..<60).map { try patch(one, step: $0 / 8, sample: $0 % 8, workspace: workspace) }
        for i in (0..<60).reversed() {
            #expect(try patch(one, step: i / 8, sample: i % 8) == forwards[i])
        }
        #expect(Set(forwards.map { $0.target.samples }).count == 60)
        let other = try sampler(texts, settings, seed: 2)
        #expect(try patch(other, step: 0, sample: 0) != forwards[0])
    }

    /// Red tells the column, green the row: every patch must be a square of the picture in one of eight ways.
    @Test func placesAndTheEightWays() throws {
        try data.writeMap("a.png", width: 31, height: 23, tag: 200)
        let source = try sampler(["none"])
        var ways: [[Int]: Int] = [:]
        var corners: Set<[Int]> = []
        for sample in 0..<1600 {
            let found = bytes(try patch(source, step: 0, sample: sample).target)
            func place(_ y: Int, _ x: Int) -> (Int, Int) { (found[256 + y * 16 + x], found[y * 16 + x]) }
            let (origin, down, right) = (place(0, 0), place(1, 0), place(0, 1))
            let (dy, dx) = (
                [down.0 - origin.0, down.1 - origin.1], [right.0 - origin.0, right.1 - origin.1]
            )
            #expect(abs(dy[0]) + abs(dy[1]) == 1 && abs(dx[0]) + abs(dx[1]) == 1 && dy[0] * dx[0] + dy[1] * dx[1] == 0)
            for y in 0..<16 {
                for x in 0..<16 {
                    let (row, column) = place(y, x)
                    #expect(row == origin.0 + y * dy[0] + x * dx[0] && column == origin.1 + y * dy[1] + x * dx[1])
                    #expect(found[512 + y * 16 + x] == 200)
                }
            }
            ways[dy + dx, default: 0] += 1
            corners.insert([(0..<256).map { found[256 + $0] }.min() ?? 0, (0..<256).map { found[$0] }.min() ?? 0])
        }
        #expect(ways.count == 8)
        for count in ways.values { #expect(abs(Double(count) - 200) < 4 * (1600.0 * 7 / 64).squareRoot()) }
        // 8 x 16 places; 1600 draws miss one with a chance of 128 exp(-12.5).
        #expect(corners.count == 128)
        let still = try sampler(["none"], .init(turns: false))
        for sample in 0..<20 {
            let found = bytes(try patch(still, step: 0, sample: sample).target)
            #expect(found[1] == found[0] + 1 && found[256 + 16] == found[256] + 1)
        }
    }

    @Test func picturesInProportionToTheirArea() throws {
        try data.writeMap("a.png", width: 20, height: 20, tag: 1)
        try data.writeMap("b.png", width: 40, height: 30, tag: 2)
        try data.writeMap("c.png", width: 16, height: 25, tag: 3)
        let source = try sampler(["none"])
        var counts = [0, 0, 0]
        for sample in 0..<2000 {
            let made = try patch(source, step: 3, sample: sample)
            let picture = try #require(made.facts.picture)
            counts[picture] += 1
            #expect(bytes(made.target)[512] == picture + 1)
        }
        for (count, share) in zip(counts, [0.2, 0.6, 0.2]) {
            #expect(abs(Double(count) / 2000 - share) < 4 * (share * (1 - share) / 2000).squareRoot())
        }
    }

    @Test func noiseAndWhatIsToldOfIt() throws {
        try data.writeNoise("a.png", width: 100, height: 100, seed: 1)
        let source = try sampler(["gaussian:10-50"], .init(knownNoiseShare: 0.4))
        var told = 0
        for sample in 0..<300 {
            let made = try patch(source, step: 0, sample: sample, side: 32)
            let noise = zip(made.input.samples, made.target.samples).map { Double($0 - $1) }
            let deviation = (noise.reduce(0) { $0 + $1 * $1 } / 3072).squareRoot()
            let level = Double(made.facts.noiseLevel)
            if level > 0 {
                told += 1
                #expect(abs(deviation - level) < 5 * level / (2.0 * 3072).squareRoot())
            }
            #expect(deviation * 255 > 9 && deviation * 255 < 55)
        }
        #expect(abs(Double(told) / 300 - 0.4) < 4 * (0.24 / 300).squareRoot())
        // What is no white noise is not told.
        let grain = try sampler(["grain:20", "gaussian:20+jpeg:50"], .init(knownNoiseShare: 1))
        for sample in 0..<20 { #expect(try patch(grain, step: 0, sample: sample).facts.noiseLevel == 0) }
    }

    /// A ramp of slope 1 becomes one of slope 1 to 2 where the picture is made smaller, and stays a ramp.
    @Test func reducedPatches() throws {
        try data.writeMap("a.png", width: 200, height: 180, tag: 77)
        let source = try sampler(["none"], .init(turns: false, reducedShare: 1))
        var slopes: [Float] = []
        for sample in 0..<200 {
            let view = try patch(source, step: 0, sample: sample, side: 24).target.view
            let slope = (view.row(0, 12)[16] - view.row(0, 12)[8]) * 255 / 8
            slopes.append(slope)
            #expect(slope > 0.99 && slope < 2.01)
            for i in 6..<18 {
                #expect(abs((view.row(0, 12)[i] - view.row(0, 12)[i - 1]) * 255 - slope) < 0.08)
                #expect(abs((view.row(1, i)[12] - view.row(1, i - 1)[12]) * 255 - slope) < 0.08)
            }
            for y in 0..<24 { for x in 0..<24 { #expect(abs(view.row(2, y)[x] * 255 - 77) < 0.001) } }
        }
        #expect((slopes.min() ?? 2) < 1.05 && (slopes.max() ?? 1) > 1.95)
        let half = try sampler(["none"], .init(turns: false, reducedShare: 0.5))
        let whole = try (0..<200).count { sample in
            let view = try patch(half, step: 0, sample: sample, side: 24).target.view
            return abs((view.row(0, 12)[16] - view.row(0, 12)[8]) * 255 / 8 - 1) < 1e-4
        }
        #expect((60..<145).contains(whole))
        // A picture that is just large enough is not made smaller than it allows.
        #expect(try patch(source, step: 0, sample: 0, side: 180).target.height == 180)
    }

    /// Away from the edges, where it has no mirrored pixels, the filter is `imresize`'s.
    @Test(arguments: [(31, 16), (128, 64), (100, 64), (65, 64), (48, 47), (8, 4)])
    func theReductionFilter(input: Int, output: Int) {
        let image = PlanarImage(channels: 2, height: input, width: input)
        var random = RandomStream(seed: 4)
        for i in 0..<image.sampleCount { image.view.base[i] = Float(random.uniform()) }
        let expected = image.resampled(toHeight: output, width: output, .bicubic)
        let (found, between) = (
            PlanarImage(channels: 2, height: output, width: output),
            PlanarImage(channels: 1, height: output, width: input)
        )
        var filter = DownsamplingFilter()
        filter.apply(from: image.view, to: found.view, between: between.view)
        let margin = 3
        guard output > 2 * margin else { return }
        for c in 0..<2 {
            for y in margin..<output - margin {
                for x in margin..<output - margin {
                    #expect(abs(found.view.row(c, y)[x] - expected.view.row(c, y)[x]) < 2e-5)
                }
            }
        }
    }

    @Test func greyPatches() throws {
        try data.writeNoise("a.png", width: 60, height: 60, seed: 3)
        let source = try sampler(["none"], .init(greyShare: 0.25))
        let grey = try (0..<400).count { sample in
            let target = try patch(source, step: 0, sample: sample).target
            return Array(target.samples[0..<256]) == Array(target.samples[256..<512])
        }
        #expect(abs(Double(grey) / 400 - 0.25) < 4 * (0.1875 / 400).squareRoot())
    }

    @Test func enlarging() throws {
        try data.writeNoise("a.png", width: 60, height: 60, seed: 3)
        let source = try sampler(["bicubic:2"])
        #expect(source.scale == 2 && source.largestSide == 30)
        let made = try patch(source, step: 0, sample: 5)
        var random = RandomState(seed: 0)
        let small = try BicubicDownsampling(by: 2).applied(to: made.target, random: &random)
        #expect(made.input.samples == small.samples)
        #expect(throws: TrainingDataError.patchSide(found: 31, expected: "at most 30, of the smallest picture")) {
            try patch(source, step: 0, sample: 5, side: 31)
        }
    }

    /// Prints what a worker makes a second.
    @Test func speed() throws {
        for i in 0..<4 { try data.writeNoise(FilePath("\(i).png"), width: 512, height: 384, seed: UInt64(i)) }
        let input = PlanarImage(channels: 3, height: 64, width: 64)
        let target = PlanarImage(channels: 3, height: 64, width: 64)
        let workspace = PatchWorkspace()
        for (name, texts, settings) in [
            ("white noise", ["gaussian:0-75"], PatchSampler.Settings()),
            ("white noise, half of the patches reduced", ["gaussian:0-75"], .init(reducedShare: 0.5)),
            ("grain and JPEG", ["grain:0-30:blur=0.5-1.5+jpeg:60-98"], .init()),
            ("grain", ["grain:0-30:blur=0.5-1.5"], .init()), ("JPEG", ["jpeg:60-98"], .init()),
            ("film", ["film:0-1"], .init()), ("film with a margin of 12", ["film:0-1"], .init(margin: 12)),
            ("poisson", ["poisson:5-100"], .init()), ("none", ["none"], .init()),
        ] {
            let source = try sampler(texts, settings)
            var best = Duration.seconds(9)
            for round in 0..<20 {
                let start = ContinuousClock.now
                for sample in 0..<16 {
                    _ = try source.makePatch(
                        step: round, sample: sample, input: input.view, target: target.view, workspace: workspace)
                }
                best = min(best, start.duration(to: .now))
            }
            let rate = 16 / (best / .seconds(1))
            print("patches of 64x64 RGB, \(name): \(Int(rate)) a second on one worker")
            // Loose, for machines that do other things too.
            #expect(rate > 40)
        }
    }
}
