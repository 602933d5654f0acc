import Imaging
import SystemPackage
import TestFolders
import Testing

/// Small files that would take memory or time by the gigabyte: each is refused, or read, within little of both.
@Suite(.serialized) struct HostileFileTests {
    /// What the program has with a small picture in 64 MB, and as much again.
    private static let mostBytes = 160 << 20
    private static let mostSeconds = 4.0

    let test: CommandFolder

    init() throws { test = try CommandFolder() }

    /// Restores and inspects `bytes` in little memory.
    private func expect(_ bytes: [UInt8], named name: FilePath, status: Int32, _ message: String) throws {
        try test.folder.write(bytes, to: FilePath("in").pushing(name))
        for arguments in [["IN", "OUT", "--model", "1x-Scan-M", "-v"], ["inspect", "IN"]] {
            let ending = try test.run(arguments + ["--max-memory", "64M", "-j", "1"])
            #expect(ending.status == status, "\(name): \(ending)")
            #expect(ending.peakBytes < Self.mostBytes, "\(name): \(ending.peakBytes >> 20) MiB")
            #expect(ending.processorSeconds < Self.mostSeconds, "\(name): \(ending.processorSeconds) s")
            if arguments[0] != "inspect" || status != 0 {
                #expect(ending.standardError.contains(message), "\(name): \(ending.standardError)")
            }
        }
        test.folder.remove(FilePath("in").pushing(name))
        test.folder.remove(FilePath("out").pushing(name))
    }

    private static func big(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        let table = (0..<256 as Range<UInt32>).map { byte in
            (0..<8).reduce(byte) { (sum: UInt32, _) -> UInt32 in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in body { sum = sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
        return big(data.count) + body + big(Int(~sum))
    }

    /// The bytes of a zlib stream that inflates to `head` and `count` more of `byte`: fixed codes, matches of 258 bytes
    /// one byte back, without check sum.
    private static func bomb(_ head: [UInt8], _ byte: UInt8, count: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x78, 0x01]
        var bits: UInt32 = 0
        var filled: UInt32 = 0
        func put(_ value: UInt32, _ length: UInt32) {
            bits |= value << filled
            filled += length
            while filled >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
                filled -= 8
            }
        }
        /// Codes begin with their highest bit.
        func put(code: UInt32, _ length: UInt32) {
            var turned: UInt32 = 0
            for bit in 0..<length { turned |= (code >> bit & 1) << (length - 1 - bit) }
            put(turned, length)
        }
        func put(literal: UInt8) {
            if literal < 144 {
                put(code: 0x30 + UInt32(literal), 8)
            } else {
                put(code: 0x190 + UInt32(literal) - 144, 9)
            }
        }
        put(1, 1)
        put(1, 2)
        for literal in head + [byte] { put(literal: literal) }
        for _ in 0..<(count / 258) {
            put(code: 0xC5, 8)  // length 258
            put(code: 0, 5)  // distance 1
        }
        put(code: 0, 7)
        put(0, 16)
        // Adler-32 is compared at the end, and is reached by nobody who stops in time.
        return bytes + [0, 0, 0, 0]
    }

    private func png(_ chunks: [[UInt8]]) throws -> [UInt8] {
        let whole = try test.picture("whole.png", seed: 3)
        return Array(whole[..<33]) + Array(chunks.joined()) + Array(whole[33...])
    }

    @Test func headersOfRowsThatWouldFillTheMemory() throws {
        for (width, message) in [
            (50_000_000, "decoding needs"), (150_000_000, "decoding needs"), (1_000_000_000, "decoding needs"),
        ] {
            for (depth, color, interlace): (UInt8, UInt8, UInt8) in [(16, 6, 0), (8, 2, 0), (8, 3, 0), (16, 6, 1)] {
                let header = Self.chunk("IHDR", Self.big(width) + Self.big(1) + [depth, color, 0, 0, interlace])
                let palette = color == 3 ? Self.chunk("PLTE", [1, 2, 3]) : []
                let file = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10] + header + palette + Self.chunk("IDAT", [0x78, 1])
                try expect(file + Self.chunk("IEND", []), named: "wide.png", status: 1, message)
            }
        }
    }

