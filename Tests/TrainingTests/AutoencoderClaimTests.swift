import Autoencoders
import Foundation
import Networks
import Tensors
import Testing
import Training

/// What the members of the family are said to do, on data whose answer is known. Every run is one picture of many patches,
/// trained whole, so that nothing is drawn but weights and constraints.
@Suite struct AutoencoderClaimTests {
    /// A grey picture of 16 x 16 patches of 4 x 4 samples.
    static let side = 64
    static let patch = 4
    static let samples = 16

    /// Lays patches of 16 samples side by side.
    static func picture(_ make: (Int) -> [Double]) -> PlanarImage {
        let image = PlanarImage(channels: 1, height: side, width: side)
        for index in 0..<256 {
            let values = make(index)
            for (i, value) in values.enumerated() {
                let (y, x) = (index / 16 * patch + i / patch, index % 16 * patch + i % patch)
                image.view.row(0, y)[x] = Float(value)
            }
        }
        return image
    }

    /// The samples of each patch.
    static func patches(_ view: PlanarView) -> [[Double]] {
        (0..<256).map { index in
            (0..<samples).map { i in
                Double(view.row(0, index / 16 * patch + i / patch)[index % 16 * patch + i % patch])
            }
        }
    }

    /// Trains a network to make `target` of what `input` gives at each step.
    @discardableResult
    static func train(
        _ architecture: any Architecture, seed: UInt64, steps: Int, rate: Double,
        _ settings: OptimiserSettings = .adam(.init()), input: @escaping @Sendable (_ step: Int) -> PlanarImage,
        target: PlanarImage
    ) throws -> Network {
        let gradients = try NetworkGradients(
            InitialWeights.network(of: architecture, seed: seed), samples: Pictures(input: input, target: target),
            objective: .init(.meanSquaredError) + architecture.regularisation, workers: 1)
        let count = gradients.weights.count
        let optimiser = Optimiser(settings, count: count)
        let schedule = RateSchedule(rate: rate, warmup: 10, shape: .cosine(final: rate / 100), steps: steps)
        for step in 0..<steps {
            _ = try gradients.accumulate(step: step, stage: .init(share: 1, patch: target.height, batch: 1))
            optimiser.update(
                gradients.weights.base, gradient: gradients.gradient.base, range: 0..<count,
                .init(number: step + 1, rate: schedule.rate(at: step)))
        }
        return gradients.network.network(with: gradients.weights)
    }

    /// One sample a step.
    private struct Pictures: SampleSource {
        let seed: UInt64 = 1
        let fields = [SampleField("picture", channels: 1), SampleField("target", channels: 1)]
        let input: @Sendable (_ step: Int) -> PlanarImage
        let target: PlanarImage

        func makeSample(
            step: Int, sample: Int, fields: [PlanarView], workspace: PatchWorkspace
        ) -> SampleFacts {
            fields[0].copySamples(from: input(step).view)
            fields[1].copySamples(from: target.view)
            return SampleFacts()
        }
    }

    /// What the network, as it restores, makes of a picture.
    static func result(_ network: Network, _ picture: PlanarImage) -> PlanarImage {
        let output = PlanarImage(channels: picture.channels, height: picture.height, width: picture.width)
        Executor(network: network, maximumHeight: picture.height, maximumWidth: picture.width).run(
            input: picture.view, output: output.view)
        return output
    }

