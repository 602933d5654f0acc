import Autoencoders
import Kernels
import Networks
import SystemPackage
import Tensors
import Testing
import Training

/// The perceptual loss, beside plain loops and differences.
@Suite struct PerceptualTermTests {
    let data: DataFolder

    init() throws {
        data = try DataFolder()
        try data.write("a.png", width: 48, height: 48) { c, y, x in (5 * x + 3 * y + 40 * c + x * y % 29) % 256 }
    }

    static let small = UNet(widths: [8, 12], blocks: 1)
    static let stage = PatchStages.Stage(share: 1, patch: 16, batch: 3)

    private func patches(_ network: Network) throws -> any PatchSource {
        var configuration = TrainingConfiguration(architecture: Self.small, images: [data.path.string])
        configuration.sampling.stages = [Self.stage]
        configuration.sampling.corruptions = ["gaussian:25"]
        return try TrainingPictures(configuration, network: network, maximumBytes: .max, workers: 1).source(steps: 10)
    }

    private func gradients(
        _ network: Network, workers: Int = 2, looking: Network? = nil, weight: Double = 0.5
    ) throws -> NetworkGradients {
        try NetworkGradients(
            network, samples: try patches(network),
            objective: .init(.meanSquaredError)
                + (looking == nil ? [] : [ObjectiveTerm(.perceptual(model: "looking"), weight: weight)]),
            workers: workers, algorithm: .direct, models: looking.map { ["looking": $0] } ?? [:])
    }

    /// The gradient is the slope of the loss: along its own direction, and along one weight of each layer.
    @Test func theGradientIsTheSlope() throws {
        let network = try InitialWeights.network(of: Self.small, seed: 3).computed(by: .direct)
        let looking = try InitialWeights.network(of: UNet(widths: [8, 8], blocks: 1), seed: 5)
        let source = try gradients(network, looking: looking, weight: 30)
        func loss() throws -> Double { try source.accumulate(step: 1, stage: Self.stage).value }
        _ = try loss()
        let gradient = Array(source.gradient.elements)
        let length = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(length > 0)
        let start = Array(source.weights.elements)
        func slope(_ direction: [Double], _ step: Double) throws -> Double {
            defer { for i in start.indices { source.weights.base[i] = start[i] } }
            let ends = try [step, -step].map { step in
                for i in start.indices { source.weights.base[i] = start[i] + Float(step * direction[i]) }
                return try loss()
            }
            return (ends[0] - ends[1]) / (2 * step)
        }
        let along = try slope(gradient.map { Double($0) / length }, 1e-3)
        #expect(abs(along - length) < 0.01 * length, "\(along), expected \(length)")
        for range in source.ranges {
            var direction = [Double](repeating: 0, count: start.count)
            var sum = 0.0
            for i in range.range {
                direction[i] = Double(gradient[i])
                sum += direction[i] * direction[i]
            }
            let own = sum.squareRoot()
            guard own > 1e-3 * length else { continue }
            let found = try slope(direction.map { $0 / own }, 1e-3)
            #expect(abs(found - own) < 0.02 * length, "\(range.name): \(found), expected \(own)")
        }
    }

    /// The loss holds the mean squared difference of the bottleneck features, by plain loops.
    @Test func theDistanceIsThatOfTheDeepestValues() throws {
        let network = try InitialWeights.network(of: Self.small, seed: 3).computed(by: .direct)
        let looking = try InitialWeights.network(of: UNet(widths: [8, 8], blocks: 1, noiseMap: false), seed: 5)
        let deepest = try #require(looking.graph.bottleneck)
        #expect(looking.graph.shape(of: deepest).resolution == Resolution(1, over: 4))
        let prefix = try looking.graph.prefix(through: deepest)
        #expect(prefix.shape(of: prefix.result) == looking.graph.shape(of: deepest))
        let (whole, pixels) = (try gradients(network, looking: looking, weight: 2), try gradients(network))
        let (with, without) = (
            try whole.accumulate(step: 1, stage: Self.stage).samples,
            try pixels.accumulate(step: 1, stage: Self.stage).samples
        )
        let (patches, workspace) = (try patches(network), PatchWorkspace())
        for sample in 0..<3 {
            let (input, target) = (
                PlanarImage(channels: 3, height: 16, width: 16), PlanarImage(channels: 3, height: 16, width: 16)
            )
            let level = try patches.makePatch(
                step: 1, sample: sample, input: input.view, target: target.view, workspace: workspace
            ).noiseLevel
            let output = try #require(
                network.graph.referenceValues(
                    of: Tensor(shape: [3, 16, 16], elements: input.samples), noiseLevel: level
                ).last)
            let seen = try [output, Tensor(shape: [3, 16, 16], elements: target.samples)].map {
                try #require(prefix.referenceValues(of: $0).last).elements
            }
            #expect(seen[0].count == 8 * 16)
            let mean = zip(seen[0], seen[1]).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) } / (8 * 16)
            #expect(mean > 0 && abs(with[sample] - without[sample] - 2 * mean) < 1e-5 * (1 + mean), "sample \(sample)")
        }
    }

    @Test func bitsDoNotDependOnWorkers() throws {
        let (network, looking) = (
            try InitialWeights.network(of: Self.small, seed: 3), try InitialWeights.network(of: Self.small, seed: 4)
        )
        try expectSameBits(stage: Self.stage) { try gradients(network, workers: $0, looking: looking) }
    }

    @Test func networksThatDoNotFitAreRefused() throws {
        let network = try InitialWeights.network(of: Self.small, seed: 1)
        func refused(_ looking: Network, patch: Int = 16) {
            #expect(throws: TrainingError.self) {
                try Objective(
                    [ObjectiveTerm(.perceptual(model: "looking"))], network: network,
                    fields: [SampleField("picture", channels: 3), SampleField("target", channels: 3)],
                    models: { _ in looking }
                ).check([.init(share: 1, patch: patch, batch: 2)])
            }
        }
        refused(try InitialWeights.network(of: PlainStack.dnCNN, seed: 1))
        refused(try InitialWeights.network(of: UNet(channels: 1, widths: [8], blocks: 1), seed: 1))
        refused(try InitialWeights.network(of: VariationalAutoencoder(widths: [8], latentSide: 1), seed: 1))
        refused(try InitialWeights.network(of: UNet.small, seed: 1), patch: 20)
        var configuration = TrainingConfiguration(architecture: Self.small, images: ["x"])
        for weight in [0, -0.1, .infinity, .nan] {
            configuration.objective.perceptualWeight = weight
            #expect(throws: TrainingError.self) { try configuration.validate(network: network) }
        }
    }
}
