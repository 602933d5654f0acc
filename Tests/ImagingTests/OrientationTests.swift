import Imaging
import Tensors
import Testing

@Suite("Rows and orientation")
struct OrientationTests {
    struct Shown: Decodable {
        var height: Int
        var width: Int
        var samples: [Int]
    }

    struct Expectations: Decodable {
        var height: Int
        var width: Int
        var samples: [Int]
        var shown: [String: Shown]
    }

    static func exif(orientation: Int) -> [UInt8] {
        [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation), 0, 0, 0, 0, 0, 0]
    }

    @Test("The eight orientations as Pillow turns them", arguments: 1...8, [8, 16])
    func orientation(value: Int, bits: Int) throws {
        let expectations: Expectations = try Fixture.decoded("exif/orientations.json")
        let stored = PlanarImage(
            channels: 1, height: expectations.height, width: expectations.width,
            samples: expectations.samples.map { Float($0) / 255 })
        var file = PNGFile(try Picture(stored, bitDepth: bits).encoded(as: .png).bytes)
        file.insert("eXIf", Self.exif(orientation: value))
        let shown = try #require(expectations.shown["\(value)"])
        let picture = try Picture(decoding: file.bytes)
        #expect(picture.height == shown.height && picture.width == shown.width)
        #expect(picture.image.samples.map { Int($0 * 255 + 0.5) } == shown.samples)
        #expect(picture.notes == (value == 1 ? [] : [.orientationApplied(value)]))
        // Written, it is upright and says so.
        let again = try Picture(decoding: picture.encoded(as: .png).bytes)
        #expect(again.image.samples == picture.image.samples)
        #expect(again.notes.isEmpty)
    }

    /// A picture of more rows than a band has, as a file of each kind: rows one after the other, and all at once.
    @Test("Kept rows are read again without decoding", arguments: [1, 2, 4, 6])
    func kept(value: Int) throws {
        let image = PlanarImage(channels: 3, height: 150, width: 9, samples: (0..<4050).map { Float($0 % 251) / 250 })
        var png = PNGFile(try Picture(image).encoded(as: .png).bytes)
        png.insert("eXIf", Self.exif(orientation: value))
        var jpeg = JPEGFile(try Picture(image).encoded(as: .jpeg).bytes)
        jpeg.insert(0xE1, "Exif\0\0", Self.exif(orientation: value))
        for bytes in [png.bytes, jpeg.bytes] {
            let whole = try Picture(decoding: bytes).image
            for (rows, first) in [(150, 150), (150, 40), (64, 64), (65, 3), (70, 1), (1, 1)] where first <= whole.height
            {
                let reader = try PictureReader(bytes: bytes)
                reader.keepRows(rows)
                for end in [first, first, whole.height] {
                    #expect(reader.canRewind)
                    reader.rewind()
                    let found = PlanarImage(channels: 3, height: end, width: whole.width)
                    for row in stride(from: 0, to: end, by: 7) {
                        let rows = row..<min(end, row + 7)
                        try reader.readRows(into: found.view.cropped(rows: rows, columns: 0..<whole.width))
                    }
                    let expected = whole.cropped(top: 0, left: 0, height: end, width: whole.width)
                    #expect(found.samples == expected.samples, "\(rows), \(first), \(end)")
                }
                #expect(reader.canRewind == (rows >= whole.height || reader.info.isWhole))
                #expect(reader.notes == (try Picture(decoding: bytes).notes))
            }
        }
    }

    @Test("Damage in rows that are kept is found in the first pass")
    func keptDamage() throws {
        let image = PlanarImage(channels: 1, height: 150, width: 9, samples: (0..<1350).map { Float($0 % 251) / 250 })
        var file = PNGFile(try Picture(image).encoded(as: .png).bytes)
        let data = try #require(file.chunks.firstIndex { $0.type == "IDAT" })
        file.chunks[data].bytes[20] ^= 0xFF
        let reader = try PictureReader(bytes: file.bytes)
        reader.keepRows(150)
        let kept = reader.keptBytes(rows: 1000) - reader.info.decodingBytes
        #expect(kept == 150 * 9 && reader.keptBytes(rows: 10) == reader.info.decodingBytes + 90)
        #expect(throws: PictureError.self) { try reader.readRows(into: image.view) }
    }

    @Test("Rows in any portions equal the whole", arguments: 1...8)
    func portions(value: Int) throws {
        for (name, isJPEG) in [
            ("jpeg/ycc2x2.jpg", true), ("jpeg/ycc2x2-progressive.jpg", true), ("png/rgba16.png", false),
            ("png/palette4-interlaced.png", false),
        ] {
            var bytes = try Fixture.bytes(name)
            if isJPEG {
                var file = JPEGFile(bytes)
                file.insert(0xE1, "Exif\0\0", Self.exif(orientation: value))
                bytes = file.bytes
            } else {
                var file = PNGFile(bytes)
                file.insert("eXIf", Self.exif(orientation: value))
                bytes = file.bytes
            }
            let whole = try Picture(decoding: bytes).image
            for portion in [1, 2, 7, 100] {
                let reader = try PictureReader(bytes: bytes)
                #expect(
                    reader.info.isWhole == (value > 2 || name.contains("progressive") || name.contains("interlaced")))
                let sink = ImageRowSink(channels: reader.channels, height: reader.height, width: reader.width)
                var done = 0
                while done < reader.height {
                    let count = min(portion, reader.height - done)
                    let band = PlanarImage(channels: reader.channels, height: count, width: reader.width)
                    try reader.readRows(into: band.view)
                    sink.writeRows(from: band.view)
                    done += count
                }
                #expect(sink.image.samples == whole.samples)
            }
        }
    }

    @Test("Rows written in any portions give the same file", arguments: PictureContainer.written)
    func writtenPortions(container: PictureContainer) throws {
        let image = RoundTripTests.image(channels: 4, height: 150, width: 33, maximum: 255)
        let picture = Picture(image)
        let whole = try picture.encoded(as: container).bytes
        for portion in [1, 3, 64, 65] {
            let writer = try PictureWriter(toMemoryAs: container, width: 33, height: 150, format: picture.format)
            var done = 0
            while done < 150 {
                let count = min(portion, 150 - done)
                try writer.writeRows(from: image.view.cropped(rows: done..<(done + count), columns: 0..<33))
                done += count
            }
            try writer.finish()
            #expect(writer.encodedBytes == whole)
        }
    }
}
