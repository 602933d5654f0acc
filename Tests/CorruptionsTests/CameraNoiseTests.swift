import Corruptions
import Tensors
import Testing

/// What `camera` says of itself: deviations, correlations and brightness, as they are measured on pictures of one value.
@Suite struct CameraNoiseTests {
    private static let side = 128

    /// Figures of the noise on a grey, the mean over `seeds` pictures, in grey levels.
    private struct Figures {
        /// The root of the mean square over the channels.
        var deviation = 0.0
        var mean = 0.0
        /// Of horizontal and of vertical neighbours, the mean over the channels.
        var across = 0.0
        var down = 0.0
        /// The mean over the three pairs of channels.
        var channels = 0.0

        init(_ text: String, level: Float = 0.5, channels count: Int = 3, seeds: Range<UInt64> = 0..<8) throws {
            let corruption = try Corruption.parse(text)[0]
            let (side, size) = (CameraNoiseTests.side, CameraNoiseTests.side * CameraNoiseTests.side)
            let picture = PlanarImage(
                channels: count, height: side, width: side, samples: [Float](repeating: level, count: count * size))
            let share = 1 / Double(seeds.count)
            for seed in seeds {
                var random = RandomStream(seed: seed)
                let samples = try corruption.applied(to: picture, random: &random).samples
                let noise = (0..<count).map { c in
                    samples[c * size..<(c + 1) * size].map { Double($0 - level) * 255 }
                }
                let variances = noise.map { $0.reduce(0) { $0 + $1 * $1 } / Double(size) }
                deviation += share * (variances.reduce(0, +) / Double(count)).squareRoot()
                mean += share * noise.joined().reduce(0, +) / Double(count * size)
                for (plane, variance) in zip(noise, variances) {
                    across += share * Self.product(plane, offset: 1) / variance / Double(count)
                    down += share * Self.product(plane, offset: side) / variance / Double(count)
                }
                guard count == 3 else { continue }
                for (a, b) in [(0, 1), (0, 2), (1, 2)] {
                    let sum = zip(noise[a], noise[b]).reduce(0) { $0 + $1.0 * $1.1 } / Double(size)
                    channels += share * sum / (variances[a] * variances[b]).squareRoot() / 3
                }
            }
        }

        /// The mean product with what lies `offset` samples on; rows that end in the next one are too few to matter.
        private static func product(_ plane: [Double], offset: Int) -> Double {
            var sum = 0.0
            for i in 0..<plane.count - offset { sum += plane[i] * plane[i + offset] }
            return sum / Double(plane.count - offset)
        }
    }

