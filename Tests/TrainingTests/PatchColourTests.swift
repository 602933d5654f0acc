import Corruptions
import SystemPackage
import Tensors
import Testing
import Training

/// Pictures of generators among the patches, and colours that the pictures do not have.
@Suite struct PatchColourTests {
    let data: DataFolder

    init() throws { data = try DataFolder() }

    private func sampler(
        _ texts: [String], _ settings: PatchSampler.Settings, channels: Int = 3
    ) throws -> PatchSampler {
        let pool = try PicturePool(folders: [data.path], channels: channels, smallestSide: 16)
        return PatchSampler(pool: pool, corruptions: try CorruptionDistribution(texts), settings: settings, seed: 5)
    }

    private func patch(
        _ source: PatchSampler, _ sample: Int, side: Int = 16
    ) throws -> (input: PlanarImage, target: PlanarImage, facts: SampleFacts) {
        let input = PlanarImage(channels: source.channels, height: side, width: side)
        let target = PlanarImage(channels: source.channels, height: side * source.scale, width: side * source.scale)
        let facts = try source.makePatch(
            step: 1, sample: sample, input: input.view, target: target.view, workspace: PatchWorkspace())
        return (input, target, facts)
    }

    /// A flat picture of one colour.
    private func writeFlat(_ colour: [Int]) throws {
        try data.write("a.png", width: 80, height: 70) { c, _, _ in colour[c] }
    }

    private func isFlat(_ image: PlanarImage) -> Bool {
        let size = image.height * image.width
        return (0..<image.channels).allSatisfy { c in
            image.samples[c * size..<(c + 1) * size].allSatisfy { $0 == image.samples[c * size] }
        }
    }

    @Test(arguments: [0, 12], [1, 3]) func generatedOnesInTheirShare(margin: Int, channels: Int) throws {
        try writeFlat([90, 120, 40])
        let source = try sampler(["none"], .init(generatedShare: 0.3, margin: margin), channels: channels)
        var count = 0
        for sample in 0..<400 {
            let made = try patch(source, sample)
            #expect(made.input.samples == made.target.samples)
            #expect(made.target.samples.allSatisfy { abs(($0 * 255).rounded() / 255 - $0) < 1e-6 && 0...1 ~= $0 })
            if made.facts.picture == nil { count += 1 } else { #expect(isFlat(made.target)) }
        }
        // 120 expected, 4 deviations of 9.
        #expect((83...157).contains(count), "\(count)")
        let (first, again) = (try patch(source, 7), try patch(source, 7))
        #expect(first.target.samples == again.target.samples)
    }

    /// All kinds come, and go through the corruption as any patch.
    @Test func generatedOnesAreCorrupted() throws {
        try writeFlat([90, 120, 40])
        let source = try sampler(["bicubic:2"], .init(generatedShare: 1, margin: 6))
        let plain = try sampler(["gaussian:25"], .init(generatedShare: 1))
        for sample in 0..<40 {
            let made = try patch(source, sample)
            #expect(made.facts.picture == nil)
            let (small, large) = (made.input.samples.reduce(0, +) / 768, made.target.samples.reduce(0, +) / 3072)
            #expect(abs(small - large) < 0.06)
            let noisy = try patch(plain, sample)
            let squares = zip(noisy.input.samples, noisy.target.samples).reduce(Float(0)) {
                $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
            }
            #expect((0.08...0.12).contains((squares / 768).squareRoot()))
        }
        #expect(Set(try (0..<40).map { try patch(plain, $0).target.samples }).count == 40)
    }

    @Test func someCoverAPartOfThePicture() throws {
        try writeFlat([90, 120, 40])
        let source = try sampler(["none"], .init(generatedShare: 1, insetShare: 0.5))
        var (parts, wholes) = (0, 0)
        for sample in 0..<200 {
            let made = try patch(source, sample, side: 32)
            let corners = [0, 31, 31 * 32, 1023].count { abs(made.target.samples[$0] - 90.0 / 255) < 1e-6 }
            if made.facts.picture == nil {
                wholes += 1
            } else {
                parts += 1
                // Of a part of at most three quarters of the sides at least two corners are left.
                #expect(corners >= 2)
                let kept = made.target.samples[0..<1024].count { abs($0 - 90.0 / 255) < 1e-6 }
                #expect(kept >= 1024 * 7 / 16 - 1)
            }
        }
        #expect(parts > 60 && wholes > 60)
    }

    /// The greatest and the least of the three samples stay, where hues turn and channels are exchanged.
    @Test(arguments: [0, 12]) func huesTurn(margin: Int) throws {
        try writeFlat([200, 90, 20])
        let source = try sampler(["none"], .init(hueShare: 0.75, margin: margin))
        var colours: Set<[Int]> = []
        var same = 0
        for sample in 0..<400 {
            let made = try patch(source, sample)
            #expect(isFlat(made.target) && made.input.samples == made.target.samples)
            let found = bytes(made.target)
            let colour = [found[0], found[256], found[512]]
            #expect(colour.max() == 200 && colour.min() == 20, "\(colour)")
            if colour == [200, 90, 20] { same += 1 } else { colours.insert(colour) }
        }
        #expect((65...135).contains(same), "\(same)")
        // The five other orders of three samples, and many turned hues.
        let orders = [[200, 20, 90], [90, 200, 20], [20, 200, 90], [90, 20, 200], [20, 90, 200]]
        #expect(colours.isSuperset(of: orders) && colours.count > 60)
        #expect(colours.contains { $0[2] == 200 && $0[0] < 60 } && colours.contains { $0[1] == 20 && $0[0] > 180 })
    }

    @Test func greyStaysGrey() throws {
        try data.write("a.png", width: 60, height: 50) { _, y, x in (x * 5 + y * 3) % 256 }
        let changed = try sampler(["none"], .init(hueShare: 1, saturationShare: 1))
        let plain = try sampler(["none"], .init())
        for sample in 0..<30 {
            let (found, expected) = (try patch(changed, sample).target, try patch(plain, sample).target)
            #expect(found.samples == expected.samples)
        }
    }

    @Test func coloursBecomeStronger() throws {
        try writeFlat([130, 110, 150])
        let source = try sampler(["none"], .init(saturationShare: 0.5))
        var (stronger, strongest) = (0, 0)
        for sample in 0..<200 {
            let found = bytes(try patch(source, sample).target)
            let (red, green, blue) = (found[0], found[256], found[512])
            let luma = 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)
            #expect(abs(luma - 120.54) < 1.1)
            #expect(blue >= 150 && green <= 110)
            if blue > 150 { stronger += 1 }
            strongest = max(strongest, blue)
        }
        #expect((70...130).contains(stronger), "\(stronger)")
        #expect(strongest > 220)
        // Where clipping ends it, magenta is pure.
        try writeFlat([200, 60, 210])
        let clipped = try sampler(["none"], .init(saturationShare: 1))
        #expect(try (0..<60).contains { bytes(try patch(clipped, $0).target)[256] == 0 })
    }
}
