import Batches
import Files
import Foundation
import Synchronization
import SystemPackage
import TestFolders
import Testing
import Workers

/// Several runs at once into one folder share the work: each picture is restored once, and nobody fails.
@Suite("Overlapping runs")
struct OverlappingRunsTests {
    private let folder: TemporaryFolder
    private var request: BatchRequest {
        BatchRequest(inputs: [folder.path.appending("in")], output: folder.path.appending("out"))
    }

    init() throws { folder = try TemporaryFolder() }

    /// Runs `bodies` at once, each on a thread of its own, and returns what they return.
    private func together<Value: Sendable>(_ bodies: [@Sendable () throws -> Value]) throws -> [Value] {
        let collected = Collected<Value>(count: bodies.count)
        let done = DispatchSemaphore(value: 0)
        for (index, body) in bodies.enumerated() {
            let hasBegun = Threads.detach {
                collected.set(index, Result { try body() })
                done.signal()
            }
            try #require(hasBegun)
        }
        for _ in bodies { done.wait() }
        return try collected.values.map { try #require($0).get() }
    }

    /// The results of threads.
    private final class Collected<Value: Sendable>: Sendable {
        private let results: Mutex<[Result<Value, any Error>?]>

        init(count: Int) { results = Mutex(Array(repeating: nil, count: count)) }

        var values: [Result<Value, any Error>?] { results.withLock { $0 } }

        func set(_ index: Int, _ result: Result<Value, any Error>) { results.withLock { $0[index] = result } }
    }

    @Test func `Each picture is restored once`() throws {
        for index in 0..<12 { try folder.writePicture(FilePath("in/\(index).png"), seed: UInt64(index)) }
        let alone = folder.path.appending("alone")
        _ = try BatchRun.run(
            BatchRequest(inputs: [folder.path.appending("in")], output: alone), model: InvertingProcess().model())
        for round in 0..<5 {
            let process = InvertingProcess()
            let request = BatchRequest(
                inputs: [folder.path.appending("in")], output: folder.path.appending("out\(round)"))
            let body: @Sendable () throws -> [Int] = {
                try BatchRun.run(request, model: process.model(), workers: 2).counts
            }
            let counts = try together([body, body, body])
            #expect(counts.map { $0[0] }.reduce(0, +) == 12, "\(counts)")
            #expect(counts.allSatisfy { $0[0] + $0[1] == 12 && $0[2] == 0 }, "\(counts)")
            #expect(process.pictureCount.load(ordering: .relaxed) == 12)
            #expect(try folder.tree(FilePath("out\(round)")) == folder.tree("alone"))
        }
    }

    /// A picture that another run has under way is waited for, and done where that run does not come to its end.
    @Test func `What another run leaves undone is done`() throws {
        struct Stopped: Error {}
        for index in 0..<3 {
            try folder.writePicture(FilePath("in/\(index).png"), seed: UInt64(index), width: 24 + index)
        }
        let (isUnderWay, mayStop) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let first = InvertingProcess { width, row in
            guard width == 24, row == 0 else { return }
            isUnderWay.signal()
            mayStop.wait()
            throw Stopped()
        }
        let second = InvertingProcess()
        let request = request
        let counts = try together([
            { @Sendable in try BatchRun.run(request, model: first.model(), workers: 1).counts },
            { @Sendable in
                isUnderWay.wait()
                // The first run is let go when this one has restored what it can get.
                return try BatchRun.run(request, model: second.model(), workers: 1) { event in
                    if case .settled(_, let progress) = event, progress.finished == 2 { mayStop.signal() }
                }.counts
            },
        ])
        #expect(counts[0] == [0, 2, 1, 0] && counts[1] == [3, 0, 0, 0], "\(counts)")
    }

    /// A torn line in the middle of the file, of a disk that was full for a while, costs itself alone.
    @Test func `A line that another run tore does not swallow the next`() throws {
        try folder.writePicture("in/0.png", width: 24)
        try folder.writePicture("in/1.png", width: 25)
        let out = folder.path.appending("out")
        let process = InvertingProcess { width, row in
            guard width == 25, row == 0 else { return }
            let ledger = try FileDescriptor.open(out.pushing(".retouch/ledger.jsonl"), .writeOnly, options: .append)
            try ledger.closeAfter { _ = try ledger.writeAll(Array(#"{"output":"x"#.utf8)) }
        }
        #expect(try BatchRun.run(request, model: process.model(), workers: 1).counts == [2, 0, 0, 0])
        #expect(try BatchRun.run(request, model: .notToBeLoaded()).counts == [0, 2, 0, 0])
        #expect(try Ledger(inFolder: out).unreadableLineCount == 1)
    }
}
