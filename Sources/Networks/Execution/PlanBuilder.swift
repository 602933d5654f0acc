import Kernels
import Tensors

/// Turns a graph into a plan: lays out values, fuses, then reuses memory.
///
/// Steps of the making: (1) every value of the graph gets a layout: what a convolution makes is blocked, what a shuffle
/// or an enlarging of planar samples makes is planar. (2) A convolution whose only reader is an activation or an
/// addition is done with it; a shuffle likewise with a sum. (3) Nodes become steps, with conversions of layout where
/// needed. (4) `PlanBuilder+Memory`: a value that is added to for the last time gives its memory to the sum, and lives
/// of buffers are counted.
struct PlanBuilder {
    private let graph: Graph
    private let instructionSet: InstructionSet
    /// Of each node.
    private let algorithms: [ConvolutionAlgorithm]
    private let readers: [[Int]]
    private let layouts: [ValueLayout]
    /// For each node, the reader that it is fused into.
    private var fusedInto: [Int?]

    var values: [Plan.Value] = []
    var steps: [Plan.Step] = []
    /// The plan's values of a graph's value in each layout.
    private var planar: [Int: Int] = [:]
    private var blocked: [Int: Int] = [:]

    static func plan(_ graph: Graph, for instructionSet: InstructionSet, algorithms: [ConvolutionAlgorithm]) -> Plan {
        var builder = PlanBuilder(graph, instructionSet, algorithms)
        let result = builder.makeSteps()
        return builder.assigningBuffers(result: result)
    }

    private init(_ graph: Graph, _ instructionSet: InstructionSet, _ algorithms: [ConvolutionAlgorithm]) {
        self.graph = graph
        self.algorithms = algorithms
        self.instructionSet = instructionSet
        readers = graph.readers()
        layouts = graph.layouts()
        fusedInto = Array(repeating: nil, count: graph.nodes.count)
        for index in graph.nodes.indices { fusedInto[index] = fusingReader(of: index) }
    }

    // MARK: Fusing

    /// The node that `index` is computed together with, or nil where it is a step of its own.
    private func fusingReader(of index: Int) -> Int? {
        guard readers[index + 1].count == 1, let reader = readers[index + 1].first else { return nil }
        let operation = graph.nodes[index].operation
        switch graph.nodes[reader].operation {
        case .relu, .prelu:
            return operation.isConvolution ? reader : nil
        case .sum(let sum):
            let inputs = graph.nodes[reader].inputs
            guard isLastFusible(index, into: reader), let other = inputs.first(where: { $0.index != index + 1 })
            else { return nil }
            if operation.isConvolution { return !sum.subtracts && layouts[other.index] == .blocked ? reader : nil }
            guard operation.kind == .shuffle, layouts[other.index] == .planar else { return nil }
            return !sum.subtracts || inputs[1].index == index + 1 ? reader : nil
        default: return nil
        }
    }

    /// Whether no later input of `reader` could be fused into it: only one can.
    private func isLastFusible(_ index: Int, into reader: Int) -> Bool {
        graph.nodes[reader].inputs.allSatisfy { other in
            guard other.index > index + 1, readers[other.index].count == 1 else { return true }
            let operation = graph.nodes[other.index - 1].operation
            return !operation.isConvolution && operation.kind != .shuffle
        }
    }

    // MARK: Steps

    /// Makes the steps, and returns the plan's value that is the result.
    private mutating func makeSteps() -> Int {
        values.append(Plan.Value(shape: graph.shape(of: graph.picture), layout: .planar, place: .picture))
        planar[0] = 0
        for (index, node) in graph.nodes.enumerated() where fusedInto[index] == nil {
            if let inner = node.inputs.first(where: { $0.index > 0 && fusedInto[$0.index - 1] == index }) {
                emitFused(inner, into: node, made: index + 1)
            } else {
                emit(node, made: index + 1)
            }
        }
        let result = planarValue(graph.result)
        guard result == 0 else { return result }
        // The network that changes nothing: the picture is copied through the blocked layout.
        let copy = blockedValue(graph.picture)
        return add(.shuffle(factor: 1, .replacing), copy, made: 0, .planar, name: "store 0")
    }

