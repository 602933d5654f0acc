import Foundation
import Quality
import Tensors
import Testing

/// Grain that is drawn is like the grain that it was modelled on.
@Suite struct GrainModelTests {
    /// A smooth picture under grain: white noise blurred by a Gaussian, of a deviation in levels.
    private func picture(blur: Double, deviation: Float, channels: Int, seed: UInt64) -> PlanarImage {
        let (height, width) = (256, 320)
        let image = PlanarImage(channels: channels, height: height, width: width)
        var random = RandomStream(seed: seed)
        let taps = blur == 0 ? [1] : (-6...6).map { exp(-Double($0 * $0) / (2 * blur * blur)) }
        let norm = taps.reduce(0) { $0 + $1 * $1 }
        let half = taps.count / 2
        for c in 0..<channels {
            let white = (0..<(height + 12) * (width + 12)).map { _ in random.normal() }
            for y in 0..<height {
                for x in 0..<width {
                    var sum = 0.0
                    for (i, a) in taps.enumerated() {
                        for (j, b) in taps.enumerated() {
                            sum += a * b * white[(y + 6 + i - half) * (width + 12) + x + 6 + j - half]
                        }
                    }
                    let smooth = 0.3 + 0.4 * Float(x) / Float(width)
                    image.view.row(c, y)[x] = smooth + Float(sum / norm) * deviation / 255
                }
            }
        }
        return image
    }

    private func drawn(_ model: GrainModel, _ c: Int, side: Int) -> [Double] {
        (0..<side * side).map { Double(model.grain(c, $0 / side, $0 % side, level: 0.5)) * 255 }
    }

    /// The mean product of samples `distance` columns apart over the variance.
    private func correlation(_ values: [Double], side: Int, distance: Int) -> Double {
        var (products, squares) = (0.0, 0.0)
        for y in 0..<side {
            for x in 0..<side {
                let value = values[y * side + x]
                squares += value * value
                products += value * values[y * side + (x + distance) % side]
            }
        }
        return products / squares
    }

    @Test(arguments: [(0.0, Float(8), 1), (0.8, 10, 1), (1.3, 12, 3), (0, 6, 3)])
    func deviationAndCorrelationAreThoseOfThePicture(blur: Double, deviation: Float, channels: Int) throws {
        let model = try #require(
            GrainModel(of: picture(blur: blur, deviation: deviation, channels: channels, seed: 7)))
        for c in 0..<channels {
            let values = drawn(model, c, side: 256)
            let found = (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
            #expect(abs(found / Double(deviation) - 1) < 0.15, "deviation \(found)")
            for distance in 1...3 {
                let expected = blur == 0 ? 0 : exp(-Double(distance * distance) / (4 * blur * blur))
                let seen = correlation(values, side: 256, distance: distance)
                #expect(abs(seen - expected) < 0.08, "\(seen) at \(distance), expected \(expected)")
            }
        }
        if channels == 3 {
            let (red, green) = (drawn(model, 0, side: 256), drawn(model, 1, side: 256))
            let products = zip(red, green).map(*).reduce(0, +) / Double(red.count)
            #expect(abs(products) < 0.15 * Double(deviation * deviation), "channels were independent")
        }
    }

    /// The spectrum is within 1 dB of the picture's in each octave that has some power, within 3 dB where periods are longer
    /// than blocks.
    @Test(arguments: [0.0, 0.7, 1.2])
    func spectrumIsThatOfThePicture(blur: Double) throws {
        let model = try #require(GrainModel(of: picture(blur: blur, deviation: 10, channels: 1, seed: 3)))
        let side = 64
        var powers = [Double](repeating: 0, count: side / 2)
        // Rows of the tile: the power along a row is that of the two-dimensional one summed over columns.
        let values = drawn(model, 0, side: 256)
        for row in 0..<256 {
            for part in 0..<4 {
                let line = (0..<side).map { values[row * 256 + part * side + $0] }
                for frequency in 1..<side / 2 {
                    var (real, imaginary) = (0.0, 0.0)
                    for (x, value) in line.enumerated() {
                        let angle = 2 * .pi * Double(frequency * x) / Double(side)
                        real += value * cos(angle)
                        imaginary += value * sin(angle)
                    }
                    powers[frequency] += (real * real + imaginary * imaginary) / Double(side * 1024)
                }
            }
        }
        for octave in [2..<4, 4..<8, 8..<16, 16..<32] {
            let found = octave.map { powers[$0] }.reduce(0, +) / Double(octave.count)
            // White noise filtered by a Gaussian of unit energy, and its integral over the other axis.
            let expected =
                octave.map { frequency in
                    let w = 2 * .pi * Double(frequency) / Double(side)
                    guard blur > 0 else { return 100.0 }
                    return 100 * 2 * blur * Double.pi.squareRoot() * exp(-w * w * blur * blur)
                }.reduce(0, +) / Double(octave.count)
            guard expected > 20 else { continue }
            #expect(
                abs(10 * log10(found / expected)) < (octave.lowerBound < 4 ? 3 : 1),
                "\(octave): \(found), expected \(expected)")
        }
    }

    @Test func picturesWithoutGrainHaveNone() {
        let image = PlanarImage(channels: 3, height: 128, width: 128)
        for c in 0..<3 { for y in 0..<128 { for x in 0..<128 { image.view.row(c, y)[x] = Float(x) / 127 } } }
        #expect(GrainModel(of: image) == nil)
        #expect(GrainModel(of: PlanarImage(channels: 1, height: 8, width: 8)) == nil)
    }
}
