import Corruptions
import Foundation
import Imaging
import Quality
import SystemPackage
import Tensors
import TestFolders
import Testing

/// A picture like a photograph: soft shades, hard edges and some fine texture, the same structure in every channel.
private func scene(height: Int = 400, width: Int = 500) -> PlanarImage {
    let image = PlanarImage(channels: 3, height: height, width: width)
    for c in 0..<3 {
        for y in 0..<height {
            for x in 0..<width {
                var value = 0.25 + 0.4 * Double(x + y) / Double(width + height)
                let (dx, dy) = (Double(x - 250), Double(y - 200))
                if dx * dx + dy * dy < 90 * 90 { value += 0.2 }
                if x > 330 && y > 240 { value += 0.05 * Double((x / 3 + y / 2) % 4) }
                image.view.row(c, y)[x] = Float(value * (1 - 0.12 * Double(c)))
            }
        }
    }
    return image
}

@Suite("Noise estimated from a picture alone")
struct NoiseEstimateTests {
    /// Squares of black and white, whose patches leave no noise at all once clipped ones are scaled up.
    @Test(arguments: [1, 2, 4, 7, 8, 9, 16], [1, 3])
    func checkerboardsAreNoNoise(cell: Int, channels: Int) {
        let image = PlanarImage(channels: channels, height: 128, width: 128)
        for c in 0..<channels {
            for y in 0..<128 { for x in 0..<128 { image.view.row(c, y)[x] = (y / cell + x / cell) % 2 == 0 ? 0 : 1 } }
        }
        let estimate = NoiseEstimate(of: image)
        #expect(estimate.sigma.isFinite && estimate.sigma >= 0)
    }

    @Test("white noise in colour, as files hold it", arguments: [3.0, 5, 10, 15, 25, 50])
    func white(sigma: Double) throws {
        var random = RandomState(seed: 1)
        let noisy = try GaussianNoise(sigma: sigma).applied(to: scene(), random: &random)
        let float = NoiseEstimate(of: noisy)
        #expect(abs(float.whiteSigma * 255 - sigma) < 0.03 * sigma + 0.15)
        #expect(abs(float.sigma * 255 - sigma) < 0.06 * sigma + 0.3)
        let stored = NoiseEstimate.sigma(of: noisy.rounded(toBits: 8)) * 255
        #expect(abs(stored - sigma) < 0.08 * sigma + 0.3)
    }

    @Test("white noise in grey", arguments: [5.0, 15, 25])
    func grey(sigma: Double) throws {
        var random = RandomState(seed: 1)
        let noisy = try GaussianNoise(sigma: sigma).applied(to: scene().channel(0), random: &random)
        #expect(abs(NoiseEstimate(of: noisy).whiteSigma * 255 - sigma) < 0.1 * sigma + 0.5)
    }

    @Test("a grey picture that is stored as RGB is judged like the grey one")
    func greyAsColour() throws {
        var random = RandomState(seed: 1)
        let grey = try GaussianNoise(sigma: 15).applied(to: scene().channel(0), random: &random)
        let tripled = PlanarImage(
            channels: 3, height: grey.height, width: grey.width, samples: grey.samples + grey.samples + grey.samples)
        #expect(abs(NoiseEstimate(of: tripled).sigma - NoiseEstimate(of: grey).sigma) < 0.2 / 255)
    }

    @Test("grain that is correlated is found at half size")
    func grain() throws {
        var random = RandomState(seed: 1)
        let estimate = NoiseEstimate(of: try Grain(sigma: 15, blur: 1).applied(to: scene(), random: &random))
        #expect(estimate.whiteSigma * 255 < 4)
        #expect(abs(estimate.sigma * 255 - 15) < 3)
    }

    @Test("a clean picture has next to none")
    func clean() {
        #expect(NoiseEstimate.sigma(of: scene().rounded(toBits: 8)) * 255 < 1.5)
        #expect(NoiseEstimate.sigma(of: PlanarImage(channels: 3, height: 64, width: 64)) == 0)
    }

    @Test("alpha does not matter")
    func alpha() throws {
        var random = RandomState(seed: 1)
        let noisy = try GaussianNoise(sigma: 15).applied(to: scene(height: 100, width: 120), random: &random)
        let alpha = (0..<12_000).map { Float($0 % 7) / 7 }
        let withAlpha = PlanarImage(channels: 4, height: 100, width: 120, samples: noisy.samples + alpha)
        #expect(NoiseEstimate(of: withAlpha) == NoiseEstimate(of: noisy))
    }

