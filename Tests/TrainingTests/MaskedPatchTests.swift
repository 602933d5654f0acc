import Autoencoders
import Corruptions
import Filters
import Imaging
import Networks
import SystemPackage
import Tensors
import Testing
import Training

/// Patches with holes, for networks that fill them.
@Suite struct MaskedPatchTests {
    let data: DataFolder

    init() throws {
        data = try DataFolder()
        try data.writeNoise("pictures/a.png", width: 60, height: 50, seed: 1)
        try data.writeNoise("pictures/b.png", width: 40, height: 70, seed: 2)
        try data.write("masks/m.png", width: 40, height: 44, format: PixelFormat(color: .grey)) { _, y, x in
            (y / 7 + x / 5) % 3 == 0 ? 255 : 0
        }
    }

    private func patches(_ corruption: String, seed: UInt64 = 3) throws -> (MaskedPatches, PatchSampler) {
        let pool = try PicturePool(folders: [data.path.appending("pictures")], channels: 3, smallestSide: 16)
        let masks = try PicturePool(folders: [data.path.appending("masks")], channels: 1, smallestSide: 16)
        let sampler = PatchSampler(
            pool: pool, corruptions: try CorruptionDistribution([corruption]), settings: .init(), seed: seed)
        return (MaskedPatches(sampler, masks: masks), sampler)
    }

    private func patch(_ source: some PatchSource, sample: Int) throws -> (input: PlanarImage, target: PlanarImage) {
        let images = (0..<2).map { _ in PlanarImage(channels: source.channels, height: 16, width: 16) }
        _ = try source.makePatch(
            step: 4, sample: sample, input: images[0].view, target: images[1].view, workspace: .init())
        return (images[0], images[1])
    }

    @Test func holesAreSmoothInAndCleanOut() throws {
        let (masked, plain) = try patches("gaussian:30")
        #expect(masked.channels == 4 && masked.largestSide == 40)
        var holes: Set<[Float]> = []
        for sample in 0..<20 {
            let (input, target) = try patch(masked, sample: sample)
            let whole = try patch(plain, sample: sample)
            let smooth = PyramidFilling(height: 16, width: 16, channels: 3, rowsAtATime: 16)
            smooth.append(whole.input.view, holes: input.view.channels(from: 3, count: 1))
            let expected = PlanarImage(channels: 3, height: 16, width: 16)
            smooth.take(into: expected.view)
            var count = 0
            for y in 0..<16 {
                for x in 0..<16 {
                    let mask = input.view.row(3, y)[x]
                    #expect(mask == 0 || mask == 1)
                    #expect(target.view.row(3, y)[x] == mask)
                    count += Int(mask)
                    for c in 0..<3 {
                        let (seen, made) = (input.view.row(c, y)[x], target.view.row(c, y)[x])
                        #expect(seen == expected.view.row(c, y)[x])
                        #expect(made == (mask == 1 ? whole.target : whole.input).view.row(c, y)[x])
                    }
                }
            }
            #expect(count > 0)
            holes.insert(Array(input.samples.suffix(256)))
        }
        #expect(holes.count > 10, "masks are turned and moved")
    }

    @Test func aPatchIsAFunctionOfSeedStepAndSample() throws {
        let one = try patches("none").0
        #expect(try patch(one, sample: 2).input.samples == patch(patches("none").0, sample: 2).input.samples)
        #expect(try patch(one, sample: 2).input.samples != patch(patches("none", seed: 4).0, sample: 2).input.samples)
    }

    @Test func configurationsSayMasks() throws {
        let network = UNet(channels: 4, widths: [4, 8], blocks: 1, noiseMap: false, bias: true)
        var configuration = TrainingConfiguration(architecture: network, pictures: .clean(["pictures"]))
        configuration.source.masks = "masks"
        configuration.sampling.corruptions = ["none"]
        #expect(try TrainingConfiguration(json: configuration.json()) == configuration)
        #expect(try configuration.task == .mend)
        try configuration.validate(network: network.makeNetwork(weights: WeightSource(seed: 1)))
        configuration.validation.pictures = ["pictures"]
        #expect(throws: TrainingError.self) {
            try configuration.validate(network: network.makeNetwork(weights: WeightSource(seed: 1)))
        }
        let pairs =
            #"{"architecture": {"architecture": "unet", "channels": 4, "widths": [4], "blocks": 1, "noiseMap": false}, "inputs": "a", "targets": "b", "masks": "c", "steps": 1}"#
        #expect(throws: TrainingError.self) {
            try TrainingConfiguration(json: pairs).validate(
                network: network.makeNetwork(weights: WeightSource(seed: 1)))
        }
    }
}
