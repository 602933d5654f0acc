import Kernels
import Networks

/// The backward pass of one sample as steps, and where the values and gradients of both passes lie in one arena.
///
/// The forward pass is the lowered graph, node by node. Each of its values lives until the last step that reads it,
/// forward or backward; gradients lie in *slots*, which live from the first step that writes them to the step of the
/// node whose result they belong to. `TrainingPlan.init(_:)` is reverse-mode differentiation (Griewank and Walther,
/// "Evaluating Derivatives", 2008, chapter 3): nodes in reverse order, each adding to the gradients of its inputs.
struct TrainingPlan: Sendable {
    /// What a backward step does. `value` numbers are values of the lowered graph, all others are slots.
    enum Work: Sendable {
        /// Adds to the gradients of a convolution's weights and bias.
        case weightGradient(convolution: Int, value: Int, of: Int)
        /// Writes the gradient of a convolution's input: with `residual` added, or else zero where the value `gate`
        /// is not positive.
        case inputGradient(convolution: Int, of: Int, to: Int, residual: Int?, gate: Int?)
        /// Adds to the gradient of a depthwise convolution's weights.
        case depthwiseWeightGradient(depthwise: Int, value: Int, of: Int)
        /// Writes the gradient of its input.
        case depthwiseInputGradient(depthwise: Int, of: Int, to: Int)
        /// Sets elements to zero where the value is not positive.
        case gate(value: Int, of: Int, to: Int)
        /// Writes the gradient of a PReLU's input, and adds to that of its slopes.
        case prelu(slopes: Int, value: Int, of: Int, to: Int)
        /// to = of, or -of.
        case copy(of: Int, to: Int, negates: Bool)
        /// to += of, or -= of.
        case add(of: Int, to: Int, negates: Bool)
        /// Planar to blocked, channels moved by the factor (1: none).
        case unshuffle(of: Int, to: Int, factor: Int)
        /// Blocked to planar.
        case shuffle(of: Int, to: Int, factor: Int)
        /// Sums over squares of the factor's side.
        case nearest(of: Int, to: Int, factor: Int)
        case bicubic(BicubicUpsampling, of: Int, to: Int)
        /// With the sigmoid's result.
        case sigmoid(value: Int, of: Int, to: Int)
        /// With the draws of the dropout of this number.
        case dropout(Int, rate: Float, of: Int, to: Int)
        /// Adds what a term of the objective gives; `value` is what it is computed from.
        case term(Int, value: Int, of: Int, to: Int)
    }

    struct Step: Sendable {
        var work: Work
        /// The node that the step belongs to.
        var node: Int
        /// The slot whose border must become zeros first, since a 3x3 convolution will read it.
        var clearsBorder: Int?
    }

    /// Memory for one gradient, or for several that follow each other in place.
    struct Slot: Sendable {
        var shape: ValueShape
        var layout: ValueLayout
    }

    let graph: LoweredGraph
    private let learns: Bool
    private(set) var slots: [Slot] = []
    private(set) var steps: [Step] = []
    /// The slot of each value's gradient; nil where none is needed. After the last step only the picture's holds it.
    private(set) var slotOf: [Int?]
    /// For each value and slot, the steps that touch it; forward steps first, then the loss, then `steps`.
    private(set) var valueLives: [ClosedRange<Int>] = []
    private(set) var slotLives: [ClosedRange<Int>] = []
    /// Values whose border is read: by a 3x3 convolution or by the gradient of its weights.
    private(set) var valuesWithBorder: Set<Int> = []

    /// - Parameter learns: whether the gradients of the convolutions' weights are made, not the picture's alone.
    init(_ graph: LoweredGraph, learns: Bool = true) {
        self.graph = graph
        self.learns = learns
        slotOf = Array(repeating: nil, count: graph.values.count)
        slotOf[graph.result] = addSlot(like: graph.result)
        for index in graph.nodes.indices.reversed() { differentiate(index) }
        markBorders()
        countLives()
    }

    /// The slot that the loss writes.
    var resultSlot: Int { slotOf[graph.result] ?? 0 }

    private mutating func addSlot(like value: Int) -> Int {
        slots.append(Slot(shape: graph.values[value].shape, layout: graph.values[value].layout))
        return slots.count - 1
    }

    // MARK: Differentiation

