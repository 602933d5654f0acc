import Autoencoders
import Foundation
import Kernels
import Networks
import SystemPackage
import Tensors
import TestFolders
import Testing
import Training

/// Gradients and training steps that the PyTorch reference computed in Float64 (`PyTorch/fixtures/steps.py`).
@Suite struct StepFixtureTests {
    static let names = fixtureNames(in: "steps")

    /// A network of the reference implementation with a batch.
    struct Fixture: SampleSource, @unchecked Sendable {
        final class Draws: @unchecked Sendable { var seed: UInt64 = 0 }

        let draws = Draws()
        let regularisation: [ObjectiveTerm]
        let file: SafetensorsFile
        let network: Network
        let loss: Loss
        let input: Tensor
        let target: Tensor
        let noiseLevels: [Float]

        init(_ name: String) throws {
            file = try SafetensorsFile(reading: fixtureFolder.appending("steps/\(name).safetensors"))
            let configuration = try Architectures.configuration(json: file.metadata["configuration", default: ""])
            regularisation = configuration.regularisation
            network = try configuration.makeNetwork(weights: WeightSource(file, prefix: "weights/"))
            let name = file.metadata["loss", default: ""]
            loss = try #require(Loss(name))
            input = try #require(file.tensor(named: "input"))
            target = try #require(file.tensor(named: "target"))
            noiseLevels = try #require(file.tensor(named: "noiseLevels")).elements
        }

        var samples: Int { input.shape[0] }

        /// The network with the objective of its member, on the fixture's batch.
        func trainable(
            workers: Int, algorithm: ConvolutionAlgorithm = .winograd, isa: InstructionSet = .current
        ) throws -> NetworkGradients {
            try NetworkGradients(
                network, samples: self, objective: .init(loss) + regularisation, workers: workers,
                algorithm: algorithm, isa: isa)
        }

        /// The batch's loss; the gradient stays in `trainable`.
        func step(_ trainable: NetworkGradients, number: Int = 0, seed: UInt64 = 0) throws -> Double {
            self.draws.seed = seed
            return try trainable.accumulate(
                step: number, stage: .init(share: 1, patch: input.shape[2] * network.scale, batch: samples)
            ).value
        }

        // MARK: Samples

        var seed: UInt64 { draws.seed }
        var fields: [SampleField] {
            [
                SampleField("picture", channels: network.inputChannels),
                SampleField(
                    "target", channels: network.outputChannels, resolution: Resolution(network.scale, over: 1)),
            ]
        }

        func size(forSide side: Int) -> (height: Int, width: Int) { (input.shape[2], input.shape[3]) }

        func makeSample(
            step: Int, sample: Int, fields: [PlanarView], workspace: PatchWorkspace
        ) -> SampleFacts {
            Self.copy(input, sample, to: fields[0])
            Self.copy(target, sample, to: fields[1])
            return SampleFacts(noiseLevel: noiseLevels[sample])
        }

        private static func copy(_ tensor: Tensor, _ sample: Int, to view: PlanarView) {
            let (height, width) = (tensor.shape[2], tensor.shape[3])
            for c in 0..<tensor.shape[1] {
                for y in 0..<height {
                    let start = ((sample * tensor.shape[1] + c) * height + y) * width
                    for x in 0..<width { view.row(c, y)[x] = tensor.elements[start + x] }
                }
            }
        }

        /// The largest distance of a tensor of `vector` from the fixture's, in parts of that tensor's largest magnitude.
        func distance(_ trainable: NetworkGradients, _ vector: AlignedBuffer<Float>, _ prefix: String) throws -> Float {
            var largest: Float = 0
            for (name, tensor) in trainable.network.tensors(from: vector) {
                // Those of version 0.1 called the latent "code".
                let former = file.tensor(named: "\(prefix)/\(WeightSource.formerName(of: name))")
                let expected = try #require(former ?? file.tensor(named: "\(prefix)/\(name)"), "\(name)")
                #expect(tensor.shape == expected.shape)
                let peak = expected.elements.reduce(Float(1e-30)) { max($0, abs($1)) }
                for (a, b) in zip(tensor.elements, expected.elements) {
                    let distance = abs(a - b) / peak
                    largest = distance <= largest ? largest : distance
                }
            }
            return largest
        }
    }

