import Imaging
import Tensors
import Testing

@Suite("Pictures of every kind are decoded to the samples that another program put in")
struct DecodingTests {
    /// Samples as integers, interleaved.
    static func interleaved(_ image: PlanarImage, bits: Int) -> [Int] {
        let maximum = Float((1 << bits) - 1)
        let samples = image.samples
        let plane = image.height * image.width
        return (0..<samples.count).map { i in
            Int(samples[i % image.channels * plane + i / image.channels] * maximum + 0.5)
        }
    }

    static let pngs: [(name: String, format: PixelFormat)] = {
        var list: [(String, PixelFormat)] = []
        for bits in [1, 2, 4, 8, 16] {
            let depth = max(8, bits)
            list.append(("grey\(bits)", PixelFormat(color: .grey, bitDepth: depth)))
            list.append(("grey\(bits)-trns", PixelFormat(color: .grey, hasAlpha: true, bitDepth: depth)))
            if bits <= 8 {
                list.append(("palette\(bits)", PixelFormat(color: .rgb)))
                list.append(("palette\(bits)-trns", PixelFormat(color: .rgb, hasAlpha: true)))
            }
            guard bits >= 8 else { continue }
            list.append(("rgb\(bits)", PixelFormat(color: .rgb, bitDepth: bits)))
            list.append(("rgb\(bits)-trns", PixelFormat(color: .rgb, hasAlpha: true, bitDepth: bits)))
            list.append(("rgba\(bits)", PixelFormat(color: .rgb, hasAlpha: true, bitDepth: bits)))
            list.append(("greyalpha\(bits)", PixelFormat(color: .grey, hasAlpha: true, bitDepth: bits)))
        }
        list.append(("palettegrey", PixelFormat(color: .grey)))
        list.append(("palettegrey-trns", PixelFormat(color: .grey, hasAlpha: true)))
        return list
    }()

    @Test("PNG", arguments: pngs)
    func png(name: String, format: PixelFormat) throws {
        let expected = try Fixture.samples("png/\(name).raw", bits: format.bitDepth)
        let picture = try Picture(reading: Fixture.path("png/\(name).png"))
        #expect(picture.format == format)
        #expect(picture.width == 13 && picture.height == 11)
        #expect(picture.notes.isEmpty)
        #expect(Self.interleaved(picture.image, bits: format.bitDepth) == expected)
    }

    @Test("Interlaced PNG", arguments: pngs.filter { !$0.name.contains("trns") && !$0.name.contains("greys") })
    func interlaced(name: String, format: PixelFormat) throws {
        guard name != "palettegrey" else { return }
        let reader = try PictureReader(path: Fixture.path("png/\(name)-interlaced.png"))
        #expect(reader.info.isWhole)
        let picture = try Picture(reading: Fixture.path("png/\(name)-interlaced.png"))
        let plain = try Picture(reading: Fixture.path("png/\(name).png"))
        #expect(picture.format == plain.format)
        #expect(picture.image.samples == plain.image.samples)
    }

    @Test("The first frame of an animation")
    func animated() throws {
        let picture = try Picture(reading: Fixture.path("png/animated.png"))
        #expect(picture.notes == [.firstFrameOnly(frames: 2)])
        #expect(Self.interleaved(picture.image, bits: 8) == (try Fixture.samples("png/animated.raw")))
    }

    static let jpegs = [
        "grey", "ycc1x1", "ycc2x1", "ycc2x2", "ycc1x2", "ycc4x1", "ycc4x2", "rgb", "restart", "separate",
    ]

    @Test("JPEG as Pillow decodes it, to the last sample", arguments: jpegs)
    func jpeg(name: String) throws {
        let picture = try Picture(reading: Fixture.path("jpeg/\(name).jpg"))
        #expect(picture.format == PixelFormat(color: name == "grey" ? .grey : .rgb))
        #expect(picture.width == 45 && picture.height == 37)
        #expect(picture.notes.isEmpty)
        #expect(Self.interleaved(picture.image, bits: 8) == (try Fixture.samples("jpeg/\(name).raw")))
    }

    @Test(
        "Progressive JPEG equals baseline",
        arguments: ["grey", "ycc1x1", "ycc2x1", "ycc2x2", "ycc1x2", "ycc4x1", "ycc4x2"])
    func progressive(name: String) throws {
        let reader = try PictureReader(path: Fixture.path("jpeg/\(name)-progressive.jpg"))
        #expect(reader.info.isWhole)
        let baseline = try Picture(reading: Fixture.path("jpeg/\(name).jpg"))
        let progressive = try Picture(reading: Fixture.path("jpeg/\(name)-progressive.jpg"))
        #expect(progressive.image.samples == baseline.image.samples)
    }

    @Test("Arithmetic coding changes nothing about the coefficients")
    func arithmetic() throws {
        let arithmetic = try Picture(reading: Fixture.path("jpeg/arithmetic.jpg"))
        let huffman = try Picture(reading: Fixture.path("jpeg/ycc2x2.jpg"))
        #expect(arithmetic.image.samples == huffman.image.samples)
    }

    @Test("CMYK through the embedded profile, as Little CMS does it through Pillow")
    func cmykThroughProfile() throws {
        let picture = try Picture(reading: Fixture.path("jpeg/cmyk-profile.jpg"))
        #expect(picture.format == PixelFormat(color: .rgb))
        #expect(picture.notes == [.convertedFromCMYK(usingProfile: true)])
        // The versions of Little CMS differ in the last bit.
        let expected = try Fixture.samples("jpeg/cmyk-profile.raw")
        let found = Self.interleaved(picture.image, bits: 8)
        #expect(found.count == expected.count)
        for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 1) }
        // The output carries sRGB.
        let icc = try #require(picture.metadata.icc)
        #expect(icc[16..<20].elementsEqual("RGB ".utf8))
    }

    @Test("CMYK and YCCK without a profile, by the plain formula", arguments: ["cmyk", "ycck"])
    func cmykByFormula(name: String) throws {
        let picture = try Picture(reading: Fixture.path("jpeg/\(name).jpg"))
        #expect(picture.notes == [.convertedFromCMYK(usingProfile: false)])
        #expect(Self.interleaved(picture.image, bits: 8) == (try Fixture.samples("jpeg/\(name).raw")))
    }
}
