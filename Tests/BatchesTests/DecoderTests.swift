import Batches
import Files
import Imaging
import Reports
import SystemPackage
import Tensors
import TestFolders
import Testing

/// Files that other programs decode.
@Suite struct DecoderTests {
    let folder: TemporaryFolder
    let input: FilePath
    let output: FilePath

    init() throws {
        folder = try TemporaryFolder()
        (input, output) = (folder.path.appending("in"), folder.path.appending("out"))
        try createFolders(at: input)
    }

    func request(_ decoder: String? = nil, format: RunSettings.OutputFormat = .same) throws -> BatchRequest {
        let choice = try DecoderChoice(parsing: decoder ?? ForeignFile.decoder(in: folder))
        return BatchRequest(
            inputs: [input], output: output, settings: RunSettings(format: format),
            decoders: ExternalDecoders([choice], seconds: 60))
    }

    func run(_ request: BatchRequest) throws -> BatchResult {
        try BatchRun.run(request, model: InvertingProcess().model())
    }

    // MARK: Names and arguments

    @Test func choicesAreRead() throws {
        let heic = try DecoderChoice(parsing: "heic=heif-convert -q  '9 0' {in} \"{out}.png\"")
        #expect(heic.kind == .heic)
        #expect(heic.decoder?.program == "heif-convert")
        #expect(heic.decoder?.arguments == ["-q", "9 0", "{in}", "{out}.png"])
        #expect(heic.decoder?.command == "heif-convert -q '9 0' {in} {out}.png")
        #expect(try DecoderChoice(parsing: "pdf=none").decoder == nil)
        #expect(
            try DecoderChoice(parsing: "raw=/opt/my raw/x {in} {out}.tif".replacing("my raw", with: "raw")).kind == .raw
        )
    }

    @Test(arguments: [
        ("heic", "KIND=PROGRAM"), ("png=x {in} {out}.png", "one of heic, avif"), ("heic=", "a program"),
        ("heic={in} {out}.png", "a program"), ("heic=x {out}.png", "{in} where"), ("heic=x {in}", "{out} with .png"),
        ("heic=x '{in} {out}.png", "quotes in pairs"), ("heic=x {in} {out}.png {page}", "{page} for pdf alone"),
        ("heic='' {in} {out}.png", "a program"), ("heic=\u{1B}[31m {in}", "{out} with"),
    ])
    func wrongChoicesAreNamed(text: String, expected: String) throws {
        let error = #expect(throws: ExternalDecoderError.self) { try DecoderChoice(parsing: text) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("\u{1B}") == false)
    }

    @Test func everyFormatHasAKindAndPrograms() {
        for format in ForeignFormat.allCases where format != .applePNG {
            #expect(ExternalDecoder.Kind(of: format) != nil, "\(format)")
        }
        for kind in ExternalDecoder.Kind.allCases { #expect(!ExternalDecoders.programs(for: kind).isEmpty) }
        #expect(ExternalDecoders.programs(for: .heic).prefix(2) == ["heif-dec", "heif-convert"])
    }

    /// Without decoders such files fail as before; a kind that is left out is ignored.
    @Test func filesOfKindsWithoutAProgram() throws {
        try folder.write(ForeignFile("copy").bytes, to: "in/a.heic")
        let plain = try BatchPlan(BatchRequest(inputs: [input], output: output))
        #expect(plain.settled.first?.outcome.failure?.hasPrefix("HEIC cannot be read yet") == true)
        let left = try BatchPlan(request("heic=none"))
        #expect(left.settled.first?.outcome.kind == .ignored)
        let missing = try run(request("heic=retouch-has-no-such-program {in} {out}.png"))
        #expect(
            missing.records.first?.outcome.failure
                == "the program 'retouch-has-no-such-program' to read it is not there")
    }

    // MARK: Pictures

    @Test(arguments: [("copy", PictureContainer.png), ("tif", .tiff)])
    func whatAProgramDecodesIsRestored(word: String, container: PictureContainer) throws {
        let picture = TestPictures.picture(bitDepth: 16, seed: 3)
        try folder.write(ForeignFile(word, try TestPictures.bytes(picture, as: container)).bytes, to: "in/sub/a.heic")
        let result = try run(request())
        #expect(result.counts == [1, 0, 0, 0])
        let found = try #require(result.records.first?.outcome.result)
        #expect(found.output == "sub/a.png")
        #expect(found.notes.contains { $0.hasPrefix("heic: decoded by 'sh'; the output is PNG") }, "\(found.notes)")
        #expect(PagesTests.isInverse(try Picture(reading: output.appending("sub/a.png")), of: picture))
        // Nothing else is left, here and beside the original.
        #expect(try folder.allFiles(in: "out") == ["out/.retouch/ledger.jsonl", "out/sub/a.png"])
        #expect(try folder.allFiles(in: "in") == ["in/sub/a.heic"])
    }

    /// Of several pictures the first by number; a depth map is none. Files that the program drops go with its folder.
    @Test func theFirstOfSeveralIsRead() throws {
        let bytes = try TestPictures.bytes(TestPictures.picture())
        try folder.write(ForeignFile("two", bytes).bytes, to: "in/a.heic")
        try folder.write(ForeignFile("litter", bytes).bytes, to: "in/b.heic")
        let result = try run(request())
        #expect(result.counts == [2, 0, 0, 0])
        #expect(
            result.records.first?.outcome.result?.notes.contains(
                "3 more of its pictures dropped: only the first is read")
                == true)
        #expect(try folder.allFiles(in: "out") == ["out/.retouch/ledger.jsonl", "out/a.png", "out/b.png"])
    }

    /// A picture that shows nothing to restore is written as its samples: its bytes are not the output's format.
    @Test func passedThroughItIsNoCopy() throws {
        let bytes = try TestPictures.bytes(TestPictures.picture())
        try folder.write(ForeignFile("copy", bytes).bytes, to: "in/a.heic")
        let pass = BatchModel(name: "pass", sha256: "p") { PassThrough() }
        let result = try BatchRun.run(request(), model: pass)
        #expect(result.counts == [1, 0, 0, 0])
        #expect(
            try Picture(reading: output.appending("a.png")).image.samples == Picture(decoding: bytes).image.samples)
    }

    /// Another command decides anew, the same one does not.
    @Test func theLedgerKnowsTheDecoder() throws {
        try folder.write(ForeignFile("copy", try TestPictures.bytes(TestPictures.picture())).bytes, to: "in/a.heic")
        #expect(try run(request()).counts == [1, 0, 0, 0])
        #expect(try run(request()).counts == [0, 1, 0, 0])
        let other = try ForeignFile.decoder(in: folder).replacing("=sh ", with: "=sh -u ")
        #expect(try run(request(other)).counts == [1, 0, 0, 0])
        #expect(try run(request(other)).counts == [0, 1, 0, 0])
        #expect(try run(request()).counts == [1, 0, 0, 0])
    }

    @Test func namesAreKeptAndCollisionsFound() throws {
        let bytes = try TestPictures.bytes(TestPictures.picture())
        for name in ["a.HEIC", "b.hif", "c", "d.v2"] {
            try folder.write(ForeignFile("copy", bytes).bytes, to: FilePath("in").appending(name))
        }
        let plan = try BatchPlan(request())
        #expect(plan.pictures.map(\.output) == ["a.png", "b.png", "c.png", "d.v2.png"])
        try folder.writePicture("in/a.png")
        #expect(throws: PlanError.self) { try BatchPlan(request()) }
    }

    /// A raw file that is a TIFF is for another program, whatever small picture it begins with; a scanner's DNG is not.
    @Test func rawFilesAreToldFromTIFF() throws {
        let bytes = try TestPictures.bytes(TestPictures.picture(), as: .tiff)
        for name in ["a.nef", "b.dng", "c.tif"] { try folder.write(bytes, to: FilePath("in").appending(name)) }
        // A DNG that is not read.
        try folder.write(Array(bytes.prefix(8)), to: "in/d.dng")
        let plan = try BatchPlan(request("raw=x {in} {out}.tif"))
        #expect(plan.pictures.map(\.output) == ["a.png", "b.tif", "c.tif", "d.png"].map { FilePath($0) })
        #expect(plan.pictures.map { $0.decoder?.kind } == [.raw, nil, nil, .raw])
    }

    // MARK: Orientation

    /// A PNG whose EXIF states orientation 6, as `heif-convert` leaves it beside pixels that it has turned.
    private func statingOrientation6() throws -> [UInt8] {
        let exif: [UInt8] =
            [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1] + [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0] + [0, 0, 0, 0]
        let bytes = try TestPictures.bytes(TestPictures.picture(seed: 8))
        // Behind the header: a signature of 8 bytes and a chunk of 25.
        return Array(bytes[..<33]) + PNGChunk("eXIf", exif).bytes + bytes[33...]
    }

    @Test func orientationIsAppliedOnce() throws {
        let bytes = try statingOrientation6()
        try folder.write(bytes, to: "in/plain.png")
        try folder.write(ForeignFile("copy", bytes).bytes, to: "in/phone.heic")
        let result = try run(request())
        #expect(result.counts == [2, 0, 0, 0])
        let (phone, plain) = (try #require(result.records.first), try #require(result.records.last))
        // Turned, 24 x 16 pixels are 16 x 24.
        #expect(plain.outcome.result?.size == PixelSize(width: 16, height: 24))
        #expect(phone.outcome.result?.size == PixelSize(width: 24, height: 16))
        #expect(phone.outcome.result?.notes.contains { $0.hasPrefix("orientation 6 left alone") } == true)
        // Whoever opens the results turns neither of them.
        for name in ["plain.png", "phone.png"] {
            let info = try PictureReader(path: output.appending(FilePath.Component(name)!)).info
            #expect(!info.notes.contains(.orientationApplied(6)))
        }
        // The pixels as they are, inverted.
        let upright = try Picture(decoding: TestPictures.bytes(TestPictures.picture(seed: 8)))
        let found = try Picture(reading: output.appending("phone.png"))
        #expect(
            found.image.samples.map { ($0 * 255).rounded() } == upright.image.samples.map { 255 - ($0 * 255).rounded() }
        )
    }

    /// A format that does not say itself how it is turned is turned by its tag.
    @Test func orientationOfOtherKindsIsObeyed() throws {
        var bytes = ForeignFile("copy", try statingOrientation6()).bytes
        bytes.replaceSubrange(0..<12, with: Array("8BPS........".utf8))
        try folder.write(bytes, to: "in/drawing.psd")
        let result = try run(request(ForeignFile.decoder(of: "psd", in: folder)))
        #expect(
            result.records.first?.outcome.result?.size == PixelSize(width: 16, height: 24),
            "\(String(describing: result.records.first?.outcome))")
    }
}
