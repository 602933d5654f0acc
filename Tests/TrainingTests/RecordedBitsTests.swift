import Autoencoders
import Kernels
import Networks
import SystemPackage
import Tensors
import TestFolders
import Testing
import Training

/// Training keeps its bits, whatever changes in how graphs are lowered, differentiated and run: a run that was begun with an
/// older build goes on to the weights that build would have made.
///
/// The C library's exp and log take part in sampled latents and in penalties: another one may round otherwise.
@Suite struct RecordedBitsTests {
    typealias Found = (result: String, kind: String, hash: String)

    /// The kinds of result of an instruction set here.
    private static func kinds(_ isa: InstructionSet) -> [(String, ConvolutionAlgorithm)] {
        [("\(isa) float32", .winograd), ("\(isa) direct", .direct)]
            + (isa.hasBFloat16 ? [("\(isa)-bf16 fast", .winogradBFloat16)] : [])
    }

    /// The hash of losses, gradients and weights over three steps of Adam.
    private static func hash(
        _ weights: AlignedBuffer<Float>, _ gradient: AlignedBuffer<Float>, step: (Int) throws -> [Double],
        packWeights: () -> Void
    ) throws -> String {
        let optimiser = Optimiser(.adam(.init()), count: weights.count)
        var numbers: [Float] = []
        for number in 1...3 {
            numbers += try step(number).map { Float($0) } + gradient.elements
            optimiser.update(
                weights.base, gradient: gradient.base, range: 0..<weights.count, .init(number: number, rate: 1e-3))
            packWeights()
        }
        return try RecordedBits.hash(of: numbers + weights.elements)
    }

    @Test func everyMemberTrainsAsItDid() throws {
        var found: [Found] = []
        for name in StepFixtureTests.names {
            let fixture = try StepFixtureTests.Fixture(name)
            for isa in InstructionSet.available {
                for (kind, algorithm) in Self.kinds(isa) {
                    let trainable = try fixture.trainable(workers: 2, algorithm: algorithm, isa: isa)
                    let hash = try Self.hash(
                        trainable.weights, trainable.gradient,
                        step: { [try fixture.step(trainable, number: $0, seed: 7)] },
                        packWeights: { trainable.network.packWeights() })
                    found.append((name, kind, hash))
                }
            }
        }
        #expect(!found.isEmpty)
        #expect(try RecordedBits("training").differences(found) == [])
    }

    /// Patches large enough for Winograd's gradients, with a perceptual loss beside them.
    @Test func largePatchesAndFeaturesTrainAsTheyDid() throws {
        let data = try DataFolder()
        try data.write("a.png", width: 72, height: 64) { c, y, x in (5 * x + 3 * y + 40 * c + x * y % 29) % 256 }
        let stage = PatchStages.Stage(share: 1, patch: 48, batch: 9)
        let members: [(name: String, member: any Architecture)] = [
            ("features unet", UNet(widths: [16, 24], blocks: 1)),
            (
                "features plain",
                PlainStack(channels: 3, width: 16, layers: 4, activation: .prelu, scale: 1, skip: .residual)
            ),
        ]
        var found: [Found] = []
        for (name, member) in members {
            let network = try InitialWeights.network(of: member, seed: 3)
            let looking = try InitialWeights.network(of: UNet(widths: [8, 8], blocks: 1), seed: 5)
            var configuration = TrainingConfiguration(architecture: member, images: [data.path.string])
            configuration.sampling.stages = [stage]
            configuration.sampling.corruptions = ["gaussian:25"]
            for isa in InstructionSet.available {
                for (kind, algorithm) in Self.kinds(isa) {
                    let patches = try TrainingPictures(
                        configuration, network: network, maximumBytes: .max, workers: 1
                    ).source(steps: 10)
                    let gradients = try NetworkGradients(
                        network, samples: patches,
                        objective: .init(.meanSquaredError)
                            + [ObjectiveTerm(.perceptual(model: "looking"), weight: 0.5)],
                        workers: 2, algorithm: algorithm, isa: isa, models: ["looking": looking])
                    let hash = try Self.hash(
                        gradients.weights, gradients.gradient,
                        step: { try gradients.accumulate(step: $0, stage: stage).samples },
                        packWeights: { gradients.network.packWeights() })
                    found.append((name, kind, hash))
                }
            }
        }
        #expect(try RecordedBits("training-large").differences(found) == [])
    }
}
