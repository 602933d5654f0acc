import Autoencoders
import Networks
import Tensors
import TestFolders
import TestSupport
import Testing
import Training

/// Parameters with optimisers of their own, buffers, and terms that move some parameters against themselves.
@Suite struct ParameterGroupTests {
    private static func configuration(_ groups: [ParameterGroup]) -> TrainingConfiguration {
        var configuration = TrainingRunTests.configuration()
        configuration.optimisation.groups = groups
        configuration.optimisation.schedule = .constant
        configuration.optimisation.warmup = 0
        return configuration
    }

    private static let slow = ParameterGroup(
        name: "bias", parameters: ["line.b"], optimiser: .momentum(.init(momentum: 0.5)), rate: 0.01, every: 3,
        offset: 1)

    /// The weights after each step.
    private func path(_ groups: [ParameterGroup], steps: Int, keeping: Float? = nil) throws -> [[Float]] {
        let source = LinearRegression(keeping: keeping)
        let folder = try TemporaryFolder()
        let run = try TrainingRun(Self.configuration(groups), steps: steps, source: source, folder: folder.path)
        var path: [[Float]] = []
        _ = try run.run(isCancelled: {
            path.append(Array(source.weights.elements))
            return false
        })
        return path + [Array(source.weights.elements)]
    }

    /// A group of all is no group; one with a cadence stands still between its steps.
    @Test func groupsHaveRatesAndCadences() throws {
        let plain = try path([], steps: 12)
        let whole = ParameterGroup(name: "all", parameters: ["line."])
        #expect(try path([whole], steps: 12) == plain)
        let grouped = try path([Self.slow], steps: 12)
        for step in 0..<12 {
            #expect((grouped[step + 1][3] != grouped[step][3]) == (step % 3 == 1), "step \(step)")
            #expect(grouped[step + 1][0] != grouped[step][0])
        }
        // The first of its updates is plain descent: the momentum begins with it.
        let source = LinearRegression()
        for (index, weight) in grouped[1].enumerated() { source.weights.base[index] = weight }
        _ = try source.accumulate(step: 1, stage: TrainingRunTests.configuration().sampling.stages[0])
        let norm = abs(source.gradient.base[3])
        let step = 0.01 * source.gradient.base[3] * min(1, 1 / (norm + 1e-6))
        #expect(abs(grouped[2][3] - (grouped[1][3] - step)) < 1e-6)
    }

    /// A buffer moves towards the batches' means by its own share, whatever rate and clipping are, and is its own average.
    @Test func buffersAreKept() throws {
        let found = try path([], steps: 5, keeping: 0.75)
        var expected: Float = 0
        for step in 0...5 {
            #expect(abs(found[step][3] - expected) < 1e-6)
            expected = 0.75 * expected + 0.25
        }
        let source = LinearRegression(keeping: 0.75)
        let folder = try TemporaryFolder()
        let run = try TrainingRun(Self.configuration([]), steps: 5, source: source, folder: folder.path)
        _ = try run.run()
        #expect(run.average.base[3] == source.weights.base[3])
        #expect(run.average.base[0] != source.weights.base[0])
    }

