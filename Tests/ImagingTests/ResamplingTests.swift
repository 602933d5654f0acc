import Files
import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing

@Suite("Resampling")
struct ResamplingTests {
    struct Case: Decodable, CustomStringConvertible {
        var kernel: String
        var edges: String
        var scale: Double?
        var height: Int
        var width: Int
        var outputHeight: Int
        var outputWidth: Int
        var samples: [Int]
        var exact: [Double]
        var rounded: [Int]

        var description: String { "\(kernel), \(edges), \(height)x\(width) to \(outputHeight)x\(outputWidth)" }

        var resampling: Resampling {
            let kernels: [String: Resampling.Kernel] = ["bicubic": .bicubic, "bilinear": .bilinear, "box": .box]
            return Resampling(kernels[kernel]!, edges: edges == "symmetric" ? .symmetric : .replicated)
        }

        var image: PlanarImage {
            PlanarImage(channels: 1, height: height, width: width, samples: samples.map { Float($0) / 255 })
        }

        func resampled(_ resampling: Resampling) -> PlanarImage {
            if let scale { return image.resampled(by: scale, resampling) }
            return image.resampled(toHeight: outputHeight, width: outputWidth, resampling)
        }
    }

    static let cases: [Case] = (try? Fixture.decoded("resampling.json")) ?? []

    @Test("There are cases")
    func casesAreThere() { #expect(Self.cases.count == 28) }

    @Test("Unrounded values are those of the matrices in Float64", arguments: cases)
    func unrounded(_ test: Case) {
        let result = test.resampled(test.resampling)
        #expect(result.height == test.outputHeight && result.width == test.outputWidth)
        for (found, expected) in zip(result.samples, test.exact) {
            // An input of Float32 is off by half a unit of its last place.
            #expect(abs(Double(found) * 255 - expected) < 5e-5)
        }
    }

    @Test("Rounded to 8 bits after each pass, every sample is exact", arguments: cases)
    func rounded(_ test: Case) {
        var resampling = test.resampling
        resampling.rounding = .eightBits
        let result = test.resampled(resampling)
        #expect(result.samples == test.rounded.map { Float($0) / 255 })
    }

    @Test("Channels are resampled each for itself, and the same size changes nothing")
    func channels() {
        let image = RoundTripTests.image(channels: 3, height: 7, width: 9, maximum: 255)
        let same = image.resampled(toHeight: 7, width: 9)
        for (found, expected) in zip(same.samples, image.samples) { #expect(abs(found - expected) < 1e-7) }
        let larger = image.resampled(by: 2)
        for c in 0..<3 {
            let plane = Array(image.samples[(c * 63)..<((c + 1) * 63)])
            let alone = PlanarImage(channels: 1, height: 7, width: 9, samples: plane).resampled(by: 2)
            #expect(Array(larger.samples[(c * 252)..<((c + 1) * 252)]) == alone.samples)
        }
    }

    @Test(
        "The published low-resolution pictures of Set5 and Set14 come out to the last sample",
        .enabled(if: areTestsLong), arguments: ["Set5", "Set14"], [2, 3, 4])
    func published(set: String, factor: Int) throws {
        let folder = sharedData.appending("test").appending(set)
        let low = folder.appending("LRbicx\(factor)")
        let names = try contents(ofFolder: low)
        #expect(names.count == (set == "Set5" ? 5 : 14))
        for name in names {
            let expected = try Picture(reading: low.appending(name))
            var image = try Picture(reading: folder.appending("HR").appending(name)).image
            image = image.cropped(toMultipleOf: factor)
            let result = image.resampled(
                by: 1 / Double(factor), Resampling(.bicubic, edges: .replicated, rounding: .eightBits))
            #expect(result.samples == expected.image.samples, "\(name)")
        }
    }
}

extension PlanarImage {
    /// The upper left part whose sides are multiples of `factor`.
    fileprivate func cropped(toMultipleOf factor: Int) -> PlanarImage {
        let height = height / factor * factor
        let width = width / factor * factor
        let result = PlanarImage(channels: channels, height: height, width: width)
        for c in 0..<channels {
            for y in 0..<height { result.view.row(c, y).update(from: view.row(c, y), count: width) }
        }
        return result
    }
}
