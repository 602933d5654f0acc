import Batches
import Foundation
import Quality
import Reports
import Tensors
import Testing

/// A part restored again and again, by methods whose answers are known.
@Suite struct PartExaminationTests {
    private static let side = PartExamination.side

    /// Soft shades, and the same under white noise of this deviation (of 255).
    private func picture(sigma: Float, channels: Int = 3) -> (clean: PlanarImage, noisy: PlanarImage) {
        let side = Self.side
        let clean = (0..<channels * side * side).map { index -> Float in
            let (x, y) = (index % side, index / side % side)
            return Float(0.5 + 0.15 * sin(Double(x) / 17) + 0.15 * cos(Double(y) / 23))
        }
        var noisy = [Float](repeating: 0, count: clean.count)
        var random = RandomStream(seed: 4)
        random.addNormal(deviation: sigma / 255, to: clean, sums: &noisy, count: clean.count)
        return (
            PlanarImage(channels: channels, height: side, width: side, samples: clean),
            PlanarImage(channels: channels, height: side, width: side, samples: noisy)
        )
    }

    /// The mean of 3x3 pixels, edges repeated.
    private func smoothed(_ image: PlanarImage) -> PlanarImage {
        let result = PlanarImage(channels: image.channels, height: image.height, width: image.width)
        for c in 0..<image.channels {
            for y in 0..<image.height {
                for x in 0..<image.width {
                    var sum: Float = 0
                    for dy in -1...1 {
                        let row = image.view.row(c, min(image.height - 1, max(0, y + dy)))
                        for dx in -1...1 { sum += row[min(image.width - 1, max(0, x + dx))] }
                    }
                    result.view.row(c, y)[x] = sum / 9
                }
            }
        }
        return result
    }

    private func psnr(_ a: PlanarImage, _ b: PlanarImage) -> Double {
        let squares = zip(a.samples, b.samples).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        return -10 * log10(squares / Double(a.sampleCount))
    }

    @Test(arguments: [Float(8), 20], [1, 3])
    func theExpectedErrorIsTheTrueOne(sigma: Float, channels: Int) throws {
        let (clean, noisy) = picture(sigma: sigma, channels: channels)
        let noise = NoiseEstimate(of: noisy)
        let found = try #require(PartExamination(of: noisy, noise: noise) { smoothed($0) })
        let expected = try #require(found.figures.expectedPSNR)
        #expect(abs(expected.before - psnr(noisy, clean)) < 0.2)
        // A ninth of the noise is left: sigma wrong by a hundredth makes 0.7 dB of it.
        #expect(abs(expected.after - psnr(smoothed(noisy), clean)) < 1)
        // A mean of squares does not ask which way up.
        #expect(found.figures.disagreement < 1e-3)
        // What returns everything leaves all of the noise, what returns half of it a quarter and half of the picture.
        let all = try #require(PartExamination(of: noisy, noise: noise) { $0 }?.figures.expectedPSNR)
        #expect(abs(all.after - all.before) < 0.05)
        let darker = PlanarImage(
            channels: channels, height: Self.side, width: Self.side, samples: noisy.samples.map { 0.6 * $0 + 0.1 })
        let half = try #require(
            PartExamination(of: noisy, noise: noise) { image in
                PlanarImage(
                    channels: channels, height: image.height, width: image.width,
                    samples: image.samples.map { 0.6 * $0 + 0.1 })
            }?.figures.expectedPSNR)
        #expect(abs(half.after - psnr(darker, clean)) < 0.3)
    }

    @Test func whatAsksWhichWayUpDisagrees() throws {
        let (_, noisy) = picture(sigma: 10, channels: 1)
        // Every second row stays: of the eight ways half leave a sample where it is even from the top, half from the bottom.
        let found = try #require(
            PartExamination(of: noisy, noise: NoiseEstimate(of: noisy)) { image in
                let result = PlanarImage(
                    channels: 1, height: image.height, width: image.width, samples: image.samples)
                for y in stride(from: 0, to: image.height, by: 2) {
                    for x in 0..<image.width { result.view.row(0, y)[x] += 4 / 255 }
                }
                return result
            })
        // Each sample gets 4 levels more in four of the eight: a deviation of 2.
        #expect(abs(found.figures.disagreement - 2) < 1e-3)
    }

    @Test func whereItCannotBeTold() throws {
        // Correlated noise, and next to none: no expectation.
        let (clean, noisy) = picture(sigma: 15)
        let grain = smoothed(noisy)
        #expect(NoiseEstimate(of: grain).isCorrelated)
        #expect(PartExamination(of: grain, noise: NoiseEstimate(of: grain)) { $0 }?.figures.expectedPSNR == nil)
        #expect(PartExamination(of: clean, noise: NoiseEstimate(of: clean)) { $0 }?.figures.expectedPSNR == nil)
        // Noise that black cuts off.
        let dark = PlanarImage(
            channels: 3, height: Self.side, width: Self.side, samples: noisy.samples.map { $0 - 0.6 })
        #expect(PartExamination(of: dark, noise: NoiseEstimate(of: noisy)) { $0 }?.figures.expectedPSNR == nil)
        // Small parts: nothing at all.
        let small = PlanarImage(channels: 3, height: 31, width: 200)
        #expect(PartExamination(of: small, noise: NoiseEstimate(of: small)) { $0 } == nil)
    }
}
