import Files
import Imaging
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

/// Each kind of bad input beside a good picture: its own message, the right exit code, the good one restored.
@Suite struct BadInputTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        try test.picture("in/good.png", seed: 5)
    }

    private static func pngHeader(width: Int, height: Int) -> [UInt8] {
        let chunks = [PNGChunk(width: width, height: height), PNGChunk("IDAT"), PNGChunk("IEND")]
        return PNGChunk.signature + chunks.map(\.bytes).joined()
    }

    @Test func everyKindInOneFolder() throws {
        let whole = try test.picture("whole.png", seed: 6)
        let jpeg = try test.picture("whole.jpg", as: .jpeg, seed: 7)
        let bad: [(FilePath, [UInt8], String)] = [
            ("empty.png", [], "the file is empty"),
            ("cut.png", Array(whole.dropLast(40)), "PNG"),
            ("signature.png", Array(whole.prefix(8)), "PNG"),
            (
                "flipped.png",
                {
                    var b = whole
                    b[b.count / 2] ^= 0x40
                    return b
                }(), "PNG"
            ),
            ("huge.png", Self.pngHeader(width: 100_000, height: 100_000), "more than the limit of 1000000000"),
            ("nothing.png", Self.pngHeader(width: 0, height: 10), "0 x 10"),
            ("cut.jpg", Array(jpeg.prefix(jpeg.count / 2)), "JPEG"),
            ("scan.tif", [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8], "TIFF directory: found the offset 8"),
            ("web.webp", Array("RIFF".utf8) + [4, 0, 0, 0] + Array("WEBP".utf8), "WebP: found"),
            ("phone.heic", [0, 0, 0, 24] + Array("ftypheic".utf8), "HEIC is read through another program"),
            ("text.png", Array("This is text.".utf8), "named like a picture, but not a picture: it begins with 54 68"),
            ("zeroed.jpg", [UInt8](repeating: 0, count: 5000), "begins with zeros: what was there is lost"),
            ("block.jpg", [UInt8](repeating: 0, count: 4096) + jpeg.dropFirst(100), "begins with zeros"),
            ("page.jpeg", Array("\n<!DOCTYPE html><title>404</title>".utf8), "it is a web page"),
        ]
        for (name, bytes, _) in bad { try test.folder.write(bytes, to: FilePath("in").pushing(name)) }
        try test.folder.write("This is text.", to: "in/text.txt")
        let ending = try test.run("IN", "OUT", environment: ["PATH": "/nowhere"])
        #expect(ending.status == 1)
        #expect(ending.closingLine == "1 restored, 0 skipped, \(bad.count) failed")
        let lines = ending.standardError.split(separator: "\n").map(String.init)
        for (name, _, message) in bad {
            let line = lines.first { $0.hasPrefix("failed: \(name): ") }
            #expect(line?.contains(message) == true, "\(name): \(line ?? "no line")")
        }
        #expect(!ending.standardError.contains("text.txt"))
        #expect(Set(try test.tree("out").keys) == ["good.png"])
        #expect(try test.temporaries().isEmpty)
    }

    /// Every prefix of a small PNG and JPEG: no crash, no success.
    @Test func picturesCutAtManyBytes() throws {
        let png = try test.picture("whole.png", width: 9, height: 7, seed: 6)
        let jpeg = try test.picture("whole.jpg", as: .jpeg, width: 9, height: 7, seed: 7)
        var count = 0
        for (bytes, ending) in [(png, "png"), (jpeg, "jpg")] {
            // Of the last bytes none is a pixel.
            for length in stride(from: 4, to: bytes.count - 24, by: 3) {
                try test.folder.write(Array(bytes.prefix(length)), to: FilePath("in/\(length).\(ending)"))
                count += 1
            }
        }
        let ending = try test.run("IN", "OUT", "--quiet")
        #expect(ending.status == 1)
        #expect(ending.closingLine == "1 restored, 0 skipped, \(count) failed")
        #expect(ending.standardError.split(separator: "\n").count == count)
    }

    @Test func aDamagedTailMayBeAccepted() throws {
        let jpeg = try test.picture("whole.jpg", as: .jpeg, width: 64, height: 64, seed: 7)
        try test.folder.write(Array(jpeg.dropLast(200)), to: "in/cut.jpg")
        #expect(try test.run("IN", "OUT").status == 1)
        let ending = try test.run("IN", "OUT", "--damaged", "accept", "--progress", "plain")
        #expect(ending.status == 0, "\(ending.standardError)")
        #expect(ending.standardError.contains("restored: cut.jpg"))
        #expect(ending.standardError.contains("damaged"))
    }

    @Test func namesOfEveryKind() throws {
        let names: [[UInt8]] = [
            Array("with space.png".utf8), Array("Ünï写真😀.png".utf8), [0xFF, 0xFE] + Array(".png".utf8),
            Array("new\nline.png".utf8), Array("-dash.png".utf8), Array("quote\"'.png".utf8),
            [UInt8](repeating: 97, count: 251) + Array(".png".utf8), Array("back\\slash.png".utf8),
        ]
        for (index, name) in names.enumerated() {
            let bytes = try test.picture("x.png", seed: UInt64(index))
            try test.folder.write(bytes, to: try #require(FilePath(bytes: Array("in/".utf8) + name)))
        }
        let ending = try test.run("IN", "OUT", "--report", "TMP/report", "--progress", "plain")
        #expect(ending.status == 0, "\(ending.standardError)")
        #expect(ending.closingLine == "\(names.count + 1) restored, 0 skipped, 0 failed")
        #expect(ending.standardError.contains("restored: new\\x0aline.png "))
        #expect(Set(try test.tree("out").keys.map(\.bytes)) == Set(names + [Array("good.png".utf8)]))
        #expect(try test.run("IN", "OUT").closingLine == "0 restored, \(names.count + 1) skipped, 0 failed")
        // As an argument, byte by byte.
        let odd = test.path.bytes + Array("/in/".utf8) + names[2]
        let single = try Program(
            [odd, test.path.bytes + Array("/single/".utf8)], environment: test.environment
        ).wait()
        #expect(single.closingLine == "1 restored, 0 skipped, 0 failed", "\(single.standardError)")
        #expect(try test.tree("single").keys.map(\.bytes) == [names[2]])
    }

    @Test func loopsOfLinksEnd() throws {
        try test.folder.link("in/loop", to: test.path.appending("in"))
        try test.folder.link("in/self.png", to: "self.png")
        let ending = try test.run("IN", "OUT")
        #expect(ending.status == 1)
        #expect(ending.closingLine == "1 restored, 0 skipped, 1 failed")
        #expect(ending.standardError.contains("leads to"))
        #expect(ending.standardError.contains("failed: self.png: "))
    }

    @Test func collisionsAreFoundFirst() throws {
        try test.picture("in/good.jpg", as: .jpeg)
        let ending = try test.run("IN", "OUT", "-f", "png")
        #expect(ending.status == 2)
        #expect(ending.standardError.contains("would both write"))
        #expect(!FileStamp.exists(test.path.appending("out")))
    }

    @Test func theOutputSideFails() throws {
        try test.picture("in/sub/b.png")
        try test.folder.write("", to: "out/sub")
        let partly = try test.run("IN", "OUT")
        #expect(partly.status == 74)
        #expect(partly.closingLine == "1 restored, 0 skipped, 1 failed")
        try test.folder.write("", to: "file")
        let wholly = try test.run("IN", "TMP/file/out")
        #expect(wholly.status == 74)
        #expect(wholly.closingLine == "0 restored, 0 skipped, 2 failed")
        #expect(wholly.standardError.contains("cannot create folder"))
        let nowhere = try test.run("IN", "/proc/none")
        #expect(nowhere.status == 74)
    }

    /// A tiny file system of its own fills up; needs the rights to mount one.
    @Test func aFullDisk() throws {
        let disk = test.path.appending("disk")
        try createFolders(at: disk)
        guard mountTemporary(at: disk, byteCount: 256 << 10) else { return }
        defer { unmount(disk) }
        for index in 0..<4 {
            try test.picture(FilePath("in/large\(index).png"), width: 220, height: 220, seed: UInt64(index))
        }
        let ending = try test.run("IN", "TMP/disk/out", "-j", "1")
        #expect(ending.status == 74, "\(ending)")
        #expect(ending.standardError.contains("No space left on device"))
        #expect(try test.temporaries("disk").isEmpty)
        // What was finished is whole.
        for (_, bytes) in try test.tree("disk/out") { _ = try Picture(decoding: bytes) }
    }

    private func mountTemporary(at path: FilePath, byteCount: Int) -> Bool {
        #if os(Linux)
            path.withPlatformString { mount("retouch", $0, "tmpfs", 0, "size=\(byteCount)") == 0 }
        #else
            false
        #endif
    }

    private func unmount(_ path: FilePath) {
        #if os(Linux)
            _ = path.withPlatformString { umount2($0, 0) }
        #endif
    }
}
