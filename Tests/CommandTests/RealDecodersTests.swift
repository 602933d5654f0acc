import Files
import Foundation
import Imaging
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Testing

/// Files of other formats, made by the real encoders of Debian's packages, and read through the real decoders. What is
/// missing is passed over with a word; `make test-long` installs all of them.
@Suite("The programs that decode other formats")
struct RealDecodersTests {
    let test: CommandFolder

    init() throws { test = try CommandFolder() }

    private static func areThere(_ programs: String...) -> Bool {
        areTestsLong && programs.allSatisfy { ChildProcess.find($0) != nil }
    }

    /// Runs a program in the test's folder, in which all its files lie.
    private func make(_ program: String, _ arguments: String...) throws {
        let found = try #require(ChildProcess.find(program))
        let printed = test.path.appending("printed")
        let ending = try ChildProcess.run(
            found, arguments, in: test.path, output: printed,
            limits: .init(memory: 8 << 30, seconds: 300, fileSize: 1 << 30), isCancelled: { false })
        let text = String(decoding: try test.folder.read(printed), as: UTF8.self)
        #expect(ending == .exited(0), "\(program): \(text)")
    }

    /// Shades with a little noise, and in the upper left a red block, which tells how a picture is turned.
    private static func image(width: Int = 96, height: Int = 64) -> PlanarImage {
        let image = noisyGradient(channels: 3, height: height, width: width, seed: 3, noise: 0.02)
        for (channel, value) in [Float(0.8), 0.1, 0.1].enumerated() {
            for y in 4..<20 { for x in 4..<36 { image.view.row(channel, y)[x] = value } }
        }
        return image
    }

    /// EXIF of the maker "TestMaker", with orientation 1.
    private static let exif: [UInt8] = {
        let entries: [UInt8] =
            [0x01, 0x0F, 0, 2, 0, 0, 0, 10, 0, 0, 0, 38] + [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 1, 0, 0]
        return [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 2] + entries + [0, 0, 0, 0] + Array("TestMaker\0".utf8)
    }()

