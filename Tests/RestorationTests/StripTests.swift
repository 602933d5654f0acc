import Foundation
import Imaging
import Networks
import Restoration
import Synchronization
import SystemPackage
import Tensors
import TestSupport
import Testing
import Workers

@Suite("Strips of columns equal the whole picture, every bit")
struct StripTests {
    /// The restored picture, as much as is stored of it, the plan that made it, and the sum of the progress.
    private func restore(
        _ image: PlanarImage, hasAlpha: Bool = false, by restorer: Restorer, workers: Int, spills: Bool
    ) throws -> (image: PlanarImage, summary: RestorationSummary, pixels: Int) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("retouch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // The result is kept as it is, not rounded as stored pictures are.
        let spool = SampleSpool(
            folder: FilePath(folder.path), source: PixelFormat(color: .rgb, hasAlpha: hasAlpha, bitDepth: 16),
            result: PixelFormat(color: .rgb, hasAlpha: true))
        let pixels = Atomic(0)
        let outcome = Mutex<Result<(PlanarImage, RestorationSummary), any Error>?>(nil)
        WorkerTeam(workers: workers).forEach(1) { worker, _ in
            let result = Result {
                let sink = ImageRowSink(
                    channels: image.channels, height: image.height * restorer.scale,
                    width: image.width * restorer.scale)
                let summary = try restorer.restore(
                    from: ImageRowSource(image), hasAlpha: hasAlpha, to: sink, spool: spills ? spool : nil,
                    on: worker, progress: { pixels.add($0, ordering: .relaxed) })
                return (sink.image, summary)
            }
            outcome.withLock { $0 = result }
        }
        let (restored, summary) = try #require(outcome.withLock { $0 }).get()
        return (restored, summary, pixels.load(ordering: .relaxed))
    }

    /// Noise of 16 bits, so that it can be spilled without loss.
    private func picture(channels: Int, height: Int, width: Int) -> PlanarImage {
        let picture = noise(channels: channels, height: height, width: width, seed: 5)
        for c in 0..<channels {
            for y in 0..<height {
                for x in 0..<width { picture.view.row(c, y)[x] = (picture.view.row(c, y)[x] * 65535).rounded() / 65535 }
            }
        }
        return picture
    }

    @Test("A denoiser, with any number of workers; strength too", arguments: [1, 2, 5], [Float(1), 0.6])
    func denoiser(workers: Int, strength: Float) throws {
        let model = try TestModels.denoiser()
        let image = picture(channels: 3, height: 601, width: 1411)
        let settings = RestorationSettings(strength: strength, noiseLevel: .sigma(0.1))
        let whole = try restore(
            image, by: Restorer(model: model, settings: settings, memoryLimit: 1 << 33), workers: 1, spills: true)
        #expect(whole.summary.strategy == .rows)
        // Less than the rows need, more than a few strips do.
        let limit = whole.summary.byteCount / 2
        let restorer = try Restorer(model: model, settings: settings, memoryLimit: limit)
        let strips = try restore(image, by: restorer, workers: workers, spills: true)
        #expect(strips.summary.strategy == .strips)
        #expect(strips.summary.byteCount <= limit)
        #expect(strips.summary.workFactor < 2)
        #expect(strips.pixels == image.width * image.height)
        #expect(bitDifference(strips.image, whole.image) == nil)
        let estimate = try restorer.estimate(
            height: image.height, width: image.width, channels: 3, workers: workers, maySpill: true)
        #expect(estimate.summary == strips.summary)
    }

    @Test("A model that upscales, and a picture with alpha")
    func enlargerAndAlpha() throws {
        for (model, channels, hasAlpha) in [
            (try TestModels.upscaler(), 3, false), (try TestModels.denoiser(), 4, true),
            (try TestModels.upscaler(), 4, true),
        ] {
            let image = picture(channels: channels, height: 203, width: 4003)
            if hasAlpha { for x in 100..<700 { image.view.row(3, 20)[x] = 0 } }
            let whole = try restore(
                image, hasAlpha: hasAlpha, by: Restorer(model: model, memoryLimit: 1 << 33), workers: 1,
                spills: true)
            // Less and less memory, until the fewest rows at a time are too many.
            var restorer = try Restorer(model: model, memoryLimit: whole.summary.byteCount)
            while try restorer.estimate(
                height: image.height, width: image.width, channels: channels, workers: 1, maySpill: true
            ).summary.strategy != .strips {
                restorer = try Restorer(model: model, memoryLimit: restorer.memoryLimit * 9 / 10)
            }
            let strips = try restore(image, hasAlpha: hasAlpha, by: restorer, workers: 1, spills: true)
            #expect(strips.summary.strategy == .strips)
            #expect(bitDifference(strips.image, whole.image) == nil)
            #expect(strips.pixels == image.width * image.height)
        }
    }

    @Test("Pictures whose rows take more than a worker's memory borrow that of others", arguments: [2, 3, 8])
    func borrowedMemory(workers: Int) throws {
        let model = try TestModels.denoiser()
        let image = picture(channels: 3, height: 301, width: 811)
        let large = try Restorer(model: model, memoryLimit: 1 << 33)
        let expected = try large.restore(image, workers: 1)
        let needed = try large.estimate(
            height: 301, width: 811, channels: 3, workers: workers
        ).summary.byteCount
        // Two workers' memory is enough for a picture.
        let restorer = try Restorer(model: model, memoryLimit: needed * 3 / 5 * workers)
        let estimate = try restorer.estimate(height: 301, width: 811, channels: 3, workers: workers)
        #expect(estimate.summary.strategy == .rows && estimate.summary.shares == 2)
        #expect(estimate.summary.byteCount <= restorer.memoryLimit / workers * 2)
        let results = Mutex([PlanarImage?](repeating: nil, count: 7))
        WorkerTeam(workers: workers).forEach(7) { worker, index in
            let restored = try? restorer.restore(image, on: worker)
            results.withLock { $0[index] = restored }
        }
        for restored in results.withLock({ $0 }) { #expect(bitDifference(try #require(restored), expected) == nil) }
    }

    @Test("Without a spool the picture goes by in tiles, with more work")
    func tilesInstead() throws {
        let model = try TestModels.denoiser()
        let image = picture(channels: 3, height: 900, width: 1500)
        let rows = try Restorer(model: model, memoryLimit: 1 << 33).estimate(
            height: 900, width: 1500, channels: 3, workers: 1)
        let restorer = try Restorer(model: model, memoryLimit: rows.summary.byteCount * 2 / 5)
        let strips = try restorer.estimate(height: 900, width: 1500, channels: 3, workers: 1, maySpill: true)
        let tiles = try restore(image, by: restorer, workers: 1, spills: false)
        #expect(strips.summary.strategy == .strips && tiles.summary.strategy == .tiles)
        #expect(strips.summary.workFactor < tiles.summary.workFactor)
    }

    @Test("A constant result is refused")
    func constantResult() throws {
        let image = picture(channels: 3, height: 40, width: 2000)
        let blank = try TestModels.blank()
        let blankRows = try Restorer(model: blank, memoryLimit: 1 << 33).estimate(
            height: 40, width: 2000, channels: 3, workers: 1)
        #expect(throws: RestorationError.constantOutput(value: 0)) {
            _ = try restore(
                image, by: Restorer(model: blank, memoryLimit: blankRows.summary.byteCount * 4 / 5), workers: 1,
                spills: true)
        }
    }
}
