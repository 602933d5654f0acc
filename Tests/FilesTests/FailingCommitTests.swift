import Files
import SystemPackage
import TestFolders
import Testing

/// Files put in their place by a file system whose n-th write, flush, close or rename fails, for every n.
@Suite struct FailingCommitTests {
    private static let calls = ["write", "write", "flush", "close", "rename", "flush folder"]
    private static let callsKeeping = ["write", "write", "flush", "close", "rename", "rename", "flush folder"]

    /// Puts "new" at `target` in two writes, the second of which is no array.
    private func put(at target: FilePath, keepingPreviousAs previous: FilePath?, _ files: FailingFiles) throws {
        let file = try AtomicFile(replacing: target, through: files)
        try file.write(Array("n".utf8))
        try file.write("ew".utf8.lazy.map { $0 })
        try file.commit(keepingPreviousAs: previous)
    }

    /// What the failure of a call must be told as.
    private func error(_ call: String, target: FilePath, errno: Errno) -> FileError {
        switch call {
        case "flush": .system(.flush, path: target, errno: errno)
        case "flush folder": .system(.flush, path: target.removingLastComponent(), errno: errno)
        case "rename": .system(.rename, path: target, errno: errno)
        default: .system(.write, path: target, errno: errno)
        }
    }

    @Test func theOrderOfTheCalls() throws {
        let folder = try TemporaryFolder()
        let files = FailingFiles()
        let target = try folder.write("old", to: "a")
        try put(at: target, keepingPreviousAs: nil, files)
        #expect(files.calls == Self.calls)
        #expect(try folder.read(target) == Array("new".utf8))
        #expect(folder.names == ["a"])
    }

    @Test(arguments: calls.indices, [Errno.ioError, .noSpace])
    func theOldFileStaysWholeUntilTheNewOneIs(failing: Int, errno: Errno) throws {
        let folder = try TemporaryFolder()
        let target = try folder.write("old", to: "a")
        let files = FailingFiles(failing: failing, with: errno)
        #expect(throws: error(Self.calls[failing], target: target, errno: errno)) {
            try put(at: target, keepingPreviousAs: nil, files)
        }
        // Nothing is tried after a failure, and no temporary file stays.
        #expect(files.calls == Array(Self.calls[...failing]))
        #expect(folder.names == ["a"])
        let isPut = Self.calls[..<failing].contains("rename")
        #expect(try folder.read(target) == Array((isPut ? "new" : "old").utf8))
    }

    @Test(arguments: calls.indices)
    func whereNothingWasNothingOrAllIs(failing: Int) throws {
        let folder = try TemporaryFolder()
        let target = folder.path.appending("a")
        #expect(throws: error(Self.calls[failing], target: target, errno: .ioError)) {
            try put(at: target, keepingPreviousAs: folder.path.appending("b"), FailingFiles(failing: failing))
        }
        let isPut = Self.calls[..<failing].contains("rename")
        #expect(folder.names == (isPut ? ["a"] : []))
        if isPut { #expect(try folder.read(target) == Array("new".utf8)) }
    }

    @Test(arguments: callsKeeping.indices)
    func thePreviousFileIsAtOneOfItsPlaces(failing: Int) throws {
        let folder = try TemporaryFolder()
        let target = try folder.write("old", to: "a")
        let previous = folder.path.appending("b")
        let call = Self.callsKeeping[failing]
        let renames = Self.callsKeeping[..<failing].count { $0 == "rename" }
        #expect(throws: error(call, target: call == "rename" && renames == 0 ? previous : target, errno: .ioError)) {
            try put(at: target, keepingPreviousAs: previous, FailingFiles(failing: failing))
        }
        #expect(folder.names == [["a"], ["b"], ["a", "b"]][renames])
        #expect(try folder.read(renames == 0 ? target : previous) == Array("old".utf8))
        if renames == 2 { #expect(try folder.read(target) == Array("new".utf8)) }
    }

    @Test func aFailedFlushLeavesTheFileToItsOwner() throws {
        let folder = try TemporaryFolder()
        let target = try folder.write("old", to: "a")
        let file = try AtomicFile(replacing: target, through: FailingFiles(failing: 1))
        try file.write(Array("new".utf8))
        #expect(throws: FileError.system(.flush, path: target, errno: .ioError)) { try file.flush() }
        // A second try may succeed.
        #expect(try file.flush().byteCount == 3)
        file.discard()
        #expect(folder.names == ["a"])
        #expect(try folder.read(target) == Array("old".utf8))
    }
}