    static func squaredError(_ a: PlanarImage, _ b: PlanarImage) -> Double {
        zip(a.samples, b.samples).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) } / Double(a.sampleCount)
    }

    /// A walk through sixteen correlated samples, different for every patch.
    static func walk(_ index: Int, seed: UInt64) -> [Double] {
        var random = RandomStream(seed: seed, index)
        var value = 0.5
        return (0..<samples).map { i in
            value += 0.06 * random.normal() * (i % 4 == 0 ? 2 : 1)
            return value
        }
    }

    /// Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations.
    static func eigen(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
        let n = matrix.count
        var a = matrix
        var v = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
        for _ in 0..<60 {
            for p in 0..<n {
                for q in p + 1..<n where abs(a[p][q]) > 1e-14 {
                    let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let t = (theta < 0 ? -1.0 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
                    let c = 1 / (t * t + 1).squareRoot()
                    let s = t * c
                    for k in 0..<n { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
                    for k in 0..<n { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
                    for k in 0..<n { (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q]) }
                }
            }
        }
        let order = (0..<n).sorted { a[$0][$0] > a[$1][$1] }
        return (order.map { a[$0][$0] }, order.map { column in v.map { $0[column] } })
    }

    /// Principal components of patches: the mean, and unit vectors by falling variance.
    static func components(_ patches: [[Double]]) -> (mean: [Double], values: [Double], vectors: [[Double]]) {
        let count = Double(patches.count)
        let mean = (0..<samples).map { i in patches.reduce(0) { $0 + $1[i] } / count }
        let covariance = (0..<samples).map { i in
            (0..<samples).map { j in patches.reduce(0) { $0 + ($1[i] - mean[i]) * ($1[j] - mean[j]) } / count }
        }
        let (values, vectors) = eigen(covariance)
        return (mean, values, vectors)
    }

    /// The mean squared error of patches rebuilt from their first components.
    static func principalError(
        _ patches: [[Double]], _ mean: [Double], _ vectors: ArraySlice<[Double]>
    ) -> Double {
        patches.reduce(0) { sum, patch in
            let centred = zip(patch, mean).map { $0 - $1 }
            let kept = vectors.reduce(0) { total, vector in
                let part = zip(centred, vector).reduce(0) { $0 + $1.0 * $1.1 }
                return total + part * part
            }
            return sum + (centred.reduce(0) { $0 + $1 * $1 } - kept)
        } / Double(patches.count * samples)
    }

    /// Baldi and Hornik 1989: no linear autoencoder does better than as many principal components, and training gets there.
    @Test(arguments: [2, 5]) func theLinearOneIsPCA(_ dimension: Int) throws {
        let data = Self.picture { Self.walk($0, seed: 3) }
        let patches = Self.patches(data.view)
        let (mean, values, vectors) = Self.components(patches)
        let expected = Self.principalError(patches, mean, vectors.prefix(dimension))
        #expect(abs(values.dropFirst(dimension).reduce(0, +) / 16 - expected) < 1e-9)
        let architecture = DenseAutoencoder(
            channels: 1, patch: Self.patch, widths: [], latentChannels: dimension, activation: .none)
        let network = try Self.train(
            architecture, seed: 2, steps: 3000, rate: 1e-2, input: { _ in data }, target: data)
        let found = Self.squaredError(Self.result(network, data), data)
        #expect(found < 1.01 * expected && found > 0.9999 * expected, "\(found), PCA \(expected)")
    }

    /// An edge of any angle and place: two numbers, bent into sixteen.
    static func edge(_ index: Int, seed: UInt64) -> [Double] {
        var random = RandomStream(seed: seed, index)
        let (angle, offset) = (2 * Double.pi * random.uniform(), 2 * random.uniform() - 1)
        return (0..<samples).map { i in
            let (y, x) = (Double(i / 4) - 1.5, Double(i % 4) - 1.5)
            return 1 / (1 + exp(-2 * (x * cos(angle) + y * sin(angle) - offset)))
        }
    }

    /// Held-out patches on a curved surface: layers that are not linear follow it, as many components do not.
    @Test func theCurvedOneBeatsPCA() throws {
        let (data, others) = (Self.picture { Self.edge($0, seed: 5) }, Self.picture { Self.edge($0, seed: 6) })
        let (mean, _, vectors) = Self.components(Self.patches(data.view))
        let expected = Self.principalError(Self.patches(others.view), mean, vectors.prefix(3))
        let architecture = DenseAutoencoder(channels: 1, patch: Self.patch, widths: [48, 24], latentChannels: 3)
        let network = try Self.train(
            architecture, seed: 4, steps: 2500, rate: 3e-3, input: { _ in data }, target: data)
        let found = Self.squaredError(Self.result(network, others), others)
        #expect(found < 0.7 * expected, "\(found), PCA \(expected)")
    }

    /// More units than samples: without a constraint the identity is learnt, with one it is not.
    @Test func theOvercompleteOneNeedsAConstraint() throws {
        let data = Self.picture { Self.walk($0, seed: 8) }
        let noisy: @Sendable (Int) -> PlanarImage = { step in
            var random = RandomStream(seed: 11, step)
            let sums = PlanarImage(channels: 1, height: Self.side, width: Self.side)
            random.addNormal(deviation: 0.2, to: data.view.base, sums: sums.view.base, count: data.sampleCount)
            return sums
        }
        func error(
            _ architecture: any Architecture, _ settings: OptimiserSettings = .adam(.init()),
            input: @escaping @Sendable (Int) -> PlanarImage = { _ in data }
        ) throws -> Double {
            let network = try Self.train(
                architecture, seed: 7, steps: 2000, rate: 5e-3, settings, input: input, target: data)
            return Self.squaredError(Self.result(network, data), data)
        }
        func dense(dropout: Float = 0) -> DenseAutoencoder {
            DenseAutoencoder(
                channels: 1, patch: Self.patch, widths: [], latentChannels: 40, activation: .none, dropout: dropout)
        }
        let free = try error(dense())
        #expect(free < 1e-6, "\(free)")
        let constrained = [
            "denoising": try error(dense(), input: noisy), "dropout": try error(dense(dropout: 0.5)),
            "weight decay": try error(dense(), .adamW(.init(weightDecay: 5))),
        ]
        for (name, found) in constrained { #expect(found > 1e-4, "\(name): \(found)") }
        // Few units on are no constraint where the others may whisper: weights that decay, with and without sparsity.
        func sparse(weight: Float) throws -> Double {
            try error(
                SparseAutoencoder(channels: 1, patch: Self.patch, units: 40, target: 0.02, weight: weight),
                .adamW(.init(weightDecay: 0.2)))
        }
        let (loud, quiet) = (try sparse(weight: 0), try sparse(weight: 1))
        #expect(quiet > 2 * loud, "\(quiet), without sparsity \(loud)")
    }

    /// The hidden units' mean activation comes to what was asked for.
    @Test(arguments: [0.05, 0.2]) func sparsityIsMet(_ target: Float) throws {
        let data = Self.picture { Self.edge($0, seed: 12) }
        let architecture = SparseAutoencoder(channels: 1, patch: Self.patch, units: 24, target: target, weight: 0.01)
        let network = try Self.train(
            architecture, seed: 9, steps: 1500, rate: 5e-3, input: { _ in data }, target: data)
        let code = try #require(network.graph.latent)
        let output = PlanarImage(channels: 1, height: Self.side, width: Self.side)
        let found = try #require(
            Executor(network: network, maximumHeight: Self.side, maximumWidth: Self.side).run(
                input: data.view, output: output.view, reading: code))
        for unit in 0..<24 {
            let mean = found.elements[unit * 256..<(unit + 1) * 256].reduce(0, +) / 256
            #expect(abs(mean - target) < 0.1 * target, "unit \(unit): \(mean)")
        }
        #expect(Self.squaredError(output, data) < 0.05)
    }

    /// Vincent 2011, Miyasawa 1961: what a denoiser moves a point by, over the variance, is the slope of the logarithm of
    /// the noisy points' density; here a mixture of two normal ones.
    @Test func theDenoisingOneKnowsTheScore() throws {
        let (centre, own, sigma) = (0.5, 0.15, 0.25)
        let count = Self.side * Self.side
        @Sendable func clean(_ step: Int) -> PlanarImage {
            var random = RandomStream(seed: 21, step)
            let image = PlanarImage(channels: 1, height: Self.side, width: Self.side)
            for i in 0..<count {
                image.view.base[i] = Float((random.nextWord() & 1 == 0 ? -centre : centre) + own * random.normal())
            }
            return image
        }
        // Samples that have nothing to do with each other: layers from one sample to one sample.
        var graph = Graph(inputChannels: 1)
        var random = RandomStream(seed: 4)
        func layer(_ x: Graph.Value, _ name: String, _ inputs: Int, _ outputs: Int) throws -> Graph.Value {
            let numbers = (0..<inputs * outputs).map { _ in Float(random.normal()) * (2 / Float(inputs)).squareRoot() }
            return try graph.append(

                Convolution(
                    weights: Tensor(shape: [outputs, inputs, 1, 1], elements: numbers),
                    bias: Tensor(shape: [outputs])),
                x, name: name)
        }
        var h = try graph.append(ReLU(), layer(graph.picture, "first", 1, 32), name: "first.relu")
        h = try graph.append(ReLU(), layer(h, "second", 32, 32), name: "second.relu")
        _ = try layer(h, "last", 32, 1)
        let trainable = TrainableNetwork(try Network(graph), workers: 1)
        let optimiser = Optimiser(.adam(.init()), count: trainable.weights.count)
        let schedule = RateSchedule(rate: 5e-3, warmup: 10, shape: .cosine(final: 1e-5), steps: 2000)
        for step in 0..<2000 {
            trainable.packWeights()
            _ = trainable.accumulate(
                samples: 4, height: Self.side, width: Self.side,
                fill: { _, sample, input, target in
                    let picture = clean(4 * step + sample)
                    var noise = RandomStream(seed: 22, step, sample)
                    target.copySamples(from: picture.view)
                    let sums = PlanarImage(channels: 1, height: Self.side, width: Self.side)
                    noise.addNormal(
                        deviation: Float(sigma), to: picture.view.base, sums: sums.view.base, count: count)
                    input.copySamples(from: sums.view)
                    return 0
                },
                loss: { Loss.meanSquaredError.gradient(output: $0, target: $1, batch: 4, into: $2) })
            optimiser.update(
                trainable.weights.base, gradient: trainable.gradient.base, range: 0..<trainable.weights.count,
                .init(number: step + 1, rate: schedule.rate(at: step)))
        }
        trainable.packWeights()

        // Points where nine tenths of the noisy ones lie.
        let variance = own * own + sigma * sigma
        let points = (0..<64).map { -0.9 + 1.8 * Double($0) / 63 }
        let input = PlanarImage(channels: 1, height: 1, width: 64, samples: points.map { Float($0) })
        let denoised = AlignedBuffer<Float>(repeating: 0, count: 64)
        _ = trainable.accumulate(
            samples: 1, height: 1, width: 64,
            fill: { _, _, picture, _ in
                picture.copySamples(from: input.view)
                return 0
            },
            loss: { output, _, _ in
                denoised.base.update(from: output.row(0, 0), count: 64)
                return 0
            })
        for (i, x) in points.enumerated() {
            let found = (Double(denoised.base[i]) - x) / (sigma * sigma)
            let left = exp(-(x + centre) * (x + centre) / (2 * variance))
            let right = exp(-(x - centre) * (x - centre) / (2 * variance))
            let score = -(left * (x + centre) + right * (x - centre)) / (left + right) / variance
            // Scores reach 4.7 here.
            #expect(abs(found - score) < 0.3, "at \(x): \(found), expected \(score)")
        }
    }
}
