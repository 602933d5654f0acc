import Filters
import Foundation
import Imaging
import Tensors
import TestSupport
import Testing
import Workers

/// The filters that take noise away.
private let denoisers: [any Filter] = [NonLocalMeans(), BayesShrink(), BlockMatching3D()]

@Suite("What every filter keeps to")
struct IdentityTests {
    @Test("without noise the picture stays as it is", arguments: denoisers)
    func noNoise(filter: any Filter) throws {
        let image = noise(channels: 3, height: 9, width: 11, seed: 1)
        for sigma in [0, 1e-30, 9e-7] {
            let result = try filter.apply(to: image, noiseSigma: sigma)
            #expect(result.samples == image.samples)
            #expect(result.view.base != image.view.base, "a result has memory of its own")
        }
        let flat = PlanarImage(channels: 3, height: 9, width: 11)
        for picture in [image, flat] {
            let result = try filter.apply(to: picture, noiseSigma: 1e-6)
            #expect(largestDifference(result, picture) < 1e-5, "hardly any noise, hardly any change")
        }
    }

    /// Wiener's filter takes the share sigma² / (b² + sigma²) of the mean too, with b that of a stack of 32 patches.
    @Test("a constant picture stays constant, at the edges too", arguments: denoisers, [1, 3])
    func constant(filter: any Filter, channels: Int) throws {
        let values: [Float] = [0.25, 0.5, 0.9]
        let image = PlanarImage(
            channels: channels, height: 21, width: 34,
            samples: (0..<channels).flatMap { [Float](repeating: values[$0], count: 21 * 34) })
        for sigma in [1.0, 25, 60] {
            let result = try filter.apply(to: image, noiseSigma: sigma / 255)
            let share = sigma * sigma / (255 * 255) / (pow(0.25 * 45, 2))
            let tolerance = filter is BlockMatching3D ? 5e-6 + Float(share) : 5e-6
            #expect(largestDifference(result, image) < tolerance, "\(filter.name), \(sigma)")
        }
    }

    @Test("a picture that is grey in RGB stays grey", arguments: denoisers)
    func greyInColour(filter: any Filter) throws {
        let grey = try noisy(scene(channels: 1, height: 24, width: 30), sigma: 20)
        let image = PlanarImage(channels: 3, height: 24, width: 30, samples: grey.samples + grey.samples + grey.samples)
        let result = try filter.apply(to: image, noiseSigma: 20.0 / 255)
        for channel in 1..<3 {
            for y in 0..<24 {
                for x in 0..<30 {
                    #expect(abs(result.view.row(channel, y)[x] - result.view.row(0, y)[x]) < 1e-6)
                }
            }
        }
    }

    @Test("every size, down to one pixel, grey and colour", arguments: denoisers)
    func sizes(filter: any Filter) throws {
        for (height, width) in [(1, 1), (1, 9), (7, 9), (8, 8), (9, 1), (13, 64), (71, 66)] {
            for channels in [1, 3] {
                let image = try noisy(scene(channels: channels, height: height, width: width), sigma: 25)
                for sigma in [25.0, 255] {
                    let result = try filter.apply(to: image, noiseSigma: sigma / 255)
                    #expect(result.channels == channels && result.height == height && result.width == width)
                    #expect(result.samples.allSatisfy { $0.isFinite }, "\(filter.name) \(height)x\(width)")
                }
            }
        }
    }

    @Test("the same bits on one thread and on many, and the input stays as it is", arguments: denoisers)
    func workers(filter: any Filter) throws {
        // Several bands: 200 rows are four of BM3D's and seven of the means'.
        let image = try noisy(scene(channels: 3, height: 200, width: 40), sigma: 25)
        let before = image.samples
        let one = try filter.apply(to: image, noiseSigma: 25.0 / 255)
        let many = try filter.apply(to: image, noiseSigma: 25.0 / 255, sharing: threads)
        #expect(one.samples == many.samples)
        #expect(image.samples == before)
    }

