import Batches
import Files
import Quality
import Reports
import SystemPackage
import TestFolders
import Testing

@Suite struct LedgerTests {
    private func entry(_ output: FilePath, settings: [UInt8] = [1]) throws -> LedgerEntry {
        LedgerEntry(
            output: .init(
                path: output, stamp: FileStamp(byteCount: 10, modified: 1_700_000_000_123_456_789),
                sha256: try SHA256Digest(of: [2])),
            input: .init(
                path: "/in/a.png", stamp: FileStamp(byteCount: 20, modified: -5), sha256: try SHA256Digest(of: [3])),
            settings: try SHA256Digest(of: settings), model: "abc",
            record: PictureRecord(
                input: "a.png", seconds: 0.25,
                outcome: .restored(
                    PictureResult(
                        output: output, notes: ["n"],
                        measurements: [
                            Measurement(metric: .psnr, channels: .rgb, protocol: "p", before: 20, after: .infinity)
                        ]))))
    }

    @Test func linesComeBackAsTheyWent() throws {
        let folder = try TemporaryFolder()
        let odd = try #require(FilePath(bytes: Array("sub/".utf8) + [0xFF, 0x0A, 0x5C]))
        let ledger = try Ledger(inFolder: folder.path)
        #expect(ledger.outputCount == 0)
        #expect(folder.names.isEmpty)
        let entries = [try entry("a.png"), try entry(odd), try entry("a.png", settings: [9])]
        for entry in entries { try ledger.append(entry) }
        let read = try Ledger(inFolder: folder.path)
        #expect(read.entries(of: "a.png") == [entries[0], entries[2]])
        #expect(read.entries(of: odd) == [entries[1]])
        #expect(read.unreadableLineCount == 0)
        #expect(try folder.read(ledger.path).filter { $0 == 10 }.count == 3)
    }

    /// The last line of a killed run, cut at every byte: all lines before it count, and the next line is not lost.
    @Test func tornLastLine() throws {
        let folder = try TemporaryFolder()
        let first = try Ledger(inFolder: folder.path)
        try first.append(entry("a.png"))
        let whole = try folder.read(first.path)
        try first.append(entry("b.png"))
        let both = try folder.read(first.path)
        for count in stride(from: whole.count, through: both.count, by: 7) {
            try folder.write(Array(both[..<count]), to: ".retouch/ledger.jsonl")
            let torn = try Ledger(inFolder: folder.path)
            #expect(torn.entries(of: "a.png").count == 1)
            #expect(torn.outputCount == (count >= both.count - 1 ? 2 : 1), "cut at \(count)")
            try torn.append(entry("c.png"))
            let next = try Ledger(inFolder: folder.path)
            #expect(next.entries(of: "c.png").count == 1, "cut at \(count)")
        }
    }

    @Test func whatIsNoLineIsPassedOver() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            [0xFF, 0xFE, 10] + Array("{}\n\n[1,2]\n{\"version\":2}\n".utf8), to: ".retouch/ledger.jsonl")
        let ledger = try Ledger(inFolder: folder.path)
        #expect(ledger.outputCount == 0)
        #expect(ledger.unreadableLineCount == 4)
    }

    /// The line comes first: where it cannot be written, the output does not appear.
    @Test func anOutputWithoutItsLineDoesNotAppear() throws {
        let folder = try TemporaryFolder()
        try folder.writePicture("in/a.png")
        let output = folder.path.appending("out")
        // Once the ledger has been read, and before its first line, a folder takes the place of its file.
        let process = InvertingProcess { _, row in
            guard row == 0 else { return }
            let ledger = output.pushing(".retouch/ledger.jsonl")
            try SystemCalls.remove(ledger)
            try createFolders(at: ledger)
        }
        let result = try BatchRun.run(
            BatchRequest(inputs: [folder.path.appending("in")], output: output), model: process.model())
        #expect(result.counts == [0, 0, 1, 0] && result.outputSideFailed)
        #expect(try folder.allFiles(in: "out").isEmpty)
    }

    /// A line of version 1, which every later build must read.
    @Test func aLineOfTheFirstVersion() throws {
        let folder = try TemporaryFolder()
        let zeros = String(repeating: "00", count: 32)
        try folder.write(
            """
            {"input":"/in/a.png","inputSHA256":"\(zeros)","inputStamp":{"byteCount":1,"modified":2},"model":"m",\
            "output":"b/a.png","outputSHA256":"\(zeros)","outputStamp":{"byteCount":3,"modified":4},\
            "record":{"input":"a.png","outcome":"restored","output":"b/a.png"},"settings":"\(zeros)","version":1}

            """, to: ".retouch/ledger.jsonl")
        let entry = try #require(try Ledger(inFolder: folder.path).entries(of: "b/a.png").first)
        #expect(entry.input.stamp == FileStamp(byteCount: 1, modified: 2))
        #expect(entry.output.stamp == FileStamp(byteCount: 3, modified: 4))
        #expect(entry.record.outcome.kind == .restored)
    }

    @Test func aLedgerThatCannotBeWrittenOrReadIsAnError() throws {
        let folder = try TemporaryFolder()
        try createFolders(at: folder.path.pushing(".retouch/ledger.jsonl"))
        #expect(
            throws: FileError.system(.read, path: folder.path.pushing(".retouch/ledger.jsonl"), errno: .isDirectory)
        ) {
            try Ledger(inFolder: folder.path)
        }
        let other = try TemporaryFolder()
        let ledger = try Ledger(inFolder: other.path)
        try other.write("", to: ".retouch")
        #expect(throws: FileError.system(.createFolder, path: other.path.appending(".retouch"), errno: .fileExists)) {
            try ledger.append(entry("a.png"))
        }
    }
}
