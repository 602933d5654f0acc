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

@Suite struct FolderWalkTests {
    @Test func sortedByBytesHiddenLeftOut() throws {
        let folder = try TemporaryFolder()
        for name in [
            "b.png", "a/z.png", "a/b/c.png", "B.png", "a.png", ".hidden/x.png", ".DS_Store", "a/Thumbs.db", "a/._x.png",
            "é.png", "@eaDir/x.png",
        ] { try folder.write(name, to: FilePath(name)) }
        let walk = try FolderWalk(folder.path)
        #expect(
            walk.files.map(\.relativePath)
                == ["B.png", "a.png", "a/b/c.png", "a/z.png", "b.png", "é.png"])
        #expect(walk.files.map(\.path) == walk.files.map { folder.path.pushing($0.relativePath) })
        #expect(walk.files.map(\.stamp.byteCount) == [5, 5, 9, 7, 5, 6])
        #expect(
            Set(walk.ignored.map { $0.lastComponent?.string })
                == [".hidden", ".DS_Store", "Thumbs.db", "._x.png", "@eaDir"])
        #expect(walk.problems.isEmpty && walk.loops.isEmpty)
    }

    @Test func namesOfAnyBytes() throws {
        let folder = try TemporaryFolder()
        let names: [[UInt8]] = [
            [0x80], [0xFF, 0x2E, 0x70], Array("new\nline".utf8), Array(" ".utf8), [UInt8](repeating: 97, count: 255),
        ]
        for name in names { try folder.write("", to: try #require(FilePath(bytes: name))) }
        let walk = try FolderWalk(folder.path)
        #expect(walk.files.map(\.relativePath.bytes) == names.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test(.timeLimit(.minutes(1))) func linksAreFollowedOnceAndLoopsEnd() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "in/z/one.png")
        try folder.write("", to: "outside/two.png")
        try folder.link("in/a", to: folder.path.appending("in"))
        try folder.link("in/again", to: folder.path.pushing("in/z"))
        try folder.link("in/z/up", to: "..")
        try folder.link("in/other", to: folder.path.appending("outside"))
        try folder.link("outside/back", to: folder.path.appending("in"))
        try folder.link("in/three.png", to: folder.path.pushing("in/z/one.png"))
        let walk = try FolderWalk(folder.path.appending("in"))
        #expect(walk.files.map(\.relativePath) == ["other/two.png", "three.png", "z/one.png"])
        #expect(walk.problems.isEmpty)
        #expect(
            Set(walk.loops.compactMap(\.path))
                == Set(
                    ["a", "again", "z/up", "other/back"].map { folder.path.appending("in").pushing(FilePath($0)) }))
    }

    @Test func whatCannotBeReadIsReported() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "ok.png")
        try folder.link("gone.png", to: "nowhere")
        try folder.link("self.png", to: "self.png")
        #expect(folder.path.appending("pipe").withPlatformString { mkfifo($0, 0o600) } == 0)
        let walk = try FolderWalk(folder.path)
        #expect(walk.files.map(\.relativePath) == ["ok.png"])
        #expect(
            walk.problems == [
                .system(.inspect, path: folder.path.appending("gone.png"), errno: .noSuchFileOrDirectory),
                .system(.inspect, path: folder.path.appending("self.png"), errno: .tooManySymbolicLinkLevels),
            ])
        #expect(walk.ignored == [folder.path.appending("pipe")])
        let missing = folder.path.appending("none")
        #expect(throws: FileError.system(.readFolder, path: missing, errno: .noSuchFileOrDirectory)) {
            try FolderWalk(missing)
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may read every folder"))
    func unreadableFolder() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "locked/a.png")
        try folder.write("", to: "open/b.png")
        let locked = folder.path.appending("locked")
        #expect(locked.withPlatformString { chmod($0, 0) } == 0)
        defer { _ = locked.withPlatformString { chmod($0, 0o700) } }
        let walk = try FolderWalk(folder.path)
        #expect(walk.files.map(\.relativePath) == ["open/b.png"])
        #expect(walk.problems == [.system(.readFolder, path: locked, errno: .permissionDenied)])
    }

    @Test func excludedFolder() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "a.png")
        try folder.write("", to: "out/a.png")
        let identity = try #require(FileIdentity(of: folder.path.appending("out")))
        #expect(try FolderWalk(folder.path, excluding: [identity]).files.map(\.relativePath) == ["a.png"])
    }
}
