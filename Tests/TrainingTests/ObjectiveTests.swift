import Autoencoders
import Foundation
import Kernels
import Networks
import Tensors
import Testing
import Training

/// The terms of an objective, beside central differences and their closed forms beside sampling.
@Suite struct ObjectiveTests {
    private static let stage = PatchStages.Stage(share: 1, patch: 4, batch: 6)

    private static func gradients(_ example: ObjectiveExamples.Example) throws -> NetworkGradients {
        try NetworkGradients(
            Network(example.graph), samples: example.samples,
            objective: example.terms, workers: 2, algorithm: .direct, models: example.models)
    }

    @Test(arguments: ObjectiveTerm.Kind.all) func gradientsAreCentralDifferences(_ kind: ObjectiveTerm.Kind) throws {
        let gradients = try Self.gradients(ObjectiveExamples.example(of: kind))
        let losses = try gradients.accumulate(step: 1, stage: Self.stage)
        #expect(losses.terms.count == gradients.objective.terms.count && losses.terms.allSatisfy { $0 != 0 })
        #expect(abs(losses.terms.reduce(0, +) - losses.value) < 1e-9 * (1 + abs(losses.value)))
        let found = Array(gradients.gradient.elements)
        let peak = Double(found.map { abs($0) }.max() ?? 0)
        #expect(peak > 1e-4)
        var far = 0
        for index in found.indices {
            let kept = gradients.weights.base[index]
            func value(_ step: Float) throws -> Double {
                gradients.weights.base[index] = kept + step
                return try gradients.accumulate(step: 1, stage: Self.stage).value
            }
            func slope(_ step: Float) throws -> Double {
                (try value(step) - value(-step)) / (Double(kept + step) - Double(kept - step))
            }
            let expected = (4 * (try slope(4e-3)) - (try slope(8e-3))) / 3
            gradients.weights.base[index] = kept
            if abs(expected - Double(found[index])) > 2e-3 * peak { far += 1 }
        }
        // |value|, and ReLUs of the network that looks, turn within some differences.
        let mayTurn = kind == .magnitude || kind.name == "perceptual"
        #expect(far <= (mayTurn ? found.count / 8 : 0), "\(far) of \(found.count)")
    }

    @Test(arguments: ObjectiveTerm.Kind.all) func bitsDoNotDependOnWorkers(_ kind: ObjectiveTerm.Kind) throws {
        let example = try ObjectiveExamples.example(of: kind)
        try expectSameBits(stage: Self.stage) {
            try NetworkGradients(
                Network(example.graph), samples: example.samples,
                objective: example.terms, workers: $0, models: example.models)
        }
    }

    /// A term's column is the term, whatever stands beside it, and its weight grows as asked.
    @Test func columnsAreTheTerms() throws {
        var example = try ObjectiveExamples.example(of: .sparsity(target: 0.1))
        let both = try Self.gradients(example)
        let atOnce = try (0..<6).map { try both.accumulate(step: $0, stage: Self.stage).terms }
        for index in example.terms.indices {
            var alone = example
            alone.terms = [example.terms[index]]
            let single = try Self.gradients(alone)
            for step in 0..<6 {
                #expect(try single.accumulate(step: step, stage: Self.stage).terms == [atOnce[step][index]])
            }
        }
        example.terms[0].warmupSteps = 0
        let full = try Self.gradients(example)
        for (step, share) in [0.25, 0.5, 0.75, 1, 1, 1].enumerated() {
            let expected = share * (try full.accumulate(step: step, stage: Self.stage).terms[0])
            #expect(abs(atOnce[step][0] - expected) < 1e-12)
        }
    }

    // MARK: Closed forms

    private func logNormal(_ x: Double, _ mean: Double, _ deviation: Double) -> Double {
        -(x - mean) * (x - mean) / (2 * deviation * deviation) - log(deviation) - log(2 * .pi) / 2
    }

    /// One number as picture and target, and a result of fixed numbers.
    private struct Fixed: SampleSource {
        let fields: [SampleField]
        let target: Float
        let seed: UInt64 = 0

        func makeSample(
            step: Int, sample: Int, fields: [PlanarView], workspace: PatchWorkspace
        ) -> SampleFacts {
            for field in fields { field.row(0, 0)[0] = target }
            return SampleFacts()
        }
    }