    @Test(arguments: names) func gradientsMatch(_ name: String) throws {
        let fixture = try Fixture(name)
        for isa in InstructionSet.available {
            let trainable = try fixture.trainable(workers: 2, algorithm: .direct, isa: isa)
            let expected = try #require(Double(fixture.file.metadata["value", default: ""]))
            #expect(try abs(fixture.step(trainable) - expected) <= 1e-5 * abs(expected))
            let distance = try fixture.distance(trainable, trainable.gradient, "gradient")
            // The draws of a latent differ from the reference's by 3e-6.
            #expect(distance <= (name.hasPrefix("vae") ? 2e-5 : 1e-5), "\(isa): \(distance)")
        }
    }

    /// Winograd's rounding is some times that of direct sums; `unet-grey` has layers that take it.
    @Test(arguments: ["unet-grey", "plain-x2-bicubic"]) func winogradGradientsMatch(_ name: String) throws {
        let fixture = try Fixture(name)
        for isa in InstructionSet.available {
            let trainable = try fixture.trainable(workers: 2, isa: isa)
            let direct = try fixture.trainable(workers: 2, algorithm: .direct, isa: isa)
            let loss = try fixture.step(trainable)
            #expect(try abs(fixture.step(direct) - loss) <= 1e-5 * abs(loss))
            let distance = try fixture.distance(trainable, trainable.gradient, "gradient")
            #expect(distance <= 4e-5, "\(isa): \(distance)")
            #expect(Array(trainable.gradient.elements) != Array(direct.gradient.elements))
        }
    }

    /// Ten steps from the reference's weights.
    private func train(
        _ fixture: Fixture, _ settings: OptimiserSettings, rate: (Int) -> Double
    ) throws -> (trainable: NetworkGradients, losses: [Double]) {
        let trainable = try fixture.trainable(workers: 2, algorithm: .direct)
        let count = trainable.weights.count
        let optimiser = Optimiser(settings, count: count)
        var losses: [Double] = []
        for step in 1...10 {
            losses.append(try fixture.step(trainable))
            optimiser.update(
                trainable.weights.base, gradient: trainable.gradient.base, range: 0..<count,
                .init(number: step, rate: rate(step)))
            trainable.network.packWeights()
        }
        return (trainable, losses)
    }

    private func expectLosses(_ found: [Double], _ fixture: Fixture, _ key: String) throws {
        let expected = try JSONDecoder().decode([Double].self, from: Data(fixture.file.metadata[key, default: ""].utf8))
        #expect(found.count == expected.count)
        for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 1e-5 * abs(b), "\(a), expected \(b)") }
    }

    @Test(arguments: names) func tenStepsOfMomentumMatch(_ name: String) throws {
        let fixture = try Fixture(name)
        let rate = try #require(Double(fixture.file.metadata["sgdRate", default: ""]))
        let (trainable, losses) = try train(fixture, .momentum(.init())) { _ in rate }
        try expectLosses(losses, fixture, "sgdLosses")
        let distance = try fixture.distance(trainable, trainable.weights, "sgd")
        #expect(distance <= 1e-5, "\(distance)")
    }

    @Test(arguments: names) func tenStepsOfAdamMatch(_ name: String) throws {
        let fixture = try Fixture(name)
        let (trainable, losses) = try train(fixture, .adam(.init())) { 3e-4 * Double($0) / 10 }
        try expectLosses(losses, fixture, "adamLosses")
        let distance = try fixture.distance(trainable, trainable.weights, "adam")
        #expect(distance <= 1e-3, "\(distance)")
    }

    @Test(arguments: names) func bitsDoNotDependOnWorkers(_ name: String) throws {
        let fixture = try Fixture(name)
        let one = try fixture.trainable(workers: 1)
        let loss = try fixture.step(one)
        for workers in [2, 3, 8] {
            let other = try fixture.trainable(workers: workers)
            #expect(try fixture.step(other) == loss)
            #expect(Array(other.gradient.elements) == Array(one.gradient.elements))
            // Nothing of a batch is left over for the next.
            #expect(try fixture.step(other) == loss)
            #expect(Array(other.gradient.elements) == Array(one.gradient.elements))
        }
    }
}
