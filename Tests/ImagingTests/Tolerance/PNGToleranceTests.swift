import Imaging
import Tensors
import Testing

@Suite("PNGs as programs write them")
struct PNGToleranceTests {
    private static let early = PictureNote.remark(layer: "PNG", message: "its end is missing, every pixel is there")

    @Test(
        "One that lacks its end, or the check sum of its data, is whole",
        arguments: [
            "rgb8", "rgb16", "rgba16-interlaced", "palette4-trns", "grey1", "grey1-interlaced", "rgb8-interlaced",
        ])
    func end(name: String) throws {
        let whole = try Fixture.bytes("png/\(name).png")
        let samples = try Picture(decoding: whole).image.samples
        // IEND has 12 bytes; before it the check sum of IDAT, and that of the compressed data, with the end of the
        // latter.
        for missing in 1...20 {
            let part = Array(whole.dropLast(missing))
            let picture = try Picture(decoding: part)
            #expect(picture.image.samples == samples, "\(missing) bytes missing")
            #expect(picture.notes == [Self.early])
        }
        // Text behind the data may be cut too.
        var file = PNGFile(whole)
        file.insert("tEXt", Array("Title\0A canal".utf8), at: file.chunks.count - 1)
        for missing in 1...36 {
            let picture = try Picture(decoding: Array(file.bytes.dropLast(missing)))
            #expect(picture.image.samples == samples)
            #expect(picture.metadata.texts.count == (missing <= 12 ? 1 : 0))
        }
    }

    @Test("One of which pixels are missing stays cut off, in one chunk of data or in many")
    func cut() throws {
        let whole = PNGFile(try Fixture.bytes("png/rgb16.png"))
        let data = try #require(whole["IDAT"])
        var many = whole
        let parts = stride(from: 0, to: data.count, by: 50).map { ("IDAT", Array(data[$0..<min(data.count, $0 + 50)])) }
        let place = try #require(many.chunks.firstIndex { $0.type == "IDAT" })
        many.chunks.replaceSubrange(place...place, with: parts)
        let samples = try Picture(decoding: whole.bytes).image.samples
        #expect(try Picture(decoding: many.bytes).image.samples == samples)
        for bytes in [whole.bytes, many.bytes] {
            for missing in 30..<(data.count) {
                guard case .damaged(let layer, let found, _) = BadInputTests.error(of: Array(bytes.dropLast(missing)))
                else {
                    Issue.record(
                        "\(missing): \(String(describing: BadInputTests.error(of: Array(bytes.dropLast(missing)))))")
                    continue
                }
                #expect(layer.hasPrefix("PNG") && found.hasPrefix("the end of the file at byte"))
            }
        }
        // A wrong check sum counts, though the end is missing too.
        var damaged = Array(many.bytes.dropLast(12))
        damaged[damaged.count - 100] ^= 1
        guard case .damaged("PNG IDAT", _, _) = BadInputTests.error(of: damaged) else {
            Issue.record("\(String(describing: BadInputTests.error(of: damaged)))")
            return
        }
    }

    // MARK: Texts

    private static func text(_ kind: String, _ bytes: [UInt8]) -> [UInt8] {
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        let lines = stride(from: 0, to: digits.count, by: 36).map { digits[$0..<min(digits.count, $0 + 36)].joined() }
        return Array("\n\(kind)\n     \(bytes.count)\n\(lines.joined(separator: "\n"))\n".utf8)
    }

