import Batches
import Files
import Imaging
import Quality
import Reports
import Restoration
import Synchronization
import SystemPackage
import Tensors
import TestFolders
import Testing

@Suite struct BatchRunTests {
    let folder: TemporaryFolder
    let input: FilePath
    let output: FilePath
    let request: BatchRequest

    init() throws {
        folder = try TemporaryFolder()
        input = folder.path.appending("in")
        output = folder.path.appending("out")
        try createFolders(at: input)
        request = BatchRequest(inputs: [input], output: output)
    }

    @Test func everyInputHasItsOutcomeAndTheRestGoesOn() throws {
        try folder.writePicture("in/a.png", seed: 1)
        try folder.writePicture("in/sub/b.jpg", as: .jpeg, seed: 2)
        let whole = try TestPictures.bytes(TestPictures.picture())
        try folder.write(Array(whole.dropLast(30)), to: "in/cut.png")
        try folder.write("text", to: "in/note.txt")
        try folder.write([0x49, 0x49, 0x2A, 0], to: "in/scan.tif")
        let process = InvertingProcess()
        let result = try BatchRun.run(request, model: process.model())
        #expect(result.counts == [2, 0, 2, 1])
        #expect(result.records.map(\.input) == ["a.png", "cut.png", "note.txt", "scan.tif", "sub/b.jpg"])
        #expect(result.error(of: "cut.png")?.contains("PNG") == true)
        #expect(!result.outputSideFailed && !result.wasInterrupted)
        #expect(
            try folder.allFiles(in: "out") == ["out/.retouch/ledger.jsonl", "out/a.png", "out/sub/b.jpg"])
        // The output is what the process made of the input, to the sample.
        let before = try Picture(reading: input.appending("a.png")).image.samples
        let after = try Picture(reading: output.appending("a.png")).image.samples
        #expect(after.count == before.count)
        for (a, b) in zip(after, before) { #expect((a * 255).rounded() == 255 - (b * 255).rounded()) }
        let record = try #require(result.records.first)
        #expect(record.outcome.result?.size == PixelSize(width: 24, height: 16) && record.method?.name == "inverting")
        #expect((record.seconds ?? 0) > 0 && (record.megapixelsPerSecond ?? 0) > 0)
    }

    @Test func aSecondRunSkipsWithoutLoadingTheModel() throws {
        for index in 0..<5 { try folder.writePicture(FilePath("in/\(index).png"), seed: UInt64(index)) }
        let process = InvertingProcess()
        #expect(try BatchRun.run(request, model: process.model()).counts == [5, 0, 0, 0])
        let tree = try folder.tree("out")
        let ledger = try folder.read(output.pushing(".retouch/ledger.jsonl"))
        let second = try BatchRun.run(request, model: .notToBeLoaded())
        #expect(second.counts == [0, 5, 0, 0])
        #expect(second.records.allSatisfy { $0.seconds != nil && $0.outcome.result?.size?.width == 24 })
        #expect(try folder.tree("out") == tree)
        #expect(try folder.read(output.pushing(".retouch/ledger.jsonl")) == ledger)
        // From elsewhere, by another path to the same files.
        try folder.link("link", to: input)
        var other = request
        other.inputs = [folder.path.appending("link")]
        #expect(try BatchRun.run(other, model: .notToBeLoaded()).counts == [0, 5, 0, 0])
        var hashed = request
        hashed.check = .hashes
        #expect(try BatchRun.run(hashed, model: .notToBeLoaded()).counts == [0, 5, 0, 0])
    }

