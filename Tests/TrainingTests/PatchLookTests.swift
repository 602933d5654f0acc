import Corruptions
import SystemPackage
import Tensors
import Testing
import Training

/// What the sampler does beside the corruption: frames without colour, old prints, texture, margins.
@Suite struct PatchLookTests {
    let data: DataFolder

    init() throws { data = try DataFolder() }

    private func sampler(_ texts: [String], _ settings: PatchSampler.Settings = .init()) throws -> PatchSampler {
        let pool = try PicturePool(folders: [data.path], channels: 3, smallestSide: 16)
        return PatchSampler(pool: pool, corruptions: try CorruptionDistribution(texts), settings: settings, seed: 5)
    }

    private func patch(
        _ source: PatchSampler, _ sample: Int, side: Int = 16
    ) throws -> (input: PlanarImage, target: PlanarImage, facts: SampleFacts) {
        let input = PlanarImage(channels: 3, height: side, width: side)
        let target = PlanarImage(channels: 3, height: side * source.scale, width: side * source.scale)
        let facts = try source.makePatch(
            step: 1, sample: sample, input: input.view, target: target.view, workspace: PatchWorkspace())
        return (input, target, facts)
    }

    private func isGrey(_ image: PlanarImage) -> Bool {
        let count = image.height * image.width
        return (0..<count).allSatisfy {
            image.samples[$0] == image.samples[count + $0] && image.samples[$0] == image.samples[2 * count + $0]
        }
    }

    private func isUntouched(_ made: (input: PlanarImage, target: PlanarImage, facts: SampleFacts)) -> Bool {
        made.input.samples == made.target.samples
    }

    @Test func filmHasAGreyTarget() throws {
        try data.writeNoise("a.png", width: 90, height: 80, seed: 1)
        for margin in [0, 12] {
            let source = try sampler(["film:0-1", "gaussian:5"], .init(margin: margin))
            let grey = try (0..<80).count { sample in
                let made = try patch(source, sample)
                #expect(isGrey(made.target) == isGrey(made.input))
                return isGrey(made.target)
            }
            #expect((20...60).contains(grey))
        }
        // At level 0 nothing is left to restore.
        let nothing = try sampler(["film:0"])
        for sample in 0..<10 {
            let made = try patch(nothing, sample)
            #expect(isUntouched(made))
        }
    }

    /// The same patches with and without marks in the place of targets, input by input.
    @Test(arguments: [0, 12]) func marksOfDamage(margin: Int) throws {
        try data.writeNoise("a.png", width: 90, height: 80, seed: 1)
        let texts = ["dirt:4", "dirt:2-4:size=8", "none"]
        let (restoring, marking) = (
            try sampler(texts, .init(margin: margin)),
            try sampler(texts, .init(margin: margin, targetsDamageMask: true))
        )
        var damaged = 0
        for sample in 0..<30 {
            let (clean, marks) = (try patch(restoring, sample, side: 32), try patch(marking, sample, side: 32))
            let areAlike = clean.input.samples == marks.input.samples
            #expect(areAlike)
            let expected = (0..<1024).map { index in
                (0..<3).contains {
                    abs(clean.input.samples[$0 * 1024 + index] - clean.target.samples[$0 * 1024 + index]) > 10.0 / 255
                } ? Float(1) : 0
            }
            let areMarks = marks.target.samples == expected + expected + expected
            #expect(areMarks)
            damaged += expected.count { $0 == 1 }
        }
        #expect(damaged > 300 && damaged < 29_000, "\(damaged)")
    }