    /// The value of a term of a network that gives `numbers` whatever it is given.
    private func value(
        _ term: ObjectiveTerm, numbers: [Float], target: Float = 0, extra: [Float]? = nil
    ) throws -> Double {
        func constant(_ numbers: [Float]) -> Convolution {
            Convolution(
                weights: Tensor(shape: [numbers.count, 1, 1, 1]),
                bias: Tensor(shape: [numbers.count], elements: numbers))
        }
        var graph = Graph(inputChannels: 1)
        if let extra { try graph.append(constant(extra), graph.picture, name: "extra") }
        let value = try graph.append(constant(numbers), graph.picture, name: "value")
        if numbers.count > 1 {
            try graph.append(Convolution(weights: Tensor(shape: [1, numbers.count, 1, 1])), value, name: "last")
        }
        let fields = [SampleField("picture", channels: 1), SampleField("target", channels: 1)]
        return try NetworkGradients(
            Network(graph), samples: Fixed(fields: fields, target: target), objective: [term], workers: 1
        ).accumulate(step: 0, stage: .init(share: 1, patch: 1, batch: 1)).value
    }

    /// The divergence is the mean of the logarithm of the densities' quotient.
    @Test(arguments: [(0.7, 0.4), (-1.5, 1.8), (0, 1)]) func divergenceIsTheMeanOverSamples(
        _ mean: Double, _ deviation: Double
    ) throws {
        let found = try value(
            ObjectiveTerm(.divergence(freeBits: 0), value: "value"), numbers: [Float(mean), Float(2 * log(deviation))])
        var random = RandomStream(seed: 5, 1)
        let count = 200_000
        let sampled =
            (0..<count).reduce(0.0) { sum, _ in
                let x = mean + deviation * random.normal()
                return sum + logNormal(x, mean, deviation) - logNormal(x, 0, 1)
            } / Double(count)
        #expect(abs(found - sampled) < 0.02, "\(found), sampled \(sampled)")
    }

    /// The penalty of sparsity is the mean of the logarithm of two coins' quotient; least at its target.
    @Test func sparsityIsTheMeanOverSamples() throws {
        for mean in [0.05, 0.2, 0.3, 0.9] {
            let found = try value(
                ObjectiveTerm(.sparsity(target: 0.2), value: "value", weight: 2), numbers: [Float(mean), Float(mean)])
            var random = RandomStream(seed: 6, 1)
            let count = 200_000
            let sampled =
                (0..<count).reduce(0.0) { sum, _ in
                    let isOn = random.uniform() < 0.2
                    return sum + log((isOn ? 0.2 : 0.8) / (isOn ? mean : 1 - mean))
                } / Double(count)
            #expect(abs(found - 4 * sampled) < 0.03, "\(found), sampled \(4 * sampled)")
        }
    }

    /// The normal likelihood is that of the density, and its best deviation is that of the samples.
    @Test func theLikelihoodIsThatOfTheDensity() throws {
        let term = ObjectiveTerm(.gaussian(scale: "extra"), value: "value")
        for (mean, deviation, target) in [(0.4, 0.2, 0.7), (0.1, 0.05, 0.1)] {
            let found = try value(
                term, numbers: [Float(mean)], target: Float(target), extra: [Float(log(deviation))])
            #expect(abs(found + logNormal(target, mean, deviation) - -log(2 * .pi) / 2) < 1e-5)
        }
        // 0.3 from the mean the deviation 0.3 is the best one.
        let values = try [0.29, 0.3, 0.31].map {
            try value(term, numbers: [0.4], target: 0.7, extra: [Float(log($0))])
        }
        #expect(values[1] < values[0] && values[1] < values[2])
    }

    /// The masses of all levels add up to 1, and are what samples of the mixture fall into.
    @Test func theMixtureOfLogisticsIsADistribution() throws {
        let (logits, means, scales): ([Float], [Float], [Float]) = ([0.5, -0.3], [0.2, 0.75], [-3, -4.5])
        let term = ObjectiveTerm(.logistics(components: 2), value: "value")
        let masses = try (0...255).map {
            exp(-(try value(term, numbers: logits + means + scales, target: Float($0) / 255)))
        }
        #expect(abs(masses.reduce(0, +) - 1) < 1e-5)
        var random = RandomStream(seed: 7, 1)
        let share = exp(0.5) / (exp(0.5) + exp(-0.3))
        var counts = [Double](repeating: 0, count: 256)
        let count = 200_000
        for _ in 0..<count {
            let part = random.uniform() < share ? 0 : 1
            let u = random.uniform()
            let x = Double(means[part]) + exp(Double(scales[part])) * (log(u) - log(1 - u))
            counts[Int((min(max(x, 0), 1) * 255).rounded())] += 1 / Double(count)
        }
        let distance = zip(masses, counts).reduce(0) { $0 + abs($1.0 - $1.1) }
        #expect(distance < 0.03, "\(distance)")
    }

