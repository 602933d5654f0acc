import Autoencoders
import Foundation
import Networks
import Reports
import Tensors
import TestFolders
import Testing
import Training

/// The objective of a variational autoencoder whose latent is one number, against integration over a grid.
@Suite struct EvidenceBoundTests {
    /// The picture as data, which is its own target.
    private struct Picture: SampleSource {
        let seed: UInt64 = 9
        let fields = [SampleField("picture", channels: 1), SampleField("target", channels: 1)]

        func makeSample(
            step: Int, sample: Int, fields: [PlanarView], workspace: PatchWorkspace
        ) -> SampleFacts {
            for field in fields {
                for i in 0..<4 { field.row(0, i / 2)[i % 2] = Float(EvidenceBoundTests.picture[i]) }
            }
            return SampleFacts()
        }
    }

    static let picture = [0.7, 0.3, 0.9, 0.1]
    static let deviation = 0.3
    let encoder = [0.8, -0.4, 0.3, 0.5, 0.2, 0.1, -0.3, 0.2]
    let encoderBias = [0.1, -0.6]
    let decoder = [0.5, -0.2, 0.7, 0.3]
    let decoderBias = [0.4, 0.6, 0.2, 0.5]

    /// The logarithm of a normal density.
    private func normal(_ x: Double, _ mean: Double, _ deviation: Double) -> Double {
        -(x - mean) * (x - mean) / (2 * deviation * deviation) - log(deviation) - log(2 * .pi) / 2
    }

    /// The logarithm of the evidence, the bound below it, and the divergence of the latent from the true posterior.
    private func integrated() -> (evidence: Double, bound: Double, gap: Double) {
        let x = Self.picture
        let mean = zip(encoder.prefix(4), x).reduce(encoderBias[0]) { $0 + $1.0 * $1.1 }
        let spread = exp(zip(encoder.suffix(4), x).reduce(encoderBias[1]) { $0 + $1.0 * $1.1 } / 2)
        func joint(_ z: Double) -> Double {
            (0..<4).reduce(normal(z, 0, 1)) { $0 + normal(x[$1], decoder[$1] * z + decoderBias[$1], Self.deviation) }
        }
        let step = 1e-3
        let grid = Array(stride(from: -10.0, to: 10, by: step))
        let evidence = log(grid.reduce(0) { $0 + exp(joint($1)) * step })
        var (bound, gap) = (0.0, 0.0)
        for z in grid {
            let q = normal(z, mean, spread)
            bound += exp(q) * step * (joint(z) - q)
            gap += exp(q) * step * (q - (joint(z) - evidence))
        }
        return (evidence, bound, gap)
    }

    private func network() throws -> Network {
        func tensor(_ shape: [Int], _ values: [Double]) -> Tensor {
            Tensor(shape: shape, elements: values.map { Float($0) })
        }
        var graph = Graph(inputChannels: 1)
        var h = try graph.append(Unshuffle(), graph.picture, name: "patches")
        let code = Convolution(weights: tensor([2, 4, 1, 1], encoder), bias: tensor([2], encoderBias))
        h = try graph.append(code, h, name: "latent")
        h = try graph.append(GaussianSampling(), h, name: "sample")
        let back = Convolution(weights: tensor([4, 1, 1, 1], decoder), bias: tensor([4], decoderBias))
        h = try graph.append(back, h, name: "decoder")
        try graph.append(Shuffle(factor: 2), h, name: "picture")
        return try Network(graph)
    }

    /// A deviation that is learnt comes to that of the residuals, channel by channel.
    @Test func theDeviationIsLearnt() throws {
        struct Noisy: SampleSource {
            let seed: UInt64 = 4
            let fields = [SampleField("picture", channels: 2), SampleField("target", channels: 2)]

            func makeSample(
                step: Int, sample: Int, fields: [PlanarView], workspace: PatchWorkspace
            ) -> SampleFacts {
                var random = RandomStream(seed: seed, step, sample)
                for c in 0..<2 {
                    for i in 0..<64 {
                        fields[0].row(c, i / 8)[i % 8] = 0.5
                        fields[1].row(c, i / 8)[i % 8] = 0.5 + (c == 0 ? 0.05 : 0.2) * Float(random.normal())
                    }
                }
                return SampleFacts()
            }
        }
        let member = VariationalAutoencoder(
            channels: 2, widths: [4], latentSide: 4, latentChannels: 2, likelihood: .learntGaussian, deviation: 0.1)
        let source = try NetworkGradients(
            InitialWeights.network(of: member, seed: 2), samples: Noisy(),
            objective: member.reconstruction + member.regularisation, workers: 2)
        var configuration = TrainingConfiguration(architecture: member, images: ["x"])
        configuration.sampling.stages = [.init(share: 1, patch: 8, batch: 16)]
        (configuration.optimisation.rate, configuration.optimisation.warmup) = (1e-2, 10)
        let folder = try TemporaryFolder()
        let run = try TrainingRun(configuration, steps: 400, source: source, folder: folder.path)
        _ = try run.run()
        let deviations = try #require(
            source.network.tensors(from: run.average).first { $0.name == "logDeviation.values" }
        ).tensor.elements.map { exp($0) }
        #expect(abs(deviations[0] - 0.05) < 0.01 && abs(deviations[1] - 0.2) < 0.02, "\(deviations)")
        // Half a nat an element for the noise, less the logarithm of the deviation: what cannot be explained.
        let floor = 0.5 + (log(0.05) + log(0.2)) / 2
        let last = try #require(run.rows.last)
        #expect(abs(last.loss - floor) < 0.1, "\(last.loss), at best \(floor)")
        #expect(last.terms?.map(\.name) == ["gaussian", "divergence"])
    }

    @Test func theObjectiveIsTheBound() throws {
        let (evidence, bound, gap) = integrated()
        #expect(abs(evidence - gap - bound) < 1e-6 && gap > 0.01)

        let gradients = try NetworkGradients(
            network(), samples: Picture(),
            objective: .init(.gaussian(deviation: Self.deviation))
                + [ObjectiveTerm(.divergence(freeBits: 0), value: "latent")],
            workers: 2)
        let constant = 4 * (log(Self.deviation) + log(2 * .pi) / 2)
        let (steps, samples) = (200, 200)
        var sum = 0.0
        for step in 0..<steps {
            sum += try gradients.accumulate(
                step: step, stage: .init(share: 1, patch: 2, batch: samples)
            ).samples.reduce(0, +)
        }
        // The objective is a mean over four elements.
        let found = -(4 * sum / Double(steps * samples) + constant)
        #expect(abs(found - bound) < 0.02, "\(found) for \(bound)")
    }
}
