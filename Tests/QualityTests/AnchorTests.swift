import Corruptions
import Foundation
import Imaging
import Quality
import SystemPackage
import Tensors
import TestFolders
import Testing

/// `Tests/Fixtures/anchors`: crops of photographs and what NumPy, scikit-image and Pillow say of them.
enum Anchors {
    static let folder = fixtureFolder.appending("anchors")

    static func json<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: folder.appending(name).string)))
    }

    static func image(_ name: String) throws -> PlanarImage {
        try Picture(reading: folder.appending(name)).image
    }
}

@Suite("Figures of other programs on crops of photographs")
struct AnchorTests {
    struct Pairs: Decodable {
        struct Pair: Decodable {
            var a: String
            var b: String
            var border: Int
            var psnrRGB: Double
            var ssimRGB: Double
            var psnrY: Double
            var ssimY: Double
        }
        var pairs: [Pair]
    }

    @Test("PSNR and SSIM in RGB and Y with borders, by scikit-image")
    func quality() throws {
        let pairs = try Anchors.json("quality.json", as: Pairs.self).pairs
        #expect(pairs.count >= 20)
        for pair in pairs {
            let (reference, image) = (try Anchors.image(pair.a), try Anchors.image(pair.b))
            let luma = MeasurementProtocol.srRGB(scale: pair.border)
            let y = try Comparison(reference: reference, protocol: luma).scores(of: image, .after)
            let rgb = try Comparison(reference: reference, protocol: luma.on(.stored)).scores(of: image, .after)
            #expect(abs(y.psnr - pair.psnrY) < 1e-6, "\(pair.b)")
            #expect(abs(rgb.psnr - pair.psnrRGB) < 1e-9, "\(pair.b)")
            #expect(abs(try #require(y.ssim) - pair.ssimY) < 1e-6, "\(pair.b)")
            #expect(abs(try #require(rgb.ssim) - pair.ssimRGB) < 1e-6, "\(pair.b)")
        }
    }

    struct Noise: Decodable {
        struct Row: Decodable {
            var picture: String
            var sigma: Double
            var psnrFloat: Double
            var psnr8bit: Double
        }
        var rows: [Row]
    }

    @Test("seeded noise, as float and as an 8-bit file holds it")
    func noise() throws {
        let rows = try Anchors.json("awgn.json", as: Noise.self).rows
        #expect(rows.count >= 9)
        for row in rows {
            let clean = try Anchors.image(row.picture)
            var random = RandomState(seed: 0)
            let noisy = try GaussianNoise(sigma: row.sigma).applied(to: clean, random: &random)
            let float = try Comparison(reference: clean, protocol: .awgn).scores(of: noisy, .before, ssim: false)
            #expect(abs(float.psnr - row.psnrFloat) < 1e-5)
            let stored = try Comparison(reference: clean, protocol: .awgn8Bit).scores(
                of: noisy.rounded(toBits: 8), .before, ssim: false)
            #expect(abs(stored.psnr - row.psnr8bit) < 1e-9)
        }
    }

    struct Resampled: Decodable {
        struct Figures: Decodable {
            var psnr: Double
            var ssim: Double
        }
        struct Row: Decodable {
            var picture: String
            var scale: Int
            var srY: Figures
            var srRGB: Figures
            enum CodingKeys: String, CodingKey {
                case picture, scale
                case srY = "sr-y"
                case srRGB = "sr-rgb"
            }
        }
        var rows: [Row]
    }

    @Test("bicubic down and up by the two protocols of enlarging")
    func enlarging() throws {
        let rows = try Anchors.json("resampling.json", as: Resampled.self).rows
        #expect(rows.count >= 9)
        for row in rows {
            let clean = try #require(try Anchors.image(row.picture).cut(toMultipleOf: row.scale))
            func downAndUp(_ image: PlanarImage, rounding: Bool) -> PlanarImage {
                let small = image.resampled(toHeight: image.height / row.scale, width: image.width / row.scale)
                return (rounding ? small.rounded(toBits: 8) : small).resampled(
                    toHeight: image.height, width: image.width)
            }
            let rgb = try Comparison(reference: clean, protocol: .srRGB(scale: row.scale)).scores(
                of: downAndUp(clean, rounding: true), .after)
            #expect(abs(rgb.psnr - row.srRGB.psnr) < 1e-3)
            #expect(abs(try #require(rgb.ssim) - row.srRGB.ssim) < 1e-4)
            let luma = try Luma.plane(of: clean, rounded: true)
            let y = try Comparison(reference: luma, protocol: .srY(scale: row.scale)).scores(
                of: downAndUp(luma, rounding: false), .after)
            #expect(abs(y.psnr - row.srY.psnr) < 1e-3)
            #expect(abs(try #require(y.ssim) - row.srY.ssim) < 1e-4)
        }
    }

    @Test("small pictures as the published ones are made, every sample", arguments: [2, 3, 4])
    func published(factor: Int) throws {
        var random = RandomState(seed: 0)
        let made = try BicubicDownsampling(by: factor).applied(to: Anchors.image("city.png"), random: &random)
        let published = try Anchors.image("city-down\(factor)-published.png")
        #expect(made.height == published.height && made.width == published.width)
        #expect(made.rounded(toBits: 8).samples == published.samples)
    }

    struct Normal: Decodable {
        struct Values: Decodable {
            var seed: UInt32
            var values: [Double]
        }
        struct Words: Decodable {
            var seed: UInt32
            var first: [UInt32]
        }
        struct Doubles: Decodable {
            var seed: UInt32
            var first: [Double]
        }
        struct Later: Decodable {
            var seed: UInt32
            var index: Int
            var values: [Double]
        }
        struct Sums: Decodable {
            var seed: UInt32
            var count: Int
            var sum: Double
            var sumOfSquares: Double
        }
        struct Scaled: Decodable {
            var seed: UInt32
            var sigma: Double
            var shape: [Int]
            var values: [Double]
        }
        var words: Words
        var doubles: Doubles
        var first: Values
        var later: [Later]
        var sums: Sums
        var scaled: [Scaled]
    }

    @Test("NumPy's legacy generator, value by value")
    func normal() throws {
        let anchors = try Anchors.json("normal.json", as: Normal.self)
        var twister = MersenneTwister(seed: anchors.words.seed)
        for word in anchors.words.first { #expect(twister.next() == word) }
        var uniform = RandomState(seed: anchors.doubles.seed)
        for value in anchors.doubles.first { #expect(uniform.uniform() == value) }

        func expectEqual(_ found: Double, _ expected: Double) {
            // Another C library's logarithm may differ in the last bit.
            #expect(found == expected || !areTestsLong && abs(found - expected) <= 4 * expected.ulp)
        }
        var random = RandomState(seed: anchors.sums.seed)
        let values = (0..<anchors.sums.count).map { _ in random.normal() }
        for (found, expected) in zip(values, anchors.first.values) { expectEqual(found, expected) }
        for later in anchors.later {
            for (offset, expected) in later.values.enumerated() { expectEqual(values[later.index + offset], expected) }
        }
        #expect(abs(values.reduce(0, +) - anchors.sums.sum) < 1e-9)
        #expect(abs(values.reduce(0) { $0 + $1 * $1 } - anchors.sums.sumOfSquares) < 1e-7)
        for scaled in anchors.scaled {
            var random = RandomState(seed: scaled.seed)
            #expect(scaled.values.count == scaled.shape.reduce(1, *))
            for value in scaled.values { expectEqual(random.normal(mean: 0, deviation: scaled.sigma / 255), value) }
        }
    }
}
