import Foundation
import Imaging
import Tensors
import TestSupport
import Testing

/// BMP, GIF, Netpbm and WebP against what Pillow, or the fixtures' script, says their samples are.
@Suite("Other formats")
struct OtherFormatTests {
    /// The fixtures, and how far a sample may be off: libwebp's versions round alike in lossless files alone.
    static let files: [(name: String, tolerance: Float)] =
        [
            "eight.bmp", "four.bmp", "one.bmp", "core.bmp", "down.bmp", "fifteen.bmp", "masks.bmp", "alpha.bmp",
            "runs.bmp",
            "steps.bmp", "grey.pgm", "ten.pgm", "sixteen.pgm", "colour.ppm", "fifteen.ppm", "bits.pbm", "text.pbm",
            "text.ppm", "alpha.pam", "colours.gif", "interlaced.gif", "transparent.gif", "frames.gif", "moved.gif",
            "lossless.webp", "alpha.webp", "frames.webp",
        ].map { ($0, 0) } + [("lossy.webp", 1.01 / 255), ("lossyalpha.webp", 1.01 / 255)]

    @Test(arguments: files)
    func `Samples are those of another program`(file: (name: String, tolerance: Float)) throws {
        let found = try Picture(reading: Fixture.path("others/\(file.name)"))
        let expected = try Picture(reading: Fixture.path("others/\(file.name).png"))
        #expect(found.format == expected.format)
        #expect(found.image.width == expected.image.width && found.image.height == expected.image.height)
        guard found.format == expected.format, found.image.height == expected.image.height else { return }
        for c in 0..<found.image.channels {
            for y in 0..<found.image.height {
                for x in 0..<found.image.width {
                    let (a, b) = (found.image.view.row(c, y)[x], expected.image.view.row(c, y)[x])
                    #expect(abs(a - b) <= file.tolerance, "channel \(c), y \(y), x \(x): \(a), expected \(b)")
                }
            }
        }
    }

    @Test func `Metadata comes along, and what was left out is told`() throws {
        let bitmap = try PictureReader(path: Fixture.path("others/alpha.bmp")).info
        #expect(bitmap.container == .bmp && bitmap.metadata.density == PixelDensity(x: 3780, y: 3780, unit: .metre))
        #expect(bitmap.metadata.icc?.count ?? 0 > 400)
        let webp = try PictureReader(path: Fixture.path("others/alpha.webp")).info
        #expect(webp.metadata.icc == bitmap.metadata.icc)
        #expect(webp.metadata.exif?.starts(with: Array("MM\0*".utf8)) == true)
        #expect(
            webp.metadata.xmp.map { String(decoding: $0, as: UTF8.self) } == "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
        for name in ["frames.gif", "frames.webp", "colour.ppm"] {
            #expect(try Picture(reading: Fixture.path("others/\(name)")).notes.count == 1, "\(name)")
        }
    }

    /// Cut at any byte, and with any byte changed, a file is read or refused, within its limits.
    @Test(arguments: files.map(\.name).filter { $0 != "interlaced.gif" })
    func `Cut and changed files`(name: String) throws {
        let whole = try Fixture.bytes("others/\(name)")
        let limits = PictureLimits(maximumPixels: 1 << 16, maximumBytes: 8 << 20)
        for count in 0..<whole.count {
            _ = try? Picture(decoding: Array(whole[..<count]), limits: limits)
            for value in [UInt8(0), 0x7F, 0xFF, whole[count] ^ 0x10] {
                var changed = whole
                changed[count] = value
                _ = try? Picture(decoding: changed, limits: limits)
            }
        }
        for count in 0..<min(12, whole.count) {
            #expect(throws: PictureError.self) { try Picture(decoding: Array(whole[..<count]), limits: limits) }
        }
    }

