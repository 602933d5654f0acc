import Networks

/// The backward pass of one sample as steps, and the layout of the values and gradients of both passes in one arena.
///
/// The forward pass is the lowered graph, step by step. Each of its values lives until the last step that reads it,
/// forward or backward; gradients lie in *slots*, which live from the first step that writes them to the step of the
/// value that they belong to. `TrainingPlan.init(_:)` is reverse-mode differentiation (Griewank and Walther,
/// "Evaluating Derivatives", 2008, chapter 3): steps in reverse order, each adding to the gradients of its inputs, as
/// its `GradientRule` says.
struct TrainingPlan: Sendable {
    /// The work of a backward step.
    enum Work: Sendable, Equatable {
        /// Sets the gradient to zero where the ReLU that made the step's output gave none.
        case gate
        /// Adds to the gradients of the forward step's parameters.
        case parameters
        /// Writes the gradients of its inputs.
        case inputs
        /// target = gradient, or -gradient.
        case copy(negates: Bool)
        /// target += gradient, or -= gradient.
        case add(negates: Bool)
    }

    struct Step: Sendable {
        var work: Work
        /// The step of the forward pass that it belongs to.
        var forward: Int
        /// The slot that is read for the gradient of that step's output.
        var gradient: Int
        /// The slots that are written: one, or for `inputs` one an input, nil where none is needed.
        var targets: [Int?] = []
        /// The slot that is added to the first input's gradient.
        var addend: Int?
        /// The value whose ReLU gates the first input's gradient.
        var gate: Int?
        /// Values of the forward pass that are read, the gate besides.
        var values: [Int] = []
        /// The slot whose border must become zeros first, since a 3x3 convolution will read it.
        var clearsBorder: Int?

        /// All slots that are touched.
        var slots: [Int] { [gradient] + targets.compactMap { $0 } + (addend.map { [$0] } ?? []) }
    }

    /// Memory for one gradient, or for several that follow each other in place.
    struct Slot: Sendable {
        var shape: ValueShape
        var layout: ValueLayout
    }

    let graph: LoweredGraph
    private let learns: Bool
    /// For each value, true where it depends on a parameter, or on the picture where its gradient is asked for.
    let needsGradient: [Bool]
    private(set) var slots: [Slot] = []
    private(set) var steps: [Step] = []
    /// The slot of each value's gradient; nil where none is needed. After the last step only the picture's holds it.
    private(set) var slotOf: [Int?]
    /// The slots that the objective writes, one a value that the graph was lowered for.
    private(set) var resultSlots: [Int] = []
    /// For each value and slot, the steps that touch it; forward steps first, then the loss, then `steps`.
    private(set) var valueLives: [ClosedRange<Int>] = []
    private(set) var slotLives: [ClosedRange<Int>] = []
    /// Values whose border is read: by a 3x3 convolution or by the gradient of its weights.
    let valuesWithBorder: Set<Int>

    /// - Parameters:
    ///   - pictureNeedsGradient: true where the gradient goes back to the picture.
    ///   - learns: true where those gradients of parameters are computed that take a pass of their own.
    init(_ graph: LoweredGraph, pictureNeedsGradient: Bool = false, learns: Bool = true) {
        self.graph = graph
        self.learns = learns
        var needsGradient = Array(repeating: false, count: graph.values.count)
        needsGradient[0] = pictureNeedsGradient
        for step in graph.steps {
            needsGradient[step.output] = !step.parameters.isEmpty || step.inputs.contains { needsGradient[$0] }
        }
        self.needsGradient = needsGradient
        valuesWithBorder = Set(graph.steps.filter(\.work.readsBorder).map { $0.inputs[0] })
        slotOf = Array(repeating: nil, count: graph.values.count)
        for value in graph.results where slotOf[value] == nil { slotOf[value] = addSlot(like: value) }
        resultSlots = graph.results.map { slotOf[$0] ?? 0 }
        for index in graph.steps.indices.reversed() { differentiate(index) }
        markBorders()
        countLives()
    }

    private mutating func addSlot(like value: Int) -> Int {
        slots.append(Slot(shape: graph.values[value].shape, layout: graph.values[value].layout))
        return slots.count - 1
    }

    // MARK: Differentiation

    private mutating func differentiate(_ index: Int) {
        let step = graph.steps[index]
        guard let slot = slotOf[step.output] else { return }
        let rule = step.work.gradient
        if rule.isRectified && !isGated(step.output) {
            emit(.gate, index, of: slot, to: [slot], values: [step.output])
        }
        if learns, !step.parameters.isEmpty, let read = rule.parametersRead {
            emit(.parameters, index, of: slot, values: read.map { step.inputs[$0] })
        }
        differentiateComputed(index, rule, of: slot)
        // The last of them may take over the gradient's slot, which no other step reads then.
        var passed: [(input: Int, negates: Bool)] = []
        for (input, flow) in rule.flows.enumerated() {
            if case .passed(let negates) = flow { passed.append((step.inputs[input], negates)) }
        }
        for (place, (input, negates)) in passed.enumerated().reversed() {
            pass(slot, to: input, index, negates: negates, mayShare: place == 0)
        }
    }

