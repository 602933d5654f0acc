public import Autoencoders
import Foundation
public import Kernels
import Networks
import Tensors
import Workers

/// The speed of a network's training on this machine: whole steps on synthetic patches, with the loss, the gradients,
/// Adam and the packing of the new weights, without making patches.
public struct TrainingBenchmark: Sendable {
    /// The instruction set of the kernels.
    public let instructionSet: InstructionSet
    /// The workers that shared a batch, 1 to 8.
    public let workers: Int
    /// The median duration of a step, in seconds.
    public let seconds: Double
    /// The shortest duration of a step, in seconds.
    public let fastest: Double
    /// The floating-point operations of a step as direct sums would need them, both passes: 6 a multiply-add.
    public let operations: Double
    /// The memory that training takes beside the pictures, in bytes.
    public let byteCount: Int

    /// Measures the steps of a fresh network on this machine.
    ///
    /// - Parameters:
    ///   - patch: the side of the network's input in pixels, a multiple of its grid.
    ///   - steps: the number of timed steps, 1 or more; two untimed ones come first.
    public static func measure(
        _ architecture: any Architecture, batch: Int, patch: Int, workers: Int, steps: Int,
        algorithm: ConvolutionAlgorithm
    ) throws -> TrainingBenchmark {
        precondition(batch > 0 && patch > 0 && workers > 0 && steps > 0)
        let network = try InitialWeights.network(of: architecture, seed: 0)
        let trainable = TrainableNetwork(network, workers: workers, algorithm: algorithm)
        let (weights, gradient) = (trainable.weights, trainable.gradient)
        let optimiser = Optimiser(.adam(.init()), count: weights.count)
        let loss = Loss.charbonnier(eps: 1e-3)
        let team = WorkerTeam(workers: workers)
        var times: [Double] = []
        for step in 0..<steps + 2 {
            let start = ContinuousClock.now
            _ = trainable.accumulate(
                samples: batch, height: patch, width: patch,
                fill: { _, sample, input, target in
                    fill(input, target, sample)
                    return 0.1
                },
                loss: { loss.gradient(output: $0, target: $1, batch: batch, into: $2) })
            team.forEach(workers) { _, part in
                optimiser.update(
                    weights.base, gradient: gradient.base,
                    range: part * weights.count / workers..<(part + 1) * weights.count / workers,
                    .init(number: step + 1, rate: 1e-4))
            }
            trainable.packWeights()
            if step >= 2 { times.append((ContinuousClock.now - start) / .seconds(1)) }
        }
        times.sort()
        return TrainingBenchmark(
            instructionSet: trainable.instructionSet, workers: workers, seconds: times[times.count / 2],
            fastest: times[0],
            operations: 6 * network.multiplyAddsPerPixel * Double(batch * patch * patch),
            byteCount: trainable.byteCount(height: patch, width: patch))
    }

    /// Fills input and target with a pattern that is not flat.
    private static func fill(_ input: PlanarView, _ target: PlanarView, _ sample: Int) {
        for view in [input, target] {
            for c in 0..<view.channels {
                for y in 0..<view.height {
                    let row = view.row(c, y)
                    for x in 0..<view.width { row[x] = Float((x * 7 + y * 13 + c * 5 + sample) % 31) / 31 }
                }
            }
        }
    }
}
