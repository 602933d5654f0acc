import Corruptions
import Tensors
import Testing

/// A picture of one value, so that statistics are those of the noise.
private func flat(_ value: Float, channels: Int = 3, height: Int = 200, width: Int = 200) -> PlanarImage {
    PlanarImage(
        channels: channels, height: height, width: width,
        samples: Array(repeating: value, count: channels * height * width))
}

private func textured(channels: Int = 3, height: Int = 40, width: Int = 52) -> PlanarImage {
    let image = PlanarImage(channels: channels, height: height, width: width)
    for c in 0..<channels {
        for y in 0..<height {
            for x in 0..<width {
                image.view.row(c, y)[x] = Float((x * x / 3 + y * 7 + c * 31 + x * y % 13) % 256) / 255
            }
        }
    }
    return image
}

@Suite struct StepTests {
    /// In grey whole pixels change, by one number each: those that change in a picture of one channel.
    @Test func greySaltAndPepperChangesWholePixels() throws {
        let grey = try #require(try Corruption.parse("saltpepper:0.3:salt=0.25:tone=grey").first)
        #expect(grey.description == "saltpepper:0.3:salt=0.25:tone=grey")
        let picture = textured()
        var (first, second) = (RandomStream(seed: 3), RandomStream(seed: 3))
        let found = try grey.applied(to: picture, random: &first)
        let marks = try grey.applied(to: flat(0.4, channels: 1, height: 40, width: 52), random: &second)
        for y in 0..<40 {
            for x in 0..<52 {
                let mark = marks.view.row(0, y)[x]
                for c in 0..<3 {
                    let expected = mark == 0 || mark == 1 ? mark : picture.view.row(c, y)[x]
                    #expect(found.view.row(c, y)[x] == expected)
                }
            }
        }
        let changed = marks.samples.count { $0 == 0 || $0 == 1 }
        #expect((500...750).contains(changed), "30 % of 2080: \(changed)")
        // In colour each channel has numbers of its own.
        var third = RandomStream(seed: 3)
        let colour = try #require(try Corruption.parse("saltpepper:0.3:salt=0.25").first)
        let other = try colour.applied(to: flat(0.4), random: &third)
        let differing = (0..<200 * 200).count { other.samples[$0] != other.samples[40_000 + $0] }
        #expect(differing > 10_000)
    }

    /// Mean and variance of the result on a grey of 0.4, within 4 standard errors, from both generators.
    @Test(
        arguments: [
            ("gaussian:25", 0.4, (25.0 / 255) * (25.0 / 255)),
            ("poisson:8", 0.4, 0.4 / 8),
            ("poisson:60", 0.4, 0.4 / 60),
            ("speckle:50", 0.4, 0.16 * (50.0 / 255) * (50.0 / 255)),
            ("saltpepper:0.3:salt=0.25", 0.4 * 0.7 + 0.3 * 0.25, 0.16 * 0.7 + 0.3 * 0.25 - 0.355 * 0.355),
            ("mask:0.25", 0.3, 0.16 * 0.75 - 0.09),
        ])
    func statistics(text: String, mean: Double, variance: Double) throws {
        let corruption = try Corruption.parse(text)[0]
        var (numpy, stream) = (RandomState(seed: 5), RandomStream(seed: 5))
        for noisy in [
            try corruption.applied(to: flat(0.4), random: &numpy),
            try corruption.applied(to: flat(0.4), random: &stream),
        ] {
            // Of a mask all channels agree: one counts.
            let samples = Array(noisy.samples.prefix(text.hasPrefix("mask") ? 40_000 : 120_000)).map(Double.init)
            let count = Double(samples.count)
            let found = samples.reduce(0, +) / count
            let squares = samples.map { ($0 - found) * ($0 - found) }
            let spread = squares.reduce(0, +) / count
            let fourth = squares.reduce(0) { $0 + $1 * $1 } / count
            #expect(abs(found - mean) < 4 * (variance / count).squareRoot())
            #expect(abs(spread - variance) < 4 * ((fourth - variance * variance) / count).squareRoot())
        }
    }

