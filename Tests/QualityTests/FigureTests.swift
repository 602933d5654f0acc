import Corruptions
import Foundation
import Quality
import Tensors
import Testing
import Workers

/// `Tests/Fixtures/quality`: pictures made of whole numbers, and what NumPy and scikit-image say of them.
struct QualityFixture: Decodable, CustomTestStringConvertible {
    var height: Int
    var width: Int
    var kind: String
    var psnr: Double
    var channelPSNR: [Double]
    var ssim: Double
    var msSSIM: Double
    var msSSIMY: Double
    var psnrB: Double
    var psnrBY: Double
    var mae: Double
    var max: Double
    var blur: Double
    var sum: Int

    var testDescription: String { "\(kind) \(width)x\(height)" }

    static let all: [QualityFixture] = {
        struct File: Decodable { var rows: [QualityFixture] }
        return (try? Anchors.json("../quality/quality.json", as: File.self).rows) ?? []
    }()

    var clean: PlanarImage {
        Self.image(height, width) { c, y, x in
            40 + (x * 3 + y * 2) % 256 / 2 + (x / 24 + y / 17) % 3 * 20 + (x * y) % 7 * 3 + c * 5
        }
    }

    func degraded() throws -> PlanarImage {
        let clean = clean
        let levels = clean.samples.map { Int(($0 * 255).rounded()) }
        func level(_ c: Int, _ y: Int, _ x: Int) -> Int { levels[(c * height + y) * width + x] }
        switch kind {
        case "noise":
            var random = RandomState(seed: 0)
            return try GaussianNoise(sigma: 25).applied(to: clean, random: &random).rounded(toBits: 8)
        case "steps":
            return Self.image(height, width) { c, y, x in level(c, y, x) / 16 * 16 + 8 }
        default:
            return Self.image(height, width) { c, y, x in
                guard y < height / 8 * 8, x < width / 8 * 8 else { return level(c, y, x) }
                var sum = 0
                for v in y / 8 * 8..<y / 8 * 8 + 8 { for u in x / 8 * 8..<x / 8 * 8 + 8 { sum += level(c, v, u) } }
                return (level(c, y, x) + 3 * (sum / 64)) / 4
            }
        }
    }

    private static func image(_ height: Int, _ width: Int, _ level: (Int, Int, Int) -> Int) -> PlanarImage {
        let image = PlanarImage(channels: 3, height: height, width: width)
        for c in 0..<3 {
            for y in 0..<height { for x in 0..<width { image.view.row(c, y)[x] = Float(level(c, y, x)) / 255 } }
        }
        return image
    }
}

