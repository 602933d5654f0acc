import Foundation
import Networks
import Tensors
import Testing
import Training

/// The objective of a variational autoencoder whose latent is one number, against integration over a grid.
@Suite struct EvidenceBoundTests {
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

    /// The logarithm of the evidence, the bound below it, and the divergence of the code from the true posterior.
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
        h = try graph.append(code, h, name: "code")
        h = try graph.append(GaussianSampling(), h, name: "sample")
        let back = Convolution(weights: tensor([4, 1, 1, 1], decoder), bias: tensor([4], decoderBias))
        h = try graph.append(back, h, name: "decoder")
        try graph.append(Shuffle(factor: 2), h, name: "picture")
        return try Network(graph)
    }

    @Test func theObjectiveIsTheBound() throws {
        let (evidence, bound, gap) = integrated()
        #expect(abs(evidence - gap - bound) < 1e-6 && gap > 0.01)

        let trainable = TrainableNetwork(try network(), workers: 2)
        let constant = 4 * (log(Self.deviation) + log(2 * .pi) / 2)
        let (steps, samples) = (200, 200)
        var sum = 0.0
        for step in 0..<steps {
            sum += trainable.accumulate(
                samples: samples, height: 2, width: 2, step: step, seed: 9,
                fill: { _, _, input, target in
                    for i in 0..<4 {
                        input.row(0, i / 2)[i % 2] = Float(Self.picture[i])
                        target.row(0, i / 2)[i % 2] = Float(Self.picture[i])
                    }
                    return 0
                },
                loss: {
                    Loss.meanSquaredError.gradient(output: $0, target: $1, batch: samples, into: $2)
                        / (2 * Self.deviation * Self.deviation)
                }
            ).reduce(0, +)
        }
        // The objective is a mean over four elements.
        let found = -(4 * sum / Double(steps * samples) + constant)
        #expect(abs(found - bound) < 0.02, "\(found) for \(bound)")
    }
}
