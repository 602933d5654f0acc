import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing

@Suite("Photographs as Pillow and MATLAB treat them")
struct AnchorTests {
    static func picture(_ name: String) throws -> Picture {
        try Picture(reading: fixtureFolder.appending("anchors").appending(name))
    }

    @Test(
        "JPEG files decode to the samples that Pillow gets", arguments: ["girl", "grass"], ["444", "420"])
    func decoding(crop: String, sampling: String) throws {
        let found = try Self.picture("\(crop)-q75-\(sampling).jpg")
        let expected = try Self.picture("\(crop)-q75-\(sampling)-decoded.png")
        #expect(found.image.samples == expected.image.samples)
    }

    @Test(
        "Our JPEG decodes to the same samples as Pillow's of the same quality and sampling",
        arguments: ["girl", "grass"], [(95, "444"), (75, "420"), (40, "420"), (10, "420")])
    func encoding(crop: String, kind: (quality: Int, sampling: String)) throws {
        let bytes = try Self.picture("\(crop).png").encoded(as: .jpeg, quality: kind.quality).bytes
        let expected = try Self.picture("\(crop)-q\(kind.quality)-\(kind.sampling).jpg")
        #expect(try Picture(decoding: bytes).image.samples == expected.image.samples)
    }

    @Test("Shrunk as imresize does it, rounded once at the end", arguments: ["girl", "grass", "city"], [2, 3, 4])
    func shrinking(crop: String, factor: Int) throws {
        let found = try Self.picture("\(crop).png").image.resampled(by: 1 / Double(factor)).samples
        let expected = try Self.picture("\(crop)-down\(factor).png").image.samples
        #expect(found.count == expected.count)
        // Half a step, and what Float32 adds to a value that lies half-way.
        for (a, b) in zip(found, expected) { #expect(abs(min(max(a, 0), 1) - b) * 255 <= 0.5001) }
    }

    @Test("Shrunk as the published sets are, to the last sample", arguments: [2, 3, 4])
    func published(factor: Int) throws {
        let resampling = Resampling(.bicubic, edges: .replicated, rounding: .eightBits)
        let found = try Self.picture("city.png").image.resampled(by: 1 / Double(factor), resampling)
        #expect(found.samples == (try Self.picture("city-down\(factor)-published.png")).image.samples)
    }
}