@Suite("Figures of NumPy and scikit-image on pictures made of whole numbers")
struct FigureTests {
    @Test("all figures", arguments: QualityFixture.all)
    func figures(expected: QualityFixture) throws {
        let image = try expected.degraded()
        let sum = image.samples.reduce(0) { $0 + Int(($1 * 255).rounded()) }
        #expect(sum == expected.sum, "the pictures differ")
        let found = try Comparison(reference: expected.clean, protocol: .awgn8Bit).figures(of: image, .after)
        #expect(abs(found.psnr - expected.psnr) < 1e-10)
        for (a, b) in zip(found.channelPSNR, expected.channelPSNR) { #expect(abs(a - b) < 1e-10) }
        #expect(found.channelPSNR.count == 3)
        #expect(abs(try #require(found.ssim) - expected.ssim) < 1e-6)
        #expect(abs(try #require(found.msSSIM) - expected.msSSIM) < 1e-6)
        #expect(abs(try #require(found.psnrB) - expected.psnrB) < 1e-7)
        #expect(abs(found.meanAbsoluteError - expected.mae) < 1e-10)
        #expect(found.maximumDifference == expected.max)
        let luma = try Comparison(reference: expected.clean, protocol: .awgn8Bit.on(.luma)).figures(of: image, .after)
        #expect(abs(try #require(luma.msSSIM) - expected.msSSIMY) < 1e-6)
        #expect(abs(try #require(luma.psnrB) - expected.psnrBY) < 1e-5)
        #expect(luma.channelPSNR == [luma.psnr])
    }

    @Test("there are fixtures") func fixtures() { #expect(QualityFixture.all.count == 9) }

    @Test("blur, by scikit-image", arguments: QualityFixture.all)
    func blur(expected: QualityFixture) throws {
        let value = try #require(try BlurEffect.value(of: expected.degraded().channel(1)))
        #expect(abs(value - expected.blur) < 1e-5)
    }

    @Test("only what was asked for")
    func asked() throws {
        let row = try #require(QualityFixture.all.first)
        let comparison = Comparison(reference: row.clean, protocol: .awgn8Bit)
        let few = try comparison.figures(of: row.degraded(), .after, metrics: [.psnr])
        #expect(few.ssim == nil && few.msSSIM == nil && few.psnrB == nil)
        let all = try comparison.figures(of: row.degraded(), .after)
        for metric in Metric.allCases {
            let values = all.values(of: metric, channels: .rgb)
            #expect(values.map(\.channels) == (metric == .channelPSNR ? [.red, .green, .blue] : [.rgb]))
            #expect(values.allSatisfy { $0.metric == (metric == .channelPSNR ? .psnr : metric) })
        }
        #expect(all.values(of: .channelPSNR, channels: .rgb).map(\.value) == all.channelPSNR)
        #expect(few.psnr == all.psnr && few.meanAbsoluteError == all.meanAbsoluteError)
        #expect(few.values(of: .ssim, channels: .rgb).isEmpty)
    }

    @Test("equal pictures, and small ones")
    func edges() throws {
        let row = try #require(QualityFixture.all.first)
        let equal = try Comparison(reference: row.clean, protocol: .awgn8Bit).figures(of: row.clean, .after)
        #expect(equal.psnr == .infinity && equal.channelPSNR == [.infinity, .infinity, .infinity])
        #expect(equal.ssim == 1 && equal.msSSIM == 1)
        #expect(equal.meanAbsoluteError == 0 && equal.maximumDifference == 0)
        // Blocks that stand in the picture itself are no error of it, but they count as one.
        #expect(equal.psnrB != nil)
        for side in [1, 7, 10, 11, 12, 16, 175] {
            let a = PlanarImage(
                channels: 1, height: side, width: side, samples: [Float](repeating: 0.25, count: side * side))
            let found = try Comparison(reference: a, protocol: .awgn8Bit).figures(of: a.filled(0.5, 0, 0, 0), .after)
            #expect((found.ssim != nil) == (side >= 11))
            #expect(found.msSSIM == nil)
            #expect(found.psnr.isFinite)
        }
    }

    @Test("parts may run anywhere and in any order")
    func sharing() throws {
        let row = try #require(QualityFixture.all.last)
        let comparison = Comparison(reference: row.clean, protocol: .awgn)
        let image = try row.degraded()
        let alone = try comparison.figures(of: image, .after)
        let reversed = ParallelLoop(workerCount: 1) { count, body in
            for part in (0..<count).reversed() { body(0, part) }
        }
        let backwards = try comparison.figures(of: image, .after, sharing: reversed)
        let together = try comparison.figures(of: image, .after, sharing: .threads(8))
        #expect(alone == backwards && alone == together)
    }
}

@Suite("Blocks of 8x8")
struct BlockinessTests {
    @Test("blocks are found where they begin", arguments: [(0, 0), (3, 5), (7, 1)])
    func places(column: Int, row: Int) throws {
        let fixture = try #require(QualityFixture.all.first { $0.kind == "blocks" })
        let blocks = try fixture.degraded()
        let (height, width) = (fixture.height - 8, fixture.width - 8)
        let cut = PlanarImage(channels: 3, height: height, width: width)
        // Cut so that the next block begins at `column`, `row`.
        let (x, y) = ((8 - column) % 8, (8 - row) % 8)
        cut.view.copySamples(from: blocks.view.cropped(rows: y..<y + height, columns: x..<x + width))
        let found = try #require(try Blockiness(of: cut))
        #expect((found.column, found.row) == (column, row))
        #expect(found.value > 1.5)
        let clean = try #require(try Blockiness(of: fixture.clean))
        #expect(clean.value < found.value - 0.3)
    }

    @Test("a flat picture and a small one have none")
    func none() throws {
        #expect(try Blockiness(of: PlanarImage(channels: 1, height: 40, width: 40)) == nil)
        #expect(try Blockiness(of: testPicture().filled(0.5, 0, 0, 0)) != nil)
        #expect(try Blockiness(of: PlanarImage(channels: 3, height: 15, width: 99)) == nil)
        #expect(try BlurEffect.value(of: PlanarImage(channels: 1, height: 40, width: 40)) == nil)
        #expect(try BlurEffect.value(of: PlanarImage(channels: 1, height: 12, width: 40)) == nil)
        #expect(throws: QualityError.notFinite(channel: 1, row: 2, column: 3)) {
            try Blockiness(of: testPicture().filled(.nan, 1, 2, 3))
        }
    }
}