    /// Adds the steps for the gradients of inputs that the step's kernel writes: into new slots, which are added to
    /// earlier gradients, or where the kernel can do that itself, over these.
    private mutating func differentiateComputed(_ index: Int, _ rule: GradientRule, of slot: Int) {
        let step = graph.steps[index]
        let computed = rule.flows.indices.filter { if case .computed = rule.flows[$0] { true } else { false } }
        // Parameters without a pass of their own come with the inputs' gradients.
        let brings = !step.parameters.isEmpty && rule.parametersRead == nil
        let needed = computed.filter { brings || needsGradient[step.inputs[$0]] }
        guard !needed.isEmpty else { return }
        var source = slot
        if rule.negates {
            source = addSlot(like: step.output)
            emit(.copy(negates: true), index, of: slot, to: [source])
        }
        let values = rule.inputsRead.map { step.inputs[$0] } + (rule.readsOutput ? [step.output] : [])
        let first = step.inputs[0]
        if rule.gatesAndAdds, let known = slotOf[first] {
            emit(.inputs, index, of: source, to: [known], addend: known, values: values)
            return
        }
        var targets: [Int?] = step.inputs.map { _ in nil }
        for place in needed { targets[place] = addSlot(like: step.inputs[place]) }
        let gate = rule.gatesAndAdds && isGated(first) ? first : nil
        emit(.inputs, index, of: source, to: targets, gate: gate, values: values)
        for (input, target) in zip(step.inputs, targets) {
            guard let target, needsGradient[input] else { continue }
            if let known = slotOf[input] {
                emit(.add(negates: false), index, of: target, to: [known])
            } else {
                slotOf[input] = target
            }
        }
    }

    /// Passes the gradient to a value: hands its slot on where it is the value's first gradient and has no other
    /// reader; else copies or adds it.
    private mutating func pass(_ slot: Int, to value: Int, _ index: Int, negates: Bool, mayShare: Bool) {
        guard needsGradient[value] else { return }
        if let known = slotOf[value] {
            emit(.add(negates: negates), index, of: slot, to: [known])
        } else if mayShare && !negates {
            slotOf[value] = slot
        } else {
            let target = addSlot(like: value)
            emit(.copy(negates: negates), index, of: slot, to: [target])
            slotOf[value] = target
        }
    }

    private mutating func emit(
        _ work: Work, _ index: Int, of gradient: Int, to targets: [Int?] = [], addend: Int? = nil, gate: Int? = nil,
        values: [Int] = []
    ) {
        steps.append(
            Step(
                work: work, forward: index, gradient: gradient, targets: targets, addend: addend, gate: gate,
                values: values))
    }

    /// Returns true where the gate of the ReLU that made `value` is applied by the input gradient of the only step that
    /// reads it.
    private func isGated(_ value: Int) -> Bool {
        guard let maker = graph.steps.first(where: { $0.output == value }), maker.work.gradient.isRectified
        else { return false }
        let readers = graph.steps.filter { $0.inputs.contains(value) }
        guard readers.count == 1, readers[0].work.gradient.gatesAndAdds else { return false }
        return readers[0].inputs[0] == value && !readers[0].inputs.dropFirst().contains(value)
    }

    // MARK: Memory

    private mutating func markBorders() {
        // The gradient of a 3x3 convolution's input is a 3x3 convolution of the gradient of its result.
        let slotsWithBorder = Set(
            steps.filter { $0.work == .inputs && graph.steps[$0.forward].work.readsBorder }.map(\.gradient))
        var written: Set<Int> = []
        for index in steps.indices {
            for case let target? in steps[index].targets where written.insert(target).inserted {
                if slotsWithBorder.contains(target) && !resultSlots.contains(target) {
                    steps[index].clearsBorder = target
                }
            }
        }
    }

    private mutating func countLives() {
        var values: [Int: ClosedRange<Int>] = [:]
        var gradients: [Int: ClosedRange<Int>] = [:]
        func touch(_ lives: inout [Int: ClosedRange<Int>], _ number: Int, _ step: Int) {
            let life = lives[number] ?? step...step
            lives[number] = min(life.lowerBound, step)...max(life.upperBound, step)
        }
        for (index, step) in graph.steps.enumerated() {
            for value in step.inputs + [step.output] { touch(&values, value, index) }
        }
        let loss = graph.steps.count
        for value in graph.results { touch(&values, value, loss) }
        for slot in resultSlots { touch(&gradients, slot, loss) }
        for (index, step) in steps.enumerated() {
            for value in step.values { touch(&values, value, loss + 1 + index) }
            if let gate = step.gate { touch(&values, gate, loss + 1 + index) }
            for slot in step.slots { touch(&gradients, slot, loss + 1 + index) }
        }
        if let picture = slotOf[0] { touch(&gradients, picture, loss + 1 + steps.count) }
        valueLives = graph.values.indices.map { values[$0] ?? 0...0 }
        slotLives = slots.indices.map { gradients[$0] ?? loss...loss }
    }
}
