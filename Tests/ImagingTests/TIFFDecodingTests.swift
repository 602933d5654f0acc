import Imaging
import Tensors
import Testing

@Suite("TIFFs of every kind are decoded to the samples that another program put in")
struct TIFFDecodingTests {
    /// The samples of Tests/Fixtures/imaging/make_fixtures_tiff.py, interleaved, of 13 x 11 pixels.
    static func samples(channels: Int, bits: Int) -> [Int] {
        var samples: [Int] = []
        for y in 0..<11 {
            for x in 0..<13 {
                for c in 0..<channels { samples.append((x * 37 + y * 91 + c * 59 + x * y * 7) % (1 << bits)) }
            }
        }
        return samples
    }

    static func decoded(_ name: String) throws -> (picture: Picture, samples: [Int]) {
        let picture = try Picture(reading: Fixture.path("tiff/\(name).tif"))
        return (picture, DecodingTests.interleaved(picture.image, bits: picture.format.bitDepth))
    }

    @Test("Grey of any depth and both polarities", arguments: [1, 2, 4, 6, 8, 12, 16, 24, 32])
    func grey(bits: Int) throws {
        let depth = bits <= 8 ? 8 : 16
        let (most, maximum) = ((1 << bits) - 1, (1 << depth) - 1)
        let expected = Self.samples(channels: 1, bits: bits).map { ($0 * maximum + most / 2) / most }
        let (black, dark) = try Self.decoded("grey\(bits)")
        #expect(black.format == PixelFormat(color: .grey, bitDepth: depth))
        #expect(dark == expected)
        #expect(black.notes.isEmpty == (bits == 8 || bits == 16))
        #expect(try Self.decoded("grey\(bits)-white").samples == expected.map { maximum - $0 })
    }

    @Test(
        "RGB in both orders, as BigTIFF, in planes, tiles and compressed",
        arguments: [8, 16],
        ["II", "MM", "big-II", "big-MM", "planar", "tiles", "planar-tiles", "lzw", "deflate"])
    func rgb(bits: Int, name: String) throws {
        let (picture, samples) = try Self.decoded("rgb\(bits)-\(name)")
        #expect(picture.format == PixelFormat(color: .rgb, bitDepth: bits))
        #expect(picture.notes.isEmpty)
        #expect(samples == Self.samples(channels: 3, bits: bits))
        #expect(!(try PictureReader(path: Fixture.path("tiff/rgb\(bits)-\(name).tif")).info.isWhole))
    }

    @Test("Other compressions", arguments: ["rgb8-packbits", "rgb8-zstd", "rgb8-lzma"])
    func compressions(name: String) throws {
        #expect(try Self.decoded(name).samples == Self.samples(channels: 3, bits: 8))
    }

    @Test("Bits in the other order, tiles of half bytes, CCITT", arguments: ["-fill", "-g3", "-g4", "-rle"])
    func bilevel(name: String) throws {
        #expect(try Self.decoded("grey1\(name)").samples == Self.samples(channels: 1, bits: 1).map { $0 * 255 })
        #expect(try Self.decoded("grey4-tiles").samples == Self.samples(channels: 1, bits: 4).map { $0 * 17 })
        #expect(try Self.decoded("rgb4").samples == Self.samples(channels: 3, bits: 4).map { $0 * 17 })
    }

