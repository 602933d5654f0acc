import Batches
import Files
import Imaging
import Reports
import SystemPackage
import Tensors
import TestFolders
import Testing

/// Files of several pages, each restored.
@Suite struct PagesTests {
    let folder: TemporaryFolder
    let output: FilePath

    init() throws {
        folder = try TemporaryFolder()
        output = folder.path.appending("out")
        try createFolders(at: folder.path.appending("in"))
    }

    static func picture(_ page: Int, channels: Int = 3) -> Picture {
        TestPictures.picture(width: 20 + page, channels: channels, bitDepth: 16, seed: UInt64(page + 1))
    }

    /// A TIFF of pages of 20, 21 ... pixels in width.
    func writePages(_ count: Int, to name: FilePath) throws -> FilePath {
        let path = folder.path.pushing(name)
        let file = try AtomicFile(replacing: path)
        let assembly = try TIFFAssembly(descriptor: file.descriptor)
        for page in 0..<count {
            let bytes = try Self.picture(page, channels: page == 1 ? 1 : 3).encoded(as: .tiff).bytes
            try assembly.add(allOf: folder.write(bytes, to: "page.tif"))
        }
        try assembly.finish()
        try file.commit()
        return path
    }

    func run(_ input: FilePath, format: RunSettings.OutputFormat = .same) throws -> BatchResult {
        try BatchRun.run(
            BatchRequest(inputs: [input], output: output, settings: RunSettings(format: format)),
            model: InvertingProcess().model())
    }

    static func isInverse(_ result: Picture, of original: Picture) -> Bool {
        result.format == original.format
            && zip(result.image.samples, original.image.samples).allSatisfy {
                ($0 * 65535).rounded() == 65535 - ($1 * 65535).rounded()
            }
    }

    @Test func pagesBecomeOneTIFFInOrder() throws {
        let input = try writePages(3, to: "in/scan.tif")
        let result = try run(input)
        #expect(result.counts == [1, 0, 0, 0])
        #expect(try folder.allFiles(in: "out") == ["out/.retouch/ledger.jsonl", "out/scan.tif"])
        let path = output.appending("scan.tif")
        #expect(try TIFFPages(of: path).pages.map(\.width) == [20, 21, 22])
        for page in 0..<3 {
            let single = try AtomicFile(replacing: folder.path.appending("single.tif"))
            let assembly = try TIFFAssembly(descriptor: single.descriptor)
            try assembly.add(page: page, of: path)
            try assembly.finish()
            try single.commit()
            let restored = try Picture(reading: single.target)
            #expect(Self.isInverse(restored, of: Self.picture(page, channels: page == 1 ? 1 : 3)), "page \(page)")
        }
        #expect(try run(input).counts == [0, 1, 0, 0])
    }

    /// Pages that show nothing to restore keep their bytes, but are sharpened where that is asked for.
    @Test func pagesThatPassThroughAreSharpened() throws {
        let input = try writePages(2, to: "in/scan.tif")
        let model = BatchModel(name: "none", sha256: "none") { PassThrough() }
        for (folderName, sharpening) in [("plain", nil), ("sharp", Float(1))] {
            let target = folder.path.appending(folderName)
            let request = BatchRequest(
                inputs: [input], output: target, settings: RunSettings(sharpening: sharpening))
            #expect(try BatchRun.run(request, model: model).counts == [1, 0, 0, 0])
            let isCopy = try folder.read(target.appending("scan.tif")) == folder.read(input)
            #expect(isCopy == (sharpening == nil))
            let (result, original) = (try Picture(reading: target.appending("scan.tif")), try Picture(reading: input))
            #expect((result.image.samples == original.image.samples) == (sharpening == nil))
        }
    }

    @Test func formatsWithoutPagesGetAFileForEach() throws {
        let input = try writePages(3, to: "in/scan.tif")
        let result = try run(input, format: .png)
        #expect(result.counts == [3, 0, 0, 0])
        for page in 0..<3 {
            let restored = try Picture(reading: output.appending("scan-p000\(page + 1).png"))
            #expect(Self.isInverse(restored, of: Self.picture(page, channels: page == 1 ? 1 : 3)))
        }
        #expect(try run(input, format: .png).counts == [0, 3, 0, 0])
    }

    @Test func namesOfPagesThatCollideAreFoundBefore() throws {
        try folder.writePicture("in/scan-p0002.png")
        _ = try writePages(2, to: "in/scan.tif")
        #expect(throws: PlanError.self) { try run(folder.path.appending("in"), format: .png) }
        #expect(!FileStamp.exists(output))
    }

    @Test func infraredIsKeptAsItIs() throws {
        let path = folder.path.pushing("in/film.tif")
        let file = try AtomicFile(replacing: path)
        let assembly = try TIFFAssembly(descriptor: file.descriptor)
        let grey = Fixture.path("tiff/rgbx16.tif")
        try assembly.add(page: 0, of: grey)
        try assembly.finish()
        try file.commit()
        let result = try run(path)
        #expect(result.counts == [1, 0, 0, 0])
        #expect(result.records[0].notes.contains { $0.contains("infrared kept") })
        let written = output.appending("film.tif")
        #expect(try TIFFPages(of: written).pages.map(\.infrared) == [.page])
        #expect(Self.isInverse(try Picture(reading: written), of: try Picture(reading: path)))
    }

    @Test func aDamagedPageFailsItsFileAndLeavesNothing() throws {
        let input = try writePages(3, to: "in/scan.tif")
        var bytes = try folder.read(input)
        // In the first page's strip.
        for place in 200..<260 { bytes[place] = 0xAA }
        try folder.write(bytes, to: "in/scan.tif")
        #expect(try run(input).counts == [0, 0, 1, 0])
        #expect(try folder.allFiles(in: "out") == [] || folder.allFiles(in: "out") == ["out/.retouch/ledger.jsonl"])
    }
}

/// Files of Tests/Fixtures/imaging.
private enum Fixture {
    static func path(_ name: String) -> FilePath { fixtureFolder.appending("imaging").pushing(FilePath(name)) }
}