    @Test("noise goes, more of it where there is more", arguments: denoisers, [1, 3])
    func gain(filter: any Filter, channels: Int) throws {
        let clean = scene(channels: channels, height: 64, width: 72)
        for (sigma, least) in [(10.0, 3.5), (25, 5), (50, 6)] {
            let image = try noisy(clean, sigma: sigma)
            let result = try filter.apply(to: image, noiseSigma: sigma / 255)
            let gain = try psnr(result, of: clean) - psnr(image, of: clean)
            #expect(gain > least, "\(filter.name), \(channels) channels, sigma \(sigma): \(gain)")
        }
    }

    @Test("what no filter can work on", arguments: denoisers)
    func badInput(filter: any Filter) throws {
        let image = noise(channels: 3, height: 10, width: 12, seed: 4)
        image.view.row(1, 7)[3] = .nan
        #expect(throws: FilterError.notFinite(channel: 1, row: 7)) { try filter.apply(to: image, noiseSigma: 0.1) }
        image.view.row(1, 7)[3] = -.infinity
        #expect(throws: FilterError.notFinite(channel: 1, row: 7)) { try filter.apply(to: image, noiseSigma: 0.1) }
        image.view.row(1, 7)[3] = 0
        for sigma in [-0.1, 1.5, .infinity] {
            #expect(throws: FilterError.sigma(found: sigma)) { try filter.apply(to: image, noiseSigma: sigma) }
        }
        #expect(throws: FilterError.self) { try filter.apply(to: image, noiseSigma: .nan) }
        for channels in [2, 4] {
            #expect(throws: FilterError.channels(found: channels)) {
                try filter.apply(to: noise(channels: channels, height: 5, width: 5, seed: 1), noiseSigma: 0.1)
            }
        }
        #expect(throws: FilterError.empty) {
            try filter.apply(to: PlanarImage(channels: 1, height: 0, width: 3), noiseSigma: 0.1)
        }
    }

    @Test("parameters outside their ranges")
    func badParameters() {
        let image = noise(channels: 1, height: 10, width: 12, seed: 4)
        func refuses(_ filter: any Filter) {
            #expect(throws: FilterError.self) { try filter.apply(to: image, noiseSigma: 0.1) }
        }
        for (patch, search, strength) in [(-1, 5, 1.0), (9, 5, 1), (1, -1, 1), (1, 33, 1), (1, 5, 0), (1, 5, .nan)] {
            refuses(NonLocalMeans(profile: .init(patchRadius: patch, searchRadius: search, strength: strength)))
        }
        for levels in [0, 7] { refuses(BayesShrink(levels: levels)) }
        var profile = BlockMatching3D.Profile.normal
        profile.wiener.stackSize = 12
        refuses(BlockMatching3D(profile: profile))
        profile.wiener.stackSize = 16
        profile.thresholding.searchRadius = 29
        refuses(BlockMatching3D(profile: profile))
        profile.thresholding.searchRadius = 5
        profile.wiener.stride = 0
        refuses(BlockMatching3D(profile: profile))
        profile.wiener.stride = 9
        refuses(BlockMatching3D(profile: profile))
        profile.wiener.stride = 8
        profile.thresholding.similarity = -1
        refuses(BlockMatching3D(profile: profile))
        profile.thresholding.similarity = 100
        profile.threshold = .infinity
        refuses(BlockMatching3D(profile: profile))
    }

    @Test("names, factors, and memory that is never counted wrongly")
    func kinds() throws {
        for kind in FilterKind.allCases where kind != .bicubic {
            let filter = try kind.makeFilter()
            #expect(filter.name == kind.rawValue && filter.scale == 1)
            #expect(throws: FilterError.scale(filter: kind.rawValue, found: 2)) { try kind.makeFilter(scale: 2) }
            #expect(filter.byteCount(height: 1000, width: 1000, channels: 3, workers: 2) > 24_000_000)
            #expect(filter.byteCount(height: .max / 2, width: 1000, channels: 3, workers: 2) > 1 << 60)
        }
        #expect(throws: FilterError.scale(filter: "bicubic", found: 1)) { try FilterKind.bicubic.makeFilter() }
        let image = noise(channels: 3, height: 7, width: 5, seed: 2)
        let upscaled = try FilterKind.bicubic.makeFilter(scale: 3).apply(to: image, noiseSigma: 0.3)
        #expect(upscaled.samples == image.resampled(toHeight: 21, width: 15).samples)
    }
}