    /// As libtiff and tifffile take it: a fax is black on white.
    @Test(
        "Without a photometric interpretation, CCITT's zeros are white and others' black",
        arguments: ["-g3", "-g4", ""])
    func unstatedPolarity(name: String) throws {
        var file = try TIFFReading(Fixture.bytes("tiff/grey1\(name).tif"))
        let isStatedWhite = file.numbers(262) == [0]
        file.remove(262)
        let picture = try Picture(decoding: file.bytes)
        let isWhite = !name.isEmpty
        let stated = try Self.decoded("grey1\(name)").samples
        #expect(
            DecodingTests.interleaved(picture.image, bits: 8)
                == (isStatedWhite == isWhite ? stated : stated.map { 255 - $0 }))
    }

    @Test("Palettes", arguments: [1, 2, 4, 8])
    func palette(bits: Int) throws {
        let (picture, samples) = try Self.decoded("palette\(bits)")
        let expected = Self.samples(channels: 1, bits: bits).flatMap { index in
            (0..<3).map { (index * (29 + 8 * $0) + $0) % 256 }
        }
        #expect(picture.format == PixelFormat(color: .rgb))
        #expect(samples == expected)
        #expect(picture.notes == [.converted(from: "\(bits)-bit palette", to: "8-bit RGB")])
    }

    @Test("Alpha is kept, another sample is not taken for it", arguments: [8, 16])
    func alpha(bits: Int) throws {
        let expected = Self.samples(channels: 4, bits: bits)
        let (picture, samples) = try Self.decoded("rgba\(bits)")
        #expect(picture.format == PixelFormat(color: .rgb, hasAlpha: true, bitDepth: bits))
        #expect(samples == expected)
        let (other, colours) = try Self.decoded("rgbx\(bits)")
        #expect(other.format == PixelFormat(color: .rgb, bitDepth: bits))
        #expect(colours == expected.indices.filter { $0 % 4 < 3 }.map { expected[$0] })
        #expect(try Self.decoded("greyalpha\(bits)").samples == Self.samples(channels: 2, bits: bits))
    }

    @Test("Associated alpha is undone, and done again when a TIFF is written")
    func associated() throws {
        let (picture, samples) = try Self.decoded("associated8")
        let whole = Self.samples(channels: 4, bits: 8)
        for pixel in stride(from: 0, to: whole.count, by: 4) where whole[pixel + 3] > 0 {
            for c in pixel..<pixel + 3 {
                let stored = whole[c] * whole[pixel + 3] / 255
                #expect(samples[c] == min(255, (stored * 255 + whole[pixel + 3] / 2) / whole[pixel + 3]))
            }
        }
        let again = try TIFFReading(picture.encoded(as: .tiff, tiffCompression: .none).bytes)
        #expect(again.numbers(338) == [1])
        #expect(
            again.samples() == whole.indices.map { $0 % 4 == 3 ? whole[$0] : whole[$0] * whole[$0 / 4 * 4 + 3] / 255 })
    }

    @Test("Floating-point numbers of 16, 32 and 64 bits", arguments: ["f2", "f4", "f8"])
    func floats(name: String) throws {
        let (picture, samples) = try Self.decoded("grey-\(name)")
        #expect(picture.format == PixelFormat(color: .grey, bitDepth: 16))
        #expect(picture.notes.count == 2)
        for (found, stored) in zip(samples, Self.samples(channels: 1, bits: 16)) {
            let value = max(0, min(1, Double(stored) / 40000 - 0.1))
            #expect(abs(Double(found) - value * 65535) <= (name == "f2" ? 33 : 0.51))
        }
        let nan = try Self.decoded("grey-nan")
        #expect(nan.samples[2 * 13 + 3] == 0)
        #expect(nan.picture.notes.count == 3)
    }

    @Test("JPEG inside, in strips and tiles, as libjpeg decodes it", arguments: ["jpeg-rgb", "jpeg-ycc", "jpeg-tiles"])
    func jpeg(name: String) throws {
        let (_, samples) = try Self.decoded(name)
        for (a, b) in zip(samples, try Fixture.samples("tiff/\(name).raw")) { #expect(abs(a - b) <= 1) }
    }

    @Test("YCbCr without JPEG, by TIFF's formula")
    func ycc() throws {
        let (_, samples) = try Self.decoded("ycc")
        for (a, b) in zip(samples, try Fixture.samples("tiff/ycc.raw")) { #expect(abs(a - b) <= 1) }
    }

    @Test(
        "CMYK and Lab as Little CMS has them",
        arguments: ["cmyk8-profile", "cmyk16-profile", "lab8", "lab16", "icclab8", "icclab16"])
    func colours(name: String) throws {
        let (picture, samples) = try Self.decoded(name)
        let expected = try Fixture.samples(name.hasPrefix("cmyk") ? "tiff/cmyk-profile.raw" : "tiff/lab.raw")
        let scale = picture.format.bitDepth == 8 ? 1 : 257
        #expect(samples.count == expected.count)
        for (a, b) in zip(samples, expected) { #expect(abs(a - b * scale) <= scale) }
        #expect(
            picture.notes == [
                name.hasPrefix("cmyk")
                    ? .convertedFromCMYK(usingProfile: true) : .convertedFromLab(usingProfile: false)
            ])
        let icc = try #require(picture.metadata.icc)
        #expect(icc[16..<20].elementsEqual("RGB ".utf8))
    }

    @Test("CMYK without a profile, by the plain formula")
    func cmyk() throws {
        let inks = Self.samples(channels: 4, bits: 8)
        var expected: [Int] = []
        for pixel in stride(from: 0, to: inks.count, by: 4) {
            let black = 255 - inks[pixel + 3]
            for c in 0..<3 { expected.append(((255 - inks[pixel + c]) * black + 127) / 255) }
        }
        #expect(try Self.decoded("cmyk8").samples == expected)
    }

    @Test("Absent strips are 0, and said to be absent")
    func sparse() throws {
        let (picture, samples) = try Self.decoded("grey8-sparse")
        let whole = Self.samples(channels: 1, bits: 8)
        #expect(samples == whole.indices.map { (4..<8).contains($0 / 13) ? 0 : whole[$0] })
        #expect(picture.notes.count == 1)
    }

    @Test("Rows in any portions, turned, equal the whole", arguments: ["rgb16-tiles", "rgb8-planar", "rgb16-lzw"])
    func portions(name: String) throws {
        for orientation in 1...8 {
            var file = TIFFReading(try Fixture.bytes("tiff/\(name).tif"))
            file.add(274, .short, [orientation])
            let whole = try Picture(decoding: file.bytes)
            #expect(whole.notes == (orientation == 1 ? [] : [.orientationApplied(orientation)]))
            for portion in [1, 3, 100] {
                let reader = try PictureReader(bytes: file.bytes)
                let sink = ImageRowSink(channels: 3, height: reader.height, width: reader.width)
                for first in stride(from: 0, to: reader.height, by: portion) {
                    let band = PlanarImage(
                        channels: 3, height: min(portion, reader.height - first), width: reader.width)
                    try reader.readRows(into: band.view)
                    sink.writeRows(from: band.view)
                }
                #expect(sink.image.samples == whole.image.samples)
            }
        }
    }
}
