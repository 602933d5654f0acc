import Imaging
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Testing

@Suite("Bad input gets a clear error and never more")
struct BadInputTests {
    static func error(of bytes: [UInt8], limits: PictureLimits = PictureLimits()) -> PictureError? {
        do throws(PictureError) {
            _ = try Picture(decoding: bytes, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    static func small(_ container: PictureContainer) throws -> [UInt8] {
        try Picture(RoundTripTests.image(channels: 3, height: 9, width: 10, maximum: 255)).encoded(as: container).bytes
    }

    @Test("Empty, text, and what we know but cannot read")
    func recognition() {
        #expect(Self.error(of: []) == .empty)
        let text = Array("Dear Sir, enclosed".utf8)
        #expect(Self.error(of: text) == .notAPicture(firstBytes: Array(text.prefix(8))))
        let files: [(String, [UInt8])] = [
            ("Photoshop PSD", Array("8BPS\0\u{1}".utf8)),
            ("HEIC", [0, 0, 0, 24] + Array("ftypheic".utf8)),
            ("HEIC", [0, 0, 0, 24] + Array("ftypmif1\0\0\0\0mif1heic".utf8)),
            ("AVIF", [0, 0, 0, 24] + Array("ftypavif".utf8)), ("JPEG XL", [0xFF, 0x0A, 0, 0]),
            ("JPEG XL", [0, 0, 0, 12] + Array("JXL \r\n".utf8)), ("JPEG 2000", [0, 0, 0, 12] + Array("jP  \r\n".utf8)),
            ("JPEG 2000", [0xFF, 0x4F, 0xFF, 0x51]),
            ("Canon raw (CR2)", [0x49, 0x49, 42, 0, 16, 0, 0, 0, 0x43, 0x52, 2, 0]),
            ("Canon raw (CR3)", [0, 0, 0, 24] + Array("ftypcrx ".utf8)),
            ("Fujifilm raw (RAF)", Array("FUJIFILMCCD-RAW 0201".utf8)),
            ("Olympus raw (ORF)", Array("IIRO".utf8)), ("Panasonic raw (RW2)", Array("IIU\0".utf8)),
            ("OpenEXR", [0x76, 0x2F, 0x31, 0x01]), ("PDF", Array("%PDF-1.4".utf8)),
        ]
        for (format, bytes) in files {
            #expect(recognise(bytes) == ForeignFormat(rawValue: format).map { .unsupported($0) })
            #expect(Self.error(of: bytes) == .notReadableYet(format: format))
        }
        // Text that begins like one of them.
        #expect(recognise(Array("BMW is a car, not a bitmap".utf8)) == .notAPicture)
        #expect(recognise(Array("PNG".utf8)) == .notAPicture)
        #expect(recognise([0, 0, 0, 24] + Array("ftypisom".utf8)) == .notAPicture)
    }

    @Test("A missing file and a folder are errors of the system")
    func unreadable() {
        #expect(throws: PictureError.cannotRead(code: Errno.noSuchFileOrDirectory.rawValue)) {
            try PictureReader(path: Fixture.path("missing.png"))
        }
        #expect(throws: PictureError.self) { try PictureReader(path: Fixture.path("png")) }
    }

    @Test("A PNG cut at any byte", arguments: ["made", "png/rgb8-interlaced.png", "png/palette4-trns.png"])
    func cutPNG(name: String) throws {
        let file = name == "made" ? try Self.small(.png) : try Fixture.bytes(name)
        for count in 1..<file.count {
            let found = Self.error(of: Array(file[..<count]))
            switch found {
            // The end, and what the pixel data ends with, are no pixels.
            case nil: #expect(count >= file.count - 24, "cut at \(count)")
            case .damaged(let layer, let found, let expected):
                #expect(layer.hasPrefix("PNG"))
                #expect(!found.isEmpty && !expected.isEmpty)
            case .notAPicture: #expect(count < 4)
            default: Issue.record("cut at \(count): \(String(describing: found))")
            }
        }
        // What follows the end is nobody's business.
        #expect(Self.error(of: file + [1, 2, 3]) == nil)
    }

    @Test("Any flipped bit of a PNG without metadata is found", arguments: ["made", "png/palette4-trns.png"])
    func flippedPNG(name: String) throws {
        let file = name == "made" ? try Self.small(.png) : try Fixture.bytes(name)
        let clean = try Picture(decoding: file)
        for bit in 0..<(file.count * 8) {
            var bytes = file
            bytes[bit / 8] ^= 1 << (bit % 8)
            if let picture = try? Picture(decoding: bytes) {
                // A chunk that turned ancillary, or a check sum of one: the pixels must be right, but for transparency
                // that is left out by libpng's rule, with a note.
                let lacksAlpha = clean.format.hasAlpha && !picture.format.hasAlpha && !picture.notes.isEmpty
                #expect(lacksAlpha || picture.image.samples == clean.image.samples, "bit \(bit)")
            }
        }
    }

    @Test("A wrong check sum names what was found and what was expected")
    func checkSum() throws {
        var file = try Self.small(.png)
        file[file.count - 13] ^= 1  // of IDAT, before IEND's twelve bytes
        let parts = PNGFile(try Self.small(.png))
        let sum = PNGChunk.checkSum(Array("IDAT".utf8) + parts["IDAT"]!)
        guard case .damaged("PNG IDAT", let found, let expected) = Self.error(of: file) else {
            Issue.record("\(String(describing: Self.error(of: file)))")
            return
        }
        #expect(expected == String(sum, radix: 16))
        #expect(found == "the check sum \(String(sum ^ 1, radix: 16)) at byte \(file.count - 16)")
    }

    static func png(width: Int, height: Int, depth: UInt8 = 8, color: UInt8 = 2, interlace: UInt8 = 0) -> [UInt8] {
        var file = PNGFile([])
        file.chunks = [
            ("IHDR", four(width) + four(height) + [depth, color, 0, 0, interlace]),
            ("IDAT", [0x78, 1, 3, 0, 0, 0, 0, 1]),
            ("IEND", []),
        ]
        return file.bytes
    }

    static func jpeg(width: Int, height: Int, precision: UInt8 = 8, marker: UInt8 = 0xC0) throws -> [UInt8] {
        var file = JPEGFile(try small(.jpeg))
        let frame = file.segments.firstIndex { $0.marker == 0xC0 }!
        file.segments[frame].marker = marker
        file.segments[frame].bytes.replaceSubrange(
            0..<5, with: [precision] + four(height).suffix(2) + four(width).suffix(2))
        return file.bytes
    }

    @Test("Huge and empty headers are refused before anything is allocated")
    func headers() throws {
        #expect(
            Self.error(of: Self.png(width: 100_000, height: 100_000))
                == .tooManyPixels(width: 100_000, height: 100_000, limit: 1_000_000_000))
        #expect(
            Self.error(of: Self.png(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF))
                == .tooManyPixels(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF, limit: 1_000_000_000))
        #expect(Self.error(of: Self.png(width: 0, height: 5)) == .zeroSize(width: 0, height: 5))
        #expect(Self.error(of: Self.png(width: 5, height: 0)) == .zeroSize(width: 5, height: 0))
        #expect(Self.error(of: try Self.jpeg(width: 0, height: 9)) == .zeroSize(width: 0, height: 9))
        #expect(Self.error(of: try Self.jpeg(width: 10, height: 0)) == .zeroSize(width: 10, height: 0))
        let limits = PictureLimits(maximumPixels: 1_000_000)
        #expect(
            Self.error(of: try Self.jpeg(width: 65500, height: 65500), limits: limits)
                == .tooManyPixels(width: 65500, height: 65500, limit: 1_000_000))
        // 31 bits are the most.
        guard case .damaged("PNG IHDR", _, _) = Self.error(of: Self.png(width: 0xFFFF_FFFF, height: 1)) else {
            Issue.record("a width of 32 bits")
            return
        }
    }

    @Test("What has to be held whole is counted, and refused with the memory it would need")
    func memory() throws {
        let limits = PictureLimits(maximumBytes: 1 << 20)
        #expect(
            throws: PictureError.tooMuchMemory(
                needed: 3_000_000 + 8000, limit: 1 << 20, reason: "an interlaced PNG is decoded whole")
        ) {
            try PictureReader(bytes: Self.png(width: 1000, height: 1000, interlace: 1), limits: limits)
        }
        #expect(throws: Never.self) { try PictureReader(bytes: Self.png(width: 1000, height: 1000), limits: limits) }
        var turned = PNGFile(Self.png(width: 1000, height: 1000, depth: 16))
        turned.insert("eXIf", OrientationTests.exif(orientation: 6))
        #expect(
            throws: PictureError.tooMuchMemory(
                needed: 6_000_000 + 16_000, limit: 1 << 20, reason: "orientation 6 exchanges rows")
        ) {
            try PictureReader(bytes: turned.bytes, limits: limits)
        }
        // Coefficients of two bytes, and the rows of a band.
        var progressive = JPEGFile(try Fixture.bytes("jpeg/ycc1x1-progressive.jpg"))
        let frame = try #require(progressive.segments.firstIndex { $0.marker == 0xC2 })
        progressive.segments[frame].bytes.replaceSubrange(1..<5, with: [4, 0, 4, 0])
        let reader = try PictureReader(bytes: progressive.bytes)
        #expect(reader.info.decodingBytes == 1024 * 1024 * 3 * 2 + 64 * 1024 * 3)
        #expect(throws: PictureError.self) { try PictureReader(bytes: progressive.bytes, limits: limits) }
    }

    @Test("Variants that are not supported are named")
    func variants() throws {
        #expect(
            Self.error(of: try Self.jpeg(width: 10, height: 9, precision: 12, marker: 0xC1))
                == .unsupported(layer: "JPEG SOF1", found: "12 bits a sample", expected: "8"))
        #expect(
            Self.error(of: try Self.jpeg(width: 10, height: 9, marker: 0xC3))
                == .unsupported(layer: "JPEG SOF3", found: "lossless JPEG", expected: "baseline or progressive"))
    }

    @Test("A JPEG cut at any byte is refused; where damage is accepted, it is a marked picture or refused")
    func cutJPEG() throws {
        for file in [try Self.small(.jpeg), try Fixture.bytes("jpeg/ycc1x1-progressive.jpg")] {
            for count in 4..<file.count {
                let part = Array(file[..<count])
                // Without the end marker, and perhaps the bits that fill the last byte, every pixel is there.
                if count >= file.count - 3, let picture = try? Picture(decoding: part) {
                    #expect(picture.image.samples == (try Picture(decoding: file)).image.samples)
                    #expect(picture.notes == [JPEGRemarkTests.noEnd])
                    continue
                }
                guard case .damaged(let layer, _, _) = Self.error(of: part) else {
                    Issue.record("cut at \(count): \(String(describing: Self.error(of: part)))")
                    continue
                }
                #expect(layer.hasPrefix("JPEG"))
                if let picture = try? Picture(decoding: part, damaged: .accept) {
                    #expect(picture.notes.contains { if case .damaged = $0 { true } else { false } }, "\(count)")
                }
            }
            #expect(Self.error(of: file + [UInt8](repeating: 7, count: 100)) == nil)
        }
    }

    @Test("Corrupt entropy data is refused, or accepted and marked", arguments: ["ycc1x1", "ycc1x1-progressive"])
    func entropy(name: String) throws {
        var file = try Fixture.bytes("jpeg/\(name).jpg")
        // An end of the image before its time: libjpeg would fill the rest with grey and only warn.
        let place = file.count * 3 / 4
        file.replaceSubrange(place..<(place + 2), with: [0xFF, 0xD9])
        guard case .damaged("JPEG entropy data", let found, let expected) = Self.error(of: file) else {
            Issue.record("\(String(describing: Self.error(of: file)))")
            return
        }
        #expect(found.contains("premature end"))
        #expect(expected.hasPrefix("45 x 37 pixels"))
        let picture = try Picture(decoding: file, damaged: .accept)
        guard case .damaged("JPEG entropy data", let message, let row) = picture.notes.first else {
            Issue.record("\(picture.notes)")
            return
        }
        #expect(message.contains("premature end"))
        #expect(name.contains("progressive") ? row == 0 : row > 8)
    }

    @Test("The rows before the damage are right where damage is accepted")
    func damagedTail() throws {
        let file = try Fixture.bytes("jpeg/ycc1x1.jpg")
        let clean = try Picture(decoding: file).image
        let part = Array(file[..<(file.count * 3 / 4)])
        let picture = try Picture(decoding: part, damaged: .accept)
        guard case .damaged(let layer, _, let row) = picture.notes.first else {
            Issue.record("\(picture.notes)")
            return
        }
        #expect(layer == "JPEG entropy data")
        #expect(row >= 8 && row < 37)
        for c in 0..<3 {
            for y in 0..<(row / 8 * 8 - 8) {
                for x in 0..<45 { #expect(picture.image.view.row(c, y)[x] == clean.view.row(c, y)[x]) }
            }
        }
    }

    @Test("A bad Huffman table")
    func huffman() throws {
        for damage in [0, 1] {
            var file = JPEGFile(try Self.small(.jpeg))
            let table = try #require(file.segments.firstIndex { $0.marker == 0xC4 })
            // More codes of one bit than there are; or a code for more bits than a coefficient has.
            if damage == 0 { file.segments[table].bytes[1] = 3 } else { file.segments[table].bytes[17] = 0xFF }
            guard case .damaged(let layer, let found, _) = Self.error(of: file.bytes) else {
                Issue.record("\(String(describing: Self.error(of: file.bytes)))")
                continue
            }
            #expect(layer.hasPrefix("JPEG"))
            #expect(found.contains("Huffman"))
        }
    }

    @Test("Flipped bits of a JPEG never do harm")
    func flippedJPEG() throws {
        for name in ["jpeg/ycc2x2.jpg", "jpeg/ycc2x2-progressive.jpg", "jpeg/cmyk-profile.jpg", "jpeg/restart.jpg"] {
            let file = try Fixture.bytes(name)
            var numbers = SeededNumbers(state: 77)
            // Little CMS takes a while to prepare a transform.
            for _ in 0..<(name.contains("cmyk") ? 20 : 400) {
                var bytes = file
                let bit = numbers.next(below: file.count * 8)
                bytes[bit / 8] ^= 1 << (bit % 8)
                let limits = PictureLimits(maximumPixels: 20_000)
                _ = try? Picture(decoding: bytes, limits: limits)
                _ = try? Picture(decoding: bytes, limits: limits, damaged: .accept)
            }
        }
    }

    @Test(
        "EXIF that is cut, flipped or of the wrong byte order is kept out, the picture read", arguments: ["II", "MM"])
    func exif(order: String) throws {
        let file = JPEGFile(try Fixture.bytes("exif/\(order).jpg"))
        let block = try #require(file.contents(0xE1, "Exif\0\0").first)
        let place = try #require(file.segments.firstIndex { $0.bytes.starts(with: "Exif".utf8) })
        func read(_ block: [UInt8]) throws -> Picture {
            var file = file
            file.segments[place].bytes = Array("Exif\0\0".utf8) + block
            let picture = try Picture(decoding: file.bytes)
            for container in PictureContainer.written { _ = try picture.encoded(as: container, software: "Retouch") }
            return picture
        }
        for count in 0..<block.count { _ = try read(Array(block[..<count])) }
        var numbers = SeededNumbers(state: 5)
        for _ in 0..<600 {
            var bytes = block
            for _ in 0...numbers.next(below: 3) { bytes[numbers.next(below: 560)] = UInt8(numbers.next(below: 256)) }
            _ = try read(bytes)
        }
        var wrong = block
        wrong.replaceSubrange(0..<2, with: order == "II" ? "MM".utf8 : "II".utf8)
        #expect(
            try read(wrong).notes.contains(.dropped("EXIF", reason: "it has the number 10752, expected 42")))
        #expect(try !read(Array(block[..<40])).notes.isEmpty)
    }

    @Test("A damaged ancillary chunk costs the metadata, not the picture")
    func ancillary() throws {
        var file = PNGFile(try Self.small(.png))
        file.insert("pHYs", four(11811) + four(11811) + [1])
        file.insert("iCCP", Array("x\0\0nonsense".utf8))
        var bytes = file.bytes
        bytes[33 + 12 + 11 + 12] ^= 1  // inside pHYs
        let picture = try Picture(decoding: bytes)
        #expect(picture.metadata.density == nil && picture.metadata.icc == nil)
        #expect(picture.notes.count == 2)
    }

    @Test(
        "Damage in any ancillary chunk costs a note alone, as is libpng's rule",
        arguments: [
            "eXIf", "iCCP", "iTXt", "pHYs", "gAMA", "cHRM", "sRGB", "acTL", "bKGD", "hIST", "oFFs", "pCAL", "sBIT",
            "sCAL", "sPLT", "sTER", "tEXt", "tIME", "zTXt", "fcTL", "fdAT", "tRNS", "cICP", "mDCV", "abCd",
        ])
    func harmless(type: String) throws {
        let whole = try Self.small(.png)
        let picture = try Picture(decoding: Self.withDamagedChunk(type, in: whole))
        #expect(picture.image.samples == (try Picture(decoding: whole)).image.samples)
        #expect(picture.metadata == Metadata())
        guard case .dropped("PNG \(type)", _)? = picture.notes.first, picture.notes.count == 1 else {
            Issue.record("\(picture.notes)")
            return
        }
    }

    @Test("Damage in what no decoder may do without is an error", arguments: ["PLTE", "AbCd"])
    func harmful(type: String) throws {
        let bytes = Self.withDamagedChunk(type, in: try Self.small(.png))
        #expect(throws: PictureError.self) { try Picture(decoding: bytes) }
    }

    /// `file`, a PNG, with a chunk behind its header whose check sum is another's.
    private static func withDamagedChunk(_ type: String, in file: [UInt8]) -> [UInt8] {
        var parts = PNGFile(file)
        parts.insert(type, [1, 2, 3, 4, 5, 6])
        var bytes = parts.bytes
        bytes[33 + 8] ^= 1
        return bytes
    }

    @Test("What cannot be written is refused")
    func writing() throws {
        #expect(throws: PictureError.qualityOutOfRange(found: 0)) {
            try Self.smallPicture.encoded(as: .jpeg, quality: 0)
        }
        #expect(throws: PictureError.tooLarge(container: .jpeg, width: 65501, height: 1, limit: 65500)) {
            try PictureWriter(toMemoryAs: .jpeg, width: 65501, height: 1, format: PixelFormat(color: .grey))
        }
        #expect(throws: PictureError.zeroSize(width: 0, height: 1)) {
            try PictureWriter(toMemoryAs: .png, width: 0, height: 1, format: PixelFormat(color: .grey))
        }
        let writer = try PictureWriter(toMemoryAs: .png, width: 4, height: 4, format: PixelFormat(color: .grey))
        try writer.writeRows(from: PlanarImage(channels: 1, height: 3, width: 4).view)
        #expect(throws: PictureError.rowsMissing(found: 3, expected: 4)) { try writer.finish() }
        let full = try FileDescriptor.open("/dev/full", .writeOnly)
        try full.closeAfter {
            for container in PictureContainer.written {
                #expect(throws: PictureError.cannotWrite(code: Errno.noSpace.rawValue)) {
                    let writer = try PictureWriter(
                        descriptor: full, container: container, width: 10, height: 9, format: PixelFormat(color: .rgb))
                    try writer.writeRows(from: Self.smallPicture.image.view)
                    try writer.finish()
                }
            }
        }
    }

    static var smallPicture: Picture { Picture(RoundTripTests.image(channels: 3, height: 9, width: 10, maximum: 255)) }
}
