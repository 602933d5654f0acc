import Imaging
import Tensors
import Testing

@Suite("TIFFs that are written say what they hold, and carry what came along")
struct TIFFWritingTests {
    static let formats = [PixelFormat.Color.grey, .rgb].flatMap { color in
        [false, true].flatMap { alpha in
            [8, 16].map { PixelFormat(color: color, hasAlpha: alpha, bitDepth: $0) }
        }
    }

    @Test("Every sample is kept, in every compression", arguments: formats, TIFFCompression.allCases)
    func exact(format: PixelFormat, compression: TIFFCompression) throws {
        for (height, width) in [(1, 1), (3, 5), (67, 131), (1500, 91)] {
            let image = RoundTripTests.image(
                channels: format.channelCount, height: height, width: width, maximum: (1 << format.bitDepth) - 1)
            let bytes = try Picture(image: image, format: format)
                .encoded(as: .tiff, tiffCompression: compression).bytes
            let picture = try Picture(decoding: bytes)
            #expect(picture.format == format)
            #expect(picture.notes.isEmpty)
            #expect(picture.image.samples == image.samples)
        }
    }

    @Test("Uncompressed, the samples lie in the file as they are", arguments: formats)
    func plain(format: PixelFormat) throws {
        let maximum = (1 << format.bitDepth) - 1
        let image = RoundTripTests.image(channels: format.channelCount, height: 61, width: 43, maximum: maximum)
        let file = TIFFReading(
            try Picture(image: image, format: format).encoded(as: .tiff, tiffCompression: .none).bytes)
        #expect(file.samples() == DecodingTests.interleaved(image, bits: format.bitDepth))
        #expect(file.numbers(262) == [format.color == .grey ? 1 : 2])
        #expect(file.numbers(338) == (format.hasAlpha ? [2] : []))
        #expect(file.numbers(277) == [format.channelCount])
    }

    @Test("All 65536 values of 16 bits come back")
    func allValues() throws {
        let image = PlanarImage(
            channels: 1, height: 256, width: 256, samples: (0..<65536).map { Float($0) / 65535 })
        let bytes = try Picture(image, bitDepth: 16).encoded(as: .tiff).bytes
        #expect(try Picture(decoding: bytes).image.samples == image.samples)
    }

    /// A file with everything that is to travel, and what is not to.
    static func laden(order: String) throws -> TIFFReading {
        var file = TIFFReading(try Fixture.bytes("tiff/rgb16-\(order).tif"))
        let exif = file.append([
            0x9003: .init(type: 2, count: 20, bytes: Array("1999:12:31 23:59:59\0".utf8)),
            0x927C: .init(type: 7, count: 9, bytes: Array("MakerNote".utf8)),
        ])
        let gps = file.append([1: .init(type: 2, count: 2, bytes: Array("N\0".utf8))])
        file.add(0x8769, .long, [exif])
        file.add(0x8825, .long, [gps])
        file.add(271, .ascii, bytes: Array("Scanner\0".utf8))
        file.add(282, .rational, bytes: file.ordered(118_111, 4) + file.ordered(1000, 4))
        file.add(283, .rational, bytes: file.ordered(118_111, 4) + file.ordered(1000, 4))
        file.add(296, .short, [3])
        file.add(700, .byte, bytes: Array("<x:xmpmeta tiff:Orientation=\"1\"/>".utf8))
        file.add(33723, .undefined, bytes: [0x1C, 2, 5, 0, 2, 0x68, 0x69])
        file.add(34377, .byte, bytes: Array("8BIM".utf8) + [4, 4, 0, 0, 0, 0, 0, 2, 1, 2])
        file.add(50341, .undefined, bytes: Array("PrintIM".utf8))
        file.add(65000, .short, [1, 2, 300])
        file.add(65001, .long8, [7])
        file.add(37724, .undefined, bytes: Array("layers".utf8))
        file.add(280, .short, [5, 5, 5])
        file.add(330, .long, [exif])
        return file
    }