    @Test func metadataThatInflates() throws {
        let size = 200 << 20
        for (name, chunk) in [
            (
                "iptc",
                Self.chunk(
                    "zTXt",
                    Array("Raw profile type iptc\0\0".utf8)
                        + Self.bomb(Array("\niptc\n 90000000\n".utf8), 0x30, count: size))
            ),
            ("lines", Self.chunk("zTXt", Array("Raw profile type iptc\0\0".utf8) + Self.bomb([], 0x0A, count: size))),
            (
                "exif",
                Self.chunk(
                    "zTXt",
                    Array("Raw profile type exif\0\0".utf8)
                        + Self.bomb(Array("\nexif\n 9000000\n".utf8), 0x30, count: 6 << 20))
            ),
            ("icc", Self.chunk("iCCP", Array("x\0\0".utf8) + Self.bomb([], 0x30, count: size))),
            (
                "xmp",
                Self.chunk("iTXt", Array("XML:com.adobe.xmp\0".utf8) + [1, 0, 0, 0] + Self.bomb([], 0x3C, count: size))
            ),
        ] {
            try expect(png([chunk]), named: FilePath("\(name).png"), status: 0, "dropped")
            try expect(png([chunk, chunk, chunk, chunk]), named: FilePath("\(name)4.png"), status: 0, "dropped")
        }
        let texts = (0..<40).map { _ in
            Self.chunk("tEXt", Array("Comment\0".utf8) + [UInt8](repeating: 0x41, count: 1 << 20))
        }
        try expect(png(texts), named: "texts.png", status: 0, "longer than the memory allows")
        try expect(
            png((0..<100_000).map { _ in Self.chunk("abCd", []) }), named: "chunks.png", status: 0,
            "it is not known here")
    }

    @Test func headersOfMarkersAlone() throws {
        let whole = try test.picture("whole.jpg", as: .jpeg, seed: 4)
        func filled(_ part: [UInt8], _ count: Int) -> [UInt8] {
            // Behind SOI and JFIF: by their first bytes a JPEG is known.
            Array(whole[..<20]) + Array([[UInt8]](repeating: part, count: count).joined()) + Array(whole[20...])
        }
        for (name, file): (FilePath, [UInt8]) in [
            ("fill.jpg", filled([0xFF], 5_000_000)), ("tem.jpg", filled([0xFF, 1], 2_500_000)),
            ("comments.jpg", filled([0xFF, 0xFE, 0, 2], 1_250_000)),
            ("short.jpg", filled([0xFF, 0xFE, 0, 3, 0x41], 1_000_000)),
            ("labels.jpg", filled([0xFF, 0xE5, 0, 4, 0x41, 0x42], 800_000)), ("zeros.jpg", filled([0], 5_000_000)),
            ("escapes.jpg", filled([0xFF, 0], 2_500_000)),
        ] {
            try expect(file, named: name, status: 0, "restored: \(name)")
        }
        let profile = Array("ICC_PROFILE\0".utf8) + [1, 2] + [UInt8](repeating: 7, count: 60_000)
        try expect(
            filled([0xFF, 0xE2] + Self.big(profile.count + 2).suffix(2) + profile, 500), named: "icc.jpg", status: 0,
            "dropped")
        let xmp =
            Array("http://ns.adobe.com/xap/1.0/\0".utf8)
            + Array(repeating: Array("<hdrgm:Version a='".utf8), count: 3000).joined()
        try expect(
            filled([0xFF, 0xE1] + Self.big(xmp.count + 2).suffix(2) + xmp, 1), named: "xmp.jpg", status: 0, "restored")
    }
}
