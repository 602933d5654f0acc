import Autoencoders
import Corruptions
import Files
import Foundation
import Reports
import SystemPackage
import Tensors
import TestFolders
import Testing
import Training

/// Short trainings through everything that `retouch train` goes through but the command, with the loss that they must go
/// below, and do not when one layer learns nothing.
@Suite struct LearningTests {
    let data: DataFolder

    init() throws {
        data = try DataFolder()
        // Slopes and edges.
        for seed in 0..<3 {
            try data.write(FilePath("\(seed).png"), width: 64, height: 64) { c, y, x in
                let wave = (x * (seed + 1) + y * (3 - seed) + 20 * c) % 64
                return 40 + 2 * wave + ((x / 11 + y / 7 + seed) % 2 == 0 ? 50 : 0)
            }
        }
    }

    /// The gradients of a network, those of one parameter forced to zero.
    final class Crippled: GradientSource {
        let whole: NetworkGradients
        let silent: String?

        init(_ whole: NetworkGradients, silent: String?) {
            self.whole = whole
            self.silent = silent
        }

        var ranges: [ParameterRange] { whole.ranges }
        var weights: AlignedBuffer<Float> { whole.weights }
        var gradient: AlignedBuffer<Float> { whole.gradient }
        var workers: Int { whole.workers }
        var waitingSeconds: Double { whole.waitingSeconds }
        func multiplyAdds(of stage: PatchStages.Stage) -> Double { whole.multiplyAdds(of: stage) }

        var termNames: [String] { whole.termNames }

        func accumulate(step: Int, stage: PatchStages.Stage) throws -> BatchLosses {
            let losses = try whole.accumulate(step: step, stage: stage)
            for parameter in ranges where parameter.name == silent {
                for i in parameter.range { gradient.base[i] = 0 }
            }
            return losses
        }
    }

