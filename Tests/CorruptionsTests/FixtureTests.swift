import Corruptions
import Foundation
import Networks
import SystemPackage
import Tensors
import TestFolders
import Testing

/// Every kind of corruption against NumPy, SciPy, PyTorch and Pillow (`PyTorch/fixtures/corruptions.py`).
@Suite struct FixtureTests {
    static let names = [
        "poisson:3", "poisson:30", "poisson:20000", "speckle:40", "saltpepper:0.2:salt=0.3", "mask:0.5",
        "mask:0.5:block=8", "bilinear:2", "bilinear:3", "area:2", "area:4", "quantise:3", "jpeg:40",
        "jpeg:10:sampling=444", "jpeg:95", "jpeg:40:dy=3:dx=5", "jpeg:40+jpeg:80:dx=4", "blur:0.1", "blur:0.7",
        "blur:2.5", "motion:9:angle=0", "motion:9:angle=30", "motion:6.5:angle=-75", "motion:1:angle=40",
    ]

    private func file() throws -> SafetensorsFile {
        try SafetensorsFile(reading: fixtureFolder.appending("corruptions/corruptions.safetensors"))
    }

    @Test func theFileHasTheseCases() throws {
        let cases = try JSONDecoder().decode([String].self, from: Data(file().metadata["cases", default: ""].utf8))
        #expect(cases == Self.names)
    }

    @Test(arguments: names.indices)
    func everySample(_ index: Int) throws {
        let file = try file()
        let picture = try image(try #require(file.tensor(named: "picture")))
        let expected = try image(try #require(file.tensor(named: "\(index)")))
        let corruption = try #require(try Corruption.parse(Self.names[index]).first)
        var random = RandomState(seed: 7)
        let found = try corruption.applied(to: picture, random: &random)
        #expect((found.channels, found.height, found.width) == (expected.channels, expected.height, expected.width))
        // What only chooses samples, or ends in 8 bits, has no rounding of its own.
        let isExact = ["mask", "saltpepper", "jpeg", "quantise"].contains { Self.names[index].hasPrefix($0) }
        let tolerance: Float = isExact ? 1e-7 : 2e-6
        for (a, b) in zip(found.samples, expected.samples) { #expect(abs(a - b) <= tolerance * max(1, abs(b))) }
    }

    private func image(_ tensor: Tensor) throws -> PlanarImage {
        try #require(tensor.shape.count == 3)
        return PlanarImage(
            channels: tensor.shape[0], height: tensor.shape[1], width: tensor.shape[2], samples: tensor.elements)
    }
}
