import Corruptions
import Filters
import Foundation
import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing

/// The drawn mask of `Tests/Fixtures/inpainting`, and what other programs make of three crops with it.
private let folder = fixtureFolder.appending("inpainting")

private func crop(_ name: String) throws -> PlanarImage {
    try Picture(reading: folder.appending("\(name).png")).image
}

/// PSNR in dB on 0...1 over the set pixels of a mask.
private func psnr(_ image: PlanarImage, of clean: PlanarImage, inside mask: PixelMask) -> Double {
    var (squares, count) = (0.0, 0)
    for channel in 0..<image.channels {
        for y in 0..<image.height {
            for x in 0..<image.width where mask.isSet(y, x) {
                let difference = Double(image.view.row(channel, y)[x] - clean.view.row(channel, y)[x])
                squares += difference * difference
                count += 1
            }
        }
    }
    return -10 * log10(squares / Double(count))
}

@Suite("Filling damage")
struct InpaintingTests {
    private static let pictures = ["girl", "city", "grass"]

    /// 8 bits of OpenCV 5.0 (radius 3): our PSNR inside the mask is theirs to 0.3 dB, and mostly better.
    @Test(arguments: pictures, [InpaintingKind.telea, .navierStokes])
    func besideOpenCV(_ name: String, _ kind: InpaintingKind) throws {
        let clean = try crop(name)
        let mask = try PixelMask(reading: folder.appending("mask.png"), width: clean.width, height: clean.height)
        let found = try kind.method.filled(damaged(clean, mask), where: mask)
        let ours = psnr(found.rounded(toBits: 8), of: clean, inside: mask)
        let theirs = psnr(try crop("\(name)-\(kind.rawValue)"), of: clean, inside: mask)
        #expect(abs(ours - theirs) < 0.3, "\(ours) dB, OpenCV \(theirs)")
    }

    /// 16 bits of scikit-image 0.26: every sample to 0.001.
    @Test(arguments: pictures)
    func biharmonicBesideScikitImage(_ name: String) throws {
        let clean = try crop(name)
        let mask = try PixelMask(reading: folder.appending("mask.png"), width: clean.width, height: clean.height)
        let found = try BiharmonicInpainting().filled(damaged(clean, mask), where: mask)
        #expect(largestDifference(found, try crop("\(name)-biharmonic")) < 1e-4)
    }

    /// Samples under the mask are not read: what is no number there is no error.
    private func damaged(_ clean: PlanarImage, _ mask: PixelMask) -> PlanarImage {
        let result = clean.cropped(top: 0, left: 0, height: clean.height, width: clean.width)
        for channel in 0..<clean.channels {
            for y in 0..<clean.height {
                for x in 0..<clean.width where mask.isSet(y, x) { result.view.row(channel, y)[x] = .nan }
            }
        }
        return result
    }

    private func ramp(channels: Int, height: Int, width: Int) -> PlanarImage {
        let image = PlanarImage(channels: channels, height: height, width: width)
        for channel in 0..<channels {
            for y in 0..<height {
                for x in 0..<width { image.view.row(channel, y)[x] = Float(x + 2 * y * channel) / 256 + 0.125 }
            }
        }
        return image
    }

    private static func mask(height: Int, width: Int, seed: UInt64, share: Double) -> PixelMask {
        var random = RandomStream(seed: seed)
        return PixelMask(height: height, width: width) { _, _ in random.uniform() < share }
    }

