import Autoencoders
import Foundation
import Kernels
import Networks
import Tensors
import Testing
import Training

/// What networks add to their loss, and what they draw, in training.
@Suite struct ObjectiveTermTests {
    /// Losses and gradient of a batch of noise, with the squared error from the picture itself.
    private static func batch(
        _ trainable: TrainableNetwork, samples: Int, side: Int, step: Int = 0, seed: UInt64 = 1
    ) -> (losses: [Double], gradient: [Float]) {
        let channels = trainable.network.inputChannels
        trainable.packWeights()
        let losses = trainable.accumulate(
            samples: samples, height: side, width: side, step: step, seed: seed,
            fill: { _, sample, input, target in
                let picture = noise([channels, side, side], seed: UInt64(sample + 7)).image
                input.copySamples(from: picture.view)
                target.copySamples(from: picture.view)
                return 0
            },
            loss: { Loss.meanSquaredError.gradient(output: $0, target: $1, batch: samples, into: $2) })
        return (losses, Array(trainable.gradient.elements))
    }

    private static let members: [any Architecture] = [
        DenseAutoencoder(channels: 1, patch: 4, widths: [9], latentChannels: 5, dropout: 0.3),
        SparseAutoencoder(channels: 1, patch: 4, units: 20, weight: 0.1),
        VariationalAutoencoder(
            channels: 1, widths: [6, 8], codeSide: 2, latentChannels: 5, warmupSteps: 3, freeBits: 0.05),
    ]

    /// The same bits for any number of workers, which take samples in other orders and side by side.
    @Test(arguments: members.indices) func bitsDoNotDependOnWorkers(_ member: Int) throws {
        let network = try FreshWeights.network(of: Self.members[member], seed: 3)
        let one = Self.batch(TrainableNetwork(network, workers: 1), samples: 19, side: 8, step: 1)
        for workers in [2, 3, 8] {
            let many = Self.batch(TrainableNetwork(network, workers: workers), samples: 19, side: 8, step: 1)
            #expect(many.losses == one.losses && many.gradient == one.gradient)
        }
        // Another step and another seed draw and weigh otherwise, but where nothing is drawn.
        let draws = !(Self.members[member] is SparseAutoencoder)
        let trainable = TrainableNetwork(network, workers: 2)
        #expect((Self.batch(trainable, samples: 19, side: 8, step: 0).losses != one.losses) == draws)
        #expect((Self.batch(trainable, samples: 19, side: 8, step: 1, seed: 2).losses != one.losses) == draws)
    }

    /// The gradient against central differences of the batch's loss, over every weight: the penalties' means over the
    /// batch move too.
    @Test(arguments: members.indices) func gradientsAreCentralDifferences(_ member: Int) throws {
        let network = try FreshWeights.network(of: Self.members[member], seed: 5)
        let trainable = TrainableNetwork(network, workers: 1, algorithm: .direct)
        let samples = 10
        let found = Self.batch(trainable, samples: samples, side: 8).gradient
        let peak = found.map { abs($0) }.max() ?? 0
        var far = 0
        for index in found.indices {
            let kept = trainable.weights.base[index]
            func value(_ weight: Float) -> Double {
                trainable.weights.base[index] = weight
                return Self.batch(trainable, samples: samples, side: 8).losses.reduce(0, +) / Double(samples)
            }
            let (upper, lower) = (kept + 4e-3, kept - 4e-3)
            let slope = (value(upper) - value(lower)) / Double(upper - lower)
            trainable.weights.base[index] = kept
            if abs(slope - Double(found[index])) > 0.01 * Double(peak) { far += 1 }
        }
        // A ReLU that turns within a difference, or a channel at its free bits, bends it.
        #expect(far <= found.count / 50, "\(far) of \(found.count)")
    }

    /// A code that is drawn without free bits needs no means, also beside a penalty that does.
    @Test func termsDoNotDisturbOneAnother() throws {
        func loss(sparse: Bool) throws -> Double {
            var graph = Graph(inputChannels: 2)
            let layer = Convolution(
                weights: noise([4, 2, 1, 1], seed: 3), bias: Tensor(shape: [4], elements: [1, 2, 0.3, -0.2]))
            var h = try graph.append(layer, graph.picture, name: "layer")
            h = try graph.append(GaussianSampling(), h, name: "code")
            if sparse {
                h = try graph.append(Sigmoid(), h, name: "sigmoid")
                h = try graph.append(SparsityPenalty(target: 0.5, weight: 0), h, name: "sparsity")
            }
            try graph.append(Convolution(weights: Tensor(shape: [2, 2, 1, 1])), h, name: "last")
            let trainable = TrainableNetwork(try Network(graph), workers: 1)
            return trainable.accumulate(
                samples: 1, height: 4, width: 4, fill: { _, _, _, _ in 0 }, loss: { _, _, _ in 0 })[0]
        }
        let (plain, both) = (try loss(sparse: false), try loss(sparse: true))
        #expect(plain > 0.1 && abs(both - plain) < 1e-6)
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

    /// The penalty of sparsity: zero at its target, and growing on both sides.
    @Test func sparsityHasItsLeastValueAtTheTarget() throws {
        func penalty(mean: Double) throws -> Double {
            let bias = Float(log(mean / (1 - mean)))
            var graph = Graph(inputChannels: 1)
            let layer = Convolution(
                weights: Tensor(shape: [3, 1, 1, 1]), bias: Tensor(shape: [3], elements: [bias, bias, bias]))
            var h = try graph.append(layer, graph.picture, name: "layer")
            h = try graph.append(Sigmoid(), h, name: "sigmoid")
            h = try graph.append(SparsityPenalty(target: 0.2, weight: 2), h, name: "sparsity")
            try graph.append(Convolution(weights: Tensor(shape: [1, 3, 1, 1])), h, name: "last")
            let trainable = TrainableNetwork(try Network(graph), workers: 1)
            let losses = trainable.accumulate(
                samples: 3, height: 4, width: 4, fill: { _, _, _, _ in 0 }, loss: { _, _, _ in 0 })
            return losses.reduce(0, +) / 3
        }
        #expect(abs(try penalty(mean: 0.2)) < 1e-6)
        for mean in [0.05, 0.1, 0.3, 0.9] {
            let expected = 2 * 3 * (0.2 * log(0.2 / mean) + 0.8 * log(0.8 / (1 - mean)))
            #expect(abs(try penalty(mean: mean) - expected) < 1e-5)
        }
    }
}
