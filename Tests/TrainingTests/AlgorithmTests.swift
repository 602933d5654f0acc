import Autoencoders
import Kernels
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// The ways to compute convolutions give the same gradients but for rounding, and each of them the same bits for any
/// number of workers.
@Suite struct AlgorithmTests {
    /// Deep enough that 3x3 layers take Winograd (64x40, 32x20) and others do not (16x10), in all three uses: forward,
    /// the input's gradient, the weights' gradient.
    static let network = Result { try InitialWeights.network(of: UNet(widths: [16, 32, 48], blocks: 1), seed: 3) }

    /// A batch with samples for every shard, for some of them two, and the sum of its losses.
    static func step(_ trainable: TrainableNetwork, samples: Int) -> Double {
        let (picture, wanted) = (noise([3, 64, 40], seed: 1), noise([3, 64, 40], seed: 2))
        let losses = trainable.accumulate(
            samples: samples, height: 64, width: 40,
            fill: { _, sample, input, target in
                input.copySamples(from: picture.image.view)
                target.copySamples(from: wanted.image.view)
                input.row(sample % 3, sample)[sample] += 0.5
                return Float(sample) * 0.01
            },
            loss: { Loss.meanSquaredError.gradient(output: $0, target: $1, batch: samples, into: $2) })
        return losses.reduce(0, +)
    }

    static let algorithms = ConvolutionAlgorithm.available(.current)

    @Test(arguments: algorithms.filter { $0 != .direct }) func isDirectButForRounding(
        _ algorithm: ConvolutionAlgorithm
    )
        throws
    {
        let network = try Self.network.get()
        let direct = TrainableNetwork(network, workers: 2, algorithm: .direct)
        let other = TrainableNetwork(network, workers: 2, algorithm: algorithm)
        let (a, b) = (Self.step(direct, samples: 11), Self.step(other, samples: 11))
        // BF16 has 8 bits, a rounding of one part in 512 for each operand; some gates of ReLU turn over.
        let (ofLoss, ofGradient): (Double, Float) = algorithm.operands == .bfloat16 ? (1e-3, 0.1) : (1e-5, 1e-4)
        #expect(abs(a - b) <= ofLoss * abs(a))
        var differs = false
        for parameter in direct.parameters {
            let peak = parameter.range.reduce(Float(0)) { max($0, abs(direct.gradient.base[$1])) }
            let distance = parameter.range.map { abs(direct.gradient.base[$0] - other.gradient.base[$0]) }.max() ?? 0
            #expect(distance <= ofGradient * peak, "\(parameter.name)")
            if distance > 0 { differs = true }
        }
        #expect(differs)
    }

    @Test(arguments: algorithms) func bitsDoNotDependOnWorkers(_ algorithm: ConvolutionAlgorithm) throws {
        let network = try Self.network.get()
        let one = TrainableNetwork(network, workers: 1, algorithm: algorithm)
        // Two samples in three of the shards; then one shard left empty, so that nothing of the batch before may remain.
        for samples in [11, 7] {
            let loss = Self.step(one, samples: samples)
            for workers in [2, 3, 8] {
                let other = TrainableNetwork(network, workers: workers, algorithm: algorithm)
                for _ in 1...2 {
                    #expect(Self.step(other, samples: samples) == loss)
                    #expect(Array(other.gradient.elements) == Array(one.gradient.elements))
                }
            }
        }
    }

    /// Samples of one shard that are taken side by side give the sum of what they give alone.
    @Test func samplesOfALaneAdd() throws {
        let network = try Self.network.get()
        let whole = TrainableNetwork(network, workers: 2, algorithm: .direct)
        let alone = TrainableNetwork(network, workers: 2, algorithm: .direct)
        let (picture, wanted) = (noise([3, 64, 40], seed: 1), noise([3, 64, 40], seed: 2))
        func step(_ trainable: TrainableNetwork, _ samples: [Int]) {
            _ = trainable.accumulate(
                samples: samples.count, height: 64, width: 40,
                fill: { _, place, input, target in
                    input.copySamples(from: picture.image.view)
                    target.copySamples(from: wanted.image.view)
                    input.row(0, 0)[samples[place]] += 1
                    return Float(samples[place]) * 0.01
                },
                loss: { Loss.meanSquaredError.gradient(output: $0, target: $1, batch: 12, into: $2) })
        }
        step(whole, Array(0..<12))
        var sum = [Float](repeating: 0, count: whole.gradient.count)
        for sample in 0..<12 {
            step(alone, [sample])
            for i in sum.indices { sum[i] += alone.gradient.base[i] }
        }
        for parameter in whole.parameters {
            let peak = parameter.range.reduce(Float(0)) { max($0, abs(sum[$1])) }
            let distance = parameter.range.map { abs(whole.gradient.base[$0] - sum[$0]) }.max() ?? 0
            #expect(distance <= 1e-5 * peak, "\(parameter.name)")
        }
    }
}