    @Test(
        // Small pictures need much dirt to get any.
        arguments: Corruption.kinds.map { $0.kind.example }.map { $0.hasPrefix("dirt") ? "dirt:4" : $0 } + [
            "none", "jpeg:30:dy=7:dx=2+quantise:8", "bicubic:2+jpeg:50",
        ])
    func seededAndWithoutTouchingTheOriginal(text: String) throws {
        let corruption = try Corruption.parse(text)[0]
        for channels in [1, 3] {
            let image = textured(channels: channels)
            var results: [[Float]] = []
            for seed: UInt64 in [3, 3, 4] {
                var random = RandomStream(seed: seed, 9, 1)
                results.append(try corruption.applied(to: image, random: &random).samples)
            }
            #expect(results[0] == results[1])
            #expect(image.samples == textured(channels: channels).samples)
            let isDrawn = [
                "gaussian", "grain", "camera", "poisson", "rician", "speckle", "salt", "mask", "film", "dirt",
                "dust", "crease", "tear", "stain", "scratch", "hair",
            ]
            .contains { text.hasPrefix($0) }
            #expect((results[0] != results[2]) == isDrawn)
            #expect((results[0] == image.samples) == (text == "none"))
        }
    }

    /// A step in place, and in a part of a larger memory, gives what it gives from image to image.
    @Test(arguments: Corruption.kinds.map { $0.kind.example })
    func views(text: String) throws {
        let corruption = try Corruption.parse(text)[0]
        let image = textured()
        var random = RandomStream(seed: 1)
        let expected = try corruption.applied(to: image, random: &random)
        let large = PlanarImage(channels: 4, height: 60, width: 71)
        let (height, width) = (40 / corruption.reduction, 52 / corruption.reduction)
        let target = large.view.channels(from: 1, count: 3).cropped(rows: 5..<5 + height, columns: 3..<3 + width)
        random = RandomStream(seed: 1)
        if corruption.reduction == 1 {
            target.copySamples(from: image.view)
            try corruption.apply(from: target, to: target, random: &random)
        } else {
            try corruption.apply(from: image.view, to: target, random: &random)
        }
        let found = PlanarImage(channels: 3, height: height, width: width)
        found.view.copySamples(from: target)
        #expect(found.samples == expected.samples)
    }

    @Test func stepsFollowOneAnother() throws {
        var (one, other) = (RandomState(seed: 2), RandomState(seed: 2))
        let whole = try Corruption.parse("area:2+gaussian:10+poisson:50")[0].applied(to: textured(), random: &one)
        var parts = try AreaDownsampling(by: 2).applied(to: textured(), random: &other)
        parts = try GaussianNoise(sigma: 10).applied(to: parts, random: &other)
        parts = try PoissonNoise(peak: 50).applied(to: parts, random: &other)
        #expect(whole.samples == parts.samples)
        #expect((whole.height, whole.width) == (20, 26))
        let twice = try Corruption.parse("area:2+jpeg:90+bilinear:3")[0]
        #expect(twice.reduction == 6)
        let small = try twice.applied(to: textured(), random: &one)
        #expect((small.height, small.width) == (6, 8))
        #expect(throws: CorruptionError.tooSmall(kind: "area:8", width: 52, height: 7)) {
            try AreaDownsampling(by: 8).applied(to: textured(height: 7), random: &one)
        }
    }

    @Test func identities() throws {
        var random = RandomStream(seed: 1)
        let image = textured()
        for text in ["gaussian:0", "speckle:0", "saltpepper:0", "mask:0", "blur:0", "motion:1", "quantise:8", "none"] {
            #expect(
                try Corruption.parse(text)[0].applied(to: image, random: &random).samples == image.samples, "\(text)")
        }
        #expect(try Masking(share: 1).applied(to: image, random: &random).samples.allSatisfy { $0 == 0 })
        #expect(
            try PoissonNoise(peak: 5).applied(to: flat(0, height: 9, width: 9), random: &random).samples.allSatisfy {
                $0 == 0
            })
        // A grey of any value stays that grey under what only mixes neighbours.
        for text in ["blur:2", "motion:9.5:angle=77", "area:3", "bilinear:3"] {
            let result = try Corruption.parse(text)[0].applied(to: flat(0.7, height: 31, width: 31), random: &random)
            #expect(result.samples.allSatisfy { abs($0 - 0.7) < 1e-6 }, "\(text)")
        }
    }

    @Test func blurWiderThanThePicture() throws {
        var random = RandomStream(seed: 1)
        for (height, width) in [(1, 1), (1, 7), (3, 2)] {
            let image = textured(height: height, width: width)
            let blurred = try GaussianBlur(deviation: 20).applied(to: image, random: &random)
            let moved = try MotionBlur(length: 100, angle: 45).applied(to: image, random: &random)
            #expect((blurred.samples + moved.samples).allSatisfy { $0 >= -1e-6 && $0 <= 1.000001 })
        }
    }

    @Test func aCodecThatRefuses() throws {
        var random = RandomStream(seed: 1)
        let wide = PlanarImage(channels: 1, height: 1, width: 65_501)
        #expect(throws: CorruptionError.self) { try JPEGArtefacts(quality: 50).applied(to: wide, random: &random) }
    }
}
