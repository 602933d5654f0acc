import Kernels
import Networks
import Tensors

/// A graph as the kernels of training see it: every value has one layout, changes of layout are nodes, and a
/// convolution takes the ReLU or the addition behind it along.
///
/// Lowering: what a convolution makes is blocked, what a shuffle or an enlarging of planar samples makes is planar,
/// and `load` or `store` stands wherever a reader wants the other one. Nothing is done in place, since the gradients
/// need what the forward pass made.
struct LoweredGraph {
    struct Value: Sendable {
        var shape: ValueShape
        var layout: ValueLayout
        /// Whether a parameter, or the picture where its gradient is asked for, has a part in it.
        var needsGradient: Bool
    }

    enum Work: Sendable {
        /// Planar to blocked, and back.
        case load
        case store
        case unshuffle(factor: Int, appendsNoiseLevel: Bool)
        /// The convolution of this number; inputs are its picture and, where there are two, what is added.
        case convolution(Int, rectifies: Bool)
        /// The depthwise convolution of this number.
        case depthwise(Int)
        case relu
        /// The slopes of this number.
        case prelu(Int)
        case shuffle(factor: Int)
        case sum(subtracts: Bool)
        case nearest(factor: Int)
        case bicubic(BicubicUpsampling)
        case sigmoid
        /// With a number of its own, for its draws.
        case dropout(Int, rate: Float)
        /// The terms of these numbers.
        case sparsity(Int)
        case sampling(Int)
    }

    struct Node: Sendable {
        var name: String
        var work: Work
        var inputs: [Int]
        var output: Int
    }

    /// A convolution with its tensors' numbers in the table of parameters.
    struct Convolution: Sendable {
        var kind: PackedConvolution.Kind
        var inputChannels: Int
        var outputChannels: Int
        var weights: Int
        var bias: Int?
        /// The sides of its input, relative to the picture's.
        var resolution: Resolution
    }

    /// What a node adds to the objective, which depends on the whole batch.
    struct Term: Sendable {
        enum Kind: Sendable {
            case sparsity(SparsityPenalty)
            case sampling(GaussianSampling)
        }

        var kind: Kind
        /// The value that it is computed from.
        var value: Int
        /// Of what is averaged over the batch: channels of the value, or of the latent.
        var channels: Int

        /// Whether the means over the batch must be known before the gradients are made.
        var needsMeans: Bool {
            switch kind {
            case .sparsity: true
            case .sampling(let sampling): sampling.freeBits > 0
            }
        }
    }

    private(set) var values: [Value] = []
    private(set) var nodes: [Node] = []
    private(set) var convolutions: [Convolution] = []
    /// What nodes add to the objective.
    private(set) var terms: [Term] = []
    /// For each depthwise convolution, the number of its weights in the table of parameters.
    private(set) var depthwise: [Int] = []
    /// For each PReLU, the number of its slopes in the table of parameters.
    private(set) var slopes: [Int] = []
    private(set) var parameters: [ParameterRange] = []
    /// What the graph held of each parameter.
    private(set) var initial: [Tensor] = []
    private(set) var result = 0

    private var dropoutCount = 0
    private let layouts: [ValueLayout]
    private var planar: [Int: Int] = [:]
    private var blocked: [Int: Int] = [:]

    /// - Parameter pictureNeedsGradient: whether the gradient goes back to the picture.
    init(_ graph: Graph, pictureNeedsGradient: Bool = false) {
        values.append(
            Value(shape: graph.shape(of: graph.picture), layout: .planar, needsGradient: pictureNeedsGradient))
        planar[0] = 0
        layouts = graph.layouts()
        let readers = graph.readers()
        var fused: [Int: Int] = [:]
        for index in graph.nodes.indices {
            if let outer = Self.fusingReader(of: index, in: graph, layouts, readers, fused) { fused[outer] = index }
        }
        let inner = Set(fused.values)
        for (index, node) in graph.nodes.enumerated() where !inner.contains(index) {
            if let inner = fused[index] {
                lower(graph, convolution: inner, into: index)
            } else {
                lower(graph, node, index)
            }
        }
        result = planarValue(graph.result.index, graph)
    }

    /// The activation or addition that the convolution at `index` takes along: its only reader, which has not taken
    /// another convolution, and whose other input is made before.
    private static func fusingReader(
        of index: Int, in graph: Graph, _ layouts: [ValueLayout], _ readers: [[Int]], _ fused: [Int: Int]
    ) -> Int? {
        guard graph.nodes[index].operation.isConvolution, readers[index + 1].count == 1 else { return nil }
        let reader = readers[index + 1][0]
        switch graph.nodes[reader].operation {
        case .relu:
            return reader
        case .sum(let sum):
            guard !sum.subtracts, fused[reader] == nil else { return nil }
            let other = graph.nodes[reader].inputs.first { $0.index != index + 1 }
            guard let other, other.index < index + 1 else { return nil }
            return layouts[other.index] == .blocked ? reader : nil
        default: return nil
        }
    }

    private mutating func lower(_ graph: Graph, convolution inner: Int, into outer: Int) {
        let node = graph.nodes[inner]
        let picture = blockedValue(node.inputs[0].index, graph)
        let number = addConvolution(node, resolution: graph.shape(of: node.inputs[0]).resolution)
        var inputs = [picture]
        var rectifies = true
        if case .sum = graph.nodes[outer].operation {
            let other = graph.nodes[outer].inputs.first { $0.index != inner + 1 }
            inputs.append(blockedValue(other?.index ?? 0, graph))
            rectifies = false
        }
        append(
            .convolution(number, rectifies: rectifies), inputs, graph, made: outer + 1, .blocked, name: node.name,
            learns: true)
    }

