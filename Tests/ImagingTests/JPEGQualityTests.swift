import Imaging
import Tensors
import Testing

@Suite("The quality that a JPEG was saved with")
struct JPEGQualityTests {
    private func bytes(quality: Int) throws -> [UInt8] {
        let image = PlanarImage(
            channels: 3, height: 16, width: 16, samples: (0..<768).map { Float($0 % 97) / 96 })
        return try Picture(image: image, format: PixelFormat(color: .rgb)).encoded(as: .jpeg, quality: quality).bytes
    }

    @Test("libjpeg's own tables are known exactly")
    func exact() throws {
        // The lowest qualities' tables differ in what 255 does not cut off.
        for quality in 2...100 {
            let found = try #require(try PictureReader(bytes: bytes(quality: quality)).info.jpegQuality)
            #expect(found.value == quality && found.isExact, "\(quality): \(found)")
        }
    }

    @Test("another program's table comes near one")
    func near() throws {
        var bytes = try bytes(quality: 75)
        let table = try #require((0..<bytes.count - 70).first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDB }) + 5
        for i in 0..<64 { bytes[table + i] += UInt8(i % 3) }
        let found = try #require(try PictureReader(bytes: bytes).info.jpegQuality)
        #expect(!found.isExact && abs(found.value - 75) <= 6, "\(found)")
    }

    @Test("a PNG has none")
    func png() throws {
        let image = PlanarImage(channels: 1, height: 4, width: 4)
        let png = try Picture(image: image, format: PixelFormat(color: .grey)).encoded(as: .png).bytes
        #expect(try PictureReader(bytes: png).info.jpegQuality == nil)
    }
}