    @Test("pictures of any small size, and samples that are no numbers, do not stop it")
    func small() throws {
        for side in [0, 1, 2, 3, 6, 7, 8, 13, 40] {
            var random = RandomState(seed: 1)
            let noise = try GaussianNoise(sigma: 15).applied(
                to: PlanarImage(channels: 3, height: side, width: side + 1), random: &random)
            let sigma = NoiseEstimate.sigma(of: noise) * 255
            #expect(sigma.isFinite && sigma >= 0)
            if side >= 13 { #expect(abs(sigma - 15) < 5) }
        }
        let broken = scene(height: 60, width: 60).filled(.nan, 1, 30, 30).filled(.infinity, 2, 20, 3)
        #expect(NoiseEstimate.sigma(of: broken).isFinite)
    }
}

@Suite("Noise estimated on photographs", .enabled(if: areTestsLong))
struct PhotographNoiseTests {
    private enum Form: String {
        case file = "8 bits"
        case float
    }

    /// Errors of sigma and the shares taken for correlated, printed as the table of the documentation.
    private func errors(
        _ set: String, sigma: Double, blur: Double, _ form: Form
    ) throws -> (mean: Double, bias: Double, greatest: Double, correlated: Double) {
        let folder = URL(filePath: sharedData.appending(set).string)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)).filter {
            $0.hasSuffix(".png")
        }
        #expect(names.count == (set == "gb82" ? 25 : 68))
        var errors: [Double] = []
        var correlated = 0.0
        for name in names {
            let clean = try Picture(reading: FilePath(folder.appending(path: name).path(percentEncoded: false))).image
            var random = RandomState(seed: 0)
            var noisy = clean
            if sigma > 0 {
                noisy =
                    blur > 0
                    ? try Grain(sigma: sigma, blur: blur).applied(to: clean, random: &random)
                    : try GaussianNoise(sigma: sigma).applied(to: clean, random: &random)
            }
            let estimate = NoiseEstimate(of: form == .file ? noisy.rounded(toBits: 8) : noisy)
            errors.append(estimate.sigma * 255 - sigma)
            if estimate.isCorrelated { correlated += 1 }
        }
        let count = Double(errors.count)
        let result = (
            mean: errors.reduce(0) { $0 + abs($1) } / count, bias: errors.reduce(0, +) / count,
            greatest: errors.map(abs).max() ?? 0, correlated: correlated / count
        )
        let row = [result.mean, result.bias, result.greatest, 100 * result.correlated].map {
            String(format: "%.2f", $0)
        }
        print("| \(set) | \(form.rawValue) | \(sigma) | \(blur) | \(row.joined(separator: " | ")) |")
        return result
    }

    /// RETOUCH_NOISE_SET=test/CBSD68 prints the table of another set, after every choice was made on gb82.
    @Test("photographs: white noise, and grain; mean error of sigma, and what is taken for correlated")
    func accuracy() throws {
        let set = ProcessInfo.processInfo.environment["RETOUCH_NOISE_SET"] ?? "gb82"
        print("| set | form | sigma | blur | mean error | bias | greatest | taken for correlated, % |")
        _ = try errors(set, sigma: 0, blur: 0, .file)
        for form in [Form.file, .float] {
            for sigma in [2.0, 5, 10, 15, 25, 35, 50] {
                let found = try errors(set, sigma: sigma, blur: 0, form)
                if sigma >= 5 {
                    #expect(found.mean < 1)
                    #expect(found.correlated <= 0.05)
                }
            }
        }
        var shares: [Double] = []
        for blur in [0.5, 0.7, 1, 1.5, 2] {
            for sigma in [5.0, 10, 15, 25] {
                let found = try errors(set, sigma: sigma, blur: blur, .file)
                // Clipping makes strong grain that is hardly blurred look whiter.
                #expect(found.correlated >= 0.85)
                shares.append(found.correlated)
                if sigma <= 15 && blur <= 1.5 { #expect(found.mean < 2) }
            }
        }
        #expect(shares.reduce(0, +) / Double(shares.count) >= 0.95)
    }
}