    /// The mean loss of the last tenth of the steps.
    private func loss(
        _ architecture: any Architecture, steps: Int, rate: Double = 3e-3, corruption: String = "gaussian:25",
        on data: DataFolder? = nil, seed: UInt64 = 4, silent: String? = nil
    ) throws -> Double {
        let folder = data ?? self.data
        var configuration = TrainingConfiguration(architecture: architecture, images: [folder.path.string])
        configuration.sampling.corruptions = [corruption]
        configuration.objective.loss = .meanSquaredError
        configuration.optimisation.rate = rate
        configuration.optimisation.warmup = 20
        configuration.sampling.stages = [.init(share: 1, patch: 16, batch: 8)]
        configuration.validation.every = steps / 10
        configuration.checkpointEvery = steps
        configuration.seed = seed
        let network = try InitialWeights.network(of: architecture, seed: configuration.seed)
        try configuration.validate(network: network)
        let pictures = try TrainingPictures(configuration, network: network, maximumBytes: .max, workers: 1)
        let source = Crippled(
            try NetworkGradients(
                network, samples: pictures.source(steps: steps), objective: configuration.objectiveTerms, workers: 2),
            silent: silent)
        if let silent { #expect(source.ranges.contains { $0.name == silent }) }
        let runs = try TemporaryFolder()
        let run = try TrainingRun(configuration, steps: steps, source: source, folder: runs.path)
        _ = try run.run()
        return try #require(run.rows.last).loss
    }

    /// Every layer of a stack without skip connection is needed: 0.0055 with all, 0.0062 to 0.0123 without one of them.
    @Test func aStackNeedsEveryLayer() throws {
        let stack = PlainStack(width: 8, layers: 3, activation: .relu, scale: 1, skip: .none)
        #expect(try loss(stack, steps: 300) < 0.0058)
        for layer in ["convolution0.weight", "convolution1.weight", "convolution2.weight"] {
            #expect(try loss(stack, steps: 300, silent: layer) > 0.006, "\(layer)")
        }
    }

    /// A U-Net of this size goes to 0.0074; the noise itself is 0.0096. Blocks make up for one another.
    @Test func aUNetNeedsItsFirstAndLastLayer() throws {
        let network = UNet(widths: [4, 8], blocks: 1)
        #expect(try loss(network, steps: 1500) < 0.0076)
        for layer in ["input.weight", "output.weight"] {
            #expect(try loss(network, steps: 1500, silent: layer) > 0.0081, "\(layer)")
        }
    }

    /// The members with a latent, each as a denoising autoencoder of waves under strong noise: the loss that it goes below,
    /// 1.1 times the reference's (`PyTorch/training/learning_losses.py`), and does not where one tensor learns nothing. Of the
    /// convolutional one the last layer is named: what lies between linear layers is made up for by its neighbours.
    static let members: [(architecture: any Architecture, steps: Int, rate: Double, below: Double, silent: [String])] =
        [
            (
                ConvolutionalAutoencoder(widths: [8, 12], latentChannels: 4), 800, 2e-3, 0.0036,
                ["decoder0.up.weight"]
            ),
            (
                DenseAutoencoder(patch: 8, widths: [], latentChannels: 8, activation: .none), 800, 3e-3, 0.0047,
                ["latent.weight", "output.weight"]
            ),
            (
                SparseAutoencoder(patch: 8, units: 32, target: 0.2, weight: 1e-4), 800, 3e-3, 0.0035,
                ["latent.weight", "decoder.weight"]
            ),
            (
                VariationalAutoencoder(widths: [6], latentSide: 4, latentChannels: 12, beta: 0.01), 1000, 2e-3,
                0.0056, ["latent.weight", "decoder0.up.weight"]
            ),
        ]

    @Test(arguments: members.indices) func membersNeedTheirLayers(_ index: Int) throws {
        let waves = try DataFolder()
        for seed in 0..<3 {
            try waves.write(FilePath("\(seed).png"), width: 64, height: 64) { c, y, x in
                Int(128 + 90 * sin(Double(x * (seed + 1) + y * (3 - seed)) / 9 + Double(c)))
            }
        }
        let member = Self.members[index]
        func found(silent: String? = nil) throws -> Double {
            try loss(
                member.architecture, steps: member.steps, rate: member.rate, corruption: "gaussian:50", on: waves,
                seed: 5, silent: silent)
        }
        let whole = try found()
        #expect(whole < member.below)
        for name in member.silent {
            let crippled = try found(silent: name)
            #expect(crippled > 1.5 * member.below, "\(name)")
        }
    }

    /// Training on noisy pictures asks the network what it makes of them: also that goes on to the same bits.
    @Test func noisyPicturesResume() throws {
        // Wide enough for Winograd, which the size of the patches decides.
        var configuration = TrainingConfiguration(
            architecture: UNet(widths: [16, 16], blocks: 1), pictures: .noisy([data.path.string]))
        configuration.source.neighborWeight = 2
        configuration.optimisation.warmup = 0
        configuration.sampling.stages = [
            .init(share: 0.5, patch: 16, batch: 3), .init(share: 0.5, patch: 32, batch: 2),
        ]
        let network = try InitialWeights.network(of: configuration.architecture, seed: 1)
        try configuration.validate(network: network)
        func source(workers: Int) throws -> NetworkGradients {
            try NetworkGradients(
                network,
                samples: try TrainingPictures(configuration, network: network, maximumBytes: .max, workers: 1).source(
                    steps: 20),
                objective: configuration.objectiveTerms, workers: workers)
        }
        let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
        let uninterrupted = try source(workers: 1)
        let run = try TrainingRun(configuration, steps: 20, source: uninterrupted, folder: whole.path)
        #expect(try run.run())
        var last = try source(workers: 2)
        var stopped = try TrainingRun(configuration, steps: 20, source: last, folder: parts.path)
        // Before, in and behind the change of the patches' size.
        for stop in [4, 10, 13] {
            #expect(try !stopped.run(isCancelled: { stopped.step == stop }))
            last = try source(workers: 3)
            stopped = try TrainingRun(resuming: configuration, source: last, folder: parts.path)
        }
        #expect(try stopped.run())
        #expect(Array(last.weights.elements) == Array(uninterrupted.weights.elements))
    }
}
