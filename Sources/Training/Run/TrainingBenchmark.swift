public import Autoencoders
import Foundation
public import Kernels
import Networks
import Tensors
import Workers

/// How fast a network trains on this machine: whole steps on random patches, with the loss, the gradients, Adam and the
/// packing of the new weights; without making patches.
public struct TrainingBenchmark: Sendable {
    public let instructionSet: InstructionSet
    public let workers: Int
    /// Seconds of a step: the median, and the fastest.
    public let seconds: Double
    public let fastest: Double
    /// Floating-point operations of a step as direct sums would need them, both passes: 6 a multiply-add.
    public let operations: Double
    /// Beside the pictures, in bytes.
    public let byteCount: Int

    /// - Parameters:
    ///   - patch: the side of the network's input, a multiple of its grid.
    ///   - steps: timed, 1 or more; two more come first.
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

    /// Something that is neither flat nor the same in input and target.
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