    private mutating func emit(_ node: Graph.Node, made: Int) {
        let layout = layouts[made]
        let nodes = [made - 1]
        switch node.operation {
        case .convolution, .stridedConvolution, .transposedConvolution:
            let input = blockedValue(node.inputs[0])
            add(.convolution(packed(nodeAt: made - 1), .none, residual: nil), input, made: made, layout, nodes: nodes)
        case .depthwiseConvolution(let depthwise):
            let kernel = PackedDepthwise(weights: depthwise.weights, isa: instructionSet)
            add(.depthwise(kernel), blockedValue(node.inputs[0]), made: made, layout, nodes: nodes)
        case .unshuffle(let unshuffle):
            let input = planarValue(node.inputs[0])
            add(
                .unshuffle(factor: unshuffle.factor, appendsNoiseLevel: unshuffle.appendsNoiseLevel), input,
                made: made, layout, nodes: nodes)
        case .shuffle(let shuffle):
            let input = blockedValue(node.inputs[0])
            add(.shuffle(factor: shuffle.factor, .replacing), input, made: made, layout, nodes: nodes)
        case .relu, .prelu:
            add(.activation(activation(node)), blockedValue(node.inputs[0]), made: made, layout, nodes: nodes)
        case .sum(let sum):
            let first = value(node.inputs[0], layout)
            let second = value(node.inputs[1], layout)
            add(.sum(other: second, subtracts: sum.subtracts), first, made: made, layout, nodes: nodes)
        case .nearest(let nearest):
            add(.nearest(factor: nearest.factor), value(node.inputs[0], layout), made: made, layout, nodes: nodes)
        case .bicubic(let bicubic):
            let input = planarValue(node.inputs[0])
            add(
                .bicubic(BicubicUpsampling(factor: bicubic.factor)), input, made: made, layout, nodes: nodes)
        case .sigmoid:
            add(.sigmoid, blockedValue(node.inputs[0]), made: made, layout, nodes: nodes)
        case .sampling:
            add(.firstChannels, blockedValue(node.inputs[0]), made: made, layout, nodes: nodes)
        case .dropout, .sparsity:
            // What trains alone is no step: the value is the one before it.
            planar[made] = planar[node.inputs[0].index]
            blocked[made] = blocked[node.inputs[0].index]
        }
    }

    /// The convolution or shuffle that makes `value`, together with its reader `outer`.
    private mutating func emitFused(_ value: Graph.Value, into outer: Graph.Node, made: Int) {
        let inner = graph.nodes[value.index - 1]
        let input = blockedValue(inner.inputs[0])
        let work: Plan.Work
        if let other = outer.inputs.first(where: { $0 != value }) {
            if case .shuffle(let shuffle) = inner.operation, case .sum(let sum) = outer.operation {
                let joined = planarValue(other)
                work = .shuffle(factor: shuffle.factor, sum.subtracts ? .subtractingFrom(joined) : .adding(joined))
            } else {
                work = .convolution(packed(nodeAt: value.index - 1), .none, residual: blockedValue(other))
            }
        } else {
            work = .convolution(packed(nodeAt: value.index - 1), activation(outer), residual: nil)
        }
        add(work, input, made: made, layouts[made], nodes: [value.index - 1, made - 1])
    }

    /// Appends a step that makes the graph's value `made` by the work of `nodes`.
    @discardableResult
    private mutating func add(
        _ work: Plan.Work, _ input: Int, made: Int, _ layout: ValueLayout, name: String? = nil, nodes: [Int] = []
    ) -> Int {
        let shape = graph.shape(of: Graph.Value(index: made))
        let output = values.count
        values.append(Plan.Value(shape: shape, layout: layout, place: .buffer(output)))
        if layout == .planar { planar[made] = output } else { blocked[made] = output }
        steps.append(
            Plan.Step(
                name: name ?? graph.nodes[made - 1].name, graphValue: made, work: work, input: input, output: output,
                rules: nodes.first.map { graph.nodes[$0].operation.rules },
                multiplyAddsPerPixel: nodes.reduce(0) { $0 + graph.multiplyAddsPerPixel(ofNode: $1) }))
        return output
    }

    private mutating func value(_ value: Graph.Value, _ layout: ValueLayout) -> Int {
        layout == .planar ? planarValue(value) : blockedValue(value)
    }

    /// The plan's value for a graph's value in blocked layout, converted where it is planar.
    private mutating func blockedValue(_ value: Graph.Value) -> Int {
        if let known = blocked[value.index] { return known }
        guard let source = planar[value.index] else { preconditionFailure("a value is read before it is made") }
        return add(.load, source, made: value.index, .blocked, name: "load \(value.index)")
    }

    private mutating func planarValue(_ value: Graph.Value) -> Int {
        if let known = planar[value.index] { return known }
        guard let source = blocked[value.index] else { preconditionFailure("a value is read before it is made") }
        return add(
            .shuffle(factor: 1, .replacing), source, made: value.index, .planar, name: "store \(value.index)")
    }

    // MARK: Weights

    private func packed(nodeAt index: Int) -> ConvolutionKernel {
        guard let (kind, weights, bias) = graph.nodes[index].operation.convolution else {
            preconditionFailure("\(graph.nodes[index].operation.kind) is no convolution")
        }
        return ConvolutionKernel(
            kind: kind, weights: weights, bias: bias, algorithm: algorithms[index].on(instructionSet),
            isa: instructionSet)
    }

    private func activation(_ node: Graph.Node) -> Activation {
        switch node.operation {
        case .relu: .relu
        case .prelu(let prelu): .prelu(PackedSlopes(prelu.slopes.elements))
        default: preconditionFailure("\(node.operation.kind) is no activation")
        }
    }
}
