import Latents
import Tensors
import Testing

@Suite struct WhiteningTests {
    /// A picture whose neighbours are alike: noise that was averaged several times over.
    private static func soft(seed: UInt64, side: Int = 96) -> PlanarImage {
        var random = RandomStream(seed: seed)
        var samples = (0..<side * side).map { _ in Float(random.normal()) }
        for _ in 0..<3 {
            let before = samples
            for y in 0..<side {
                for x in 0..<side {
                    var sum: Float = 0
                    for (dy, dx) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                        sum += before[(y + dy) % side * side + (x + dx) % side]
                    }
                    samples[y * side + x] = sum / 4
                }
            }
        }
        return PlanarImage(channels: 1, height: side, width: side, samples: samples.map { 0.5 + 0.3 * $0 })
    }

    /// The correlation of samples and their neighbours to the right.
    private static func correlation(_ image: PlanarImage) -> Double {
        var (sum, square, product, count) = (0.0, 0.0, 0.0, 0.0)
        for y in 0..<image.height {
            let row = image.view.row(0, y)
            for x in 0..<image.width - 1 {
                sum += Double(row[x])
                square += Double(row[x]) * Double(row[x])
                product += Double(row[x]) * Double(row[x + 1])
                count += 1
            }
        }
        let mean = sum / count
        return (product / count - mean * mean) / (square / count - mean * mean)
    }

    @Test func neighboursSayNothingOfEachOther() throws {
        let pictures = (1...4).map { Self.soft(seed: $0) }
        let filter = try WhiteningFilter(pictures, side: 9, floor: 1e-4)
        let held = Self.soft(seed: 9)
        let white = filter.applied(to: held)
        #expect(Self.correlation(held) > 0.7 && abs(Self.correlation(white)) < 0.3, "\(Self.correlation(white))")
        // Around one half, a sixth of the range wide.
        let samples = white.samples
        let mean = samples.reduce(0.0) { $0 + Double($1) } / Double(samples.count)
        let variance = samples.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(samples.count)
        #expect(abs(mean - 0.5) < 0.02 && abs(variance.squareRoot() - 1 / 6) < 0.05, "\(mean) \(variance)")
        #expect(samples.allSatisfy { (0...1).contains($0) })
        #expect(try WhiteningFilter(pictures, side: 9, floor: 1e-4) == filter)
    }

    /// White noise is white already: the filter is the identity, but for its factor.
    @Test func whiteNoiseStays() throws {
        var random = RandomStream(seed: 2)
        let noise = PlanarImage(
            channels: 1, height: 64, width: 64, samples: (0..<4096).map { _ in 0.5 + 0.1 * Float(random.normal()) })
        let filter = try WhiteningFilter([noise], side: 5, floor: 0.01)
        let middle = filter.weights[12]
        #expect(abs(middle - 1 / (0.1 * 1.005)) < 0.7, "\(middle)")
        for (place, weight) in filter.weights.enumerated() where place != 12 { #expect(abs(weight) < 0.08 * middle) }
        // The impulse's answer is the filter turned, wherever it stands.
        let point = PlanarImage(channels: 1, height: 20, width: 20, samples: [Float](repeating: 0.5, count: 400))
        point.view.row(0, 9)[11] = 0.6
        let answer = filter.applied(to: point)
        for dy in -2...2 {
            for dx in -2...2 {
                let expected = 0.5 + 0.1 * filter.weights[(2 - dy) * 5 + 2 - dx] / Float(6 * filter.deviation)
                #expect(abs(answer.view.row(0, 9 + dy)[11 + dx] - expected) < 1e-5)
            }
        }
    }

    @Test func badInput() {
        let flat = PlanarImage(channels: 1, height: 16, width: 16)
        for (side, pictures, expected) in [
            (4, [flat], "an odd number"), (23, [flat], "an odd number"), (5, [flat], "ones of structure"),
            (17, [flat], "17x17 pixels or more"), (5, [], "5x5 pixels or more"),
        ] {
            do {
                _ = try WhiteningFilter(pictures, side: side)
                Issue.record("\(side)")
            } catch { #expect("\(error)".contains(expected), "\(error)") }
        }
    }
}
