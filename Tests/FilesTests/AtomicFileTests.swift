import Files
import SystemPackage
import TestFolders
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite struct AtomicFileTests {
    @Test func appearsWholeOnCommitOnly() throws {
        let folder = try TemporaryFolder()
        let target = try folder.write("old", to: "picture.png")
        let file = try AtomicFile(replacing: target)
        try file.write(Array("new".utf8))
        #expect(try folder.read(target) == Array("old".utf8))
        #expect(folder.names.count == 2)
        try file.commit()
        #expect(try folder.read(target) == Array("new".utf8))
        #expect(folder.names == ["picture.png"])
        file.discard()
        #expect(folder.names == ["picture.png"])
    }

    /// A copy of more than one piece, and of nothing, with its digest.
    @Test(arguments: [0, 1, (1 << 20) + 7]) func copiesAFileWithItsDigest(byteCount: Int) throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let source = try folder.write(bytes, to: "source")
        let file = try AtomicFile(replacing: folder.path.appending("copy"))
        #expect(try file.copy(from: source) == SHA256Digest(of: bytes))
        try file.commit()
        #expect(try folder.read(folder.path.appending("copy")) == bytes)
    }

    @Test func nothingStaysWithoutCommit() throws {
        let folder = try TemporaryFolder()
        do {
            let file = try AtomicFile(replacing: folder.path.appending("a"))
            try file.write([1])
            #expect(folder.names.count == 1)
        }
        #expect(folder.names.isEmpty)
        let file = try AtomicFile(replacing: folder.path.appending("a"))
        file.discard()
        file.discard()
        #expect(folder.names.isEmpty)
        #expect(throws: FileError.self) { try file.commit() }
    }

    @Test func targetsOf255BytesAndOfNoUnicode() throws {
        let folder = try TemporaryFolder()
        for bytes in [[UInt8](repeating: 120, count: 255), [0xFF, 0xFE, 0x80], Array("a\nb c".utf8)] {
            let target = folder.path.appending(try #require(FilePath.Component(bytes: bytes)))
            let file = try AtomicFile(replacing: target)
            try file.write(bytes)
            try file.commit()
            #expect(try folder.read(target) == bytes)
        }
    }

    @Test func aFolderInTheWayAndAMissingFolder() throws {
        let folder = try TemporaryFolder()
        try createFolders(at: folder.path.appending("taken"))
        let file = try AtomicFile(replacing: folder.path.appending("taken"))
        #expect(throws: FileError.system(.rename, path: folder.path.appending("taken"), errno: .isDirectory)) {
            try file.commit()
        }
        #expect(folder.names == ["taken"])
        let missing = folder.path.appending("none")
        #expect(throws: FileError.system(.createTemporary, path: missing, errno: .noSuchFileOrDirectory)) {
            try AtomicFile(replacing: missing.appending("a"))
        }
    }

    @Test func aFullDisk() throws {
        let device = try FileDescriptor.open("/dev/full", .writeOnly)
        defer { try? device.close() }
        let folder = try TemporaryFolder()
        let target = folder.path.appending("a")
        let file = try AtomicFile(replacing: target)
        // The temporary file's descriptor is made to be the device on which every write finds no space.
        _ = try device.duplicate(as: file.descriptor)
        #expect(throws: FileError.system(.write, path: target, errno: .noSpace)) { try file.write([1]) }
        file.discard()
        #expect(folder.names.isEmpty)
    }

    @Test func abandonedFilesAreRemovedLiveOnesStay() throws {
        let folder = try TemporaryFolder()
        let live = try AtomicFile(replacing: folder.path.appending("a"))
        let name = try #require(folder.names.first)
        // What a killed process leaves: a name of this machine without a lock.
        let abandoned = name.replacing(/-[0-9a-f]{16}/, with: "-0123456789abcdef")
        try folder.write("half", to: FilePath(abandoned))
        // Another machine's: kept until it is a day old.
        let foreign = try folder.write("half", to: ".retouch-deadbeef-0123456789abcdef.tmp")
        try folder.write("", to: ".retouch-mine.tmp")
        let now = try FileStamp(of: foreign).modified
        #expect(AtomicFile.removeAbandoned(in: folder.path, now: now) == 1)
        #expect(!folder.names.contains(abandoned))
        #expect(folder.names.count == 3)
        #expect(AtomicFile.removeAbandoned(in: folder.path, now: now + 90_000_000_000_000) == 1)
        #expect(folder.names.sorted() == [".retouch-mine.tmp", name].sorted())
        try live.commit()
    }

    /// Whoever tidies up may have the lock of a file that was just made: another one is made in its place. Without locks
    /// the name keeps others off.
    @Test func aFailedLockIsNotIgnored() throws {
        let folder = try TemporaryFolder()
        let target = folder.path.appending("a")
        let first = try AtomicFile(replacing: target, through: FailingFiles(answers: [.held, .held]))
        #expect(folder.names == [first.temporary.lastComponent?.string ?? ""])
        try first.commit()
        let second = try AtomicFile(replacing: target, through: FailingFiles(answers: [.unavailable]))
        #expect(Set(folder.names) == [second.temporary.lastComponent?.string ?? "", "a"])
        let now = try FileStamp(of: second.temporary).modified
        #expect(AtomicFile.removeAbandoned(in: folder.path, now: now) == 0)
        try second.commit()
        #expect(folder.names == ["a"])
    }

    /// The file is nobody's to take away until it has its name, though it is closed before.
    @Test func whoeverTidiesUpBeforeTheRenameLeavesTheFile() throws {
        let folder = try TemporaryFolder()
        let target = folder.path.appending("a")
        let path = folder.path
        let files = FailingFiles { name in
            if name == "rename" { #expect(AtomicFile.removeAbandoned(in: path, now: 0) == 0) }
        }
        let file = try AtomicFile(replacing: target, through: files)
        try file.write([1, 2])
        try file.commit()
        #expect(try folder.read(target) == [1, 2] && files.calls.contains("rename"))
    }

    @Test func errorsSayWhatWasTriedWhereAndWhy() {
        let error = FileError.system(.createTemporary, path: "/no/such\nfolder", errno: .noSuchFileOrDirectory)
        #expect(
            error.description
                == "cannot create a temporary file in folder \"/no/such\\x0afolder\": No such file or directory")
    }
}