    @Test func oldPrints() throws {
        try data.write("a.png", width: 60, height: 50) { c, y, x in [200, 10 * (x % 20), 5 * (y % 50)][c] }
        let source = try sampler(["none"], .init(turns: false, toningShare: 0.5))
        let plain = try sampler(["none"])
        var (grey, tinted, faded, same) = (0, 0, 0, 0)
        for sample in 0..<600 {
            let made = try patch(source, sample)
            #expect(isUntouched(made))
            let samples = made.target.samples
            let ratios = (0..<16).map { samples[512 + 16 * $0 + 3] / max(0.01, samples[16 * $0 + 3]) }
            if isGrey(made.target) {
                grey += 1
            } else if (ratios.max() ?? 0) - (ratios.min() ?? 0) < 0.03 {
                tinted += 1
                #expect(ratios[0] > 0.5 && ratios[0] < 1)
            } else if samples[0] != 200.0 / 255 {
                faded += 1
            } else {
                same += 1
            }
        }
        #expect((60...120).contains(grey) && (100...175).contains(faded) && (250...350).contains(same))
        // Some tinted prints have faded too, and then are in no fixed ratio.
        #expect(tinted > 40)
        // No print is an old one unless asked for: the places are those of the plain sampler.
        for sample in 0..<20 { #expect(try patch(plain, sample).target.samples[0] == 200.0 / 255) }
    }

    /// Film that is tinted is tinted in the input as in the target, and has no other colour.
    @Test func tintedFilm() throws {
        try data.writeNoise("a.png", width: 90, height: 80, seed: 1)
        let source = try sampler(["film:0-1"], .init(toningShare: 1))
        var coloured = 0
        for sample in 0..<60 {
            let made = try patch(source, sample)
            #expect(isGrey(made.input) == isGrey(made.target))
            if !isGrey(made.target) { coloured += 1 }
            for image in [made.input, made.target] {
                let samples = image.samples
                let isWarm = (0..<256).allSatisfy { index -> Bool in
                    let (red, green): (Float, Float) = (samples[index], samples[256 + index])
                    let blue: Float = samples[512 + index]
                    return red >= green && green + 0.01 >= 0.8 * blue
                }
                #expect(isWarm)
            }
        }
        #expect((6...36).contains(coloured))
    }

    /// A quarter of the picture is noise, the rest is flat: of five places nearly always one with noise is taken.
    @Test func theMostTextured() throws {
        var random = RandomStream(seed: 4)
        try data.write("a.png", width: 400, height: 64) { _, _, x in x < 100 ? random.integer(below: 256) : 128 }
        func textured(_ texts: [String], _ settings: PatchSampler.Settings) throws -> Int {
            let source = try sampler(texts, settings)
            return try (0..<200).count { sample in
                let target = try patch(source, sample).target
                return Set(target.samples[0..<256]).count > 10
            }
        }
        let alone = try textured(["jpeg:90"], .init())
        #expect((30...80).contains(alone))
        // 1 - 0.7^5 = 0.83 of the places.
        #expect(try textured(["jpeg:90"], .init(textureChoices: 5)) > 145)
        #expect(try textured(["film:0.2"], .init(textureChoices: 5)) > 145)
        #expect((80...135).contains(try textured(["jpeg:90"], .init(textureChoices: 5, textureShare: 0.5))))
        // Where there is noise, places are as likely as ever.
        #expect(try textured(["gaussian:1+jpeg:90"], .init(textureChoices: 5)) < 80)
    }

    /// Targets are the picture's own pixels, and JPEG's blocks begin anywhere.
    @Test func margins() throws {
        try data.writeMap("a.png", width: 120, height: 100, tag: 9)
        let source = try sampler(["none"], .init(turns: false, margin: 12))
        #expect(source.largestSide == 76)
        var corners: Set<Int> = []
        for sample in 0..<60 {
            let made = try patch(source, sample)
            #expect(isUntouched(made))
            let found = bytes(made.target)
            #expect(found[1] == found[0] + 1 && found[256 + 16] == found[256] + 1)
            // 4 pixels from the edges at least.
            #expect(found[0] >= 4 && found[15] < 116 && found[256] >= 4 && found[256 + 240] < 96)
            corners.insert(found[0])
        }
        #expect(corners.count > 25)
        #expect(throws: TrainingDataError.patchSide(found: 77, expected: "at most 76, of the smallest picture")) {
            try patch(source, 0, side: 77)
        }
        // Where the input is smaller, the margin is in its pixels, and the two still fit.
        let halved = try sampler(["bicubic:2"], .init(turns: false, margin: 6))
        #expect(halved.largestSide == 38)
        for sample in 0..<20 {
            let made = try patch(halved, sample)
            let (small, large) = (made.input.samples, made.target.samples)
            for x in 0..<16 { #expect(abs(small[x] - (large[2 * x] + large[2 * x + 1]) / 2) < 1.01 / 255) }
        }
    }

    @Test func blocksBeginAnywhere() throws {
        var random = RandomStream(seed: 4)
        try data.write("a.png", width: 200, height: 200) { _, y, x in
            90 + (x + y) % 16 * 4 + random.integer(below: 12)
        }
        let source = try sampler(["jpeg:5:sampling=444"], .init(turns: false, margin: 12))
        /// The column, 0...7, at which neighbours differ most: where a block begins.
        func phase(_ image: PlanarImage) -> Int {
            var steps = [Float](repeating: 0, count: 8)
            for y in 0..<32 {
                let row = image.view.row(0, y)
                for x in 1..<32 { steps[x % 8] += abs(row[x] - row[x - 1]) }
            }
            return steps.indices.max { steps[$0] < steps[$1] } ?? 0
        }
        let phases = try (0..<60).map { phase(try patch(source, $0, side: 32).input) }
        #expect(Set(phases).count >= 6)
        let bare = try sampler(["jpeg:5:sampling=444"], .init(turns: false))
        let first = try (0..<60).count { phase(try patch(bare, $0, side: 32).input) == 0 }
        #expect(first > 40)
    }
}