    private mutating func lower(_ graph: Graph, _ node: Graph.Node, _ index: Int) {
        let made = index + 1
        let layout = layouts[made]
        func append(_ work: Work, _ inputs: [Int], learns: Bool = false) {
            self.append(work, inputs, graph, made: made, layout, name: node.name, learns: learns)
        }
        let first = node.inputs[0].index
        switch node.operation {
        case .convolution, .stridedConvolution, .transposedConvolution:
            let number = addConvolution(node, resolution: graph.shape(of: node.inputs[0]).resolution)
            append(.convolution(number, rectifies: false), [blockedValue(first, graph)], learns: true)
        case .depthwiseConvolution(let convolution):
            depthwise.append(addParameter("weight", node, convolution.weights))
            append(.depthwise(depthwise.count - 1), [blockedValue(first, graph)], learns: true)
        case .unshuffle(let unshuffle):
            append(
                .unshuffle(factor: unshuffle.factor, appendsNoiseLevel: unshuffle.appendsNoiseLevel),
                [planarValue(first, graph)])
        case .shuffle(let shuffle):
            append(.shuffle(factor: shuffle.factor), [blockedValue(first, graph)])
        case .relu:
            append(.relu, [blockedValue(first, graph)])
        case .prelu(let prelu):
            slopes.append(addParameter("slope", node, prelu.slopes))
            append(.prelu(slopes.count - 1), [blockedValue(first, graph)], learns: true)
        case .sum(let sum):
            let inputs = node.inputs.map {
                layout == .blocked ? blockedValue($0.index, graph) : planarValue($0.index, graph)
            }
            append(.sum(subtracts: sum.subtracts), inputs)
        case .nearest(let nearest):
            let input = layout == .blocked ? blockedValue(first, graph) : planarValue(first, graph)
            append(.nearest(factor: nearest.factor), [input])
        case .bicubic(let bicubic):
            append(.bicubic(BicubicUpsampling(factor: bicubic.factor)), [planarValue(first, graph)])
        case .sigmoid:
            append(.sigmoid, [blockedValue(first, graph)])
        case .dropout(let dropout):
            append(.dropout(dropoutCount, rate: dropout.rate), [blockedValue(first, graph)])
            dropoutCount += 1
        case .sparsity(let penalty):
            let input = blockedValue(first, graph)
            append(.sparsity(addTerm(.sparsity(penalty), input, graph, made: made)), [input])
        case .sampling(let sampling):
            let input = blockedValue(first, graph)
            append(.sampling(addTerm(.sampling(sampling), input, graph, made: made)), [input])
        }
    }

    @discardableResult
    private mutating func append(
        _ work: Work, _ inputs: [Int], _ graph: Graph, made: Int, _ layout: ValueLayout, name: String,
        learns: Bool = false
    ) -> Int {
        let output = values.count
        values.append(
            Value(
                shape: graph.shape(ofValueAt: made), layout: layout,
                needsGradient: learns || inputs.contains { values[$0].needsGradient }))
        if layout == .planar { planar[made] = output } else { blocked[made] = output }
        nodes.append(Node(name: name, work: work, inputs: inputs, output: output))
        return output
    }

    private mutating func blockedValue(_ index: Int, _ graph: Graph) -> Int {
        if let known = blocked[index] { return known }
        guard let source = planar[index] else { preconditionFailure("a value is read before it is made") }
        return append(.load, [source], graph, made: index, .blocked, name: "load \(index)")
    }

    private mutating func planarValue(_ index: Int, _ graph: Graph) -> Int {
        if let known = planar[index] { return known }
        guard let source = blocked[index] else { preconditionFailure("a value is read before it is made") }
        return append(.store, [source], graph, made: index, .planar, name: "store \(index)")
    }

    private mutating func addTerm(_ kind: Term.Kind, _ value: Int, _ graph: Graph, made: Int) -> Int {
        terms.append(Term(kind: kind, value: value, channels: graph.shape(ofValueAt: made).channels))
        return terms.count - 1
    }

    // MARK: Parameters

    private mutating func addConvolution(_ node: Graph.Node, resolution: Resolution) -> Int {
        guard let (kind, weights, bias) = node.operation.convolution else {
            preconditionFailure("\(node.operation.kind) is no convolution")
        }
        let isTransposed = kind == .transposedTwoByTwo
        convolutions.append(
            Convolution(
                kind: kind, inputChannels: weights.shape[isTransposed ? 0 : 1],
                outputChannels: weights.shape[isTransposed ? 1 : 0], weights: addParameter("weight", node, weights),
                bias: bias.map { addParameter("bias", node, $0) }, resolution: resolution))
        return convolutions.count - 1
    }

    private mutating func addParameter(_ role: String, _ node: Graph.Node, _ tensor: Tensor) -> Int {
        let start = parameters.last?.range.upperBound ?? 0
        parameters.append(
            ParameterRange(
                name: "\(node.name).\(role)", shape: tensor.shape, range: start..<start + tensor.elements.count))
        initial.append(tensor)
        return parameters.count - 1
    }
}
