import Batches
import Files
import Imaging
import Reports
import SystemPackage
import Tensors
import TestFolders
import Testing
import Workers

/// What a run does where a result would do harm, and where nothing is to be done.
@Suite("Runs that do no harm")
struct SafetyTests {
    let folder: TemporaryFolder
    let request: BatchRequest

    init() throws {
        folder = try TemporaryFolder()
        try createFolders(at: folder.path.appending("in"))
        request = BatchRequest(inputs: [folder.path.appending("in")], output: folder.path.appending("out"))
    }

    /// A checkerboard, which a network may take for noise.
    private func checkerboard(_ name: FilePath, height: Int) throws {
        let image = PlanarImage(channels: 3, height: height, width: 80)
        for c in 0..<3 {
            for y in 0..<height { for x in 0..<80 { image.view.row(c, y)[x] = (x + y) & 1 == 0 ? 1 : 0 } }
        }
        try folder.write(Picture(image, bitDepth: 8).encoded(as: .png).bytes, to: name)
    }

    @Test func whatTurnsBlackIsLeftAsItWas() throws {
        // Too low for its noise to be measured: what comes out is judged alone.
        try checkerboard("in/checker.png", height: 12)
        let result = try BatchRun.run(request, model: DarkeningProcess(factor: 0).model())
        #expect(result.counts == [1, 0, 0, 0])
        let record = try #require(result.records.first)
        #expect(record.method?.name == "none" && record.remarks.count == 2, "\(record.remarks)")
        #expect(record.remarks.first?.contains("parts of 16x16 pixels") == true)
        #expect(
            try folder.read(folder.path.pushing("out/checker.png"))
                == folder.read(folder.path.pushing("in/checker.png")))
    }

    @Test func aPatternIsKept() throws {
        try checkerboard("in/checker.png", height: 64)
        #expect(try BatchRun.run(request, model: DarkeningProcess(factor: 0).model()).counts == [1, 0, 0, 0])
        let before = try Picture(reading: folder.path.pushing("in/checker.png")).image.samples
        let after = try Picture(reading: folder.path.pushing("out/checker.png")).image.samples
        for (a, b) in zip(after, before) { #expect(abs(a - b) < 16 / 255) }
        var moved: Float = 0
        for (a, b) in zip(after, before) { moved += a - b }
        #expect(abs(moved) < 3 / 255 * Float(after.count))
    }

    @Test func whatShowsNothingIsPassedThroughToTheByte() throws {
        try folder.writePicture("in/a.png", seed: 1)
        try folder.writePicture("in/b.jpg", as: .jpeg, seed: 2)
        let whole = try TestPictures.bytes(TestPictures.picture(width: 64))
        try folder.write(Array(whole.dropLast(40)), to: "in/cut.png")
        let result = try BatchRun.run(request, model: passing)
        #expect(result.counts == [2, 0, 1, 0])
        for name in ["a.png", "b.jpg"] {
            #expect(
                try folder.read(folder.path.pushing("out").appending(name))
                    == folder.read(folder.path.pushing("in").appending(name)))
        }
        // Again: nothing to do. Without metadata, or as another format, samples go the same way.
        #expect(try BatchRun.run(request, model: passing).counts == [0, 2, 1, 0])
        var other = request
        other.output = folder.path.appending("png")
        other.settings.format = .png
        other.settings.metadata = .none
        #expect(try BatchRun.run(other, model: passing).counts == [2, 0, 1, 0])
        let before = try Picture(reading: folder.path.pushing("in/b.jpg")).image.samples
        #expect(try Picture(reading: folder.path.pushing("png/b.png")).image.samples == before)
    }

    @Test func greyStoredAsColourComesOutInEqualChannels() throws {
        let grey = TestPictures.picture(width: 50, height: 60, channels: 1)
        let colour = PlanarImage(channels: 3, height: 60, width: 50)
        for c in 0..<3 { colour.view.channels(from: c, count: 1).copySamples(from: grey.image.view) }
        try folder.write(Picture(colour, bitDepth: 8).encoded(as: .png).bytes, to: "in/grey.png")
        // Of one channel only: the process would make a mess of three.
        #expect(try BatchRun.run(request, model: DarkeningProcess(factor: 0.99).model()).counts == [1, 0, 0, 0])
        let result = try Picture(reading: folder.path.pushing("out/grey.png"))
        #expect(result.format.color == .rgb && result.image.view.hasEqualChannels)
    }

    private var passing: BatchModel {
        BatchModel(name: "passing", sha256: "0", load: { PassThrough() })
    }
}

/// Makes pictures darker, each channel more than the last: what a network does that was trained on other things.
private struct DarkeningProcess: PictureProcess {
    let factor: Float
    var scale: Int { 1 }
    var wantsNoiseEstimate: Bool { false }
    var wantsSafeguard: Bool { true }

    func model() -> BatchModel { BatchModel(name: "darkening", sha256: "1", load: { self }) }

    func process(
        _ source: any RowSource, hasAlpha: Bool, estimatedSigma: Float?, into sink: any RowSink, spool: SampleSpool,
        on worker: Worker, progress: @escaping @Sendable (_ pixels: Int) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> Double {
        let rows = PlanarImage(channels: source.channels, height: source.height, width: source.width)
        try source.readRows(into: rows.view)
        var share: Float = 1
        for c in 0..<rows.channels {
            share *= factor
            for y in 0..<rows.height { for x in 0..<rows.width { rows.view.row(c, y)[x] *= share } }
        }
        try sink.writeRows(from: rows.view)
        progress(source.width * source.height)
        return 1
    }

    func cost(width: Int, height: Int, channels: Int, workers: Int) -> PictureCost {
        PictureCost(multiplyAdds: 0, byteCount: 0)
    }
}
