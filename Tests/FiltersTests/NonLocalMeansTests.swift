import Filters
import Foundation
import Tensors
import Testing

/// Non-local means straight from its definition, in Float64.
private func oracle(_ image: PlanarImage, sigma: Double, _ profile: NonLocalMeans.Profile) -> [Double] {
    func sample(_ channel: Int, _ y: Int, _ x: Int) -> Double {
        func mirrored(_ index: Int, _ count: Int) -> Int {
            var index = index
            while index < 0 || index >= count { index = index < 0 ? -1 - index : 2 * count - 1 - index }
            return index
        }
        return Double(image.view.row(channel, mirrored(y, image.height))[mirrored(x, image.width)])
    }
    let (patch, search) = (profile.patchRadius, profile.searchRadius)
    let count = Double(image.channels * (2 * patch + 1) * (2 * patch + 1))
    let h = profile.strength * sigma
    var result: [Double] = []
    for channel in 0..<image.channels {
        for y in 0..<image.height {
            for x in 0..<image.width {
                var (sum, total) = (0.0, 0.0)
                for dy in -search...search {
                    for dx in -search...search {
                        var distance = 0.0
                        for c in 0..<image.channels {
                            for py in -patch...patch {
                                for px in -patch...patch {
                                    let a = sample(c, y + py, x + px)
                                    let b = sample(c, y + dy + py, x + dx + px)
                                    distance += (a - b) * (a - b)
                                }
                            }
                        }
                        let weight = exp(-max(0, distance / count - 2 * sigma * sigma) / (h * h))
                        sum += weight * sample(channel, y + dy, x + dx)
                        total += weight
                    }
                }
                result.append(sum / total)
            }
        }
    }
    return result
}

@Suite("Non-local means")
struct NonLocalMeansTests {
    @Test(
        "every pixel as the definition has it",
        arguments: [
            (1, 12, 17, NonLocalMeans.Profile(patchRadius: 2, searchRadius: 3, strength: 0.6)),
            (3, 9, 11, .init(patchRadius: 1, searchRadius: 4, strength: 0.5)),
            (3, 35, 6, .init(patchRadius: 0, searchRadius: 2, strength: 1)),
            (1, 3, 2, .init(patchRadius: 3, searchRadius: 5, strength: 0.8)),
            (3, 8, 9, .init(patchRadius: 2, searchRadius: 0, strength: 0.8)),
        ])
    func definition(channels: Int, height: Int, width: Int, profile: NonLocalMeans.Profile) throws {
        let image = try noisy(scene(channels: channels, height: height, width: width), sigma: 20)
        let expected = oracle(image, sigma: 20.0 / 255, profile)
        let found = try NonLocalMeans(profile: profile).apply(to: image, noiseSigma: 20.0 / 255)
        for (a, b) in zip(found.samples, expected) { #expect(abs(Double(a) - b) < 2e-6) }
    }

    @Test("far from the edges a part of a picture becomes the part of the result, to the bit")
    func parts() throws {
        let image = try noisy(scene(channels: 3, height: 90, width: 60), sigma: 25)
        let filter = NonLocalMeans(profile: .init(patchRadius: 1, searchRadius: 4, strength: 0.7))
        let whole = try filter.apply(to: image, noiseSigma: 25.0 / 255)
        let part = rearranged(image, height: 50, width: 41) { ($0 + 21, $1 + 10) }
        let result = try filter.apply(to: part, noiseSigma: 25.0 / 255)
        for channel in 0..<3 {
            for y in 5..<45 {
                for x in 5..<36 {
                    #expect(result.view.row(channel, y)[x] == whole.view.row(channel, y + 21)[x + 10])
                }
            }
        }
    }

    @Test("flipped and turned pictures give flipped and turned results")
    func symmetry() throws {
        let image = try noisy(scene(channels: 3, height: 20, width: 26), sigma: 25)
        let upright = try NonLocalMeans().apply(to: image, noiseSigma: 25.0 / 255)
        let flipped = try NonLocalMeans().apply(
            to: rearranged(image, height: 20, width: 26) { (19 - $0, 25 - $1) }, noiseSigma: 25.0 / 255)
        #expect(largestDifference(rearranged(flipped, height: 20, width: 26) { (19 - $0, 25 - $1) }, upright) < 2e-6)
        let turned = try NonLocalMeans().apply(
            to: rearranged(image, height: 26, width: 20) { ($1, $0) }, noiseSigma: 25.0 / 255)
        #expect(largestDifference(rearranged(turned, height: 20, width: 26) { ($1, $0) }, upright) < 2e-6)
    }

    @Test("the exponential, from 0 to where nothing is left of it")
    func exponential() {
        for step in 0...2000 {
            let x = Float(step) * 0.05
            let found = Double(NonLocalMeans.exponential(x))
            let expected = exp(-Double(x))
            #expect(x > 69 ? found >= 0 && found < 1e-29 : abs(found / expected - 1) < 8e-6, "\(x)")
        }
        #expect(NonLocalMeans.exponential(0) == 1)
        #expect(NonLocalMeans.exponential(1e30) < 1e-29)
    }
}
