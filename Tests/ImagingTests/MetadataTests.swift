import Imaging
import Tensors
import Testing

@Suite("Metadata goes from file to file")
struct MetadataTests {
    static let exifLabel = "Exif\0\0", xmpLabel = "http://ns.adobe.com/xap/1.0/\0", iccLabel = "ICC_PROFILE\0"

    /// A profile of `count` bytes whose header says RGB, the rest arbitrary.
    static func profile(_ space: String = "RGB ", count: Int = 400) -> [UInt8] {
        var bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 256) }
        bytes.replaceSubrange(0..<4, with: four(count))
        bytes.replaceSubrange(16..<20, with: space.utf8)
        bytes.replaceSubrange(36..<40, with: "acsp".utf8)
        return bytes
    }

    static func picture(_ color: PixelFormat.Color = .rgb, metadata: Metadata = Metadata()) -> Picture {
        Picture(
            image: RoundTripTests.image(channels: color.channelCount, height: 5, width: 8, maximum: 255),
            format: PixelFormat(color: color), metadata: metadata)
    }

    /// The EXIF block of a file, taken out without the code under test.
    static func exif(of file: [UInt8], _ container: PictureContainer) -> [UInt8]? {
        switch container {
        case .png: PNGFile(file)["eXIf"]
        case .jpeg: JPEGFile(file).contents(0xE1, exifLabel).first
        // Its directories are those of EXIF.
        case .tiff: file
        case .webp: chunk("EXIF", of: file)
        case .bmp, .gif, .netpbm: nil
        }
    }

    /// The content of a chunk of a WebP, taken out without the code under test.
    static func chunk(_ type: String, of file: [UInt8]) -> [UInt8]? {
        var offset = 12
        while offset + 8 <= file.count {
            let count = (0..<4).reduce(0) { $0 | Int(file[offset + 4 + $1]) << (8 * $1) }
            let content = file[offset + 8..<min(file.count, offset + 8 + count)]
            if file[offset..<offset + 4].elementsEqual(type.utf8) { return Array(content) }
            offset += 8 + count + count % 2
        }
        return nil
    }

    @Test("EXIF is corrected and otherwise kept", arguments: ["II", "MM"], PictureContainer.written)
    func exif(order: String, container: PictureContainer) throws {
        let original = try Fixture.bytes("exif/\(order).jpg")
        let before = EXIFReading(try #require(Self.exif(of: original, .jpeg)))
        #expect(before.value(before.first[0x0112]) == 6)
        #expect(before.nextDirectory != 0)
        let picture = try Picture(decoding: original)
        #expect(picture.width == 24 && picture.height == 32)
        #expect(picture.notes == [.orientationApplied(6)])
        for software in ["Retouch", "Retouch 0.1.0 (1x-Scan-S) with a name that needs more room than the old one"] {
            let written = try picture.encoded(as: container, software: software)
            #expect(written.notes.isEmpty)
            let block = try #require(Self.exif(of: written.bytes, container))
            let after = EXIFReading(block)
            #expect(after.isLittleEndian == (order == "II"))
            #expect(after.value(after.first[0x0112]) == 1)
            #expect(after.first[0x0131]?.prefix { $0 != 0 } == Array(software.utf8)[...])
            #expect(after.nextDirectory == 0)
            if container != .tiff { #expect(!contains(block, [0xFF, 0xD8]), "the thumbnail is still there") }
            #expect(after.value(after.exif[0xA002]) == 24)
            #expect(after.value(after.exif[0xA003]) == 32)
            #expect(after.first[0x011A] == before.first[0x011B] && after.first[0x011B] == before.first[0x011A])
            // Those of how samples are stored.
            let stored: Set =
                container == .tiff ? [254, 256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 317, 700, 33723] : []
            let changed: Set = [0x0112, 0x011A, 0x011B, 0x0131, 0x0213, 0x8769, 0x8825, 0xA002, 0xA003, 0xA005]
            for (old, new) in [(before.first, after.first), (before.exif, after.exif), (before.gps, after.gps)] {
                // A TIFF says nothing of YCbCr that is RGB.
                let lost: Set = container == .tiff ? [0x0213] : []
                #expect(
                    Set(old.keys).subtracting(lost).union([0x0131])
                        == Set(new.keys).subtracting(stored).union([0x0131]))
                for (tag, value) in old where !changed.contains(tag) { #expect(new[tag] == value, "\(tag)") }
            }
            // Again, from our own output: nothing grows, nothing is lost.
            let again = try Picture(decoding: written.bytes).encoded(as: container, software: software)
            #expect(Self.exif(of: again.bytes, container) == block)
        }
    }

    @Test("XMP is kept, its statements of size and orientation corrected", arguments: PictureContainer.written)
    func xmp(container: PictureContainer) throws {
        let text = """
            <x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:Description tiff:Orientation="6" exif:PixelXDimension='99' dc:x="9">
            <tiff:ImageWidth>1234</tiff:ImageWidth><exif:PixelYDimension>7</exif:PixelYDimension>tiff:Orientation="x"
            """
        let corrected = """
            <x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:Description tiff:Orientation="1" exif:PixelXDimension='8' dc:x="9">
            <tiff:ImageWidth>8</tiff:ImageWidth><exif:PixelYDimension>5</exif:PixelYDimension>tiff:Orientation="x"
            """
        let bytes = try Self.picture(metadata: Metadata(xmp: Array(text.utf8))).encoded(as: container).bytes
        let found = try #require(try Picture(decoding: bytes).metadata.xmp)
        #expect(String(decoding: found, as: UTF8.self) == corrected)
        let raw =
            switch container {
            case .png: PNGFile(bytes)["iTXt"].map { Array($0.dropFirst("XML:com.adobe.xmp".utf8.count + 5)) }
            case .jpeg: JPEGFile(bytes).contents(0xE1, Self.xmpLabel).first
            case .tiff: TIFFReading(bytes).entries[700]?.bytes
            case .webp: Self.chunk("XMP ", of: bytes)
            case .bmp, .gif, .netpbm: [UInt8]?.none
            }
        #expect(raw == Array(corrected.utf8))
    }

    @Test("A compressed iTXt is read")
    func compressedText() throws {
        var file = PNGFile(try Self.picture().encoded(as: .png).bytes)
        // zlib, stored: "<x/>"
        let stored: [UInt8] = [0x78, 0x01, 0x01, 4, 0, 0xFB, 0xFF] + Array("<x/>".utf8) + [0x04, 0x60, 0x01, 0x1A]
        file.insert("iTXt", Array("XML:com.adobe.xmp".utf8) + [0, 1, 0] + Array("en".utf8) + [0, 0x41, 0] + stored)
        let picture = try Picture(decoding: file.bytes)
        let sum = adler("<x/>")
        if sum == [0x04, 0x60, 0x01, 0x1A] {
            #expect(picture.metadata.xmp == Array("<x/>".utf8))
        } else {
            #expect(picture.notes == [.dropped("XMP", reason: "its compressed data is damaged or too long")])
            file.chunks[1].bytes.replaceSubrange((file.chunks[1].bytes.count - 4)..., with: sum)
            #expect(try Picture(decoding: file.bytes).metadata.xmp == Array("<x/>".utf8))
        }
    }

    private func adler(_ text: String) -> [UInt8] {
        let (a, b) = text.utf8.reduce((1, 0)) { sums, byte in
            let a = (sums.0 + Int(byte)) % 65521
            return (a, (sums.1 + a) % 65521)
        }
        return four(b << 16 | a)
    }

    @Test("A profile travels byte by byte, in as many segments as it takes", arguments: [400, 65_519, 65_520, 200_001])
    func profiles(count: Int) throws {
        let profile = Self.profile(count: count)
        let jpeg = try Self.picture(metadata: Metadata(icc: profile)).encoded(as: .jpeg).bytes
        let parts = JPEGFile(jpeg).contents(0xE2, Self.iccLabel)
        #expect(parts.flatMap { $0.dropFirst(2) } == profile)
        #expect(parts.map { Int($0[0]) } == Array(1...parts.count))
        #expect(parts.allSatisfy { Int($0[1]) == parts.count })
        let png = try Picture(decoding: jpeg).encoded(as: .png).bytes
        let back = try Picture(decoding: png)
        #expect(back.metadata.icc == profile)
        #expect(back.notes.isEmpty)
    }

    @Test("The parts of a profile may come in any order; with one missing it is dropped")
    func profileParts() throws {
        let profile = Self.profile(count: 150_000)
        var file = JPEGFile(try Self.picture(metadata: Metadata(icc: profile)).encoded(as: .jpeg).bytes)
        let places = file.segments.indices.filter { file.segments[$0].marker == 0xE2 }
        #expect(places.count == 3)
        file.segments.swapAt(places[0], places[2])
        #expect(try Picture(decoding: file.bytes).metadata.icc == profile)
        file.segments.remove(at: places[1])
        let picture = try Picture(decoding: file.bytes)
        #expect(picture.metadata.icc == nil)
        #expect(picture.notes == [.dropped("ICC profile", reason: "found the parts 1, 3, expected 1 to 3")])
    }

    @Test("A profile for other pixels is dropped and said so", arguments: [PictureContainer.png, .jpeg, .tiff])
    func foreignProfile(container: PictureContainer) throws {
        let written = try Self.picture(.grey, metadata: Metadata(icc: Self.profile())).encoded(as: container)
        #expect(written.notes == [.dropped("ICC profile", reason: "it is for RGB, the picture is GRAY")])
        #expect(try Picture(decoding: written.bytes).metadata.icc == nil)
        let grey = try Self.picture(.grey, metadata: Metadata(icc: Self.profile("GRAY"))).encoded(as: container)
        #expect(try Picture(decoding: grey.bytes).metadata.icc == Self.profile("GRAY"))
    }

    @Test("Density goes to pHYs and back")
    func density() throws {
        let original = PixelDensity(x: 300, y: 240, unit: .inch)
        let jpeg = try Self.picture(metadata: Metadata(density: original)).encoded(as: .jpeg).bytes
        #expect(JPEGFile(jpeg).contents(0xE0, "JFIF\0")[0][2...6].elementsEqual([1, 1, 44, 0, 240]))
        let png = try Picture(decoding: jpeg).encoded(as: .png).bytes
        #expect(PNGFile(png)["pHYs"] == four(11811) + four(9449) + [1])
        let again = try Picture(decoding: png).encoded(as: .jpeg).bytes
        #expect(try Picture(decoding: again).metadata.density == original)
    }

    @Test("A PNG's pHYs without a unit says the pixel's aspect alone")
    func aspect() throws {
        let plain = PNGFile(try Self.picture().encoded(as: .png).bytes)
        let aspect = PixelDensity(x: 4, y: 3, unit: .aspect)
        let found: [(x: Int, y: Int, unit: UInt8, density: PixelDensity?)] = [
            (4, 3, 0, aspect), (4, 3, 1, PixelDensity(x: 4, y: 3, unit: .metre)),
            (4, 4, 1, PixelDensity(x: 4, y: 4, unit: .metre)),
            // Square pixels say nothing, and nobody knows a third unit.
            (4, 4, 0, nil), (4, 3, 2, nil), (0, 3, 1, nil),
        ]
        for (x, y, unit, density) in found {
            var file = plain
            file.insert("pHYs", four(x) + four(y) + [unit])
            #expect(try Picture(decoding: file.bytes).metadata.density == density, "\(x) by \(y), unit \(unit)")
        }
        // It stays an aspect in either container.
        let picture = Self.picture(metadata: Metadata(density: aspect))
        #expect(PNGFile(try picture.encoded(as: .png).bytes)["pHYs"] == four(4) + four(3) + [0])
        let jpeg = try picture.encoded(as: .jpeg).bytes
        #expect(JPEGFile(jpeg).contents(0xE0, "JFIF\0")[0][2...6].elementsEqual([0, 0, 4, 0, 3]))
        #expect(try Picture(decoding: jpeg).metadata.density == aspect)
    }

    @Test("A turned picture's density turns with it; EXIF's stands in where JFIF has none")
    func turnedDensity() throws {
        let file = try Fixture.bytes("exif/MM.jpg")
        #expect(try Picture(decoding: file).metadata.density == PixelDensity(x: 240, y: 300, unit: .inch))
        var parts = JPEGFile(file)
        parts.segments.removeAll { $0.marker == 0xE0 }
        #expect(try Picture(decoding: parts.bytes).metadata.density == PixelDensity(x: 240, y: 300, unit: .inch))
    }

    @Test("IPTC goes to PNG as others write it, and back; Photoshop's other resources stay behind")
    func iptc() throws {
        let record: [UInt8] = [0x1C, 2, 120, 0, 5] + Array("Canal".utf8)
        let resource = Array("8BIM".utf8) + [4, 4, 3, 0x61, 0x62, 0x63] + four(record.count) + record
        let other = Array("8BIM".utf8) + [3, 0xED, 0, 0] + four(3) + [1, 2, 3, 0]
        var file = JPEGFile(try Self.picture().encoded(as: .jpeg).bytes)
        file.insert(0xED, "Photoshop 3.0\0", other + resource)
        let jpeg = try Picture(decoding: file.bytes)
        #expect(jpeg.metadata.iptc == record)
        let png = try jpeg.encoded(as: .png).bytes
        #expect(PNGFile(png)["zTXt"]?.starts(with: "Raw profile type iptc\0\0".utf8) == true)
        let back = try Picture(decoding: png)
        #expect(back.metadata.iptc == record && back.notes.isEmpty)
        let again = JPEGFile(try back.encoded(as: .jpeg).bytes)
        #expect(
            again.contents(0xED, "Photoshop 3.0\0")
                == [Array("8BIM".utf8) + [4, 4, 0, 0] + four(record.count) + record])
        // Resources whose size lies.
        for place in 0..<(other + resource).count {
            var bytes = other + resource
            bytes[place] = 0xFF
            var damaged = file
            damaged.segments[1].bytes = Array("Photoshop 3.0\0".utf8) + bytes
            _ = try Picture(decoding: damaged.bytes)
        }
    }

    @Test("Comments and texts stay in their container, elsewhere it is said that they are lost")
    func texts() throws {
        var png = PNGFile(try Self.picture().encoded(as: .png).bytes)
        png.insert("tEXt", Array("Title\0A canal".utf8))
        png.insert("tEXt", Array("Software\0A scanner".utf8))
        let picture = try Picture(decoding: png.bytes)
        #expect(picture.metadata.texts == [MetadataText(kind: .text, bytes: Array("Title\0A canal".utf8))])
        let written = PNGFile(try picture.encoded(as: .png, software: "Retouch").bytes)
        #expect(
            written.chunks.filter { $0.type == "tEXt" }.map(\.bytes)
                == [Array("Software\0Retouch".utf8), Array("Title\0A canal".utf8)])
        #expect(
            try picture.encoded(as: .jpeg).notes == [.dropped("a text", reason: "jpeg has no place for it")])
        #expect(try picture.encoded(as: .jpeg, policy: .color).notes.isEmpty)
        var jpeg = JPEGFile(try Self.picture().encoded(as: .jpeg).bytes)
        jpeg.insert(0xFE, "", Array("Found in the attic".utf8))
        let commented = try Picture(decoding: jpeg.bytes)
        #expect(
            JPEGFile(try commented.encoded(as: .jpeg).bytes).contents(0xFE, "") == [Array("Found in the attic".utf8)])
        #expect(
            try commented.encoded(as: .png).notes == [.dropped("a text", reason: "png has no place for it")])
    }

    @Test("Further pictures in a JPEG are said to be left out")
    func furtherPictures() throws {
        var jpeg = JPEGFile(try Self.picture().encoded(as: .jpeg).bytes)
        jpeg.insert(0xE2, "MPF\0", [1, 2, 3])
        let notes = try Picture(decoding: jpeg.bytes).notes
        #expect(notes == [.dropped("further pictures of the file", reason: "only the first is read")])
    }

    @Test("PNG's colour chunks stay in PNG")
    func colourChunks() throws {
        let colour = PNGColour(gAMA: four(45455), cHRM: (0..<32).map { $0 }, sRGB: [1])
        let bytes = try Self.picture(metadata: Metadata(pngColour: colour)).encoded(as: .png).bytes
        #expect(PNGFile(bytes).chunks.map(\.type) == ["IHDR", "cHRM", "gAMA", "sRGB", "IDAT", "IEND"])
        let picture = try Picture(decoding: bytes)
        #expect(picture.metadata.pngColour == colour)
        #expect(try picture.encoded(as: .jpeg).notes == [])
        let linear = Metadata(pngColour: PNGColour(gAMA: four(100_000)))
        #expect(
            try Self.picture(metadata: linear).encoded(as: .jpeg).notes
                == [.dropped("PNG's colour chunks", reason: "jpeg has no place for them")])
        let wide = Metadata(pngColour: PNGColour(cICP: [12, 13, 0, 1]))
        #expect(try Picture(decoding: Self.picture(metadata: wide).encoded(as: .png).bytes).metadata == wide)
    }

    @Test("The policy decides what is written", arguments: PictureContainer.written)
    func policy(container: PictureContainer) throws {
        var picture = try Picture(decoding: Fixture.bytes("exif/II.jpg"))
        picture.metadata.icc = Self.profile()
        for policy in MetadataPolicy.allCases {
            let bytes = try picture.encoded(as: container, policy: policy, software: "Retouch").bytes
            let found = try Picture(decoding: bytes).metadata
            #expect((found.exif != nil) == (policy == .all))
            #expect((found.xmp != nil) == (policy == .all))
            #expect((found.density != nil) == (policy == .all))
            #expect(found.icc == (policy == .none ? nil : Self.profile()))
            #expect(contains(bytes, Array("Retouch".utf8)) == (policy == .all))
        }
    }

    @Test("Without EXIF the program is named in a text of PNG, in a new block of JPEG")
    func software() throws {
        let png = try Self.picture().encoded(as: .png, software: "Retouch 0.1.0 (1x-Scan-S)").bytes
        #expect(PNGFile(png)["tEXt"] == Array("Software\0Retouch 0.1.0 (1x-Scan-S)".utf8))
        let jpeg = try Self.picture().encoded(as: .jpeg, software: "Retouch 0.1.0 (1x-Scan-S)").bytes
        let block = EXIFReading(try #require(Self.exif(of: jpeg, .jpeg)))
        #expect(block.first == [0x0131: Array("Retouch 0.1.0 (1x-Scan-S)\0".utf8)])
        #expect(try Picture(decoding: jpeg).notes.isEmpty)
    }

    @Test("What a segment of JPEG cannot hold is dropped and said so")
    func tooLong() throws {
        let metadata = Metadata(iptc: [0x1C] + [UInt8](repeating: 0x20, count: 70_000))
        let written = try Self.picture(metadata: metadata).encoded(as: .jpeg)
        #expect(written.notes == [.dropped("IPTC", reason: "it has 70014 bytes, JPEG holds 65519")])
        #expect(try Picture(decoding: written.bytes).metadata.iptc == nil)
        #expect(try Self.picture(metadata: metadata).encoded(as: .png).notes.isEmpty)
    }

    @Test("What the container cannot hold is flattened and rounded, and said so")
    func flattened() throws {
        let image = PlanarImage(
            channels: 2, height: 1, width: 4, samples: [0, 0.5, 1, 0.25, 0, 0.5, 1, 1])
        let written = try Picture(image, bitDepth: 16).encoded(as: .jpeg, quality: 100)
        #expect(written.notes == [.alphaFlattenedOnWhite, .roundedTo8Bits])
        let read = try Picture(decoding: written.bytes)
        #expect(read.format == PixelFormat(color: .grey))
        for (found, expected) in zip(read.image.samples, [1, 0.75, 1, 0.25] as [Float]) {
            #expect(abs(found - expected) < 3 / 255)
        }
    }
}
