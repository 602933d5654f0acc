import Corruptions
import Foundation
import Imaging
import Quality
import SystemPackage
import Tensors
import TestFolders
import Testing

@Suite("The quality at which a JPEG had been saved before")
struct EarlierCompressionTests {
    static let pictures = ["dog.png", "flowers.png", "nyc.png"]

    private func picture(_ name: String) throws -> PlanarImage {
        try Picture(reading: repository.appending("samples/clean").appending(name)).image
    }

    /// `image` as it comes back from files of these qualities, and the steps of the last one.
    private func saved(
        _ image: PlanarImage, _ qualities: [Int], shift: Int = 0, halvesChroma: Bool = true
    ) throws -> (image: PlanarImage, steps: [Int]) {
        var image = image
        var random = RandomState(seed: 0)
        for (index, quality) in qualities.enumerated() {
            let step = JPEGArtefacts(
                quality: quality, halvesChroma: halvesChroma, dy: index == 0 ? shift : 0, dx: index == 0 ? shift : 0)
            image = try step.applied(to: image, random: &random)
        }
        return (image, JPEGQuality.standardTable(quality: try #require(qualities.last)))
    }

    @Test(
        "Two savings: the first is told", arguments: [[50, 75], [80, 75], [75, 90], [85, 90], [90, 95], [60, 98]])
    func twice(_ qualities: [Int]) throws {
        for name in Self.pictures {
            for channels in [1, 3] {
                let colour = try picture(name)
                let image = channels == 3 ? colour : try Luma.plane(of: colour, rounded: true)
                let (found, steps) = try saved(image, qualities)
                let quality = try #require(
                    EarlierCompression.quality(of: found, savedWith: steps), "\(name) \(qualities) \(channels)")
                #expect(abs(quality - qualities[0]) <= 2, "\(name) \(qualities) \(channels): \(quality)")
            }
        }
    }

    @Test("One saving, two with the same tables, and two on other lattices: nothing", arguments: [60, 75, 90, 95])
    func once(_ quality: Int) throws {
        for name in Self.pictures {
            let image = try picture(name)
            for (qualities, shift) in [([quality], 0), ([quality, quality], 0), ([quality - 20, quality], 3)] {
                let (found, steps) = try saved(image, qualities, shift: shift)
                let told = EarlierCompression.quality(of: found, savedWith: steps)
                #expect(told == nil, "\(name) \(qualities) \(shift): \(told ?? 0)")
            }
        }
    }

    @Test("Small pictures, false tables, levels that are no numbers: nothing")
    func nothing() throws {
        let steps = JPEGQuality.standardTable(quality: 75)
        for (height, width) in [(0, 0), (7, 9), (248, 255)] {
            let image = PlanarImage(channels: 3, height: height, width: width)
            #expect(EarlierCompression.quality(of: image, savedWith: steps) == nil)
        }
        let level = PlanarImage(channels: 1, height: 300, width: 300)
        #expect(EarlierCompression.quality(of: level, savedWith: steps) == nil)
        #expect(EarlierCompression.quality(of: level, savedWith: []) == nil)
        #expect(EarlierCompression.quality(of: level, savedWith: .init(repeating: 0, count: 64)) == nil)
        level.view.row(0, 150)[150] = .nan
        #expect(EarlierCompression.quality(of: level, savedWith: steps) == nil)
    }
}
