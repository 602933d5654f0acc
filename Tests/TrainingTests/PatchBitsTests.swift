import Corruptions
import SystemPackage
import Tensors
import Testing
import Training

/// Patches of settings that were there first keep their bits: a run that was begun with an older build goes on to the
/// weights that build would have made.
@Suite struct PatchBitsTests {
    typealias Case = (texts: [String], settings: PatchSampler.Settings, hash: UInt64)

    static let cases: [Case] = [
        (["gaussian:0-75"], .init(), 4_353_759_362_472_047_390),
        (
            ["gaussian:0-75", "none"], .init(reducedShare: 0.5, greyShare: 0.2, knownNoiseShare: 0.5),
            15_871_336_670_172_540_409
        ),
        (
            ["jpeg:20-90:dx=0-7+gaussian:5-20", "speckle:10", "mask:0.2"], .init(greyShare: 0.3),
            531_353_117_276_358_569
        ),
        // The C library's exp and log take part: another one may round otherwise.
        (
            ["grain:5-20:blur=0.5-1.5", "blur:0.5-2", "poisson:5-50"], .init(turns: false, reducedShare: 1),
            13_705_272_910_359_955_191
        ),
    ]

    @Test(arguments: cases.indices) func asBefore(index: Int) throws {
        let (texts, settings, hash) = Self.cases[index]
        let data = try DataFolder()
        for i in 0..<3 { try data.writeNoise(FilePath("\(i).png"), width: 90, height: 70, seed: UInt64(i)) }
        let pool = try PicturePool(folders: [data.path], channels: 3, smallestSide: 32)
        let source = PatchSampler(
            pool: pool, corruptions: try CorruptionDistribution(texts), settings: settings, seed: 3)
        let workspace = PatchWorkspace()
        var found: UInt64 = 0xcbf2_9ce4_8422_2325
        for sample in 0..<24 {
            let input = PlanarImage(channels: 3, height: 32, width: 32)
            let target = PlanarImage(channels: 3, height: 32, width: 32)
            let facts = try source.makePatch(
                step: 2, sample: sample, input: input.view, target: target.view, workspace: workspace)
            for value in input.samples + target.samples + [facts.noiseLevel, Float(facts.picture ?? -1)] {
                found = (found ^ UInt64(value.bitPattern)) &* 0x0000_0100_0000_01b3
            }
        }
        #expect(found == hash, "\(texts)")
    }
}
