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

    private func png(_ chunks: [PNGChunk]) throws -> [UInt8] {
        let whole = try test.picture("whole.png", seed: 3)
        return concatenated([Array(whole[..<33])] + chunks.map(\.bytes) + [Array(whole[33...])])
    }

    @Test func headersOfRowsThatWouldFillTheMemory() throws {
        for (width, message) in [
            (50_000_000, "decoding needs"), (150_000_000, "decoding needs"), (1_000_000_000, "decoding needs"),
        ] {
            for (depth, colour, interlace): (UInt8, UInt8, UInt8) in [(16, 6, 0), (8, 2, 0), (8, 3, 0), (16, 6, 1)] {
                let header = PNGChunk(width: width, height: 1, depth: depth, colour: colour, interlace: interlace)
                let palette = colour == 3 ? [PNGChunk("PLTE", [1, 2, 3])] : []
                let chunks = [header] + palette + [PNGChunk("IDAT", [0x78, 1]), PNGChunk("IEND")]
                try expect(
                    PNGChunk.signature + chunks.map(\.bytes).joined(), named: "wide.png", status: 1, message)
            }
        }
    }

    @Test func metadataThatInflates() throws {
        let size = 200 << 20
        for (name, chunk) in [
            (
                "iptc",
                PNGChunk(
                    "zTXt",
                    Array("Raw profile type iptc\0\0".utf8)
                        + InflatingStream(Array("\niptc\n 90000000\n".utf8), 0x30, count: size).bytes)
            ),
            (
                "lines",
                PNGChunk("zTXt", Array("Raw profile type iptc\0\0".utf8) + InflatingStream([], 0x0A, count: size).bytes)
            ),
            (
                "exif",
                PNGChunk(
                    "zTXt",
                    Array("Raw profile type exif\0\0".utf8)
                        + InflatingStream(Array("\nexif\n 9000000\n".utf8), 0x30, count: 6 << 20).bytes)
            ),
            ("icc", PNGChunk("iCCP", Array("x\0\0".utf8) + InflatingStream([], 0x30, count: size).bytes)),
            (
                "xmp",
                PNGChunk(
                    "iTXt",
                    Array("XML:com.adobe.xmp\0".utf8) + [1, 0, 0, 0] + InflatingStream([], 0x3C, count: size).bytes)
            ),
        ] {
            try expect(png([chunk]), named: FilePath("\(name).png"), status: 0, "dropped")
            try expect(png([chunk, chunk, chunk, chunk]), named: FilePath("\(name)4.png"), status: 0, "dropped")
        }
        let texts = (0..<40).map { _ in
            PNGChunk("tEXt", Array("Comment\0".utf8) + [UInt8](repeating: 0x41, count: 1 << 20))
        }
        try expect(png(texts), named: "texts.png", status: 0, "longer than the memory allows")
        try expect(
            png((0..<100_000).map { _ in PNGChunk("abCd") }), named: "chunks.png", status: 0,
            "it is not known here")
    }

    @Test func headersOfMarkersAlone() throws {
        let whole = try test.picture("whole.jpg", as: .jpeg, seed: 4)
        func filled(_ part: [UInt8], _ count: Int) -> [UInt8] {
            // Behind SOI and JFIF: by their first bytes a JPEG is known.
            Array(whole[..<20]) + concatenated([[UInt8]](repeating: part, count: count)) + Array(whole[20...])
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
            filled([0xFF, 0xE2] + bigEndian(UInt32(profile.count + 2)).suffix(2) + profile, 500), named: "icc.jpg",
            status: 0,
            "dropped")
        let xmp =
            Array("http://ns.adobe.com/xap/1.0/\0".utf8)
            + Array(repeating: Array("<hdrgm:Version a='".utf8), count: 3000).joined()
        try expect(
            filled([0xFF, 0xE1] + bigEndian(UInt32(xmp.count + 2)).suffix(2) + xmp, 1), named: "xmp.jpg", status: 0,
            "restored")
    }
}
