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

    @Test func pairingWithoutATextBehindAllNames() {
        let left: [FilePath] = ["a/1.png", "a/2.png", "b.png"]
        for suffix in ["_out", "-restored", ".gain", " (1)", "x2", "X4_model", "@2x"] {
            let right = ["b", "a/2", "a/1"].map { FilePath($0 + suffix + ".jpg") }
            let pairing = Pairing(left, with: right)
            #expect(pairing.partners == [2, 1, 0], "\(suffix)")
            #expect(pairing.suffix?.text == suffix && pairing.suffix?.side == .right)
            let turned = Pairing(right, with: left)
            #expect(turned.partners == [2, 1, 0])
            #expect(turned.suffix?.text == suffix && turned.suffix?.side == .left && turned.unmatchedRight.isEmpty)
        }
        // One that is missing stays alone.
        let part = Pairing(left, with: ["a/2_out.png", "b_out.png"])
        #expect(part.partners == [nil, 0, 1] && part.unmatchedRight.isEmpty)
        for right: [FilePath] in [
            // Two texts; a name of nobody; one name twice; a text that no program puts behind names.
            ["a/1_x.png", "a/2_y.png", "b_x.png"], ["a/1_x.png", "c_x.png"], ["b_x.png", "b_x.jpg"], ["black.png"],
            // A name that fits as it is: then all do, or are told.
            ["a/1.png", "a/2_x.png", "b_x.png"],
        ] {
            let pairing = Pairing(left, with: right)
            #expect(pairing.suffix == nil, "\(right)")
            #expect(pairing.partners.compactMap(\.self).count == (right.contains("a/1.png") ? 1 : 0))
        }
        // Which of two names was meant cannot be told.
        #expect(Pairing(["a.png", "a_b.png"], with: ["a_b_c.png"]).suffix == nil)
        #expect(Pairing(["a.png"], with: []).suffix == nil)
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
