import Autoencoders
import Foundation
import Networks
import Tensors
import Testing
import Training

/// A sparse autoencoder on patches that are sums of few features: whether its units are on seldom, and not merely small
/// on average.
@Suite struct SparseCodeTests {
    static let side = 64
    static let target: Float = 0.06

    /// Pictures of 16x16 patches of 4x4 samples, each a sum of features, every one of 24 on with a chance of 0.06.
    private struct Sums: SampleSource {
        let seed: UInt64 = 3
        let fields = [SampleField("picture", channels: 1), SampleField("target", channels: 1)]
        let features: [[Double]]

        init() {
            var random = RandomStream(seed: 1)
            features = (0..<24).map { _ in
                let numbers = (0..<16).map { _ in random.normal() }
                let norm = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
                return numbers.map { 0.6 * $0 / norm }
            }
        }

        func draw(_ view: PlanarView, _ first: Int, _ second: Int) {
            var random = RandomStream(seed: seed, first, second)
            for patch in 0..<view.height * view.width / 16 {
                var sums = [Double](repeating: 0.5, count: 16)
                for feature in features where random.uniform() < 0.06 {
                    for i in 0..<16 { sums[i] += feature[i] }
                }
                let (top, left) = (patch / (view.width / 4) * 4, patch % (view.width / 4) * 4)
                for i in 0..<16 { view.row(0, top + i / 4)[left + i % 4] = Float(sums[i]) }
            }
        }

        func makeSample(
            step: Int, sample: Int, fields: [PlanarView], workspace: PatchWorkspace
        ) -> SampleFacts {
            draw(fields[0], step, sample)
            fields[1].copySamples(from: fields[0])
            return SampleFacts()
        }
    }

    /// Trains, and returns the mean activation of each unit on patches that were not seen, and its deviation over it.
    private static func code(decay: Float) throws -> [(mean: Double, ratio: Double)] {
        let data = Sums()
        let member = SparseAutoencoder(
            channels: 1, patch: 4, units: 24, target: target, weight: 3 / 16, decay: decay)
        let source = try NetworkGradients(
            InitialWeights.network(of: member, seed: 1), samples: data,
            objective: .init(.meanSquaredError) + member.regularisation, workers: 1)
        let optimiser = Optimiser(.adam(.init()), count: source.weights.count)
        let schedule = RateSchedule(rate: 3e-2, warmup: 50, shape: .cosine(final: 1e-6), steps: 1500)
        for step in 0..<1500 {
            _ = try source.accumulate(step: step, stage: .init(share: 1, patch: side, batch: 4))
            optimiser.update(
                source.weights.base, gradient: source.gradient.base, range: 0..<source.weights.count,
                .init(number: step + 1, rate: schedule.rate(at: step)))
        }
        let network = source.network.network(with: source.weights)
        let picture = PlanarImage(channels: 1, height: 512, width: 512)
        data.draw(picture.view, 1_000_000, 0)
        let output = PlanarImage(channels: 1, height: 512, width: 512)
        let latent = try #require(network.graph.latent)
        let found = try #require(
            Executor(network: network, maximumHeight: 512, maximumWidth: 512).run(
                input: picture.view, output: output.view, reading: latent))
        let count = 128 * 128
        return (0..<24).map { unit in
            let values = found.elements[unit * count..<(unit + 1) * count].map(Double.init)
            let mean = values.reduce(0, +) / Double(count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
            return (mean, variance.squareRoot() / mean)
        }
    }

    /// The decay moves the decoder's weights, and nothing else.
    @Test func theDecayIsOfTheDecoder() throws {
        func source(_ more: [ObjectiveTerm]) throws -> NetworkGradients {
            let member = SparseAutoencoder(channels: 1, patch: 4, units: 24, weight: 0)
            return try NetworkGradients(
                InitialWeights.network(of: member, seed: 1), samples: Sums(),
                objective: .init(.meanSquaredError) + more,
                workers: 1)
        }
        let stage = PatchStages.Stage(share: 1, patch: 16, batch: 1)
        let (plain, decayed) = (
            try source([]), try source([ObjectiveTerm(.weightDecay, value: "decoder", weight: 0.5)])
        )
        let without = try plain.accumulate(step: 0, stage: stage).value
        let with = try decayed.accumulate(step: 0, stage: stage).value
        var sum = 0.0
        for parameter in plain.ranges {
            for index in parameter.range {
                let weight = parameter.name == "decoder.weight" ? plain.weights.base[index] : 0
                sum += Double(weight) * Double(weight)
                #expect(abs(decayed.gradient.base[index] - plain.gradient.base[index] - 0.5 * weight) < 1e-6)
            }
        }
        #expect(abs(with - without - 0.25 * sum) < 1e-4 * sum && sum > 1)
        let error = #expect(throws: TrainingError.self) {
            try source([ObjectiveTerm(.weightDecay, value: "latent.sigmoid")])
        }
        #expect("\(try #require(error))".contains("the weights of 'latent.sigmoid'"))
    }

    /// The distribution, not the mean alone: a constant would meet a mean.
    @Test func fewUnitsAreOn() throws {
        func isMet(_ code: [(mean: Double, ratio: Double)]) -> Bool {
            code.count { abs($0.mean / Double(Self.target) - 1) < 0.1 } >= 22
        }
        func median(_ code: [(mean: Double, ratio: Double)]) -> Double { code.map(\.ratio).sorted()[12] }
        let sparse = try Self.code(decay: 0.025 / 16)
        #expect(isMet(sparse) && median(sparse) > 1.6, "\(sparse)")
        // With features of any size the same means are met by units that whisper.
        let whispering = try Self.code(decay: 0)
        #expect(isMet(whispering) && median(whispering) < 1, "\(whispering)")
    }
}
