import Corruptions
import Foundation
import Imaging
import Quality
import SystemPackage
import Tensors
import TestFolders
import Testing

/// The noise of pictures that were made, and of photographs with and without noise.
@Suite("Noise profiles")
struct NoiseProfileTests {
    private func flat(_ height: Int, _ width: Int, channels: Int = 3, _ level: (Int, Int, Int) -> Float) -> PlanarImage
    {
        let image = PlanarImage(channels: channels, height: height, width: width)
        for c in 0..<channels {
            for y in 0..<height { for x in 0..<width { image.view.row(c, y)[x] = level(c, y, x) } }
        }
        return image
    }

    private func photograph(_ name: String) throws -> PlanarImage {
        try Picture(reading: repository.pushing("samples/clean").appending(name)).image
    }

    private func corrupted(_ image: PlanarImage, _ text: String, seed: UInt32 = 1) throws -> PlanarImage {
        var random = RandomState(seed: seed)
        let corruption = try #require(Corruption.parse(text).first)
        return try corruption.applied(to: image, random: &random).rounded(toBits: 8)
    }

    @Test("A surface of second degree has no noise; white noise has its deviation", arguments: [1, 3])
    func surface(channels: Int) throws {
        let image = flat(160, 160, channels: channels) { c, y, x in
            0.2 + Float(c) * 0.05 + Float(x) / 400 + Float(y * y) / 100_000 + Float(x * y) / 200_000
        }
        let clean = try #require(NoiseProfile(of: image))
        #expect(clean.floor < 0.05 && clean.kind == .none)
        var random = RandomState(seed: 2)
        let noisy = try GaussianNoise(sigma: 8).applied(to: image, random: &random)
        let profile = try #require(NoiseProfile(of: noisy))
        // The smoothest of many blocks: a little below the deviation itself.
        #expect(profile.floor > 6.9 && profile.floor < 8.1, "\(profile.floor)")
        #expect(abs(profile.neighbourCorrelation) < 0.05 && profile.kind == .white)
        #expect(abs(profile.deviation(at: 120) - 8) < 1.2)
    }

    @Test("The curve follows noise that grows with brightness")
    func curve() throws {
        let image = flat(256, 256) { _, _, x in 0.05 + 0.9 * Float(x) / 255 }
        var random = RandomState(seed: 3)
        let draws = try GaussianNoise(sigma: 1).applied(to: flat(256, 256) { _, _, _ in 0 }, random: &random)
        for c in 0..<3 {
            for y in 0..<256 {
                for x in 0..<256 { image.view.row(c, y)[x] += draws.view.row(c, y)[x] * (2 + 8 * Float(x) / 255) }
            }
        }
        let profile = try #require(NoiseProfile(of: image))
        for level in [48.0, 112, 176, 208] {
            let expected = 2 + 8 * (level / 255 - 0.05) / 0.9
            #expect(abs(profile.deviation(at: level) - expected) < 0.2 * expected + 0.3, "\(level): \(profile.curve)")
        }
    }

    @Test("Patterns are no noise")
    func patterns() throws {
        let patterns: [(String, PlanarImage)] = [
            ("checker", flat(128, 128) { _, y, x in (x + y) & 1 == 0 ? 1 : 0 }),
            ("columns", flat(128, 128) { _, _, x in x & 1 == 0 ? 1 : 0 }),
            ("weave", flat(128, 128) { _, y, x in 0.5 + 0.1 * (sin(Float(x) * 1.1) + sin(Float(y) * 1.3)) }),
            (
                "screen",
                flat(128, 128, channels: 1) { _, y, x in
                    sin(Float(x + y) * 0.9) + sin(Float(x - y) * 0.9) > 0.3 ? 0.9 : 0.1
                }
            ),
        ]
        for (name, image) in patterns { #expect(NoiseProfile(of: image)?.kind == NoiseProfile.Kind.none, "\(name)") }
        for kind in [GeneratedPicture.Kind.orderedDither, .diffusedDither, .halftone, .checker, .lines] {
            for seed in UInt64(0)..<6 {
                let image = GeneratedPicture(kind, seed: seed).image(height: 192, width: 192)
                #expect(NoiseProfile(of: image)?.kind == NoiseProfile.Kind.none, "\(kind) \(seed)")
            }
        }
    }

    @Test("Photographs as they are show none, and that of cameras, film and white noise is told")
    func photographs() throws {
        for name in ["dog.png", "flowers.png", "nyc.png", "sumac.png", "waves.png"] {
            let image = try photograph(name)
            #expect(NoiseProfile(of: image)?.kind == NoiseProfile.Kind.none, "\(name)")
            for (text, kind) in [
                ("camera:6:vary=0", NoiseProfile.Kind.correlated), ("grain:10:blur=1", .correlated),
                ("gaussian:15", .white),
            ] {
                let noisy = try corrupted(image, text)
                let profile = try #require(NoiseProfile(of: noisy))
                #expect(profile.kind == kind, "\(name) \(text) \(profile)")
            }
        }
    }

    @Test("Small pictures have none; samples that are no numbers do not trap")
    func small() throws {
        #expect(NoiseProfile(of: flat(15, 200) { _, _, _ in 0.5 }) == nil)
        #expect(NoiseProfile(of: flat(16, 16, channels: 1) { _, _, _ in 0.5 })?.floor == 0)
        #expect(NoiseProfile(of: flat(40, 40) { _, y, x in x == y ? .nan : .infinity }) != nil)
        #expect(NoiseProfile(of: flat(40, 40, channels: 4) { c, _, x in c == 3 ? Float(x & 1) : 0.5 })?.floor == 0)
    }
}