    private mutating func differentiate(_ index: Int) {
        let node = graph.nodes[index]
        guard let slot = slotOf[node.output] else { return }
        func emit(_ work: Work) { steps.append(Step(work: work, node: index)) }
        /// Writes into the input's gradient, or into a new slot that is then added to it.
        func contribute(to value: Int, _ work: (Int) -> Work) {
            guard graph.values[value].needsGradient else { return }
            let target = addSlot(like: value)
            emit(work(target))
            if let known = slotOf[value] {
                emit(.add(of: target, to: known, negates: false))
            } else {
                slotOf[value] = target
            }
        }
        /// Hands the gradient itself on where it is the input's first and nobody else's; else copies or adds it.
        func pass(to value: Int, negates: Bool, mayShare: Bool) {
            guard graph.values[value].needsGradient else { return }
            if let known = slotOf[value] {
                emit(.add(of: slot, to: known, negates: negates))
            } else if mayShare && !negates {
                slotOf[value] = slot
            } else {
                contribute(to: value) { .copy(of: slot, to: $0, negates: negates) }
            }
        }

        switch node.work {
        case .convolution(let number, let rectifies):
            let input = node.inputs[0]
            if rectifies && !isGated(node.output) { emit(.gate(value: node.output, of: slot, to: slot)) }
            if learns { emit(.weightGradient(convolution: number, value: input, of: slot)) }
            let residual = node.inputs.count == 2 ? node.inputs[1] : nil
            if graph.values[input].needsGradient {
                if let known = slotOf[input] {
                    emit(.inputGradient(convolution: number, of: slot, to: known, residual: known, gate: nil))
                } else {
                    let target = addSlot(like: input)
                    let gate = isGated(input) ? input : nil
                    emit(.inputGradient(convolution: number, of: slot, to: target, residual: nil, gate: gate))
                    slotOf[input] = target
                }
            }
            if let residual { pass(to: residual, negates: false, mayShare: true) }
        case .depthwise(let number):
            if learns { emit(.depthwiseWeightGradient(depthwise: number, value: node.inputs[0], of: slot)) }
            contribute(to: node.inputs[0]) { .depthwiseInputGradient(depthwise: number, of: slot, to: $0) }
        case .relu:
            contribute(to: node.inputs[0]) { .gate(value: node.output, of: slot, to: $0) }
        case .prelu(let number):
            contribute(to: node.inputs[0]) { .prelu(slopes: number, value: node.inputs[0], of: slot, to: $0) }
        case .sum(let subtracts):
            pass(to: node.inputs[1], negates: subtracts, mayShare: false)
            pass(to: node.inputs[0], negates: false, mayShare: true)
        case .load:
            contribute(to: node.inputs[0]) { .shuffle(of: slot, to: $0, factor: 1) }
        case .store:
            contribute(to: node.inputs[0]) { .unshuffle(of: slot, to: $0, factor: 1) }
        case .unshuffle(let factor, _):
            contribute(to: node.inputs[0]) { .shuffle(of: slot, to: $0, factor: factor) }
        case .shuffle(let factor):
            contribute(to: node.inputs[0]) { .unshuffle(of: slot, to: $0, factor: factor) }
        case .nearest(let factor):
            contribute(to: node.inputs[0]) { .nearest(of: slot, to: $0, factor: factor) }
        case .bicubic(let bicubic):
            contribute(to: node.inputs[0]) { .bicubic(bicubic, of: slot, to: $0) }
        case .sigmoid:
            contribute(to: node.inputs[0]) { .sigmoid(value: node.output, of: slot, to: $0) }
        case .dropout(let number, let rate):
            contribute(to: node.inputs[0]) { .dropout(number, rate: rate, of: slot, to: $0) }
        case .sparsity(let number), .sampling(let number):
            let value = graph.terms[number].value
            contribute(to: node.inputs[0]) { .term(number, value: value, of: slot, to: $0) }
        }
    }

    /// Whether the gate of the ReLU that made `value` is done by the input gradient of its only reader, a convolution.
    private func isGated(_ value: Int) -> Bool {
        guard let maker = graph.nodes.first(where: { $0.output == value }),
            case .convolution(_, rectifies: true) = maker.work
        else { return false }
        let readers = graph.nodes.filter { $0.inputs.contains(value) }
        guard readers.count == 1, case .convolution = readers[0].work else { return false }
        return readers[0].inputs[0] == value && readers[0].inputs.dropFirst().allSatisfy { $0 != value }
    }

