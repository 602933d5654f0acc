import Batches
import Files
import Foundation
import Imaging
import Synchronization
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Testing
import Workers

/// A picture's stages share one decoding of its file.
@Suite struct PictureInputTests {
    /// Reads a picture in two stages; between them `meanwhile` is called.
    ///
    /// - Returns: the samples of both.
    private func stages(
        _ path: FilePath, keptByteLimit: Int = 1 << 20, budget: MemoryBudget = MemoryBudget(byteCount: 4 << 20),
        taking bytes: Int = 1000, meanwhile: @escaping @Sendable () throws -> Void = {}
    ) throws -> [[Float]] {
        let result = Mutex<Result<[[Float]], any Error>>(.success([]))
        WorkerTeam(workers: 1).forEach(1) { worker, _ in
            let samples = Result {
                let input = try PictureInput(
                    path, limits: PictureLimits(), damaged: .reject, budget: budget, keptByteLimit: keptByteLimit)
                func read(keepingRows rows: Int) throws -> [Float] {
                    try input.read(taking: bytes, keepingRows: rows, on: worker) {
                        try Picture(reading: $0).image.samples
                    }
                }
                let first = try read(keepingRows: input.info.height)
                try meanwhile()
                return [first, try read(keepingRows: 0)]
            }
            result.withLock { $0 = samples }
        }
        return try result.withLock { try $0.get() }
    }

    @Test func whatWasDecodedIsNotDecodedAgain() throws {
        let folder = try TemporaryFolder()
        for name in ["a.png", "a.jpg"] as [FilePath] {
            let path = try folder.writePicture(name, as: name == "a.png" ? .png : .jpeg)
            let expected = try Picture(reading: path).image.samples
            let budget = MemoryBudget(byteCount: 4 << 20)
            // Of the file nothing is left, in place, for the second stage.
            let found = try stages(path, budget: budget) {
                let descriptor = try FileDescriptor.open(path, .writeOnly, options: .truncate)
                try descriptor.close()
                #expect(!budget.takeIfFree(4 << 20), "kept rows are counted")
            }
            #expect(found == [expected, expected])
            #expect(budget.takeIfFree(4 << 20), "all is given back")
        }
    }

    /// Else the rows beyond it would not be kept, and all be decoded again.
    @Test func theMiddleIsReadNoFurtherThanItReaches() throws {
        let bytes = try TestPictures.bytes(TestPictures.picture(height: 100))
        let reader = try PictureReader(bytes: bytes)
        reader.keepRows(70)
        let part = try MiddlePart(width: 24, height: 100, side: 41).read(from: reader, channels: 3)
        let whole = try Picture(decoding: bytes).image
        #expect(bitDifference(part, whole.cropped(top: 29, left: 0, height: 41, width: 24)) == nil)
        #expect(reader.canRewind)
    }

    @Test func withoutMemoryForItsRowsAFileIsOpenedAgain() throws {
        let folder = try TemporaryFolder()
        let path = try folder.writePicture("a.png")
        let expected = try Picture(reading: path).image.samples
        let other = try TestPictures.bytes(TestPictures.picture(seed: 2), as: .png)
        func replaced(keptByteLimit: Int, _ meanwhile: @escaping @Sendable (MemoryBudget) -> Void) throws -> Bool {
            _ = try folder.writePicture("a.png")
            let budget = MemoryBudget(byteCount: 4 << 20)
            let found = try stages(path, keptByteLimit: keptByteLimit, budget: budget) {
                try AtomicFile.write(other, to: path)
                meanwhile(budget)
            }
            #expect(found[0] == expected)
            return found[1] != expected
        }
        #expect(try !replaced(keptByteLimit: 1 << 20) { _ in })
        #expect(try replaced(keptByteLimit: 1000) { _ in })
        // Where too few bytes are free the kept rows go, before anything is waited for: else this would never end.
        #expect(
            try replaced(keptByteLimit: 1 << 20) { budget in
                while budget.takeIfFree(500) {}
            })
    }

    /// A process that wants the memory of both workers for each picture. The second picture comes no further than its
    /// header before the first one is at work, and that one gives it time to come to where it waits for bytes.
    private final class BorrowingProcess: PictureProcess {
        private let inner = InvertingProcess(wantsNoiseEstimate: true)
        private let begun = Atomic(0)
        private let isAtWork = Atomic(false)
        let scale = 1
        let wantsNoiseEstimate = true

        func process(forPicture name: FilePath) -> any PictureProcess {
            if begun.add(1, ordering: .relaxed).oldValue == 1 {
                for _ in 0..<2000 where !isAtWork.load(ordering: .relaxed) { usleep(1000) }
            }
            return self
        }

        func process(
            _ source: any RowSource, hasAlpha: Bool, estimatedSigma: Float?, into sink: any RowSink,
            spool: SampleSpool, on worker: Worker, progress: @escaping @Sendable (_ pixels: Int) -> Void,
            isCancelled: @escaping @Sendable () -> Bool
        ) throws -> Double {
            if !isAtWork.exchange(true, ordering: .relaxed) { usleep(50_000) }
            return try worker.borrowingShares(2) {
                try inner.process(
                    source, hasAlpha: hasAlpha, estimatedSigma: estimatedSigma, into: sink, spool: spool, on: worker,
                    progress: progress, isCancelled: isCancelled)
            }
        }

        func cost(width: Int, height: Int, channels: Int, workers: Int) throws -> PictureCost {
            try inner.cost(width: width, height: height, channels: channels, workers: workers)
        }
    }

    /// One worker waits for the other's share, that one for bytes that the first has taken: it lends its share meanwhile.
    @Test(.timeLimit(.minutes(1))) func workersThatNeedEachOthersMemoryComeToAnEnd() throws {
        let folder = try TemporaryFolder()
        for index in 0..<4 { try folder.writePicture(FilePath("in/\(index).png"), seed: UInt64(index)) }
        let request = BatchRequest(inputs: [folder.path.appending("in")], output: folder.path.appending("out"))
        // What the examination of one picture takes, and no byte more.
        let info = try PictureReader(path: folder.path.appending("in/0.png")).info
        let bytes = 3 * 3 * 24 * 16 * MemoryLayout<Float>.stride + info.decodingBytes
        let result = try BatchRun(
            BatchPlan(request), model: BatchModel(name: "borrowing", sha256: "b") { BorrowingProcess() },
            resources: BatchRun.Resources(workers: 2, pictureBytes: bytes, software: "Retouch test")
        ).run()
        #expect(result.counts == [4, 0, 0, 0])
    }
}
