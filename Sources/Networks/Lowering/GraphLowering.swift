/// Lowers a graph: chooses which operations are fused, assigns layouts to values, and inserts changes of layout.
struct GraphLowering {
    private let graph: Graph
    private let purpose: LoweredGraph.Purpose
    /// The values that are computed, the result first.
    private let wanted: [Graph.Value]
    private let isNeeded: [Bool]
    private let operations: [any OperationLowering]
    private let readers: [[Int]]
    private let layouts: [ValueLayout]
    /// The reader that each node is computed together with, and the work of both; nil for a step of its own.
    private var joined: [(reader: Int, work: any StepWork)?] = []
    private var result = LoweredGraph()
    /// The lowered values of a graph's value in each layout.
    private var planar: [Int: Int] = [:]
    private var blocked: [Int: Int] = [:]
    private var drawingSteps = 0
    private var samplingSteps = 0
    /// The numbers of parameters in the table, by name.
    private var numbers: [String: Int] = [:]

    init(_ graph: Graph, for purpose: LoweredGraph.Purpose, values: [Graph.Value]) {
        self.graph = graph
        self.purpose = purpose
        wanted = values
        isNeeded = graph.isNeeded(for: values)
        operations = graph.nodes.map(\.operation.computation.lowering)
        readers = graph.readers(for: values)
        layouts = graph.layouts()
        joined = graph.nodes.indices.map { joining($0) }
    }

    mutating func lowered() -> LoweredGraph {
        for (index, input) in graph.inputs.enumerated() {
            result.values.append(.init(shape: input.shape, layout: .planar))
            planar[index] = index
        }
        result.inputCount = graph.inputs.count
        for index in graph.nodes.indices where joined[index] == nil && isNeeded[index] {
            let inner = graph.nodes[index].inputs.compactMap { graph.node(making: $0) }
                .first { joined[$0]?.reader == index }
            if let inner {
                addJoined(inner, with: index)
            } else {
                addNode(index)
            }
        }
        result.results = wanted.map { planarValue($0.index) }
        if let first = result.results.first, first < result.inputCount {
            // The network that changes nothing: the picture is copied through the blocked layout.
            let copy = blockedValue(first)
            result.results[0] = add(LayoutChange(to: .planar), [copy], made: first, .planar, name: "store \(first)")
        }
        return result
    }

    // MARK: Computing together

    /// Returns the node that `index` is computed together with, and the work of both; nil where it is a step of its
    /// own.
    private func joining(_ index: Int) -> (reader: Int, work: any StepWork)? {
        let made = graph.value(ofNode: index)
        guard !wanted.contains(made), readers[made.index].count == 1, let reader = readers[made.index].first else {
            return nil
        }
        let inputs = graph.nodes[reader].inputs
        guard isLastJoining(index, into: reader), let place = inputs.firstIndex(of: made)
        else { return nil }
        let other = inputs.first { $0 != made }.map { layouts[$0.index] }
        return operations[index].work(with: graph.nodes[reader].operation, place: place, other: other, for: purpose)
            .map { (reader, $0) }
    }

    /// Returns true where no later input of `reader` could be computed together with it: only one can.
    private func isLastJoining(_ index: Int, into reader: Int) -> Bool {
        graph.nodes[reader].inputs.allSatisfy { other in
            guard let maker = graph.node(making: other), maker > index, readers[other.index].count == 1,
                !wanted.contains(other)
            else {
                return true
            }
            return !operations[maker].takesReadersAlong
        }
    }

    // MARK: Steps

    private mutating func addNode(_ index: Int) {
        let made = graph.value(ofNode: index).index
        let layout = layouts[made]
        guard let work = operations[index].work(for: purpose) else {
            // An operation that acts in training alone is no step: its value is its input.
            let input = graph.nodes[index].inputs[0].index
            planar[made] = planar[input]
            blocked[made] = blocked[input]
            return
        }
        let inputs = graph.nodes[index].inputs.map {
            value($0.index, operations[index].inputLayout(forResult: layout))
        }
        add(work, inputs, made: made, layout, name: graph.nodes[index].name, nodes: [index])
    }

    private mutating func addJoined(_ inner: Int, with outer: Int) {
        guard let (_, work) = joined[inner] else { preconditionFailure("node \(inner) is a step of its own") }
        let (made, innerMade) = (graph.value(ofNode: outer).index, graph.value(ofNode: inner))
        let layout = layouts[made]
        var inputs = graph.nodes[inner].inputs.map {
            value($0.index, operations[inner].inputLayout(forResult: layouts[innerMade.index]))
        }
        for other in graph.nodes[outer].inputs where other != innerMade {
            inputs.append(value(other.index, layout))
        }
        add(work, inputs, made: made, layout, name: graph.nodes[outer].name, nodes: [inner, outer])
    }

    /// Appends a step that makes the graph's value `made` by the work of `nodes`, and returns its value.
    @discardableResult
    private mutating func add(
        _ work: any StepWork, _ inputs: [Int], made: Int, _ layout: ValueLayout, name: String, nodes: [Int] = []
    ) -> Int {
        let output = result.values.count
        result.values.append(.init(shape: graph.shape(ofValueAt: made), layout: layout))
        if layout == .planar { planar[made] = output } else { blocked[made] = output }
        let known = result.parameters.count
        let parameters = nodes.flatMap { node in
            graph.nodes[node].operation.parameters.map {
                number(
                    of: .init(
                        name: "\(graph.nodes[node].parameterStem).\($0.role)", tensor: $0.tensor, keeping: $0.keeping))
            }
        }
        result.steps.append(
            LoweredGraph.Step(
                name: name, graphValue: made, node: nodes.first, work: work, inputs: inputs, output: output,
                parameters: parameters, sharesParameters: parameters.allSatisfy { $0 < known },
                stream: stream(of: work),
                operation: nodes.first.map { graph.nodes[$0].operation },
                multiplyAddsPerPixel: nodes.reduce(0) { $0 + graph.multiplyAddsPerPixel(ofNode: $1) }))
        return output
    }

    /// The number of a parameter in the table, where it comes once for all steps that share it.
    private mutating func number(of parameter: LoweredGraph.Parameter) -> Int {
        if let number = numbers[parameter.name] { return number }
        numbers[parameter.name] = result.parameters.count
        result.parameters.append(parameter)
        return result.parameters.count - 1
    }

    /// Samples and masks are counted apart, so that one more of a kind does not change the others' random numbers.
    private mutating func stream(of work: any StepWork) -> Int? {
        switch work.draws {
        case .nothing: return nil
        case .samples:
            samplingSteps += 1
            return 2 * samplingSteps
        case .masks:
            drawingSteps += 1
            return 2 * drawingSteps - 1
        }
    }

    // MARK: Layouts

    private mutating func value(_ index: Int, _ layout: ValueLayout) -> Int {
        layout == .planar ? planarValue(index) : blockedValue(index)
    }

    /// The lowered value for a graph's value in blocked layout, converted where it is planar.
    private mutating func blockedValue(_ index: Int) -> Int {
        if let known = blocked[index] { return known }
        guard let source = planar[index] else { preconditionFailure("a value is read before it is made") }
        return add(LayoutChange(to: .blocked), [source], made: index, .blocked, name: "load \(index)")
    }

    private mutating func planarValue(_ index: Int) -> Int {
        if let known = planar[index] { return known }
        guard let source = blocked[index] else { preconditionFailure("a value is read before it is made") }
        return add(LayoutChange(to: .planar), [source], made: index, .planar, name: "store \(index)")
    }
}
