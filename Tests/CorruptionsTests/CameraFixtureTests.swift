import Corruptions
import Foundation
import Networks
import SystemPackage
import Tensors
import TestFolders
import Testing

/// Noise of cameras and of magnitude pictures against NumPy (`PyTorch/fixtures/camera.py`), which draws the same
/// numbers and does everything else by other means: whole arrays, no tables.
@Suite struct CameraFixtureTests {
    static let names = [
        "camera:6", "camera:25:demosaic=bilinear:vary=0", "camera:60:read=1:gamma=1:sharpen=0.5",
        "camera:12:read=0:blur=1.5:chroma=3:colour=0.4", "camera:8:blur=0:sharpen=0:chroma=0:demosaic=bilinear",
        "camera:4:gamma=3:colour=2:vary=0.5", "camera:3:colour=0", "grey camera:6", "grey camera:30:blur=1:read=0",
        "rician:25", "grey rician:60",
    ]

    private func file() throws -> SafetensorsFile {
        try SafetensorsFile(reading: fixtureFolder.appending("corruptions/camera.safetensors"))
    }

    @Test func theFileHasTheseCases() throws {
        let cases = try JSONDecoder().decode([String].self, from: Data(file().metadata["cases", default: ""].utf8))
        #expect(cases == Self.names)
    }

    @Test(arguments: names.indices)
    func everySample(_ index: Int) throws {
        let file = try file()
        let colour = try image(try #require(file.tensor(named: "picture")))
        let isGrey = Self.names[index].hasPrefix("grey ")
        let text = isGrey ? String(Self.names[index].dropFirst(5)) : Self.names[index]
        let picture = isGrey ? PlanarImage(copying: colour.view.channels(from: 0, count: 1)) : colour
        let expected = try image(try #require(file.tensor(named: "\(index)")))
        var random = RandomState(seed: UInt32(25 + index))
        let found = try #require(try Corruption.parse(text).first).applied(to: picture, random: &random)
        #expect((found.channels, found.height, found.width) == (expected.channels, expected.height, expected.width))
        // The tables of the tone curve: a hundredth of a grey level.
        let tolerance: Float = text.hasPrefix("camera") ? 0.01 / 255 : 1e-6
        let worst = zip(found.samples, expected.samples).map { abs($0 - $1) }.max() ?? 1
        #expect(worst <= tolerance, "\(worst * 255) grey levels")
    }

    private func image(_ tensor: Tensor) throws -> PlanarImage {
        try #require(tensor.shape.count == 3)
        return PlanarImage(
            channels: tensor.shape[0], height: tensor.shape[1], width: tensor.shape[2], samples: tensor.elements)
    }
}

extension PlanarImage {
    fileprivate init(copying view: PlanarView) {
        self.init(channels: view.channels, height: view.height, width: view.width)
        self.view.copySamples(from: view)
    }
}
