import Autoencoders
import Kernels
import Networks
import Reports
import SystemPackage
import Tensors
import TestFolders
import Testing
import Training

/// Learning from another network's results.
@Suite struct TeacherTests {
    let data: DataFolder

    init() throws {
        data = try DataFolder()
        try data.write("a.png", width: 48, height: 48) { c, y, x in (5 * x + 3 * y + 40 * c) % 256 }
    }

    static let small = UNet(widths: [8, 12], blocks: 1)
    static let stage = PatchStages.Stage(share: 1, patch: 16, batch: 11)

    private func gradients(
        _ network: Network, workers: Int = 2, teacher: Network? = nil, weight: Double = 0.25
    ) throws -> NetworkGradients {
        var configuration = TrainingConfiguration(architecture: Self.small, images: [data.path.string])
        configuration.sampling.stages = [Self.stage]
        let pictures = try TrainingPictures(configuration, network: network, maximumBytes: .max, workers: 1)
        var terms = [ObjectiveTerm](.meanSquaredError)
        if teacher != nil {
            let taught = ObjectiveTerm(
                .distance(.meanSquaredError), name: "taught", target: .model("teacher"), weight: weight)
            terms[0].weight = 1 - weight
            terms = weight < 1 ? terms + [taught] : [taught]
        }
        return try NetworkGradients(
            network, samples: pictures.source(steps: 10), objective: terms, workers: workers, algorithm: .direct,
            models: teacher.map { ["teacher": $0] } ?? [:])
    }

    /// A teacher that is the network itself is met already: what is left is the other share of the loss.
    @Test func itsOwnTeacherLeavesTheRest() throws {
        let network = try InitialWeights.network(of: Self.small, seed: 3).computed(by: .direct)
        let plain = try gradients(network)
        let taught = try gradients(network, teacher: network)
        for step in [0, 4] {
            let (a, b) = (
                try plain.accumulate(step: step, stage: Self.stage),
                try taught.accumulate(step: step, stage: Self.stage)
            )
            for (a, b) in zip(a.samples, b.samples) { #expect(abs(0.75 * a - b) < 1e-6 * a) }
            let peak = plain.gradient.elements.reduce(Float(0)) { max($0, abs($1)) }
            for i in 0..<plain.weightCount {
                #expect(abs(0.75 * plain.gradient.base[i] - taught.gradient.base[i]) < 1e-5 * peak)
            }
        }
    }

    /// With squares both shares together are the square from a target between target and teacher, but for a constant.
    @Test func sharesAddUp() throws {
        let (network, other) = (
            try InitialWeights.network(of: Self.small, seed: 3), try InitialWeights.network(of: Self.small, seed: 4)
        )
        let plain = try gradients(network)
        _ = try plain.accumulate(step: 1, stage: Self.stage)
        let whole = try gradients(network, teacher: other, weight: 1)
        _ = try whole.accumulate(step: 1, stage: Self.stage)
        let part = try gradients(network, teacher: other, weight: 0.25)
        _ = try part.accumulate(step: 1, stage: Self.stage)
        let peak = part.gradient.elements.reduce(Float(0)) { max($0, abs($1)) }
        for i in 0..<plain.weightCount {
            let expected = 0.75 * plain.gradient.base[i] + 0.25 * whole.gradient.base[i]
            #expect(abs(part.gradient.base[i] - expected) < 1e-5 * peak)
        }
    }

    @Test func bitsDoNotDependOnWorkers() throws {
        let (network, other) = (
            try InitialWeights.network(of: Self.small, seed: 3), try InitialWeights.network(of: UNet.small, seed: 4)
        )
        try expectSameBits(stage: Self.stage) { try gradients(network, workers: $0, teacher: other) }
    }

    /// A network that learns from nothing else comes near its teacher.
    @Test func theTeacherIsLearnt() throws {
        let teacher = try InitialWeights.network(of: Self.small, seed: 8)
        let network = try InitialWeights.network(of: Self.small, seed: 9)
        let source = try gradients(network, teacher: teacher, weight: 1)
        var configuration = TrainingConfiguration(architecture: Self.small, images: [])
        configuration.sampling.stages = [Self.stage]
        (configuration.optimisation.warmup, configuration.optimisation.rate) = (10, 2e-3)
        let folder = try TemporaryFolder()
        let first = try source.accumulate(step: 0, stage: Self.stage).value
        configuration.validation.every = 100
        let run = try TrainingRun(configuration, steps: 400, source: source, folder: folder.path)
        _ = try run.run()
        let last = try #require(run.rows.last).loss
        #expect(last < 0.15 * first, "\(last), \(first) at first")
    }

    @Test func teachersOfAnotherShapeAreRefused() throws {
        let network = try InitialWeights.network(of: Self.small, seed: 1)
        func objective(_ teacher: Network) throws -> Objective {
            try Objective(
                [ObjectiveTerm(.distance(.meanSquaredError), target: .model("teacher"))], network: network,
                fields: [SampleField("picture", channels: 3), SampleField("target", channels: 3)],
                models: { _ in teacher })
        }
        let grey = try InitialWeights.network(of: UNet(channels: 1, widths: [8], blocks: 1), seed: 1)
        #expect(throws: TrainingError.self) { try objective(grey) }
        let larger = try InitialWeights.network(of: PlainStack.upscaling2, seed: 1)
        #expect(throws: TrainingError.self) { try objective(larger) }
        // Patches of 20 pixels fit the network, and not a teacher of four levels.
        let deep = try objective(try InitialWeights.network(of: UNet.small, seed: 1))
        #expect(throws: TrainingError.self) { try deep.check([.init(share: 1, patch: 20, batch: 2)]) }
        try deep.check([.init(share: 1, patch: 32, batch: 2)])
        var configuration = TrainingConfiguration(architecture: Self.small, images: ["x"])
        for weight in [0, -0.1, 1.1, .nan] {
            configuration.objective.teacherWeight = weight
            #expect(throws: TrainingError.self) { try configuration.validate(network: network) }
        }
    }
}
