import Foundation
import Networks
import Tensors
import Testing
import Training

@Suite struct OptimiserTests {
    private struct Options: Decodable {
        var momentum: Double?
        var betas: [Double]?
        var eps: Double?
        var weightDecay: Double?

        private enum CodingKeys: String, CodingKey {
            case momentum, betas, eps
            case weightDecay = "weight_decay"
        }
    }

    static let fixtures = ["sgd", "sgd-decay", "adam", "adam-decay", "adamw"]

    private static func settings(_ name: String, _ options: Options) -> OptimiserSettings {
        let decay = options.weightDecay ?? 0
        if let momentum = options.momentum { return .momentum(.init(momentum: momentum, weightDecay: decay)) }
        let betas = options.betas ?? []
        let adam = OptimiserSettings.Adam(
            beta1: betas[0], beta2: betas[1], epsilon: options.eps ?? 1e-8, weightDecay: decay)
        return name.hasPrefix("adamw") ? .adamW(adam) : .adam(adam)
    }

    /// Ten steps with clipping and averaging. Each step rounds a few times (6e-8 of the weight or of the step, which
    /// is at most 0.1); Adam's quotient of two running means is the same as PyTorch's to some roundings.
    @Test(arguments: fixtures) func tenStepsAgainstPyTorch(name: String) throws {
        let file = try fixture("optimiser-\(name)")
        func values<Value: Decodable>(_ key: String) throws -> Value {
            try JSONDecoder().decode(Value.self, from: Data(file.metadata[key, default: ""].utf8))
        }
        let (norms, rates): ([Double], [Double]) = (try values("norms"), try values("rates"))
        let initial = try #require(file.tensor(named: "initial")).elements
        let gradients = try #require(file.tensor(named: "gradients")).elements
        let count = initial.count
        let weights = AlignedBuffer<Float>(repeating: 0, count: count)
        for i in 0..<count { weights.base[i] = initial[i] }
        let optimiser = Optimiser(Self.settings(name, try values("options")), count: count)
        let average = WeightAverage(decay: 0.999, weights: weights.base, count: count)
        for step in 0..<10 {
            let gradient = Array(gradients[step * count..<(step + 1) * count])
            let norm = GradientNorm.norm(gradient, count: count)
            #expect(abs(norm - norms[step]) <= 1e-6 * norms[step])
            // Cut where no vector ends: the bits do not depend on it, so the tolerance need not either.
            for range in [0..<5, 40..<count, 5..<40] {
                optimiser.update(
                    weights.base, gradient: gradient, range: range,
                    .init(
                        number: step + 1, rate: rates[step], gradientFactor: GradientNorm.factor(norm: norm, limit: 1)))
            }
            average.update(weights.base, range: 0..<count, after: step + 1)
            for (buffer, key) in [(weights, "weights\(step)"), (average.values, "average\(step)")] {
                let expected = try #require(file.tensor(named: key)).elements
                for i in 0..<count {
                    let tolerance = 3e-7 * Float(step + 1) * max(abs(expected[i]), 0.1)
                    #expect(abs(buffer.base[i] - expected[i]) <= tolerance, "\(key), element \(i)")
                }
            }
        }
    }

    @Test func everyOptimiserHasAFixture() throws {
        for settings in OptimiserSettings.all {
            #expect(Self.fixtures.contains { $0.split(separator: "-")[0] == settings.name }, "\(settings.name)")
        }
    }

    /// The same bits whole and in pieces, over several blocks, for each optimiser.
    @Test(arguments: OptimiserSettings.all) func rangesDoNotChangeABit(settings: OptimiserSettings) throws {
        let count = 10_007
        func run(pieces: Int) throws -> [Float] {
            let source = WeightSource(seed: 5)
            let weights = try source.tensor("w", shape: [count, 1])
            let buffer = AlignedBuffer<Float>(repeating: 0, count: count)
            for i in 0..<count { buffer.base[i] = weights.elements[i] }
            let optimiser = Optimiser(settings, count: count)
            for number in 1...3 {
                let gradient = try source.tensor("g", shape: [count, 1]).elements
                for piece in 0..<pieces {
                    optimiser.update(
                        buffer.base, gradient: gradient, range: piece * count / pieces..<(piece + 1) * count / pieces,
                        .init(number: number, rate: 0.01))
                }
            }
            return Array(buffer.elements)
        }
        let whole = try run(pieces: 1)
        #expect(try run(pieces: 7) == whole)
        #expect(try run(pieces: 1000) == whole)
    }

    @Test(arguments: [0, 1, 7, 8, 9, 4095, 4096, 4097, 10_007]) func normOfAnyLength(count: Int) throws {
        let gradient = try WeightSource(seed: 9).tensor("g", shape: [max(1, count), 1]).elements
        let expected = gradient.prefix(count).reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let norm = GradientNorm.norm(gradient, count: count)
        #expect(abs(norm - expected) <= 1e-12 * expected)
    }

    @Test func clipping() {
        #expect(GradientNorm.factor(norm: 0.5, limit: 1) == 1)
        #expect(GradientNorm.factor(norm: 4, limit: 1) == 1 / 4.000001)
        #expect(GradientNorm.factor(norm: 1e9, limit: nil) == 1)
        #expect(!GradientNorm.norm([1, .nan], count: 2).isFinite)
        #expect(!GradientNorm.norm([1, .infinity], count: 2).isFinite)
    }
}
