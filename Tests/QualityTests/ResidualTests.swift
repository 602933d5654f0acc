import Foundation
import Quality
import Tensors
import Testing

@Suite("What was taken away from a picture")
struct ResidualTests {
    private func figures(_ before: PlanarImage, _ after: PlanarImage, bands: [Int]) -> ResidualFigures? {
        var pass = ResidualPass(width: before.width, channels: before.channels)
        var row = 0
        for height in bands {
            let rows = row..<row + height
            pass.add(
                before: before.view.cropped(rows: rows, columns: 0..<before.width),
                after: after.view.cropped(rows: rows, columns: 0..<before.width))
            row += height
        }
        withExtendedLifetime((before, after)) {}
        return pass.figures
    }

    private func noise(_ count: Int, seed: UInt64) -> [Float] {
        var random = RandomStream(seed: seed)
        return (0..<count).map { _ in (0..<12).reduce(-6) { sum, _ in sum + Float(random.integer(below: 1000)) / 1000 }
        }
    }

    @Test("by plain loops over the whole picture, in any bands")
    func plainLoops() throws {
        let (height, width) = (13, 11)
        let before = PlanarImage(channels: 3, height: height, width: width, samples: noise(3 * height * width, seed: 1))
        let after = PlanarImage(channels: 3, height: height, width: width, samples: noise(3 * height * width, seed: 2))
        func sample(_ image: PlanarImage, _ c: Int, _ y: Int, _ x: Int) -> Double {
            Double(image.samples[(c * height + y) * width + x])
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        var (means, variances, neighbours, edges): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
        for c in 0..<3 {
            func residual(_ y: Int, _ x: Int) -> Double { sample(before, c, y, x) - sample(after, c, y, x) }
            let places = (0..<height - 1).flatMap { y in (0..<width - 1).map { (y, $0) } }
            let here = places.map { residual($0.0, $0.1) }
            let center = mean(here)
            let variance = mean(here.map { $0 * $0 }) - center * center
            let across = mean(places.map { residual($0.0, $0.1) * residual($0.0, $0.1 + 1) })
            let down = mean(places.map { residual($0.0, $0.1) * residual($0.0 + 1, $0.1) })
            let gradients = places.map { y, x in
                abs(sample(after, c, y, x + 1) - sample(after, c, y, x))
                    + abs(sample(after, c, y + 1, x) - sample(after, c, y, x))
            }
            let sizes = here.map(abs)
            let (size, gradient) = (mean(sizes), mean(gradients))
            let covariance = mean(zip(sizes, gradients).map { ($0 - size) * ($1 - gradient) })
            let spread =
                mean(sizes.map { ($0 - size) * ($0 - size) })
                * mean(gradients.map { ($0 - gradient) * ($0 - gradient) })
            means.append(center * 255)
            variances.append(variance)
            neighbours.append(((across + down) / 2 - center * center) / variance)
            edges.append(covariance / spread.squareRoot())
        }
        for bands in [[13], [1, 12], [5, 0, 8], Array(repeating: 1, count: 13)] {
            let found = try #require(figures(before, after, bands: bands))
            // Differences are taken in Float32, sums in Float64.
            for (a, b) in zip(found.means, means) { #expect(abs(a - b) < 1e-3) }
            #expect(abs(found.deviation - mean(variances).squareRoot() * 255) < 1e-3)
            #expect(abs(found.neighbourCorrelation - mean(neighbours)) < 1e-5)
            #expect(abs(found.edgeCorrelation - mean(edges)) < 1e-5)
        }
    }

    @Test("shares of black and white, over all pixels")
    func clipped() throws {
        let samples: [Float] = [0, 0.5, 1, -0.1, 0.5, 1, 1.2, 0.5]
        let before = PlanarImage(channels: 2, height: 2, width: 2, samples: samples)
        for bands in [[2], [1, 1]] {
            let found = try #require(figures(before, before, bands: bands))
            #expect(found.black == [0.5, 0] && found.white == [0.25, 0.5])
        }
    }

    @Test("of white noise that was taken away nothing is left to say; a blur is structure at edges")
    func noiseAndDetail() throws {
        let side = 120
        let clean = PlanarImage(
            channels: 1, height: side, width: side,
            samples: (0..<side * side).map { $0 % side / 20 % 2 == 0 ? 0.3 : 0.7 })
        let grain = noise(side * side, seed: 3).map { $0 * 10 / 255 }
        let noisy = PlanarImage(
            channels: 1, height: side, width: side, samples: zip(clean.samples, grain).map { $0 + $1 })
        let perfect = try #require(figures(noisy, clean, bands: [side]))
        // The deviation of 14,400 draws is right to 1 %, a correlation to 0.01.
        #expect(abs(perfect.deviation - 10) < 0.3 && abs(perfect.means[0]) < 0.3)
        #expect(abs(perfect.neighbourCorrelation) < 0.03 && abs(perfect.edgeCorrelation) < 0.04)
        let soft = PlanarImage(
            channels: 1, height: side, width: side,
            samples: (0..<side * side).map { place in
                let (y, x) = (place / side, place % side)
                return (-2...2).reduce(Float(0)) { $0 + clean.samples[y * side + min(side - 1, max(0, x + $1))] } / 5
                    + 0.02
            })
        let blurred = try #require(figures(clean, soft, bands: [side]))
        // NumPy: 0.783 and 0.500.
        #expect(abs(blurred.edgeCorrelation - 0.7825) < 1e-3 && abs(blurred.neighbourCorrelation - 0.5) < 1e-3)
        #expect(abs(blurred.means[0] + 0.02 * 255) < 0.3)
        // Nothing taken away, and nothing to see.
        let same = try #require(figures(clean, clean, bands: [side]))
        #expect(same.means == [0] && same.deviation == 0)
        #expect(same.black == [0] && same.white == [0])
        #expect(same.neighbourCorrelation == 0 && same.edgeCorrelation == 0)
        #expect(ResidualPass(width: 3, channels: 1).figures == nil)
        clean.view.row(0, 5)[5] = .nan
        #expect(figures(noisy, clean, bands: [side]) == nil)
    }
}