    @Test func changesAreDoneAgain() throws {
        for index in 0..<4 { try folder.writePicture(FilePath("in/\(index).png"), seed: UInt64(index)) }
        let process = InvertingProcess()
        _ = try BatchRun.run(request, model: process.model())
        // A touched input is the same by its hash; a changed one, a missing output and a new picture are work.
        try folder.write(folder.read(input.appending("0.png")), to: "in/0.png")
        #expect(try BatchRun.run(request, model: .notToBeLoaded()).counts == [0, 4, 0, 0])
        try folder.writePicture("in/1.png", seed: 77)
        folder.remove("out/2.png")
        try folder.writePicture("in/new.png", seed: 5)
        #expect(try BatchRun.run(request, model: process.model()).counts == [3, 2, 0, 0])
        #expect(process.pictureCount.load(ordering: .relaxed) == 7)
        // Another model and other settings: ours, so done again.
        #expect(try BatchRun.run(request, model: process.model(sha256: "other")).counts == [5, 0, 0, 0])
        var changed = request
        changed.settings.quality = 50
        #expect(try BatchRun.run(changed, model: process.model(sha256: "other")).counts == [5, 0, 0, 0])
        #expect(try BatchRun.run(changed, model: .notToBeLoaded(sha256: "other")).counts == [0, 5, 0, 0])
    }

    @Test func whatIsNotOursIsLeftAlone() throws {
        try folder.writePicture("in/a.png", seed: 1)
        try folder.writePicture("in/b.png", seed: 2)
        let foreign = try folder.writePicture("out/a.png", seed: 9)
        let bytes = try folder.read(foreign)
        let process = InvertingProcess()
        let first = try BatchRun.run(request, model: process.model())
        #expect(first.counts == [1, 0, 1, 0])
        #expect(first.error(of: "a.png")?.contains("was not made by Retouch") == true)
        #expect(try folder.read(foreign) == bytes)
        // Ours, but somebody has worked on it since: theirs.
        try folder.writePicture("out/b.png", seed: 10)
        let edited = try BatchRun.run(request, model: process.model())
        #expect(edited.counts == [0, 0, 2, 0])
        #expect(edited.error(of: "b.png")?.contains("has been changed since") == true)
        var policy = request
        policy.exists = .skip
        #expect(try BatchRun.run(policy, model: .notToBeLoaded()).counts == [0, 2, 0, 0])
        policy.exists = .fail
        #expect(try BatchRun.run(policy, model: .notToBeLoaded()).counts == [0, 0, 2, 0])
        policy.exists = .overwrite
        #expect(try BatchRun.run(policy, model: process.model()).counts == [2, 0, 0, 0])
        #expect(try BatchRun.run(request, model: .notToBeLoaded()).counts == [0, 2, 0, 0])
    }

    @Test func hashesFindWhatStampsHide() throws {
        try folder.writePicture("in/a.png")
        _ = try BatchRun.run(request, model: InvertingProcess().model())
        let path = output.appending("a.png")
        var bytes = try folder.read(path)
        let stamp = try FileStamp(of: path)
        bytes[bytes.count / 2] ^= 1
        try folder.write(bytes, to: "out/a.png")
        try folder.setModified(path, stamp.modified)
        #expect(try FileStamp(of: path) == stamp)
        #expect(try BatchRun.run(request, model: .notToBeLoaded()).counts == [0, 1, 0, 0])
        var hashed = request
        hashed.check = .hashes
        let result = try BatchRun.run(hashed, model: .notToBeLoaded())
        #expect(result.counts == [0, 0, 1, 0])
    }

    @Test(arguments: [1, 3, 64]) func workersChangeNothing(workers: Int) throws {
        for index in 0..<9 { try folder.writePicture(FilePath("in/\(index).png"), seed: UInt64(index)) }
        let result = try BatchRun.run(request, model: InvertingProcess(scale: 2).model(), workers: workers)
        #expect(result.counts == [9, 0, 0, 0])
        #expect(result.records.map(\.outcome.result?.size?.width) == Array(repeating: 48, count: 9))
        let first = try folder.tree("out")
        let other = folder.path.appending("other")
        _ = try BatchRun.run(
            BatchRequest(inputs: [input], output: other), model: InvertingProcess(scale: 2).model(), workers: 1)
        #expect(try folder.tree("other") == first)
    }

