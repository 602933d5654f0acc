import Corruptions
import Quality
import Tensors
import Testing

@Suite("Dust, clipping and noise by brightness")
struct InspectionFigureTests {
    /// Soft shades.
    private func shades(channels: Int, height: Int = 400, width: Int = 500) -> PlanarImage {
        let image = PlanarImage(channels: channels, height: height, width: width)
        for c in 0..<channels {
            for y in 0..<height {
                for x in 0..<width { image.view.row(c, y)[x] = 0.1 + 0.8 * Float(x + y) / Float(height + width) }
            }
        }
        return image
    }

    @Test("Discs of dust are counted, grain and edges are not", arguments: [0.0, 5, 15], [1, 3])
    func specks(sigma: Double, channels: Int) throws {
        var random = RandomState(seed: 1)
        let image = try GaussianNoise(sigma: sigma).applied(to: shades(channels: channels), random: &random)
        // An edge across the whole picture.
        for c in 0..<channels {
            for y in 0..<400 { for x in 250..<500 { image.view.row(c, y)[x] += y > 200 ? 0.3 : 0 } }
        }
        #expect(SpeckCount.perMegapixel(of: image, sigma: sigma / 255) * 0.2 <= 1)
        var count = 0
        for row in stride(from: 20, to: 380, by: 40) {
            for column in stride(from: 20, to: 480, by: 40) where abs(row - 200) > 20 && abs(column - 250) > 20 {
                let radius = count % 3 + 1
                let change: Float = count % 2 == 0 ? 0.4 : -0.4
                for y in -radius...radius {
                    for x in -radius...radius where x * x + y * y <= radius * radius {
                        for c in 0..<channels { image.view.row(c, row + y)[column + x] += change }
                    }
                }
                count += 1
            }
        }
        let found = SpeckCount.perMegapixel(of: image, sigma: sigma / 255) * 0.2
        #expect(found > 0.9 * Double(count) && found < 1.05 * Double(count), "\(found) of \(count)")
    }

    @Test("A disc too large for the full size is found at half size")
    func largeSpeck() {
        let image = shades(channels: 1)
        for y in -5...5 {
            for x in -5...5 where x * x + y * y <= 25 { image.view.row(0, 200 + y)[250 + x] = 1 }
        }
        #expect(SpeckCount.perMegapixel(of: image, sigma: 0) * 0.2 == 1)
        for side in [0, 1, 12, 13] {
            #expect(SpeckCount.perMegapixel(of: PlanarImage(channels: 3, height: side, width: side), sigma: 0) == 0)
        }
    }

    @Test("Clipped pixels are counted once, whatever channels are clipped")
    func clipped() {
        let image = PlanarImage(
            channels: 3, height: 1, width: 5,
            samples: [0, 0.5, 1, 1, -0.1] + [0, 0.5, 1, 0.5, 0.5] + [0.5, 0.5, 0.5, 0, 0.5])
        let share = ClippedShare(of: image, colours: 3)
        #expect(abs(share.black - 0.6) < 1e-9 && abs(share.white - 0.4) < 1e-9)
        #expect(ClippedShare(of: PlanarImage(channels: 3, height: 0, width: 0), colours: 3).black == 0)
    }

    @Test("Photon noise grows with brightness as the root of it")
    func brightness() throws {
        var random = RandomState(seed: 3)
        let image = try PoissonNoise(peak: 200).applied(to: shades(channels: 3), random: &random)
        let bands = BrightnessNoise.bands(of: image)
        #expect(bands.count >= 3)
        for band in bands {
            // The shades' mean level in the band is near its middle.
            let expected = 255 * (Double(band.from + band.to) / 510 / 200).squareRoot()
            #expect(abs(band.sigma - expected) < 0.12 * expected, "\(band), expected \(expected)")
        }
    }
}

extension PlanarImage {
    fileprivate func limited() -> PlanarImage {
        PlanarImage(channels: channels, height: height, width: width, samples: samples.map { min(1, max(0, $0)) })
    }
}
