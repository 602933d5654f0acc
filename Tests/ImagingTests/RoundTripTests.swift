import Imaging
import Tensors
import Testing

@Suite("Pictures written and read again")
struct RoundTripTests {
    /// An image whose samples are all multiples of 1/maximum, different everywhere.
    static func image(channels: Int, height: Int, width: Int, maximum: Int) -> PlanarImage {
        let samples = (0..<(channels * height * width)).map { i in
            Float((i &* 40503 &+ i / 7) % (maximum + 1)) / Float(maximum)
        }
        return PlanarImage(channels: channels, height: height, width: width, samples: samples)
    }

    @Test(
        "PNG keeps every sample",
        arguments: [PixelFormat.Color.grey, .rgb], [(false, 8), (true, 8), (false, 16), (true, 16)])
    func pngIsExact(color: PixelFormat.Color, rest: (alpha: Bool, bits: Int)) throws {
        let format = PixelFormat(color: color, hasAlpha: rest.alpha, bitDepth: rest.bits)
        for (height, width) in [(1, 1), (3, 5), (67, 131)] {
            let image = Self.image(
                channels: format.channelCount, height: height, width: width, maximum: (1 << rest.bits) - 1)
            let bytes = try Picture(image: image, format: format).encoded(as: .png).bytes
            let picture = try Picture(decoding: bytes)
            #expect(picture.format == format)
            #expect(picture.notes.isEmpty)
            #expect(picture.image.samples == image.samples)
        }
    }

    @Test("All 65536 values of 16 bits come back")
    func allValues() throws {
        let image = PlanarImage(
            channels: 1, height: 256, width: 256, samples: (0..<65536).map { Float($0) / 65535 })
        let bytes = try Picture(image, bitDepth: 16).encoded(as: .png).bytes
        #expect(try Picture(decoding: bytes).image.samples == image.samples)
    }

    @Test("Values outside 0...1 are clamped, others rounded half up")
    func clamping() throws {
        let values: [Float] = [-1, -.infinity, .nan, 0, 0.5 / 255, 0.49 / 255, 1, 2, .infinity, 254.5 / 255]
        let image = PlanarImage(channels: 1, height: 1, width: values.count, samples: values)
        let bytes = try Picture(image).encoded(as: .png).bytes
        let read = try Picture(decoding: bytes).image.samples.map { Int($0 * 255 + 0.5) }
        #expect(read == [0, 0, 0, 0, 1, 0, 255, 255, 255, 255])
    }

    @Test("JPEG keeps size and colour, and comes close", arguments: [PixelFormat.Color.grey, .rgb])
    func jpeg(color: PixelFormat.Color) throws {
        let width = 61
        let height = 43
        var samples: [Float] = []
        for c in 1...color.channelCount {
            for y in 0..<height {
                for x in 0..<width { samples.append(Float(x * c % 64 + y * 2) / 255) }
            }
        }
        let image = PlanarImage(channels: color.channelCount, height: height, width: width, samples: samples)
        let bytes = try Picture(image).encoded(as: .jpeg, quality: 100).bytes
        let picture = try Picture(decoding: bytes)
        #expect(picture.format == PixelFormat(color: color))
        for (found, expected) in zip(picture.image.samples, samples) { #expect(abs(found - expected) * 255 < 4) }
    }
}