    /// A JPEG whose EXIF states orientation 6: shown, its rows are columns.
    private func writePhone(_ name: FilePath) throws {
        var picture = Picture(Self.image())
        picture.metadata = Metadata(exif: Self.exif, icc: Self.profile)
        var bytes = try picture.encoded(as: .jpeg).bytes
        let entry: [UInt8] = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0]
        let place = try #require(bytes.firstRange(of: entry))
        bytes[place.upperBound] = 6
        try test.folder.write(bytes, to: name)
    }

    /// sRGB, as another fixture has it.
    private static let profile: [UInt8]? = try? Picture(
        reading: fixtureFolder.appending("imaging").pushing("others/alpha.bmp")
    ).metadata.icc

    @discardableResult
    private func write16Bits(_ name: FilePath) throws -> Picture {
        let picture = Picture(Self.image(), bitDepth: 16)
        try test.folder.write(picture.encoded(as: .png).bytes, to: name)
        return try Picture(reading: test.path.pushing(name))
    }

    private func restore(_ arguments: String...) throws -> Program.Ending {
        let ending = try Program.run(
            [test.path.appending("in").string, test.path.appending("out").string, "--strength", "0", "-v"] + arguments,
            environment: test.environment, atMost: 300)
        #expect(ending.status == 0, "\(ending)")
        #expect(try test.temporaries().isEmpty)
        return ending
    }

    private func result(_ name: String) throws -> Picture {
        try Picture(reading: test.path.appending("out").pushing(FilePath(name)))
    }

    /// Returns the greatest and the mean difference, in levels of 255.
    private func difference(_ a: Picture, _ b: Picture) throws -> (greatest: Float, mean: Float) {
        try #require(a.image.width == b.image.width && a.image.height == b.image.height)
        let differences = zip(a.image.samples, b.image.samples).map { abs($0 - $1) * 255 }
        return (differences.max() ?? 0, differences.reduce(0, +) / Float(differences.count))
    }

    private func hasMaker(_ picture: Picture) -> Bool {
        picture.metadata.exif?.firstRange(of: Array("TestMaker".utf8)) != nil
    }

    @Test(.enabled(if: areThere("heif-enc", "heif-convert"), "long, and needs libheif-examples"))
    func heic() throws {
        try writePhone("phone.jpg")
        let source = try write16Bits("deep.png")
        try make("heif-enc", "-q", "95", "-p", "chroma=444", "phone.jpg", "-o", "in/phone.heic")
        try make("heif-enc", "-q", "95", "-p", "chroma=444", "-b", "10", "deep.png", "-o", "in/deep.heic")
        let ending = try restore("--decoder", "heic=heif-convert {in} {out}.png")
        #expect(ending.closingLine == "2 restored, 0 skipped, 0 failed")
        let deep = try result("deep.png")
        #expect(deep.format.bitDepth == 16)
        #expect(try difference(deep, source).mean < 2)
        // This encoder does not turn: what EXIF says means nothing in HEIF.
        let phone = try result("phone.png")
        #expect(try difference(phone, Picture(Self.image())).mean < 3)
        #expect(hasMaker(phone))
        #expect(phone.metadata.icc == Self.profile)
    }

    /// HEIF says by itself that a picture is turned; `heif-convert` turns it and leaves the tag, `avifdec` drops both.
    @Test(
        .enabled(
            if: areThere("avifenc", "heif-convert", "vips"),
            "long, and needs libavif-bin, libheif-examples, libvips-tools"))
    func avif() throws {
        try test.folder.write(Picture(Self.image()).encoded(as: .png).bytes, to: "plain.png")
        var turned = Self.exif
        turned[31] = 6
        try test.folder.write(turned, to: "exif")
        let source = try Picture(reading: test.path.appending("plain.png"))
        try make("avifenc", "--lossless", "--irot", "3", "--exif", "exif", "plain.png", "in/phone.avif")
        try make("avifenc", "--lossless", "plain.png", "in/plain.avif")
        let deep = try write16Bits("deep.png")
        try make("avifenc", "-d", "10", "--lossless", "deep.png", "in/deep.avif")
        for program in ["heif-convert {in} {out}.png", "vips copy {in} {out}.png"] {
            test.folder.remove("out")
            let ending = try restore("--decoder", "avif=\(program)")
            #expect(ending.closingLine == "3 restored, 0 skipped, 0 failed")
            #expect(try difference(result("plain.png"), source).greatest < 1.6, "\(program)")
            #expect(try difference(result("deep.png"), deep).greatest < 0.6, "\(program)")
            let phone = try result("phone.png")
            #expect(phone.image.width == 64 && phone.image.height == 96, "\(program)")
            #expect(hasMaker(phone))
            // Turned to the right, the red block of the upper left is at the upper right.
            #expect(Self.isRed(phone, x: 50, y: 15) && !Self.isRed(phone, x: 10, y: 15), "\(program)")
            #expect(ending.standardError.contains("orientation 6 left alone") == program.hasPrefix("heif"))
        }
        test.folder.remove("in/phone.avif")
        if ChildProcess.find("avifdec") != nil {
            test.folder.remove("out")
            _ = try restore("--decoder", "avif=avifdec -j 1 {in} {out}.png")
            #expect(try difference(result("plain.png"), source).greatest == 0)
        }
    }

    private static func isRed(_ picture: Picture, x: Int, y: Int) -> Bool {
        let values = (0..<3).map { picture.image.view.row($0, y)[x] }
        return values[0] > 0.6 && values[1] < 0.3 && values[2] < 0.5
    }

    @Test(.enabled(if: areThere("cjxl", "djxl"), "long, and needs libjxl-tools"))
    func jpegXL() throws {
        try writePhone("phone.jpg")
        let source = try write16Bits("deep.png")
        try make("cjxl", "deep.png", "in/deep.jxl", "-d", "0")
        try make("cjxl", "phone.jpg", "in/phone.jxl")
        #expect(try restore().closingLine == "2 restored, 0 skipped, 0 failed")
        let deep = try result("deep.png")
        #expect(deep.format.bitDepth == 16)
        #expect(try difference(deep, source).greatest == 0)
        let upright = try Picture(reading: test.path.appending("phone.jpg"))
        #expect(upright.image.width == 64)
        #expect(try difference(result("phone.png"), upright).mean < 1)
    }

    @Test(.enabled(if: areThere("opj_compress", "opj_decompress"), "long, and needs libopenjp2-tools"))
    func jpeg2000() throws {
        let source = try write16Bits("deep.png")
        try make("opj_compress", "-i", "deep.png", "-o", "in/deep.jp2")
        try make("opj_compress", "-i", "deep.png", "-o", "in/bare.j2k")
        // A codestream under another name.
        try test.folder.write(test.folder.read(test.path.pushing("in/bare.j2k")), to: "in/named.jp2")
        #expect(try restore().closingLine == "3 restored, 0 skipped, 0 failed")
        for name in ["deep.png", "bare.png", "named.png"] {
            #expect(try result(name).format.bitDepth == 16)
            #expect(try difference(result(name), source).greatest == 0, "\(name)")
        }
    }

    @Test(.enabled(if: areThere("dcraw_emu"), "long, and needs libraw-bin"))
    func raw() throws {
        try test.folder.write(Self.cameraFile(orientation: 1), to: "in/level.dng")
        try test.folder.write(Self.cameraFile(orientation: 6), to: "in/turned.dng")
        try test.folder.write(Self.cameraFile(orientation: 1), to: "in/other.NEF")
        #expect(try restore().closingLine == "3 restored, 0 skipped, 0 failed")
        for name in ["level.png", "other.png"] {
            let picture = try result(name)
            #expect(picture.format.bitDepth == 16)
            #expect(picture.image.width == 160 && picture.image.height == 120)
            #expect(Self.isRed(picture, x: 40, y: 35) && !Self.isRed(picture, x: 120, y: 35))
        }
        let turned = try result("turned.png")
        #expect(turned.image.width == 120 && turned.image.height == 160)
        #expect(Self.isRed(turned, x: 85, y: 40) && !Self.isRed(turned, x: 20, y: 40))
    }

    /// A DNG of a sensor's samples under red, green and blue: 160x120, a red block in the upper left.
    private static func cameraFile(orientation: UInt16) -> [UInt8] {
        func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
            withUnsafeBytes(of: number.littleEndian) { Array($0) }
        }
        let (width, height) = (160, 120)
        var samples: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let colour = y % 2 + x % 2
                let isBlock = (20..<50).contains(y) && (20..<60).contains(x)
                let level = isBlock ? [0.8, 0.1, 0.1][colour] : [0.2, 0.2, 0.2][colour] + Double(x + y) / 700
                samples += little(UInt16(level * 65535))
            }
        }
        func shorts(_ values: UInt16...) -> [UInt8] { values.flatMap { little($0) } }
        func longs(_ values: UInt32...) -> [UInt8] { values.flatMap { little($0) } }
        let one = longs(1, 1)
        let none = longs(0, 1)
        let entries: [(tag: UInt16, kind: UInt16, count: Int, bytes: [UInt8])] = [
            (254, 4, 1, longs(0)), (256, 4, 1, longs(UInt32(width))), (257, 4, 1, longs(UInt32(height))),
            (258, 3, 1, shorts(16)), (259, 3, 1, shorts(1)), (262, 3, 1, shorts(32803)),
            (271, 2, 5, Array("Test\0".utf8)), (272, 2, 7, Array("Camera\0".utf8)), (273, 4, 1, []),
            (274, 3, 1, shorts(orientation)), (277, 3, 1, shorts(1)), (278, 4, 1, longs(UInt32(height))),
            (279, 4, 1, longs(UInt32(samples.count))), (33421, 3, 2, shorts(2, 2)), (33422, 1, 4, [0, 1, 1, 2]),
            (50706, 1, 4, [1, 4, 0, 0]), (50708, 2, 12, Array("Test Camera\0".utf8)), (50717, 4, 1, longs(65535)),
            (50721, 10, 9, one + none + none + none + one + none + none + none + one),
            (50728, 5, 3, one + one + one),
        ]
        let behind = 8 + 2 + 12 * entries.count + 4
        let valueBytes = entries.filter { $0.bytes.count > 4 }.reduce(0) { $0 + $1.bytes.count + $1.bytes.count % 2 }
        var directory = little(UInt16(entries.count))
        var values: [UInt8] = []
        for (tag, kind, count, bytes) in entries {
            directory += little(tag) + little(kind) + little(UInt32(count))
            if tag == 273 {
                directory += little(UInt32(behind + valueBytes))
            } else if bytes.count <= 4 {
                directory += bytes + [UInt8](repeating: 0, count: 4 - bytes.count)
            } else {
                directory += little(UInt32(behind + values.count))
                values += bytes + [UInt8](repeating: 0, count: bytes.count % 2)
            }
        }
        return Array("II*\0".utf8) + little(UInt32(8)) + directory + [0, 0, 0, 0] + values + samples
    }

    @Test(.enabled(if: areThere("pdftoppm", "pdfinfo"), "long, and needs poppler-utils"))
    func pdf() throws {
        // A whole number of points each: the program rounds up.
        let pages = [Picture(Self.image(width: 100, height: 50)), Picture(Self.image(width: 50, height: 75))]
        try test.folder.write(Self.document(pages), to: "in/book.pdf")
        try make("pdftoppm", "-r", "300", "-png", "in/book.pdf", "page")
        #expect(try restore().closingLine == "2 restored, 0 skipped, 0 failed")
        for (index, page) in pages.enumerated() {
            let found = try result("book-p000\(index + 1).png")
            // The program draws pictures a pixel larger, between their own.
            let drawn = try Picture(reading: test.path.appending("page-\(index + 1).png"))
            #expect(try difference(found, drawn).greatest == 0, "page \(index + 1)")
            #expect(try difference(found, page).mean < 2, "page \(index + 1)")
        }
    }

    /// A document whose pages show pictures of 8 bits, 300 pixels an inch.
    private static func document(_ pages: [Picture]) -> [UInt8] {
        var bytes = Array("%PDF-1.4\n".utf8)
        var places: [Int] = []
        func add(_ text: String, stream: [UInt8]? = nil) {
            places.append(bytes.count)
            let length = stream.map { text.replacing(">>", with: "/Length \($0.count)>>\nstream\n") } ?? text
            bytes += Array("\(places.count) 0 obj\n\(length)".utf8) + (stream ?? [])
            bytes += Array((stream == nil ? "\nendobj\n" : "\nendstream\nendobj\n").utf8)
        }
        let kids = pages.indices.map { "\(3 + 3 * $0) 0 R" }.joined(separator: " ")
        add("<</Type/Catalog/Pages 2 0 R>>")
        add("<</Type/Pages/Kids[\(kids)]/Count \(pages.count)>>")
        for (index, page) in pages.enumerated() {
            let image = page.image
            let (width, height) = (Double(image.width) * 0.24, Double(image.height) * 0.24)
            let first = 3 + 3 * index
            add(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 \(width) \(height)]/Contents \(first + 1) 0 R"
                    + "/Resources<</XObject<</I \(first + 2) 0 R>> >> >>")
            add("<<>>", stream: Array("\(width) 0 0 \(height) 0 0 cm /I Do".utf8))
            var samples: [UInt8] = []
            for y in 0..<image.height {
                for x in 0..<image.width {
                    for c in 0..<3 { samples.append(UInt8((image.view.row(c, y)[x] * 255).rounded())) }
                }
            }
            add(
                "<</Type/XObject/Subtype/Image/Width \(image.width)/Height \(image.height)/ColorSpace/DeviceRGB"
                    + "/BitsPerComponent 8>>", stream: samples)
        }
        let table = bytes.count
        var text = "xref\n0 \(places.count + 1)\n0000000000 65535 f \n"
        for place in places { text += String(format: "%010d 00000 n \n", place) }
        text += "trailer\n<</Size \(places.count + 1)/Root 1 0 R>>\nstartxref\n\(table)\n%%EOF\n"
        return bytes + Array(text.utf8)
    }

    @Test(.enabled(if: areThere("convert"), "long, and needs imagemagick"))
    func photoshop() throws {
        try test.folder.write(Picture(Self.image()).encoded(as: .png).bytes, to: "plain.png")
        try make("convert", "plain.png", "in/drawing.psd")
        #expect(try restore().closingLine == "1 restored, 0 skipped, 0 failed")
        #expect(
            try difference(result("drawing.png"), Picture(reading: test.path.appending("plain.png"))).greatest == 0)
    }
}
