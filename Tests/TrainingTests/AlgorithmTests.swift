import Autoencoders
import Kernels
import Networks
import Tensors
import Testing
import Training

/// Both ways to compute 3x3 convolutions give the same gradients but for rounding, where all three uses of Winograd
/// are taken: forward, the input's gradient, the weights' gradient.
@Suite struct AlgorithmTests {
    @Test func winogradIsDirectButForRounding() throws {
        let network = try FreshWeights.network(of: UNet(widths: [16, 32], blocks: 1), seed: 3)
        let (picture, wanted) = (noise([3, 64, 40], seed: 1), noise([3, 64, 40], seed: 2))
        func gradient(_ algorithm: ConvolutionAlgorithm) -> (TrainableNetwork, Double) {
            let trainable = TrainableNetwork(network, workers: 2, algorithm: algorithm)
            let losses = trainable.accumulate(
                samples: 3, height: 64, width: 40,
                fill: { _, sample, input, target in
                    input.copySamples(from: picture.image.view)
                    target.copySamples(from: wanted.image.view)
                    return Float(sample) * 0.1
                },
                loss: { Loss.meanSquaredError.gradient(output: $0, target: $1, batch: 3, into: $2) })
            return (trainable, losses.reduce(0, +))
        }
        let ((direct, a), (winograd, b)) = (gradient(.direct), gradient(.winograd))
        #expect(abs(a - b) <= 1e-5 * abs(a))
        var differs = false
        for parameter in direct.parameters {
            let peak = parameter.range.reduce(Float(0)) { max($0, abs(direct.gradient.base[$1])) }
            for index in parameter.range {
                let (x, y) = (direct.gradient.base[index], winograd.gradient.base[index])
                #expect(abs(x - y) <= 1e-4 * peak, "\(parameter.name)")
                if x != y { differs = true }
            }
        }
        #expect(differs)
    }
}
