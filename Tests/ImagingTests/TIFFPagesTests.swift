import Files
import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing

@Suite("Pages of a TIFF, what is a page and what is not")
struct TIFFPagesTests {
    /// A file of rgb8, then of directories that `kinds` describes: NewSubfileType, samples and bits.
    static func file(_ kinds: [(kind: Int, name: String)], in folder: TemporaryFolder) throws -> FilePath {
        let name = FilePath("source\(kinds.count).tif")
        let path = folder.path.pushing(name)
        let pages = try kinds.map { kind, name in
            var file = TIFFReading(try Fixture.bytes("tiff/\(name).tif"))
            if kind != 0 { file.add(254, .long, [kind]) }
            return try folder.write(file.bytes, to: FilePath("\(name)-\(kind).tif"))
        }
        let target = try AtomicFile(replacing: path)
        let assembly = try TIFFAssembly(descriptor: target.descriptor)
        for page in pages { try assembly.add(allOf: page) }
        try assembly.finish()
        try target.commit()
        return path
    }

    @Test("Pages come in order; thumbnails are none; a grey mask of the size is infrared")
    func kinds() throws {
        let folder = try TemporaryFolder()
        let path = try Self.file(
            [(0, "rgb16-II"), (4, "grey16"), (1, "grey8"), (2, "grey1-g4"), (4, "grey1")], in: folder)
        let pages = try TIFFPages(of: path)
        #expect(pages.pages.map(\.infrared) == [.page, nil])
        #expect(pages.notes.count == 2)
        #expect(pages.areSeveral)
        let reader = try PictureReader(path: path)
        #expect(reader.info.pageCount == 2)
        #expect(reader.info.infrared == .page)
        #expect(
            DecodingTests.interleaved(try Picture(reading: path).image, bits: 16)
                == TIFFDecodingTests.samples(channels: 3, bits: 16))
        #expect(try Self.infrared(of: path, bits: 16) == TIFFDecodingTests.samples(channels: 1, bits: 16))
        #expect(try PictureReader(infraredOf: path, page: 1) == nil)
        #expect(throws: PictureError.self) { try PictureReader(infraredOf: path, page: 2) }
    }

    static func infrared(of path: FilePath, bits: Int) throws -> [Int] {
        let reader = try #require(try PictureReader(infraredOf: path))
        let image = PlanarImage(channels: 1, height: reader.height, width: reader.width)
        try reader.readRows(into: image.view)
        return DecodingTests.interleaved(image, bits: bits)
    }

    @Test("A scanner's DNG: the picture lies below a thumbnail, and is described there")
    func below() throws {
        var file = TIFFReading(try Fixture.bytes("tiff/rgb16-II.tif"))
        file.add(262, .short, [34892])
        let picture = file.append(file.entries)
        file.add(254, .long, [1])
        file.add(271, .ascii, bytes: Array("Scanner\0".utf8))
        file.add(274, .short, [3])
        file.add(50706, .byte, [1, 4, 0, 0])
        file.add(330, .long, [picture])
        let found = try Picture(decoding: file.bytes)
        let expected = try Picture(reading: Fixture.path("tiff/rgb16-II.tif"))
        // Turned by half: each channel's 13 x 11 samples come the other way round.
        #expect(Array(found.image.samples.prefix(143)) == expected.image.samples.prefix(143).reversed())
        #expect(found.notes.contains(.orientationApplied(3)))
        let block = EXIFReading(try #require(found.metadata.exif))
        #expect(block.first[271] == Array("Scanner\0".utf8))
        #expect(try TIFFReading(found.encoded(as: .tiff).bytes).entries[50706] == nil)
    }

    @Test("A TIFF's own orientation holds, whatever its XMP remembers")
    func stale() throws {
        var file = TIFFReading(try Fixture.bytes("tiff/rgb16-II.tif"))
        file.add(700, .byte, bytes: Array("<x:xmpmeta><rdf:Description tiff:Orientation=\"6\"/></x:xmpmeta>".utf8))
        file.add(274, .short, [1])
        let picture = try Picture(decoding: file.bytes)
        #expect(picture.width == 13 && picture.notes.isEmpty)
    }

    @Test("A fourth sample that is no alpha is infrared, and becomes a page", arguments: [8, 16])
    func sample(bits: Int) throws {
        let folder = try TemporaryFolder()
        let path = Fixture.path("tiff/rgbx\(bits).tif")
        #expect(try TIFFPages(of: path).pages[0].infrared == .sample(3))
        #expect(try TIFFPages(of: Fixture.path("tiff/rgba\(bits).tif")).pages[0].infrared == nil)
        let whole = TIFFDecodingTests.samples(channels: 4, bits: bits)
        let expected = stride(from: 3, to: whole.count, by: 4).map { whole[$0] }
        #expect(try Self.infrared(of: path, bits: bits) == expected)
        let target = try AtomicFile(replacing: folder.path.appending("out.tif"))
        let assembly = try TIFFAssembly(descriptor: target.descriptor)
        try assembly.add(allOf: Fixture.path("tiff/rgb\(bits)-II.tif"))
        try assembly.add(infraredOf: 0, of: TIFFPages(of: path), limits: PictureLimits(), damaged: .reject)
        try assembly.finish()
        try target.commit()
        #expect(try TIFFPages(of: target.target).pages.map(\.infrared) == [.page])
        #expect(try Self.infrared(of: target.target, bits: bits) == expected)
    }

    @Test(
        "A page is copied as it is, whatever it is",
        arguments: [
            "rgb16-tiles", "rgb8-big-MM", "grey1-g3", "jpeg-ycc", "jpeg-tiles", "palette4", "grey8-sparse", "ycc",
            "rgb16-planar-tiles",
        ])
    func copies(name: String) throws {
        let folder = try TemporaryFolder()
        let target = try AtomicFile(replacing: folder.path.appending("out.tif"))
        let assembly = try TIFFAssembly(descriptor: target.descriptor)
        try assembly.add(page: 0, of: Fixture.path("tiff/\(name).tif"))
        try assembly.finish()
        try target.commit()
        let original = try Picture(reading: Fixture.path("tiff/\(name).tif"))
        let copy = try Picture(reading: target.target)
        #expect(copy.image.samples == original.image.samples)
        #expect(copy.format == original.format)
        #expect(copy.metadata == original.metadata)
    }
}