    private static let exif = OrientationTests.exif(orientation: 6)
    private static let packet = Array(#"<x:xmpmeta xmlns:x="adobe:ns:meta/" dc:title="A canal"/>"#.utf8)

    private func read(_ chunks: [(type: String, bytes: [UInt8])]) throws -> Picture {
        var file = PNGFile(try MetadataTests.picture().encoded(as: .png).bytes)
        for chunk in chunks.reversed() { file.insert(chunk.type, chunk.bytes) }
        return try Picture(decoding: file.bytes)
    }

    private static func chunk(_ kind: String, _ bytes: [UInt8]) -> (type: String, bytes: [UInt8]) {
        ("tEXt", Array("Raw profile type \(kind)\0".utf8) + text(kind, bytes))
    }

    @Test(
        "EXIF in a text is read where there is no chunk, and the picture turned", arguments: ["exif", "APP1", "Exif"])
    func exifText(kind: String) throws {
        for label in ["Exif\0\0", kind == "APP1" ? "Exif\0\0" : ""] {
            let picture = try read([Self.chunk(kind, Array(label.utf8) + Self.exif)])
            #expect(picture.metadata.exif == Self.exif)
            #expect(picture.notes == [.orientationApplied(6)])
            #expect(picture.width == 5 && picture.height == 8)
            let file = PNGFile(try picture.encoded(as: .png).bytes)
            #expect(file.chunks.map(\.type) == ["IHDR", "eXIf", "IDAT", "IEND"])
            let block = EXIFReading(try #require(file["eXIf"]))
            #expect(block.value(block.first[0x0112]) == 1)
        }
    }

    @Test(
        "XMP and profiles in a text are read where there is no chunk", arguments: ["xmp", "APP1", "icc", "icm", "8bim"])
    func otherTexts(kind: String) throws {
        let profile = MetadataTests.profile()
        let record: [UInt8] = [0x1C, 2, 120, 0, 5] + Array("Canal".utf8)
        let resource = Array("8BIM".utf8) + [4, 4, 0, 0] + four(record.count) + record
        switch kind {
        case "xmp": #expect(try read([Self.chunk(kind, Self.packet)]).metadata.xmp == Self.packet)
        case "APP1":
            let picture = try read([Self.chunk(kind, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + Self.packet)])
            #expect(picture.metadata.xmp == Self.packet && picture.notes.isEmpty)
        case "8bim": #expect(try read([Self.chunk(kind, resource)]).metadata.iptc == record)
        default: #expect(try read([Self.chunk(kind, profile)]).metadata.icc == profile)
        }
    }

    @Test("A text beside the chunk is an old copy")
    func copies() throws {
        let upright = OrientationTests.exif(orientation: 1)
        for chunks in [
            [("eXIf", upright), Self.chunk("exif", Self.exif)], [Self.chunk("exif", Self.exif), ("eXIf", upright)],
        ] {
            let picture = try read(chunks)
            #expect(picture.metadata.exif == upright)
            #expect(
                picture.notes
                    == [.dropped("the PNG text \"Raw profile type exif\"", reason: "an old copy of other metadata")])
        }
        let damaged = try read([("tEXt", Array("Raw profile type exif\0\nexif\n  400\n4949".utf8))])
        #expect(damaged.metadata.exif == nil)
        #expect(damaged.notes == [.dropped("PNG text exif", reason: "its text is damaged")])
    }

    @Test("XMP in a plain text is XMP")
    func plainPacket() throws {
        #expect(try read([("tEXt", Array("XML:com.adobe.xmp\0".utf8) + Self.packet)]).metadata.xmp == Self.packet)
    }

    @Test("Chunks of HDR are carried, in JPEG it is said that they are lost")
    func hdr() throws {
        let (mastering, light) = ([UInt8](1...24), [UInt8](1...8))
        for names in [("mDCV", "cLLI"), ("mDCv", "cLLi")] {
            let picture = try read([(names.0, mastering), (names.1, light), ("cICP", [9, 16, 0, 1])])
            #expect(picture.notes.isEmpty)
            let file = PNGFile(try picture.encoded(as: .png).bytes)
            #expect(file["mDCV"] == mastering && file["cLLI"] == light && file["cICP"] == [9, 16, 0, 1])
            #expect(
                try picture.encoded(as: .jpeg).notes
                    == [.dropped("PNG's colour chunks", reason: "jpeg has no place for them")])
        }
    }

    @Test("Content credentials and chunks that nobody knows are told")
    func unknown() throws {
        #expect(
            try read([("caBX", [1, 2, 3])]).notes
                == [.dropped("content credentials", reason: "they vouch for the original's bytes alone")])
        #expect(
            try read([("vpAg", [1]), ("vpAg", [2])]).notes == [.dropped("PNG vpAg", reason: "it is not known here")])
        #expect(try read([("tIME", [7, 207, 1, 1, 1, 1, 1]), ("bKGD", [0, 0, 0, 0, 0, 0])]).notes.isEmpty)
    }

    @Test("Apple's variant is named for what it is")
    func applePNG() throws {
        var file = PNGFile(try MetadataTests.picture().encoded(as: .png).bytes)
        file.insert("CgBI", [0x50, 0, 0x20, 2], at: 0)
        let error = try #require(BadInputTests.error(of: file.bytes))
        #expect(
            error.description
                == "Apple's CgBI variant of PNG cannot be read yet; convert it first, with pngcrush "
                + "-revert-iphone-optimizations or, on a Mac, sips -s format png")
    }
}