    @Test func theGrammar() throws {
        for (text, expected) in [
            ("camera:6", "camera:6"), ("camera:sigma=6:read=0.1:vary=1:demosaic=malvar", "camera:6"),
            ("camera:2.5:vary=0.5:gamma=1:demosaic=bilinear", "camera:2.5:gamma=1:demosaic=bilinear:vary=0.5"),
            ("camera:75:blur=3:sharpen=1:chroma=5:colour=3", "camera:75:blur=3:sharpen=1:chroma=5:colour=3"),
            ("rician:15", "rician:15"),
        ] {
            #expect(try Corruption.parse(text).map(\.description) == [expected])
            #expect(try Corruption.parse(expected).map(\.description) == [expected])
        }
        // What the initialiser takes for standard is what the text does.
        #expect(CameraNoise(sigma: 6).description == "camera:6")
        #expect(throws: CorruptionError.outOfRange(kind: "camera", name: "sigma", found: "76", expected: "0 to 75")) {
            try Corruption.parse("camera:76")
        }
        #expect(throws: CorruptionError.missingParameter(kind: "camera", name: "sigma", example: "camera:6")) {
            try Corruption.parse("camera:blur=1")
        }
        #expect(
            throws: CorruptionError.malformed(
                kind: "camera", name: "demosaic", found: "ahd", expected: "bilinear or malvar")
        ) { try Corruption.parse("camera:6:demosaic=ahd") }
        let parsed = try Corruption.parse("camera:6+jpeg:90")[0]
        #expect(parsed.isNoisy && !parsed.isColourless && parsed.reduction == 1 && !parsed.isWhiteNoise)
    }

    /// Ranges in all numbers, lists of methods; every draw reads back.
    @Test func ranges() throws {
        let distribution = try CorruptionDistribution([
            "camera:1-12:read=0-0.2:gamma=1-2.4:blur=0-0.9:sharpen=0-0.3:chroma=0.5-2:colour=0.6-1.45:"
                + "demosaic=malvar,bilinear:vary=0-1+jpeg:85-97"
        ])
        var random = RandomStream(seed: 4)
        for _ in 0..<40 {
            let drawn = distribution.draw(using: &random)
            #expect(try Corruption.parse(drawn.description).map(\.description) == [drawn.description])
        }
    }

    /// Sigma is the deviation in the middle tone, whatever the other parameters are.
    @Test(
        arguments: [
            "", ":vary=0", ":demosaic=bilinear", ":read=0", ":read=1", ":gamma=1", ":gamma=3", ":blur=0", ":blur=1.5",
            ":sharpen=0", ":sharpen=0.6", ":chroma=0", ":chroma=3", ":colour=0", ":colour=2",
        ])
    func theDeviation(parameters: String) throws {
        // Wide blurs leave few independent values in a picture.
        for sigma in [1.0, 6, 30] {
            let found = try Figures("camera:\(sigma)\(parameters)").deviation
            #expect(abs(found / sigma - 1) < 0.05, "\(found) for \(sigma)")
            let grey = try Figures("camera:\(sigma)\(parameters)", channels: 1).deviation
            #expect(abs(grey / sigma - 1) < 0.05, "\(grey) for \(sigma) in grey")
        }
    }

    @Test func theDeviationOfMuchNoise() throws {
        for sigma in [50.0, 75] { #expect(abs(try Figures("camera:\(sigma)").deviation / sigma - 1) < 0.1) }
    }

    /// The table of `CameraNoise`.
    @Test(
        arguments: [
            ("", 0.60, 0.31), (":blur=0:chroma=0:sharpen=0", 0.40, 0.42), (":blur=0.35:colour=1.45", 0.59, 0.11),
            (":blur=0.62:colour=0.6", 0.59, 0.67), (":blur=0.7:colour=1.45", 0.77, 0.10),
            (":blur=0.9:colour=0.6", 0.76, 0.67), (":demosaic=bilinear", 0.70, 0.22), (":chroma=3", 0.65, 0.29),
        ])
    func correlations(parameters: String, neighbours: Double, channels: Double) throws {
        let found = try Figures("camera:6\(parameters)")
        #expect(abs(found.across - neighbours) < 0.02, "\(found)")
        #expect(abs(found.down - neighbours) < 0.03, "\(found)")
        #expect(abs(found.channels - channels) < 0.03, "\(found)")
    }

    /// How much stronger noise is on a light grey (0.85) than on a dark one (0.15).
    @Test(
        arguments: [
            ("", 0.69), (":read=0", 0.95), (":read=0.2", 0.56), (":gamma=1.5:read=0", 1.46), (":gamma=1:read=0", 2.14),
            (":gamma=1:read=1", 1),
        ])
    func brightness(parameters: String, ratio: Double) throws {
        let dark = try Figures("camera:6\(parameters)", level: 0.15).deviation
        let light = try Figures("camera:6\(parameters)", level: 0.85).deviation
        #expect(abs(light / dark - ratio) < 0.06 * ratio, "\(light / dark)")
    }

    /// Noise moves no mean, in no tone.
    @Test func theMean() throws {
        for level: Float in [0, 0.05, 0.2, 0.5, 0.8, 1] {
            let found = try Figures("camera:6:vary=0", level: level)
            #expect(abs(found.mean) < 0.1, "\(found.mean) at \(level)")
            #expect(found.deviation > 1, "\(level)")
        }
        #expect(abs(try Figures("camera:6", channels: 1).mean) < 0.1)
    }

    /// Cameras differ: from seed to seed in the noise's colour, and not where nothing may vary.
    @Test func cameras() throws {
        func ratio(_ text: String, seed: UInt64) throws -> Double {
            try Figures(text, level: 0.85, seeds: seed..<seed + 1).deviation
                / Figures(text, level: 0.15, seeds: seed..<seed + 1).deviation
        }
        let varied = try (0..<8 as Range<UInt64>).map { try ratio("camera:6:gamma=1:read=0", seed: $0) }
        let fixed = try (0..<8 as Range<UInt64>).map { try ratio("camera:6:gamma=1:read=0:vary=0", seed: $0) }
        func spread(_ values: [Double]) -> Double { (values.max() ?? 0) - (values.min() ?? 0) }
        #expect(spread(varied) > 0.2 && spread(fixed) < 0.1, "\(varied) \(fixed)")
    }

    @Test func seedsAndLevelZero() throws {
        let image = ramp(channels: 3, height: 37, width: 50)
        for channels in [1, 3] {
            let part = channels == 3 ? image : ramp(channels: 1, height: 37, width: 50)
            var (one, other, third) = (RandomStream(seed: 1), RandomStream(seed: 1), RandomStream(seed: 2))
            let noisy = try CameraNoise(sigma: 6).applied(to: part, random: &one).samples
            #expect(noisy == (try CameraNoise(sigma: 6).applied(to: part, random: &other).samples))
            #expect(one.nextWord() == other.nextWord())
            #expect(noisy != (try CameraNoise(sigma: 6).applied(to: part, random: &third).samples))
            #expect(part.samples == (try CameraNoise(sigma: 0).applied(to: part, random: &one).samples))
        }
    }

    /// Any size, down to one pixel, and samples beyond black and white.
    @Test(arguments: [(1, 1), (1, 2), (2, 1), (1, 300), (300, 1), (3, 5), (37, 129)])
    func sizes(height: Int, width: Int) throws {
        for text in ["camera:6", "camera:75:blur=3:sharpen=1:chroma=5:demosaic=bilinear", "camera:6:blur=0:sharpen=0"] {
            for channels in [1, 3] {
                var (stream, numpy) = (RandomStream(seed: 1), RandomState(seed: 1))
                let image = ramp(channels: channels, height: height, width: width)
                image.view.row(0, 0)[0] = -0.5
                image.view.row(channels - 1, height - 1)[width - 1] = 1.5
                let corruption = try Corruption.parse(text)[0]
                for result in [
                    try corruption.applied(to: image, random: &stream),
                    try corruption.applied(to: image, random: &numpy),
                ] {
                    #expect((result.channels, result.height, result.width) == (channels, height, width))
                    #expect(result.samples.allSatisfy { abs($0) < 4 })
                }
            }
        }
    }

    /// The noise at an edge is that of the middle.
    @Test func edges() throws {
        let side = 24
        let grey = PlanarImage(
            channels: 3, height: side, width: side, samples: [Float](repeating: 0.5, count: 3 * side * side))
        var (border, inside) = (0.0, 0.0)
        for seed in 0..<300 as Range<UInt64> {
            var random = RandomStream(seed: seed)
            let noisy = try CameraNoise(sigma: 6, vary: 0).applied(to: grey, random: &random)
            for c in 0..<3 {
                for i in 0..<side {
                    for (y, x) in [(0, i), (side - 1, i), (i, 0), (i, side - 1)] {
                        border += Double((noisy.view.row(c, y)[x] - 0.5) * (noisy.view.row(c, y)[x] - 0.5))
                    }
                    for y in [8, 9, 10, 11] {
                        inside += Double((noisy.view.row(c, y)[i] - 0.5) * (noisy.view.row(c, y)[i] - 0.5))
                    }
                }
            }
        }
        #expect(abs(border / inside - 1) < 0.05)
    }

    /// Normal noise in the light, Rayleigh's distribution in the black.
    @Test func magnitudes() throws {
        let size = 200 * 200
        for (level, mean, deviation) in [(Float(0), 20 * 1.2533, 20 * 0.6551), (0.8, 204 + 400 / 408, 20)] {
            var random = RandomStream(seed: 3)
            let picture = PlanarImage(
                channels: 1, height: 200, width: 200, samples: [Float](repeating: level, count: size))
            let samples = try RicianNoise(sigma: 20).applied(to: picture, random: &random).samples
                .map { Double($0) * 255 }
            let found = samples.reduce(0, +) / Double(size)
            let spread = (samples.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(size)).squareRoot()
            #expect(abs(found - mean) < 4 * deviation / 200, "\(found)")
            #expect(abs(spread - deviation) < 4 * deviation / 200, "\(spread)")
        }
        var random = RandomStream(seed: 3)
        let image = ramp(channels: 3, height: 9, width: 11)
        #expect(try RicianNoise(sigma: 0).applied(to: image, random: &random).samples == image.samples)
    }

    private func ramp(channels: Int, height: Int, width: Int) -> PlanarImage {
        let image = PlanarImage(channels: channels, height: height, width: width)
        for c in 0..<channels {
            for y in 0..<height {
                for x in 0..<width { image.view.row(c, y)[x] = Float((5 * x + 3 * y + 40 * c) % 256) / 255 }
            }
        }
        return image
    }
}
