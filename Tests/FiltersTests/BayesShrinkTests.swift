import Filters
import Tensors
import Testing

@Suite("Wavelet shrinkage")
struct BayesShrinkTests {
    @Test("the threshold: sigma² over what the band has beyond the noise, infinite where it has nothing")
    func threshold() {
        let band = PlanarImage(channels: 1, height: 2, width: 3, samples: [3, -3, 3, 3, -3, 3])
        #expect(abs(BayesShrink.threshold(of: band, sigma: 1) - 1 / 8.0.squareRoot()) < 1e-12)
        #expect(abs(BayesShrink.threshold(of: band, sigma: 2) - 4 / 5.0.squareRoot()) < 1e-12)
        #expect(BayesShrink.threshold(of: band, sigma: 3) == .infinity)
        #expect(BayesShrink.threshold(of: band, sigma: 4) == .infinity)
    }

    @Test("a level as plain loops have it")
    func oneLevel() throws {
        // One level with the margin's mirrored surroundings, each band's soft threshold, and the transpose.
        let (height, width, sigma) = (10, 12, 30.0 / 255)
        let image = try noisy(scene(channels: 1, height: height, width: width), sigma: 30)
        let margin = 4
        let padded = rearranged(image, height: height + 2 * margin, width: width + 2 * margin) { y, x in
            func mirrored(_ index: Int, _ count: Int) -> Int {
                index < 0 ? -1 - index : index >= count ? 2 * count - 1 - index : index
            }
            return (mirrored(y - margin, height), mirrored(x - margin, width))
        }
        var bands = StationaryWavelet(.daubechies2, step: 1).analyse(padded)
        for index in 0..<3 {
            let threshold = Float(BayesShrink.threshold(of: bands.details[index], sigma: sigma / 2))
            bands.details[index] = PlanarImage(
                channels: 1, height: padded.height, width: padded.width,
                samples: bands.details[index].samples.map { value in
                    abs(value) <= threshold ? 0 : value > 0 ? value - threshold : value + threshold
                })
        }
        let expected = StationaryWavelet(.daubechies2, step: 1).synthesise(bands)
        let found = try BayesShrink(levels: 1).apply(to: image, noiseSigma: sigma)
        for y in 0..<height {
            for x in 0..<width {
                #expect(abs(found.view.row(0, y)[x] - expected.view.row(0, y + margin)[x + margin]) < 1e-6)
            }
        }
    }

    @Test("further levels take more of strong noise away")
    func levels() throws {
        let clean = scene(channels: 3, height: 96, width: 96)
        let image = try noisy(clean, sigma: 50)
        let figures = try (1...4).map {
            try psnr(BayesShrink(levels: $0).apply(to: image, noiseSigma: 50.0 / 255), of: clean)
        }
        #expect(figures == figures.sorted())
    }
}