    @Test(arguments: [nil, Float(0.9)]) func killedAndResumedEqualsUninterrupted(keeping: Float?) throws {
        let groups = keeping == nil ? [Self.slow] : [ParameterGroup(name: "a", parameters: ["line.w"], every: 2)]
        let whole = try path(groups, steps: 40, keeping: keeping)
        let folder = try TemporaryFolder()
        var configuration = Self.configuration(groups)
        configuration.checkpointEvery = 1000
        let first = LinearRegression(keeping: keeping)
        let begun = try TrainingRun(configuration, steps: 40, source: first, folder: folder.path)
        _ = try begun.run(isCancelled: { first.calls == 17 })
        let second = LinearRegression(keeping: keeping)
        _ = try TrainingRun(resuming: configuration, source: second, folder: folder.path).run()
        #expect(Array(second.weights.elements) == whole[40])
        // Another division of the parameters is another run.
        #expect(throws: TrainingError.self) {
            try TrainingRun(resuming: Self.configuration([]), source: LinearRegression(), folder: folder.path)
        }
    }

    @Test func groupsThatCannotBeAreRefused() throws {
        func refused(_ groups: ParameterGroup...) throws -> String {
            let error = #expect(throws: TrainingError.self) {
                try ParameterGroups(groups, of: LinearRegression().ranges)
            }
            return "\(try #require(error))"
        }
        #expect(
            try refused(.init(name: "a", parameters: ["x."])).contains(
                "no parameter that begins with x., expected some of line.weight, line.bias"))
        #expect(
            try refused(.init(name: "a", parameters: ["line.w"]), .init(name: "b", parameters: ["line."])).contains(
                "line.weight, which 'a' has"))
        #expect(try refused(.init(name: "rest", parameters: ["line."])).contains("empty or taken"))
        #expect(try refused(.init(name: "a", parameters: ["line."], every: 0)).contains("every 0 steps"))
        #expect(try refused(.init(name: "a", parameters: ["line."], rate: 0)).contains("rate 0"))
        // Buffers belong to no group.
        #expect(throws: TrainingError.self) {
            try ParameterGroups(
                [.init(name: "a", parameters: ["line.b"])], of: LinearRegression(keeping: 0.5).ranges)
        }
    }

    /// A term with signs: its gradient where the sign is 1, the negative one where it is -1, nothing elsewhere.
    @Test func termsMoveGroupsByTheirSigns() throws {
        let example = try ObjectiveExamples.example(of: .classes)
        let network = try Network(example.graph)
        let stage = PatchStages.Stage(share: 1, patch: 4, batch: 5)
        let groups = [
            ParameterGroup(name: "critic", parameters: ["head."]),
            ParameterGroup(name: "encoder", parameters: ["hidden."]),
        ]
        func gradient(_ terms: [ObjectiveTerm]) throws -> (gradient: [String: [Float]], values: [Double]) {
            let objective = try Objective(
                terms, network: network, fields: example.fields, groups: ["critic", "encoder", "rest"])
            let trainable = TrainableNetwork(network, for: objective, workers: 2)
            let source = NetworkGradients(
                trainable, samples: example.samples, objective: objective,
                groups: terms.contains { !$0.groups.isEmpty }
                    ? try ParameterGroups(groups, of: trainable.parameters) : nil)
            let losses = try source.accumulate(step: 0, stage: stage)
            return (
                Dictionary(
                    uniqueKeysWithValues: source.ranges.map { ($0.name, $0.range.map { source.gradient.base[$0] }) }),
                losses.terms
            )
        }
        let (plain, classes) = (example.terms[0], example.terms[1])
        let (a, b) = (try gradient([plain]), try gradient([classes]))
        var adversarial = classes
        adversarial.groups = ["critic": 1, "encoder": -1]
        let both = try gradient([plain, adversarial])
        #expect(both.values == a.values + b.values)
        for (name, found) in both.gradient {
            let sign: Float = name.hasPrefix("head.") ? 1 : name.hasPrefix("hidden.") ? -1 : 0
            for index in found.indices {
                let expected = (a.gradient[name]?[index] ?? 0) + sign * (b.gradient[name]?[index] ?? 0)
                #expect(abs(found[index] - expected) < 1e-6, "\(name), element \(index)")
            }
        }
        // Weight decay of one group.
        let decay = ObjectiveTerm(.weightDecay, weight: 0.5, groups: ["encoder": 1])
        let decayed = try gradient([plain, classes, decay])
        let weights = try #require(example.graph.nodes.first { $0.name == "hidden" }).operation.parameters[0].tensor
        for index in weights.elements.indices {
            let both = (a.gradient["hidden.weight"]?[index] ?? 0) + (b.gradient["hidden.weight"]?[index] ?? 0)
            let expected = both + 0.5 * weights.elements[index]
            #expect(abs((decayed.gradient["hidden.weight"]?[index] ?? 0) - expected) < 1e-6)
        }
        #expect(decayed.gradient["last.weight"] == a.gradient["last.weight"])
    }

    /// Running means become those of the data, and the network with them normalises.
    @Test func runningMeansAreThoseOfTheData() throws {
        var graph = Graph(inputChannels: 2)
        let normal = RunningNormalisation(
            mean: Tensor(shape: [2]), square: Tensor(shape: [2], elements: [1, 1]), keeping: 0.9)
        let x = try graph.append(normal, graph.picture, name: "normal")
        try graph.append(Convolution(weights: noise([2, 2, 1, 1], seed: 3)), x, name: "last")
        let network = try Network(graph)
        let fields = [SampleField("picture", channels: 2), SampleField("target", channels: 2)]
        let source = try NetworkGradients(
            network, samples: ObjectiveExamples.Drawn(fields: fields, shift: 0),
            objective: .init(.meanSquaredError), workers: 2)
        #expect(network.parameterCount == 4)
        let folder = try TemporaryFolder()
        var configuration = Self.configuration([])
        configuration.sampling.stages = [.init(share: 1, patch: 8, batch: 16)]
        configuration.optimisation.rate = 1e-3
        let run = try TrainingRun(configuration, steps: 200, source: source, folder: folder.path)
        _ = try run.run()
        let trained = source.network.network(with: run.average)
        let buffers = trained.graph.nodes[0].operation.parameters.map(\.tensor)
        // Uniform numbers: means 1/2 and 1/3.
        for channel in 0..<2 {
            #expect(abs(buffers[0].elements[channel] - 0.5) < 0.01)
            #expect(abs(buffers[1].elements[channel] - 1 / 3) < 0.01)
        }
    }
}
