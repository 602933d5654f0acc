import Corruptions
import Foundation
import Quality
import Tensors
import Testing
import Workers

/// PSNR and SSIM by plain loops in Float64, one window after the other.
private func plainScores(_ a: [Double], _ b: [Double], height: Int, width: Int) -> (psnr: Double, ssim: Double) {
    let error = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(a.count)
    let raw = (-5...5).map { exp(-Double($0 * $0) / 4.5) }
    let weights = raw.map { $0 / raw.reduce(0, +) }
    var sum = 0.0
    for y in 0...height - 11 {
        for x in 0...width - 11 {
            var (ma, mb, aa, bb, ab) = (0.0, 0.0, 0.0, 0.0, 0.0)
            for v in 0..<11 {
                for u in 0..<11 {
                    let w = weights[v] * weights[u]
                    let (p, q) = (a[(y + v) * width + x + u], b[(y + v) * width + x + u])
                    (ma, mb, aa, bb, ab) = (ma + w * p, mb + w * q, aa + w * p * p, bb + w * q * q, ab + w * p * q)
                }
            }
            let (c1, c2) = (2.55 * 2.55, 7.65 * 7.65)
            sum +=
                (2 * ma * mb + c1) * (2 * (ab - ma * mb) + c2)
                / ((ma * ma + mb * mb + c1) * (aa - ma * ma + bb - mb * mb + c2))
        }
    }
    return (10 * log10(65025 / error), sum / Double((height - 10) * (width - 10)))
}

@Suite("Float32 about a local mean against Float64")
struct FloatingPrecisionTests {
    /// Sizes around the strips of 246 and the bands of 128, levels where squares lose the most.
    @Test(
        arguments: [(11, 11), (12, 256), (128, 246), (139, 257), (150, 503)],
        [(Float(0), Float(1)), (0.9, 0.1), (0.998, 0.002)])
    func scores(size: (Int, Int), range: (Float, Float)) throws {
        let (height, width) = size
        var random = RandomState(seed: 3)
        let noise = try GaussianNoise(sigma: 20).applied(
            to: PlanarImage(channels: 2, height: height, width: width), random: &random)
        let (a, b) = (
            PlanarImage(channels: 1, height: height, width: width),
            PlanarImage(channels: 1, height: height, width: width)
        )
        for y in 0..<height {
            for x in 0..<width {
                let wave = 0.5 + 0.5 * sin(Float(x) / 9) * cos(Float(y) / 7)
                a.view.row(0, y)[x] = range.0 + range.1 * wave
                b.view.row(0, y)[x] = range.0 + range.1 * (wave + noise.view.row(0, y)[x] + (x > 100 ? 0.1 : 0))
            }
        }
        let measured = MeasurementProtocol(
            name: "float", channels: .stored, border: 0, referenceRounding: .none, beforeRounding: .none,
            afterRounding: .none)
        let found = try Comparison(reference: a, protocol: measured).scores(of: b, .before)
        let expected = plainScores(
            a.samples.map { Double($0) * 255 }, b.samples.map { Double($0) * 255 }, height: height, width: width)
        #expect(abs(found.psnr - expected.psnr) < 1e-5)
        #expect(abs(try #require(found.ssim) - expected.ssim) < 2e-6)
    }
}

/// Printed, not judged: 12 megapixels of RGB on two threads, and on one.
@Suite(
    "Speed of measuring",
    .enabled(if: ProcessInfo.processInfo.environment["RETOUCH_KERNEL_SPEED"] != nil))
struct MeasuringSpeedTests {
    @Test func twelveMegapixels() throws {
        let (height, width) = (3000, 4000)
        let (a, b) = (
            PlanarImage(channels: 3, height: height, width: width),
            PlanarImage(channels: 3, height: height, width: width)
        )
        var random = RandomStream(seed: 1)
        for c in 0..<3 {
            for y in 0..<height {
                let (p, q) = (a.view.row(c, y), b.view.row(c, y))
                random.fillNormal(q, count: width)
                for x in 0..<width {
                    p[x] = 0.5 + 0.3 * sin(Float(x + 20 * c) / 40) * cos(Float(y) / 30)
                    q[x] = p[x] + 0.05 * q[x]
                }
            }
        }
        let sets: [(String, Set<Metric>)] = [
            ("PSNR", [.psnr]), ("PSNR and SSIM", [.psnr, .ssim]), ("all", Set(Metric.allCases)),
        ]
        for (name, metrics) in sets {
            for threads in [1, 2] {
                let comparison = Comparison(reference: a, protocol: .awgn8Bit)
                var times: [Double] = []
                for _ in 0..<5 {
                    let start = ContinuousClock.now
                    _ = try comparison.figures(of: b, .after, metrics: metrics, sharing: .threads(threads))
                    times.append((ContinuousClock.now - start) / .seconds(1))
                }
                print("\(name), \(threads) thread(s): \(times.sorted()[2]) s, fastest \(times.min() ?? 0) s")
            }
        }
    }
}