    /// A size that is claimed is checked before anything is allocated for it.
    @Test func `Claimed sizes`() {
        let limits = PictureLimits(maximumBytes: 4 << 20)
        func error(_ bytes: [UInt8]) -> PictureError? {
            do throws(PictureError) {
                _ = try PictureReader(bytes: bytes, limits: limits)
                return nil
            } catch { return error }
        }
        #expect(
            error(Array("P6 99999 99999 255\n".utf8))
                == .tooManyPixels(width: 99999, height: 99999, limit: 1_000_000_000))
        #expect(error(Array("P6 0 5 255\n".utf8)) == .zeroSize(width: 0, height: 5))
        let gif =
            Array("GIF89a".utf8) + [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x2C, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x80]
        #expect(
            error(gif + [0, 0, 0, 1, 1, 1, 8, 1, 0, 0, 0x3B])
                == .tooManyPixels(width: 65535, height: 65535, limit: 1_000_000_000))
    }

    // MARK: WebP out

    private func picture(channels: Int, seed: UInt64) -> Picture {
        let image = noisyGradient(channels: channels, height: 23, width: 31, seed: seed)
        if channels == 2 || channels == 4 {
            for y in 0..<23 { for x in 0..<31 { image.view.row(channels - 1, y)[x] = x < 9 ? 0 : Float(x) / 31 } }
        }
        return Picture(
            image: image, format: PixelFormat(color: channels < 3 ? .grey : .rgb, hasAlpha: channels % 2 == 0))
    }

    /// Every sample comes back, those under transparent pixels too; grey comes back in three equal channels.
    @Test(arguments: [1, 2, 3, 4])
    func `Lossless WebP keeps all samples`(channels: Int) throws {
        let original = picture(channels: channels, seed: 3)
        let read = try Picture(decoding: original.encoded(as: .webp).bytes)
        let stored = try Picture(decoding: original.encoded(as: .png).bytes)
        #expect(read.format == PixelFormat(color: .rgb, hasAlpha: channels % 2 == 0))
        for c in 0..<read.image.channels {
            let source = channels > 2 ? c : c == 3 ? 1 : 0
            for y in 0..<23 {
                for x in 0..<31 {
                    #expect(read.image.view.row(c, y)[x] == stored.image.view.row(source, y)[x])
                }
            }
        }
    }

    @Test func `Metadata travels to WebP and back, and what has no place is told`() throws {
        let original = picture(channels: 3, seed: 4)
        let source = try PictureReader(path: Fixture.path("others/alpha.webp")).info.metadata
        var metadata = Metadata(exif: source.exif, icc: source.icc, xmp: source.xmp)
        metadata.texts = [MetadataText(kind: .comment, bytes: [65])]
        metadata.iptc = [0x1C, 2, 5, 0, 1, 65]
        let writer = try PictureWriter(
            toMemoryAs: .webp, width: 31, height: 23, format: original.format, metadata: metadata)
        try writer.writeRows(from: original.image.view)
        try writer.finish()
        let read = try PictureReader(bytes: writer.encodedBytes).info.metadata
        #expect(read.icc == metadata.icc && read.xmp == metadata.xmp && read.exif != nil)
        #expect(writer.notes.count == 2, "\(writer.notes)")
    }

    @Test func `Lossy WebP is small, and a WebP beyond its longest side is refused`() throws {
        let original = picture(channels: 3, seed: 5)
        func bytes(_ compression: WebPCompression, quality: Int) throws -> [UInt8] {
            let writer = try PictureWriter(
                toMemoryAs: .webp, width: 31, height: 23, format: original.format, quality: quality,
                webpCompression: compression)
            try writer.writeRows(from: original.image.view)
            try writer.finish()
            return writer.encodedBytes
        }
        let (lossless, lossy) = (try bytes(.lossless, quality: 50), try bytes(.lossy, quality: 50))
        #expect(lossy.count * 2 < lossless.count)
        // What was lossy stays so, with no more said.
        let again = try PictureReader(bytes: lossy).info.metadata
        let writer = try PictureWriter(
            toMemoryAs: .webp, width: 31, height: 23, format: original.format, quality: 50, metadata: again)
        try writer.writeRows(from: original.image.view)
        try writer.finish()
        #expect(writer.encodedBytes.count < lossless.count)
        #expect(throws: PictureError.tooLarge(container: .webp, width: 16_384, height: 1, limit: 16_383)) {
            try PictureWriter(toMemoryAs: .webp, width: 16_384, height: 1, format: original.format)
        }
    }
}