    @Test func anErrorInTheMiddleLeavesNothingHalfWritten() throws {
        try folder.writePicture("in/a.png", seed: 1)
        try folder.writePicture("in/b.png", seed: 2, width: 40)
        try folder.writePicture("out/b.png", seed: 3)
        struct Broken: Error, CustomStringConvertible { let description = "tile broken" }
        let process = InvertingProcess { width, row in if width == 40, row == 7 { throw Broken() } }
        var overwriting = request
        overwriting.exists = .overwrite
        let old = try folder.read(output.appending("b.png"))
        let result = try BatchRun.run(overwriting, model: process.model())
        #expect(result.counts == [1, 0, 1, 0])
        #expect(result.error(of: "b.png") == "tile broken")
        #expect(try folder.read(output.appending("b.png")) == old)
        #expect(try folder.allFiles(in: "out") == ["out/.retouch/ledger.jsonl", "out/a.png", "out/b.png"])
    }

    @Test func outputSideFailuresAreToldApart() throws {
        try folder.writePicture("in/a.png")
        try folder.writePicture("in/sub/b.png")
        // A file where a folder is needed: no right in the world helps.
        try folder.write("", to: "out/sub")
        let result = try BatchRun.run(request, model: InvertingProcess().model())
        #expect(result.counts == [1, 0, 1, 0])
        #expect(result.outputSideFailed)
        #expect(result.error(of: "sub/b.png") == "cannot create folder \"\(output)/sub\": File exists")
        // A folder in the place of the output.
        try createFolders(at: output.appending("c.png"))
        try folder.writePicture("in/c.png")
        let second = try BatchRun.run(request, model: InvertingProcess().model())
        #expect(second.error(of: "c.png")?.contains("a folder is in its output's place") == true)
        // Nothing at all can be written.
        try folder.write("", to: "file")
        #expect(throws: FileError.self) {
            try BatchRun.run(
                BatchRequest(inputs: [input], output: folder.path.pushing("file/out"), outputIsFolder: true),
                model: InvertingProcess().model())
        }
    }

    @Test func interruptionLeavesNoTemporaryFileAndALedgerToResumeFrom() throws {
        for index in 0..<6 { try folder.writePicture(FilePath("in/\(index).png"), seed: UInt64(index)) }
        let interruption = Interruption()
        let rows = Atomic(0)
        let process = InvertingProcess { _, _ in
            if rows.add(1, ordering: .relaxed).newValue == 40 { interruption.request() }
        }
        let result = try BatchRun.run(request, model: process.model(), workers: 1, interruption: interruption)
        #expect(result.wasInterrupted)
        #expect(result.counts == [2, 0, 0, 0])
        #expect(try folder.allFiles(in: "out") == ["out/.retouch/ledger.jsonl", "out/0.png", "out/1.png"])
        let rest = try BatchRun.run(request, model: InvertingProcess().model())
        #expect(rest.counts == [4, 2, 0, 0])
    }

    @Test func whatAKilledRunLeftIsTidiedUp() throws {
        try folder.writePicture("in/sub/a.png")
        let living = try AtomicFile(
            replacing: {
                try createFolders(at: output)
                return output.appending("x")
            }())
        let name = try #require(living.temporary.lastComponent?.string)
        let abandoned = name.replacing(/-[0-9a-f]{16}/, with: "-00000000000000aa")
        try folder.write("half a picture", to: FilePath("out/sub/" + abandoned))
        _ = try BatchRun.run(request, model: InvertingProcess().model())
        #expect(try folder.allFiles(in: "out/sub") == ["out/sub/a.png"])
        living.discard()
    }

    /// A run killed between the ledger's line and the rename.
    @Test func aLineWithoutItsOutputIsWork() throws {
        try folder.writePicture("in/a.png")
        _ = try BatchRun.run(request, model: InvertingProcess().model())
        let bytes = try folder.read(output.appending("a.png"))
        folder.remove("out/a.png")
        #expect(try BatchRun.run(request, model: InvertingProcess().model()).counts == [1, 0, 0, 0])
        #expect(try folder.read(output.appending("a.png")) == bytes)
    }

    @Test func anInputThatChangesMeanwhileFails() throws {
        let path = try folder.writePicture("in/a.png", width: 25)
        let other = try TestPictures.bytes(TestPictures.picture(width: 25, seed: 8)) + [0]
        let folder = folder.path
        let process = InvertingProcess { _, row in
            if row == 3 {
                let file = try AtomicFile(replacing: path)
                try file.write(other)
                try file.commit()
            }
        }
        let result = try BatchRun.run(request, model: process.model())
        #expect(result.error(of: "a.png")?.contains("changed while it was read") == true)
        #expect(!FileStamp.exists(folder.pushing("out/a.png")))
    }

    @Test func figuresAgainstReferences() throws {
        // The clean picture is 100, the noisy one 110, the inverted output 145: PSNR of differences 10 and 45.
        func flat(_ value: Float) -> Picture {
            Picture(PlanarImage(channels: 3, height: 16, width: 16, samples: .init(repeating: value / 255, count: 768)))
        }
        try folder.write(TestPictures.bytes(flat(100)), to: "clean/a.png")
        try folder.write(TestPictures.bytes(flat(110)), to: "in/a.png")
        try folder.writePicture("in/b.png", width: 20)
        try folder.writePicture("clean/b.png", width: 21)
        var measured = request
        measured.reference = folder.path.appending("clean")
        let result = try BatchRun.run(measured, model: InvertingProcess().model())
        #expect(result.counts == [2, 0, 0, 0])
        let figures = try #require(result.records.first?.measurements)
        #expect(figures.map(\.metric) == [.psnr, .ssim, .psnr, .ssim])
        #expect(figures.map(\.channels) == [.rgb, .rgb, .luma, .luma])
        #expect(abs((figures[0].before ?? 0) - 28.1308) < 1e-3)
        #expect(abs((figures[0].after ?? 0) - 15.0666) < 1e-3)
        let unmeasured = try #require(result.records.last)
        #expect(unmeasured.measurements.isEmpty)
        #expect(unmeasured.notes.contains { $0.hasPrefix("not measured: cannot compare") })
        // A skipped picture keeps its figures without being decoded, and shows them only where they are asked for.
        let ledger = try folder.read(output.pushing(".retouch/ledger.jsonl"))
        let again = try BatchRun.run(measured, model: .notToBeLoaded())
        #expect(again.records.first?.measurements == figures)
        #expect(try folder.read(output.pushing(".retouch/ledger.jsonl")) == ledger)
        #expect(try BatchRun.run(request, model: .notToBeLoaded()).records.first?.measurements == [])
        // A reference that has changed is measured against anew; nothing is restored for that.
        try folder.write(TestPictures.bytes(flat(120)), to: "clean/a.png")
        let changed = try BatchRun.run(measured, model: .notToBeLoaded())
        #expect(changed.counts == [0, 2, 0, 0])
        #expect(abs((changed.records.first?.measurements.first?.after ?? 0) - 20.1720) < 1e-3)
    }

    @Test func aRunMayBeMeasuredLater() throws {
        try folder.writePicture("in/a.png", seed: 1)
        try folder.writePicture("clean/a.png", seed: 2)
        _ = try BatchRun.run(request, model: InvertingProcess().model())
        var measured = request
        measured.reference = folder.path.appending("clean")
        let later = try BatchRun.run(measured, model: .notToBeLoaded())
        #expect(later.counts == [0, 1, 0, 0])
        #expect(later.records.first?.measurements.count == 4)
        var atOnce = measured
        atOnce.exists = .overwrite
        let first = try BatchRun.run(atOnce, model: InvertingProcess().model())
        #expect(first.records.first?.measurements == later.records.first?.measurements)
    }

    @Test func theNoiseIsEstimatedWhereItIsWanted() throws {
        // Uniform noise of a fifth of the range: a deviation of 0.2 / sqrt(12).
        let picture = TestPictures.picture(width: 128, height: 128)
        try folder.write(TestPictures.bytes(picture), to: "in/a.png")
        let process = InvertingProcess(wantsNoiseEstimate: true)
        let result = try BatchRun.run(request, model: process.model())
        let estimate = try #require(process.estimates.withLock { $0.first } ?? nil)
        #expect(abs(estimate - 0.0577) < 0.006)
        #expect(result.records.first?.noiseLevel == Double(estimate) * 255)
        let blind = InvertingProcess()
        let other = try BatchRun.run(request, model: blind.model(sha256: "other"))
        #expect(blind.estimates.withLock { $0 } == [nil])
        #expect(other.records.first?.noiseLevel == nil)
    }

    @Test func tilesThatMultiplyTheWorkAreToldOnce() throws {
        for index in 0..<3 { try folder.writePicture(FilePath("in/\(index).png"), seed: UInt64(index)) }
        var tiled = request
        tiled.settings.restoration.tileSize = 64
        func warnings(_ request: BatchRequest, factor: Double) throws -> [String] {
            let seen = Mutex<[String]>([])
            var again = request
            again.exists = .overwrite
            _ = try BatchRun.run(
                again, model: InvertingProcess(workFactor: factor).model(),
                observe: { event in
                    if case .warning(let text) = event { seen.withLock { $0.append(text) } }
                })
            return seen.withLock { $0 }
        }
        let told = try warnings(tiled, factor: 3.14)
        #expect(told.count == 1)
        #expect(told.first?.contains("multiply the work by 3.1") == true)
        #expect(try warnings(tiled, factor: 1.9).isEmpty)
        #expect(try warnings(request, factor: 3.14).isEmpty)
    }

    @Test func eventsAddUp() throws {
        for index in 0..<4 { try folder.writePicture(FilePath("in/\(index).png"), seed: UInt64(index)) }
        try folder.write("8BPS", to: "in/x.psd")
        let seen = Mutex<[BatchEvent]>([])
        _ = try BatchRun.run(
            request, model: InvertingProcess().model(), observe: { event in seen.withLock { $0.append(event) } })
        let events = seen.withLock { $0 }
        guard case .began(4, 4) = events.first else {
            Issue.record("the first event is \(String(describing: events.first))")
            return
        }
        var fractions: [Double] = []
        var settled = 0
        for event in events {
            switch event {
            case .progressed(let progress): fractions.append(progress.fraction)
            case .settled(_, let progress):
                settled += 1
                fractions.append(progress.fraction)
            default: break
            }
        }
        #expect(settled == 5)
        #expect(fractions == fractions.sorted())
        #expect(abs((fractions.last ?? 0) - 1) < 1e-9)
        guard case .settled(_, let last) = events.last else { return }
        #expect(last.finished == 4 && last.total == 4)
        #expect(abs(last.megapixels - 4 * 24 * 16 / 1e6) < 1e-12)
    }

    @Test func aForecastWritesNothing() throws {
        try folder.writePicture("in/a.png")
        try folder.write(Array(try TestPictures.bytes(TestPictures.picture()).prefix(20)), to: "in/cut.png")
        try folder.write("8BPS", to: "in/x.psd")
        let forecast = try BatchForecast(
            BatchPlan(request), model: InvertingProcess().model(), workers: 2, maximumPixels: 1000,
            pictureBytes: 1 << 20)
        #expect(forecast.counts == (1, 0, 2))
        #expect(forecast.multiplyAdds == 24 * 16)
        #expect(abs(forecast.megapixels - 24 * 16 / 1e6) < 1e-12)
        #expect(!FileStamp.exists(output))
        let small = try BatchForecast(
            BatchPlan(request), model: InvertingProcess().model(), workers: 2, maximumPixels: 100, pictureBytes: 1 << 20
        )
        #expect(small.counts == (0, 0, 3))
    }
}