    // MARK: Memory

    private mutating func markBorders() {
        var slotsWithBorder: Set<Int> = []
        for case .convolution(let number, _) in graph.nodes.map(\.work)
        where graph.convolutions[number].kind == .threeByThree {
            for node in graph.nodes {
                if case .convolution(number, _) = node.work { valuesWithBorder.insert(node.inputs[0]) }
            }
        }
        for node in graph.nodes {
            if case .depthwise = node.work { valuesWithBorder.insert(node.inputs[0]) }
        }
        for step in steps {
            switch step.work {
            case .inputGradient(let number, let slot, _, _, _)
            where graph.convolutions[number].kind == .threeByThree:
                slotsWithBorder.insert(slot)
            case .depthwiseInputGradient(_, let slot, _): slotsWithBorder.insert(slot)
            default: break
            }
        }
        var written: Set<Int> = []
        for index in steps.indices {
            guard let target = steps[index].work.target, written.insert(target).inserted else { continue }
            if slotsWithBorder.contains(target) && target != resultSlot { steps[index].clearsBorder = target }
        }
    }

    private mutating func countLives() {
        var values: [Int: ClosedRange<Int>] = [:]
        var gradients: [Int: ClosedRange<Int>] = [:]
        func touch(_ lives: inout [Int: ClosedRange<Int>], _ number: Int, _ step: Int) {
            let life = lives[number] ?? step...step
            lives[number] = min(life.lowerBound, step)...max(life.upperBound, step)
        }
        for (index, node) in graph.nodes.enumerated() {
            for value in node.inputs + [node.output] { touch(&values, value, index) }
        }
        let loss = graph.nodes.count
        touch(&values, graph.result, loss)
        touch(&gradients, resultSlot, loss)
        for term in graph.terms { touch(&values, term.value, loss) }
        for (index, step) in steps.enumerated() {
            if let value = step.work.value { touch(&values, value, loss + 1 + index) }
            for slot in step.work.slots { touch(&gradients, slot, loss + 1 + index) }
        }
        if let picture = slotOf[0] { touch(&gradients, picture, loss + 1 + steps.count) }
        valueLives = graph.values.indices.map { values[$0] ?? 0...0 }
        slotLives = slots.indices.map { gradients[$0] ?? loss...loss }
    }
}

extension TrainingPlan.Work {
    /// The value of the forward pass that is read.
    var value: Int? {
        switch self {
        case .weightGradient(_, let value, _), .depthwiseWeightGradient(_, let value, _), .gate(let value, _, _),
            .prelu(_, let value, _, _), .sigmoid(let value, _, _), .term(_, let value, _, _):
            value
        case .inputGradient(_, _, _, _, let gate): gate
        default: nil
        }
    }

    /// The slot that is written.
    var target: Int? {
        switch self {
        case .weightGradient, .depthwiseWeightGradient: nil
        case .inputGradient(_, _, let to, _, _), .depthwiseInputGradient(_, _, let to), .gate(_, _, let to),
            .prelu(_, _, _, let to), .copy(_, let to, _), .add(_, let to, _), .unshuffle(_, let to, _),
            .shuffle(_, let to, _), .nearest(_, let to, _),
            .bicubic(_, _, let to), .sigmoid(_, _, let to), .dropout(_, _, _, let to), .term(_, _, _, let to):
            to
        }
    }

    /// The slot that is read for the gradient of the result.
    var source: Int {
        switch self {
        case .weightGradient(_, _, let of), .inputGradient(_, let of, _, _, _),
            .depthwiseWeightGradient(_, _, let of), .depthwiseInputGradient(_, let of, _), .gate(_, let of, _),
            .prelu(_, _, let of, _), .copy(let of, _, _), .add(let of, _, _), .unshuffle(let of, _, _),
            .shuffle(let of, _, _), .nearest(let of, _, _), .bicubic(_, let of, _), .sigmoid(_, let of, _),
            .dropout(_, _, let of, _), .term(_, _, let of, _):
            of
        }
    }

    var slots: [Int] {
        var slots = [source]
        if let target { slots.append(target) }
        if case .inputGradient(_, _, _, let residual?, _) = self { slots.append(residual) }
        return slots
    }
}
