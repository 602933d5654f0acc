import Files
import SystemPackage
import TestFolders
import Testing

@Suite struct PathTests {
    static let samples: [[UInt8]] = [
        Array("plain/a b.png".utf8), Array("Ünïcode/写真.jpg".utf8), [0xFF], [0x61, 0xC3, 0x28, 0xE2, 0x82],
        Array("tab\tnew\nline".utf8), Array("quote\"\\".utf8), [0xF0, 0x9F, 0x98, 0x80, 0xF0, 0x9F],
    ]

    @Test(arguments: samples) func bytesRoundTrip(bytes: [UInt8]) throws {
        let path = try #require(FilePath(bytes: bytes))
        #expect(path.bytes == bytes)
        #expect(path == FilePath(bytes: bytes))
    }

    @Test func zeroBytesAndSlashesAreRefused() {
        #expect(FilePath(bytes: [97, 0, 98]) == nil)
        #expect(FilePath.Component(bytes: [97, 47]) == nil)
        #expect(FilePath.Component(bytes: []) == nil)
    }

    @Test func pairingByRelativeNameNotByPosition() throws {
        let pairing = Pairing(
            ["a/1.png", "a/2.png", "b/1.jpg", "c.png", "d.png"],
            with: ["a/2.jpg", "b/1.png", "c.jpg", "c.png", "x.png"])
        #expect(pairing.partners == [nil, 0, 1, 3, nil])
        #expect(pairing.ambiguous.isEmpty)
        #expect(pairing.unmatchedRight == [2, 4])
        let unclear = Pairing(["c.tif"], with: ["c.jpg", "c.png"])
        #expect(unclear.partners == [nil])
        #expect(unclear.ambiguous.map(\.left) == ["c.tif"])
        #expect(unclear.ambiguous.map(\.candidates) == [["c.jpg", "c.png"]])
        // Names that are no Unicode and differ only in such bytes stay apart.
        let first = try #require(FilePath(bytes: [0x61, 0xFE, 0x2E, 0x70]))
        let second = try #require(FilePath(bytes: [0x61, 0xFF, 0x2E, 0x70]))
        #expect(Pairing([first, second], with: [second]).partners == [nil, 0])
        #expect(Pairing.name("x/.hidden") == "x/.hidden")
        #expect(Pairing.name("x/a.b.png") == "x/a.b")
    }

    @Test func resolvedPathsFollowLinksAndKeepWhatIsNotThere() throws {
        let folder = try TemporaryFolder()
        try createFolders(at: folder.path.pushing("real/inner"))
        try folder.link("link", to: "real")
        let real = folder.path.resolved()
        #expect(folder.path.pushing("link/inner").resolved() == real.pushing("real/inner"))
        #expect(folder.path.pushing("link/none/../new").resolved() == real.pushing("real/new"))
        #expect(folder.path.pushing("real/inner/../../link").resolved() == real.pushing("real"))
        #expect(FilePath("none").resolved().isAbsolute)
        #expect(FilePath("").resolved() == FilePath(".").resolved())
    }

    @Test func foldersAreMadeOnce() throws {
        let folder = try TemporaryFolder()
        let deep = folder.path.pushing("a/b/c")
        try createFolders(at: deep)
        try createFolders(at: deep)
        #expect(FileStamp.isFolder(deep))
        let file = try folder.write("", to: "file")
        #expect(throws: FileError.system(.createFolder, path: file, errno: .fileExists)) {
            try createFolders(at: file.appending("x"))
        }
        #expect(throws: FileError.system(.createFolder, path: file, errno: .fileExists)) { try createFolders(at: file) }
    }
}
