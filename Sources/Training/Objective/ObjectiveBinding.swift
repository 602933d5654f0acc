import Autoencoders
import Kernels
import Networks

/// The binding of an objective's terms: finds the values, the targets and the networks that each term names, and checks
/// that they fit.
struct ObjectiveBinding {
    private let network: Network
    private let fields: [SampleField]
    private let groups: [String]
    private let algorithm: ConvolutionAlgorithm
    private let instructionSet: InstructionSet
    /// The values of the graph that the terms read, the result first.
    private(set) var values: [Graph.Value]
    private(set) var decays: [Int] = []
    private(set) var teachers: [String: TeacherNetwork] = [:]
    private var drafts: [Pass] = []

    /// The terms so far that move the same groups.
    private struct Pass {
        var groups: [String: Double]
        var parts: [ObjectivePass.Part] = []
        /// The values whose gradient one of the terms writes.
        var written: Set<Int> = []
    }

    init(
        network: Network, fields: [SampleField], groups: [String], _ algorithm: ConvolutionAlgorithm,
        _ isa: InstructionSet
    ) {
        self.network = network
        self.fields = fields
        self.groups = groups
        self.algorithm = algorithm
        instructionSet = isa
        values = [network.graph.result]
    }

    /// Checks that the data hold the inputs of the network.
    func checkInputs() throws(TrainingError) {
        for input in network.graph.inputs {
            let found = fields.first { $0.name == input.name }
            guard found?.shape == input.shape else {
                throw .setting(
                    name: "data", found: "\(input.name) of \(found.map { "\($0.shape)" } ?? "no shape at all")",
                    expected: "\(input.shape), which goes into the network")
            }
        }
    }

    /// Returns the passes over the network, in the order of their first terms.
    func passes(termCount: Int) -> [ObjectivePass] {
        drafts.map { pass in
            ObjectivePass(
                parts: pass.parts, termCount: termCount,
                unread: values.indices.filter { !pass.written.contains($0) }, groups: pass.groups)
        }
    }

    mutating func add(
        _ term: ObjectiveTerm, number: Int, models: (String) throws -> Network
    ) throws {
        for group in term.groups.keys.sorted() where !groups.contains(group) {
            throw TrainingError.term(
                name: term.name, found: "the group '\(group)'",
                expected: groups.isEmpty ? "no group, since there is one for all" : groups.joined(separator: ", "))
        }
        guard term.kind != .weightDecay else {
            let hasWeights = network.graph.nodes.contains { node in
                node.name == term.value && node.operation.parameters.contains { $0.role == "weight" }
            }
            try check(
                term.value == Graph.resultName || hasWeights, term, "the weights of '\(term.value)'",
                "an operation that has some")
            return decays.append(number)
        }
        let pass = drafts.firstIndex { $0.groups == term.groups } ?? drafts.count
        if pass == drafts.count { drafts.append(Pass(groups: term.groups)) }
        let evaluator = try evaluator(for: term, in: pass, models: models)
        drafts[pass].parts.append(.init(number: number, term: term, evaluator: evaluator))
    }

    // MARK: Kinds

