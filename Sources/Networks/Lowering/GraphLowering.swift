/// Makes a lowered graph of a graph: chooses what is computed together, lays out values, puts changes of layout between.
struct GraphLowering {
    private let graph: Graph
    private let purpose: LoweredGraph.Purpose
    private let operations: [any OperationLowering]
    private let readers: [[Int]]
    private let layouts: [ValueLayout]
    /// For each node, the reader that it is computed together with, and how.
    private var joined: [(reader: Int, work: any StepWork)?] = []
    private var result = LoweredGraph()
    /// The lowered values of a graph's value in each layout.
    private var planar: [Int: Int] = [0: 0]
    private var blocked: [Int: Int] = [:]
    private var drawingSteps = 0

    init(_ graph: Graph, for purpose: LoweredGraph.Purpose) {
        self.graph = graph
        self.purpose = purpose
        operations = graph.nodes.map(\.operation.computation.lowering)
        readers = graph.readers()
        layouts = graph.layouts()
        joined = graph.nodes.indices.map { joining($0) }
    }

    mutating func lowered() -> LoweredGraph {
        result.values.append(.init(shape: graph.shape(of: graph.picture), layout: .planar))
        for index in graph.nodes.indices where joined[index] == nil {
            let inner = graph.nodes[index].inputs.first {
                $0.index > 0 && joined[$0.index - 1]?.reader == index
            }
            if let inner {
                addJoined(inner.index - 1, with: index)
            } else {
                addNode(index)
            }
        }
        result.result = planarValue(graph.result.index)
        if result.result == 0 {
            // The network that changes nothing: the picture is copied through the blocked layout.
            let copy = blockedValue(0)
            result.result = add(LayoutChange(to: .planar), [copy], made: 0, .planar, name: "store 0")
        }
        return result
    }

    // MARK: Computing together

    /// The node that `index` is computed together with, and how; nil where it is a step of its own.
    private func joining(_ index: Int) -> (reader: Int, work: any StepWork)? {
        guard readers[index + 1].count == 1, let reader = readers[index + 1].first else { return nil }
        let inputs = graph.nodes[reader].inputs
        guard isLastJoining(index, into: reader), let place = inputs.firstIndex(where: { $0.index == index + 1 })
        else { return nil }
        let other = inputs.first { $0.index != index + 1 }.map { layouts[$0.index] }
        return operations[index].work(with: graph.nodes[reader].operation, place: place, other: other, for: purpose)
            .map { (reader, $0) }
    }

    /// Whether no later input of `reader` could be computed together with it: only one can.
    private func isLastJoining(_ index: Int, into reader: Int) -> Bool {
        graph.nodes[reader].inputs.allSatisfy { other in
            other.index <= index + 1 || readers[other.index].count > 1 || !operations[other.index - 1].takesReadersAlong
        }
    }

    // MARK: Steps

    private mutating func addNode(_ index: Int) {
        let (made, layout) = (index + 1, layouts[index + 1])
        guard let work = operations[index].work(for: purpose) else {
            // What trains alone is no step: the value is the one before it.
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
        let layout = layouts[outer + 1]
        var inputs = graph.nodes[inner].inputs.map {
            value($0.index, operations[inner].inputLayout(forResult: layouts[inner + 1]))
        }
        for other in graph.nodes[outer].inputs where other.index != inner + 1 {
            inputs.append(value(other.index, layout))
        }
        add(work, inputs, made: outer + 1, layout, name: graph.nodes[outer].name, nodes: [inner, outer])
    }

    /// Appends a step that makes the graph's value `made` by the work of `nodes`, and returns its value.
    @discardableResult
    private mutating func add(
        _ work: any StepWork, _ inputs: [Int], made: Int, _ layout: ValueLayout, name: String, nodes: [Int] = []
    ) -> Int {
        let output = result.values.count
        result.values.append(.init(shape: graph.shape(ofValueAt: made), layout: layout))
        if layout == .planar { planar[made] = output } else { blocked[made] = output }
        let first = result.parameters.count
        for node in nodes {
            for parameter in graph.nodes[node].operation.parameters {
                result.parameters.append(
                    .init(name: "\(graph.nodes[node].name).\(parameter.role)", tensor: parameter.tensor))
            }
        }
        result.steps.append(
            LoweredGraph.Step(
                name: name, graphValue: made, node: nodes.first, work: work, inputs: inputs, output: output,
                parameters: first..<result.parameters.count, stream: stream(of: work),
                operation: nodes.first.map { graph.nodes[$0].operation },
                multiplyAddsPerPixel: nodes.reduce(0) { $0 + graph.multiplyAddsPerPixel(ofNode: $1) }))
        if work.term != nil { result.termSteps.append(result.steps.count - 1) }
        return output
    }

    /// Terms and other steps that draw are counted apart, so that one more of a kind does not change the others' draws.
    private mutating func stream(of work: any StepWork) -> Int? {
        if work.term != nil { return 2 * result.termSteps.count + 2 }
        guard work.draws else { return nil }
        drawingSteps += 1
        return 2 * drawingSteps - 1
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