    // MARK: Bad input

    @Test func whatTermsNameMustBeThere() throws {
        let example = try ObjectiveExamples.example(of: .classes)
        let network = try Network(example.graph)
        func refused(_ terms: ObjectiveTerm..., fields: [SampleField]? = nil, groups: [String] = []) throws -> String {
            let error = #expect(throws: TrainingError.self) {
                try Objective(terms, network: network, fields: fields ?? example.fields, groups: groups)
            }
            return "\(try #require(error))"
        }
        let classes = example.terms[1]
        var other = classes
        other.value = "clas"
        #expect(try refused(other).contains("'clas', expected result, class, hidden, tanh, head, last"))
        other = classes
        other.target = .sample("kind")
        #expect(try refused(other).contains("'kind', expected picture, target, label"))
        other.target = .sample("target")
        #expect(try refused(other).contains("2 channels at 1, expected 4 channels at 1"))
        other = classes
        other.groups = ["critic": -1]
        #expect(try refused(other).contains("the group 'critic'"))
        #expect(try refused(other, groups: ["head", "rest"]).contains("expected head, rest"))
        #expect(try refused(classes, classes).contains("two terms of that name"))
        #expect(try refused().contains("empty"))
        #expect(try refused(ObjectiveTerm(.divergence(freeBits: 0), value: "hidden")).contains("5 channels"))
        #expect(try refused(ObjectiveTerm(.gaussian(scale: "class"))).contains("a scale of 4 channels"))
        #expect(try refused(ObjectiveTerm(.logistics(components: 2))).contains("3 x 2 channels"))
        #expect(try refused(ObjectiveTerm(.perceptual(model: "nobody"))).contains("nobody"))

        // A condition without labels.
        var conditional = try Graph(inputChannels: 2, others: [.init("label", channels: 4)])
        try conditional.append(
            Concatenation(), conditional.picture, try #require(conditional.input(named: "label")), name: "both")
        let error = #expect(throws: TrainingError.self) {
            try Objective(
                [ObjectiveTerm(.magnitude)], network: Network(conditional), fields: [ObjectiveExamples.picture])
        }
        #expect("\(try #require(error))".contains("label of no shape at all, expected 4 channels"))
    }

    @Test func termsAreReadFromJSON() throws {
        for kind in ObjectiveTerm.Kind.all { #expect(ObjectiveTerm.Kind(kind.description) == kind) }
        #expect(Set(ObjectiveTerm.Kind.all.map(\.name)).count == ObjectiveTerm.Kind.all.count)
        let json = """
            {"architecture": {"architecture": "unet"}, "images": ["a"], "objective": [
            {"kind": "charbonnier:eps=0.01"}, {"kind": "charbonnier", "name": "taught", "model": "1x-Scan-M", "weight": 0.5},
            {"kind": "weightDecay", "weight": 1e-4, "groups": {"rest": 1}}],
            "groups": [{"name": "last", "parameters": ["last."], "rate": 1e-4, "every": 2, "optimiser": "sgd"}]}
            """
        let configuration = try TrainingConfiguration(json: json)
        #expect(
            configuration.objectiveTerms == [
                ObjectiveTerm(.distance(.charbonnier(eps: 0.01))),
                ObjectiveTerm(
                    .distance(.charbonnier(eps: 1e-3)), name: "taught", target: .model("1x-Scan-M"), weight: 0.5),
                ObjectiveTerm(.weightDecay, weight: 1e-4, groups: ["rest": 1]),
            ])
        #expect(configuration.optimisation.groups.first?.optimiser == .momentum(.init()))
        #expect(configuration.optimisation.groupNames == ["last", "rest"])
        #expect(try TrainingConfiguration(json: configuration.json()) == configuration)
        for term in [
            #"{"kind": "mse", "weight": 0}"#, #"{"kind": "mse", "weigth": 1}"#, #"{"kind": "msee"}"#, #"{}"#,
            #"{"kind": "magnitude", "target": "target"}"#, #"{"kind": "mse", "groups": {"a": 2}}"#,
            #"{"kind": "mse", "target": "a", "model": "b"}"#, #"{"kind": "mse", "warmup": -1}"#,
            #"{"kind": "sparsity:target=1"}"#, #"{"kind": "logistics"}"#,
        ] {
            #expect(throws: TrainingError.self, "\(term)") {
                try TrainingConfiguration(
                    json: #"{"architecture": {"architecture": "unet"}, "images": ["a"], "objective": [\#(term)]}"#)
            }
        }
    }
}