    /// Outside the mask samples keep their bits; inside there are numbers within the picture's range, from one thread
    /// and from several the same.
    @Test(arguments: InpaintingKind.allCases, 1...4)
    func bitsOutside(_ kind: InpaintingKind, channels: Int) throws {
        for (height, width, share) in [
            (1, 1, 0.0), (1, 9, 0.4), (9, 1, 0.4), (20, 30, 0.2), (20, 30, 0.9), (33, 17, 0.6),
        ] {
            let image = scene(channels: channels, height: height, width: width)
            let range = (image.samples.min() ?? 0)...(image.samples.max() ?? 1)
            let mask = Self.mask(height: height, width: width, seed: 4, share: share)
            try #require(mask.setCount < height * width)
            let found = try kind.method.filled(damaged(image, mask), where: mask)
            let again = try kind.method.filled(damaged(image, mask), where: mask, sharing: threads)
            #expect(found.samples.map(\.bitPattern) == again.samples.map(\.bitPattern))
            for channel in 0..<channels {
                for y in 0..<height {
                    for x in 0..<width {
                        let (before, after) = (image.view.row(channel, y)[x], found.view.row(channel, y)[x])
                        if mask.isSet(y, x) {
                            #expect(range.contains(after), "\(kind) \(height)x\(width)")
                        } else {
                            #expect(before.bitPattern == after.bitPattern)
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: InpaintingKind.allCases)
    func flatPicturesStayFlat(_ kind: InpaintingKind) throws {
        let image = PlanarImage(channels: 1, height: 24, width: 24, samples: [Float](repeating: 0.375, count: 576))
        // At a border and in a corner too.
        for (rows, columns) in [(5..<12, 6..<20), (0..<6, 3..<9), (15..<24, 14..<24), (0..<24, 0..<23)] {
            let mask = PixelMask(height: 24, width: 24) { rows.contains($0) && columns.contains($1) }
            let found = try kind.method.filled(damaged(image, mask), where: mask)
            for sample in found.samples { #expect(abs(sample - 0.375) < 1e-6) }
        }
    }

    @Test func biharmonicContinuesRamps() throws {
        let image = ramp(channels: 3, height: 60, width: 70)
        // A disc, a crack and specks, two pixels and more from the edges.
        let mask = PixelMask(height: 60, width: 70) { y, x in
            (y - 25) * (y - 25) + (x - 30) * (x - 30) < 400 || abs(x - y - 8) < 2 && y > 1 && y < 58 && x < 68
                || (y % 9 == 4 && x % 11 == 5 && y < 56)
        }
        let found = try BiharmonicInpainting().filled(damaged(image, mask), where: mask)
        #expect(largestDifference(found, image) < 2e-6)
    }

    /// Where equations would be too many the filling is smooth, within the range of what is around, and whole pixels
    /// stay.
    @Test func largeRegionsAreFilledSmoothly() throws {
        let image = ramp(channels: 2, height: 64, width: 80)
        let mask = PixelMask(height: 64, width: 80) { y, x in (8..<56).contains(y) && (8..<72).contains(x) }
        let found = try BiharmonicInpainting(entryLimit: 0).filled(damaged(image, mask), where: mask)
        let exact = try BiharmonicInpainting().filled(damaged(image, mask), where: mask)
        #expect(largestDifference(exact, image) < 2e-6)
        #expect(largestDifference(found, image) < 0.12)
        for y in 0..<64 {
            for x in 1..<80 {
                #expect(abs(found.view.row(0, y)[x] - found.view.row(0, y)[x - 1]) < 0.05)
                if !mask.isSet(y, x) { #expect(found.view.row(1, y)[x] == image.view.row(1, y)[x]) }
            }
        }
        // A whole picture but one pixel.
        let most = PixelMask(height: 64, width: 80) { y, x in (y, x) != (3, 70) }
        let flat = try BiharmonicInpainting(entryLimit: 0).filled(damaged(image, most), where: most)
        #expect(flat.samples.prefix(64 * 80).allSatisfy { abs($0 - image.view.row(0, 3)[70]) < 1e-6 })
    }

    @Test func medianTakesTheNearestEight() throws {
        let image = PlanarImage(channels: 1, height: 3, width: 5, samples: (1...15).map { Float($0) })
        var mask = PixelMask(height: 3, width: 5)
        mask[1, 1] = 255
        #expect(try MedianInpainting().filled(image, where: mask).view.row(0, 1)[1] == 7)
        mask[0, 0] = 255
        mask[1, 0] = 200
        // Six whole pixels in 3x3, so the square of 5x5 counts: 2 3 4 8 9 11 12 13 14.
        #expect(try MedianInpainting().filled(image, where: mask).view.row(0, 1)[1] == 9)
        // No more than there are.
        #expect(try MedianInpainting(least: 1000).filled(image, where: mask).view.row(0, 1)[1] == 9.5)
    }

    /// A straight edge goes on through a gap; the mean of what is around would smear it.
    @Test func isophotesGoOn() throws {
        let image = PlanarImage(
            channels: 1, height: 32, width: 32, samples: (0..<1024).map { $0 % 32 < 16 ? 0.2 : 0.8 })
        let mask = PixelMask(height: 32, width: 32) { y, _ in (14..<18).contains(y) }
        let found = try NavierStokesInpainting().filled(damaged(image, mask), where: mask)
        for y in 14..<18 {
            for x in 0..<32 where abs(2 * x - 31) > 4 { #expect((found.view.row(0, y)[x] < 0.5) == (x < 16)) }
        }
    }

    @Test(arguments: InpaintingKind.allCases)
    func errors(_ kind: InpaintingKind) throws {
        let image = PlanarImage(channels: 3, height: 4, width: 6)
        let method = kind.method
        #expect(throws: InpaintingError.nothingWhole) {
            try method.filled(image, where: PixelMask(height: 4, width: 6) { _, _ in true })
        }
        #expect(throws: InpaintingError.size(foundWidth: 4, foundHeight: 6, expectedWidth: 6, expectedHeight: 4)) {
            try method.filled(image, where: PixelMask(height: 6, width: 4))
        }
        #expect(throws: InpaintingError.channels(found: 5)) {
            try method.filled(PlanarImage(channels: 5, height: 4, width: 6), where: PixelMask(height: 4, width: 6))
        }
        #expect(throws: InpaintingError.empty) {
            try method.filled(PlanarImage(channels: 1, height: 0, width: 6), where: PixelMask(height: 0, width: 6))
        }
        image.view.row(1, 2)[3] = .infinity
        #expect(throws: InpaintingError.notFinite(channel: 1, row: 2)) {
            try method.filled(image, where: PixelMask(height: 4, width: 6))
        }
        image.view.row(1, 2)[3] = 0
        let same = try method.filled(scene(channels: 3, height: 4, width: 6), where: PixelMask(height: 4, width: 6))
        #expect(same.samples == scene(channels: 3, height: 4, width: 6).samples)
        #expect(method.byteCount(height: 1 << 40, width: 1 << 40, channels: 4, workers: 8) > 0)
    }
}
