import Foundation
import Imaging
import Restoration
import Tensors
import TestSupport
import Testing

/// Sharpening against its definition in plain loops, and what it must leave alone.
@Suite("Sharpening")
struct SharpeningTests {
    private func sharpened(
        _ image: PlanarImage, hasAlpha: Bool = false, amount: Float, rowsAtATime: Int = 5
    ) throws -> PlanarImage {
        let sink = ImageRowSink(channels: image.channels, height: image.height, width: image.width)
        let sharpening = SharpeningRowSink(sink, hasAlpha: hasAlpha, amount: amount)
        for first in stride(from: 0, to: image.height, by: rowsAtATime) {
            let rows = first..<min(image.height, first + rowsAtATime)
            try sharpening.writeRows(from: image.view.cropped(rows: rows, columns: 0..<image.width))
        }
        return sink.image
    }

    private func mirrored(_ i: Int, _ count: Int) -> Int {
        guard count > 1 else { return 0 }
        let phase = abs(i) % (2 * (count - 1))
        return min(phase, 2 * (count - 1) - phase)
    }

    private func luma(_ image: PlanarImage, _ y: Int, _ x: Int) -> Double {
        let (y, x) = (mirrored(y, image.height), mirrored(x, image.width))
        func sample(_ c: Int) -> Double { Double(image.view.row(c, y)[x]) }
        return image.channels < 3 ? sample(0) : 0.299 * sample(0) + 0.587 * sample(1) + 0.114 * sample(2)
    }

    /// The definition, of one channel, in Double.
    private func oracle(_ image: PlanarImage, channel: Int, amount: Double) -> [Double] {
        var output: [Double] = []
        for y in 0..<image.height {
            for x in 0..<image.width {
                var (sum, weights, low, high) = (0.0, 0.0, 1e9, -1e9)
                for dy in -3...3 {
                    for dx in -3...3 {
                        let weight = exp(-Double(dx * dx + dy * dy) / 2)
                        let value = luma(image, y + dy, x + dx)
                        (sum, weights) = (sum + weight * value, weights + weight)
                        if max(abs(dx), abs(dy)) <= 2 { (low, high) = (min(low, value), max(high, value)) }
                    }
                }
                let here = luma(image, y, x)
                let difference = here - sum / weights
                let threshold = 2.0 / 255
                let wanted =
                    here + amount * pow(difference, 3) / (difference * difference + threshold * threshold)
                let rim = 0.1 * (high - low)
                let moved = max(low - rim, min(high + rim, wanted)) - here
                output.append(Double(image.view.row(channel, y)[x]) + moved)
            }
        }
        return output
    }

    @Test(arguments: [(1, 23, 31), (3, 18, 20), (1, 1, 1), (3, 2, 5), (1, 40, 3)], [Float(0.5), 2])
    func `The result is the definition's`(shape: (channels: Int, height: Int, width: Int), amount: Float) throws {
        let image = noise(channels: shape.channels, height: shape.height, width: shape.width, seed: 3)
        let result = try sharpened(image, amount: amount)
        for c in 0..<shape.channels {
            let expected = oracle(image, channel: c, amount: Double(amount))
            for y in 0..<shape.height {
                for x in 0..<shape.width {
                    let difference = Double(result.view.row(c, y)[x]) - expected[y * shape.width + x]
                    #expect(abs(difference) < 2e-6, "channel \(c), y \(y), x \(x)")
                }
            }
        }
    }

    @Test func `The bits do not depend on the rows written at a time`() throws {
        let image = noise(channels: 3, height: 71, width: 40, seed: 4)
        let whole = try sharpened(image, amount: 1, rowsAtATime: 71)
        for rows in [1, 2, 16, 33, 64] {
            let other = try sharpened(image, amount: 1, rowsAtATime: rows)
            #expect(bitDifference(other, whole) == nil, "\(rows) rows")
        }
    }

    /// A picture of bars and discs, blurred by a Gaussian of `sigma` pixels.
    private func drawing(sigma: Double) -> PlanarImage {
        let image = PlanarImage(channels: 1, height: 64, width: 96)
        func ink(_ y: Double, _ x: Double) -> Double {
            let disc = (y - 32) * (y - 32) + (x - 70) * (x - 70) < 250
            return disc || Int(floor(x / 9)) % 2 == 0 && x < 50 ? 0.8 : 0.25
        }
        for y in 0..<64 {
            for x in 0..<96 {
                var (sum, weights) = (0.0, 0.0)
                for dy in -4...4 {
                    for dx in -4...4 {
                        let weight =
                            sigma == 0
                            ? (dx == 0 && dy == 0 ? 1 : 0) : exp(-Double(dx * dx + dy * dy) / (2 * sigma * sigma))
                        sum += weight * ink(Double(y + dy), Double(x + dx))
                        weights += weight
                    }
                }
                image.view.row(0, y)[x] = Float(sum / weights)
            }
        }
        return image
    }

    private func psnr(_ image: PlanarImage, _ reference: PlanarImage) -> Double {
        var sum = 0.0
        for y in 0..<image.height {
            for x in 0..<image.width {
                let difference = Double(image.view.row(0, y)[x] - reference.view.row(0, y)[x])
                sum += difference * difference
            }
        }
        return 10 * log10(Double(image.height * image.width) / sum)
    }

    @Test func `A blurred drawing comes nearer to the sharp one, and gets no rims`() throws {
        let (sharp, blurred) = (drawing(sigma: 0), drawing(sigma: 0.8))
        let result = try sharpened(blurred, amount: 0.64)
        // Measured: 1.8 dB.
        #expect(psnr(result, sharp) > psnr(blurred, sharp) + 1.5)
        for y in 0..<64 {
            for x in 0..<96 { #expect((0.19...0.86).contains(result.view.row(0, y)[x])) }
        }
    }

    @Test func `Faint noise is hardly raised, and what has no edge stays`() throws {
        let flat = PlanarImage(channels: 3, height: 40, width: 40)
        flat.view.fill(with: 0.5)
        #expect(try bitDifference(sharpened(flat, amount: 4), flat) == nil)
        let faint = noise([1, 64, 64], seed: 9, in: 0.497...0.503).image
        let result = try sharpened(faint, amount: 1)
        let mean = PlanarImage(channels: 1, height: 64, width: 64)
        mean.view.fill(with: 0.5)
        // The deviation of 0.44 levels grows by 3 %; without coring by 80 %.
        #expect(psnr(faint, mean) - psnr(result, mean) < 0.5)
    }

    @Test func `Alpha, what is hidden and what lies beside it stay`() throws {
        let image = noise(channels: 4, height: 30, width: 30, seed: 5)
        for y in 0..<30 {
            for x in 0..<30 { image.view.row(3, y)[x] = x < 12 ? 0 : 1 }
        }
        let result = try sharpened(image, hasAlpha: true, amount: 1)
        for y in 0..<30 {
            for x in 0..<30 {
                #expect(result.view.row(3, y)[x] == image.view.row(3, y)[x])
                for c in 0..<3 where x < 15 { #expect(result.view.row(c, y)[x] == image.view.row(c, y)[x]) }
            }
        }
        #expect(result.view.row(0, 10)[20] != image.view.row(0, 10)[20])
    }
}