    @Test("Tags of the first directory travel byte for byte", arguments: ["II", "MM", "big-II", "big-MM"])
    func tags(order: String) throws {
        let original = try Self.laden(order: order)
        let picture = try Picture(decoding: original.bytes)
        let dropped = picture.notes.map(\.description)
        #expect(dropped.count == 3)
        for tag in ["280", "330", "layers"] { #expect(dropped.contains { $0.contains(tag) }) }
        let (bytes, notes) = try picture.encoded(as: .tiff, software: "Retouch")
        #expect(notes.isEmpty)
        let written = TIFFReading(bytes)
        #expect(written.isLittleEndian == original.isLittleEndian)
        #expect(!written.isBig)
        for tag in [271, 282, 283, 296, 700, 34377, 50341, 65000] {
            #expect(written.entries[tag]?.bytes == original.entries[tag]?.bytes, "tag \(tag)")
        }
        #expect(written.entries[33723]?.bytes == original.entries[33723]?.bytes)
        #expect(written.numbers(65001) == [7])
        for tag in [280, 330, 37724] { #expect(written.entries[tag] == nil) }
        #expect(written.entries[305]?.bytes == Array("Retouch\0".utf8))
        let exif = written.directory(written.numbers(0x8769)[0]).entries
        #expect(exif[0x9003]?.bytes == Array("1999:12:31 23:59:59\0".utf8))
        #expect(exif[0x927C]?.bytes == Array("MakerNote".utf8))
        #expect(written.directory(written.numbers(0x8825)[0]).entries[1]?.bytes == Array("N\0".utf8))
        #expect(try Picture(decoding: bytes).image.samples == picture.image.samples)
    }

    @Test("A page stays a page of its number; in another format it is a picture, and nobody is told")
    func pageNumber() throws {
        var original = TIFFReading(try Fixture.bytes("tiff/rgb8-MM.tif"))
        original.add(254, .long, [2])
        original.add(297, .short, [3, 5])
        let picture = try Picture(decoding: original.bytes)
        let written = TIFFReading(try picture.encoded(as: .tiff).bytes)
        #expect(written.numbers(254) == [2])
        #expect(written.numbers(297) == [3, 5])
        #expect(try picture.encoded(as: .png).notes.isEmpty)
    }

    @Test("Into other formats EXIF, XMP, IPTC and the resolution go along", arguments: [PictureContainer.png, .jpeg])
    func others(container: PictureContainer) throws {
        let picture = try Picture(decoding: Self.laden(order: "MM").bytes)
        let (bytes, notes) = try picture.encoded(as: container)
        #expect(notes.contains { "\($0)".contains("4 TIFF tags dropped") })
        let again = try Picture(decoding: bytes).metadata
        let block = EXIFReading(try #require(again.exif))
        #expect(block.first[271] == Array("Scanner\0".utf8))
        #expect(block.exif[0x9003] == Array("1999:12:31 23:59:59\0".utf8))
        #expect(again.iptc == [0x1C, 2, 5, 0, 2, 0x68, 0x69])
        #expect(again.xmp != nil)
        // And back into a TIFF.
        let tiff = TIFFReading(try Picture(decoding: bytes).encoded(as: .tiff).bytes)
        #expect(tiff.entries[271]?.bytes == Array("Scanner\0".utf8))
        #expect(tiff.entries[282]?.count == 1)
        #expect(tiff.entries[33723]?.bytes == [0x1C, 2, 5, 0, 2, 0x68, 0x69])
    }

    @Test("A profile for the pixels stays to the byte")
    func profile() throws {
        let cmyk = try Picture(reading: Fixture.path("tiff/cmyk8-profile.tif"))
        let icc = try #require(cmyk.metadata.icc)
        let written = TIFFReading(try cmyk.encoded(as: .tiff).bytes)
        #expect(written.entries[34675]?.bytes == icc)
    }

    @Test("Without metadata there is none", arguments: [MetadataPolicy.none, .color])
    func policy(policy: MetadataPolicy) throws {
        let picture = try Picture(decoding: Self.laden(order: "II").bytes)
        let written = TIFFReading(try picture.encoded(as: .tiff, policy: policy, software: "Retouch").bytes)
        #expect(
            Set(written.entries.keys).isSubset(of: [254, 256, 257, 258, 259, 262, 273, 274, 277, 278, 279, 284, 317]))
    }
}
