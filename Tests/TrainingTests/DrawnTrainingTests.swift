import Autoencoders
import Foundation
import Kernels
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// What members add to their objective, and what they draw, in training.
@Suite struct DrawnTrainingTests {
    /// Noise that is its own target.
    private struct Noise: SampleSource {
        let seed: UInt64
        let fields = [SampleField("picture", channels: 1), SampleField("target", channels: 1)]

        func makeSample(
            step: Int, sample: Int, fields: [PlanarView], workspace: PatchWorkspace
        ) -> SampleFacts {
            let shape = [1, fields[0].height, fields[0].width]
            for field in fields { field.copySamples(from: noise(shape, seed: UInt64(sample + 7)).image.view) }
            return SampleFacts()
        }
    }

    private static func gradients(
        _ member: any Architecture, weightSeed: UInt64, seed: UInt64 = 1, workers: Int = 1,
        algorithm: ConvolutionAlgorithm = .winograd
    ) throws -> NetworkGradients {
        try NetworkGradients(
            InitialWeights.network(of: member, seed: weightSeed), samples: Noise(seed: seed),
            objective: .init(.meanSquaredError) + member.regularisation, workers: workers, algorithm: algorithm)
    }

    /// Losses and gradient of a batch.
    private static func batch(
        _ gradients: NetworkGradients, samples: Int, step: Int = 0
    ) throws -> (losses: [Double], gradient: [Float]) {
        let losses = try gradients.accumulate(step: step, stage: .init(share: 1, patch: 8, batch: samples))
        return (losses.samples, Array(gradients.gradient.elements))
    }

    private static let members: [any Architecture] = [
        DenseAutoencoder(channels: 1, patch: 4, widths: [9], latentChannels: 5, dropout: 0.3),
        SparseAutoencoder(channels: 1, patch: 4, units: 20, weight: 0.1),
        VariationalAutoencoder(
            channels: 1, widths: [6, 8], latentSide: 2, latentChannels: 5, warmupSteps: 3, freeBits: 0.05),
    ]

    /// The same bits for any number of workers, which take samples in other orders and side by side.
    @Test(arguments: members.indices) func bitsDoNotDependOnWorkers(_ member: Int) throws {
        func batch(workers: Int, step: Int = 1, seed: UInt64 = 1) throws -> (losses: [Double], gradient: [Float]) {
            try Self.batch(
                Self.gradients(Self.members[member], weightSeed: 3, seed: seed, workers: workers), samples: 19,
                step: step)
        }
        let one = try batch(workers: 1)
        for workers in [2, 3, 8] {
            let many = try batch(workers: workers)
            #expect(many.losses == one.losses && many.gradient == one.gradient)
        }
        // Another step and another seed draw and weigh otherwise, but where nothing is drawn.
        let draws = !(Self.members[member] is SparseAutoencoder)
        #expect((try batch(workers: 2, step: 0).losses != one.losses) == draws)
        #expect((try batch(workers: 2, seed: 2).losses != one.losses) == draws)
    }

    /// The gradient against central differences of the batch's loss, over every weight: the means over the batch move too.
    @Test(arguments: members.indices) func gradientsAreCentralDifferences(_ member: Int) throws {
        let gradients = try Self.gradients(Self.members[member], weightSeed: 5, algorithm: .direct)
        let samples = 10
        let found = try Self.batch(gradients, samples: samples).gradient
        let peak = found.map { abs($0) }.max() ?? 0
        var far = 0
        for index in found.indices {
            let kept = gradients.weights.base[index]
            func value(_ weight: Float) throws -> Double {
                gradients.weights.base[index] = weight
                return try Self.batch(gradients, samples: samples).losses.reduce(0, +) / Double(samples)
            }
            let (upper, lower) = (kept + 4e-3, kept - 4e-3)
            let slope = (try value(upper) - value(lower)) / Double(upper - lower)
            gradients.weights.base[index] = kept
            if abs(slope - Double(found[index])) > 0.01 * Double(peak) { far += 1 }
        }
        // A ReLU that turns within a difference, or a channel at its free bits, bends it.
        #expect(far <= found.count / 50, "\(far) of \(found.count)")
    }

    /// Elements become zero as often as asked, and the others make up for them.
    @Test func dropoutKeepsTheMean() throws {
        let side = 200
        var graph = Graph(inputChannels: 1)
        try graph.append(Dropout(rate: 0.3), graph.picture, name: "dropout")
        let trainable = TrainableNetwork(try Network(graph), workers: 1)
        let kept = AlignedBuffer<Float>(repeating: 0, count: side * side)
        _ = trainable.accumulate(
            samples: 1, height: side, width: side,
            fill: { _, _, input, _ in
                for y in 0..<side { input.row(0, y).update(repeating: 0.7, count: side) }
                return 0
            },
            loss: { output, _, _ in
                for y in 0..<side { (kept.base + y * side).update(from: output.row(0, y), count: side) }
                return 0
            })
        let count = Double(side * side)
        let zeros = kept.elements.count { $0 == 0 }
        #expect(abs(Double(zeros) / count - 0.3) < 0.01)
        #expect(kept.elements.allSatisfy { $0 == 0 || abs($0 - 1) < 1e-6 })
        // Neighbours are dropped independently.
        let pairs = (0..<side * side - 1).count { kept.base[$0] == 0 && kept.base[$0 + 1] == 0 }
        #expect(abs(Double(pairs) / count - 0.09) < 0.01)
    }
}