    private mutating func evaluator(
        for term: ObjectiveTerm, in pass: Int, models: (String) throws -> Network
    ) throws -> any TermEvaluator {
        let value = try value(named: term.value, of: term)
        let shape = network.graph.shape(of: value)
        switch term.kind {
        case .distance(let kind):
            let target = try target(of: term, shape, models)
            return DistanceTerm(kind: kind, place: place(of: value, in: pass), target: target)
        case .gaussian(let scale):
            let scale = try self.value(named: scale, of: term)
            let target = try target(of: term, shape, models)
            try check(
                network.graph.shape(of: scale) == shape, term, "a scale of \(network.graph.shape(of: scale))",
                "\(shape), as the value has")
            return GaussianTerm(
                mean: place(of: value, in: pass), scale: place(of: scale, in: pass), target: target)
        case .logistics(let components):
            try check(
                shape.channels % (3 * components) == 0, term, "a value of \(shape)",
                "3 x \(components) channels for each of the target's")
            let own = ValueShape(channels: shape.channels / (3 * components), resolution: shape.resolution)
            let target = try target(of: term, own, models)
            return LogisticsTerm(
                components: components, place: place(of: value, in: pass), target: target)
        case .classes:
            let target = try target(of: term, shape, models)
            return ClassesTerm(place: place(of: value, in: pass), target: target)
        case .dice(let smoothing):
            try check(
                shape.channels > 1, term, "a value of one channel", "one for none of the classes, and each of them")
            let target = try target(of: term, shape, models)
            return OverlapTerm(smoothing: Double(smoothing), place: place(of: value, in: pass), target: target)
        case .divergence(let freeBits):
            try check(shape.channels % 2 == 0, term, "a value of \(shape)", "as many means as logarithms of variances")
            return DivergenceTerm(
                freeBits: freeBits, place: place(of: value, in: pass), result: 0,
                channels: shape.channels / 2)
        case .sparsity(let target):
            return SparsityTerm(
                target: target, place: place(of: value, in: pass), statisticsCount: shape.channels)
        case .magnitude: return MagnitudeTerm(place: place(of: value, in: pass))
        case .perceptual(let model):
            let target = try target(of: term, shape, models)
            return PerceptualTerm(
                try features(of: models(model), term, shape), place(of: value, in: pass), target,
                resolution: shape.resolution, algorithm: algorithm, isa: instructionSet)
        case .weightDecay: preconditionFailure("it has no value")
        }
    }

    /// Returns the operations of a network up to its bottleneck features.
    private func features(
        of network: Network, _ term: ObjectiveTerm, _ shape: ValueShape
    ) throws(TrainingError) -> Graph {
        guard let deepest = network.graph.bottleneck, let graph = try? network.graph.prefix(through: deepest) else {
            throw .term(
                name: term.name, found: "a network whose values have the picture's size",
                expected: "one that makes pictures smaller, such as a unet")
        }
        try check(
            !graph.nodes.contains { $0.operation.actsInTrainingAlone }, term,
            "a network that draws or drops values in training", "one that does not, such as a unet")
        try check(
            network.inputChannels == shape.channels, term, "a network for \(network.inputChannels) channels",
            "\(shape.channels), as the value has")
        return graph
    }

    // MARK: Names

    private mutating func value(named name: String, of term: ObjectiveTerm) throws(TrainingError) -> Graph.Value {
        guard let value = network.graph.value(named: name) else {
            let known = [Graph.resultName] + network.graph.outputs.map(\.name) + network.graph.nodes.map(\.name)
            throw .term(name: term.name, found: "the value '\(name)'", expected: known.joined(separator: ", "))
        }
        if !values.contains(value) { values.append(value) }
        return value
    }

    /// Returns the place of a value's gradient for the next term of a pass.
    private mutating func place(of value: Graph.Value, in pass: Int) -> GradientPlace {
        guard let index = values.firstIndex(of: value) else { preconditionFailure("a value that was not found") }
        return GradientPlace(index: index, adds: !drafts[pass].written.insert(index).inserted)
    }

    private mutating func target(
        of term: ObjectiveTerm, _ shape: ValueShape, _ models: (String) throws -> Network
    ) throws -> TargetPlace {
        switch term.target {
        case .sample(let name):
            guard let index = fields.firstIndex(where: { $0.name == name }) else {
                throw TrainingError.term(
                    name: term.name, found: "the target '\(name)'",
                    expected: fields.map(\.name).joined(separator: ", "))
            }
            try check(fields[index].shape == shape, term, "the target '\(name)' of \(fields[index].shape)", "\(shape)")
            return .field(index)
        case .model(let name):
            let teacher = try teachers[name] ?? TeacherNetwork(models(name))
            let own = teacher.network
            func kind(_ network: Network) -> String {
                "\(network.inputChannels) channels in, \(network.outputChannels) out, upscaling by \(network.scale)"
            }
            try check(
                kind(own) == kind(network) && own.graph.shape(of: own.graph.result) == shape, term,
                "a model with \(kind(own))", "\(kind(network)), as the network that learns")
            teachers[name] = teacher
            return .model(teacher)
        case nil:
            throw TrainingError.term(name: term.name, found: "no target", expected: "one")
        }
    }

    private func check(
        _ isValid: Bool, _ term: ObjectiveTerm, _ found: @autoclosure () -> String,
        _ expected: @autoclosure () -> String
    ) throws(TrainingError) {
        guard isValid else { throw .term(name: term.name, found: found(), expected: expected()) }
    }
}
