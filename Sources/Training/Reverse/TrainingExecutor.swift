import Kernels
import Networks
import Tensors

/// Runs the forward and the backward pass of a few samples side by side, every sample's activations in an arena of its
/// own: a layer's weights, and the sums of their gradients, are still in the cache when the next sample meets them.
///
/// Contract: used by one thread at a time; the parameters do not change meanwhile.
final class TrainingExecutor: @unchecked Sendable {
    let height: Int
    let width: Int
    /// The fields of the sample in each place, filled by the caller.
    let fields: [[PlanarView]]
    /// The fields of the sample in each place that are inputs of the graph, in its order.
    let inputs: [[PlanarView]]
    let plan: TrainingPlan
    private let parameters: PackedParameters
    private let arenas: [AlignedBuffer<Float>]
    /// The place of the sample that is being computed.
    var place = 0
    /// The samples' numbers in the batch, by place.
    var samples: [Int] = []
    /// The seed and the step of random operations; nil where the network restores.
    private var draws: (seed: UInt64, step: Int)?
    private let workspace: AlignedBuffer<Float>
    /// The offsets of values in the arena; the picture's is not used.
    private let valueOffsets: [Int]
    private let slotOffsets: [Int]

    /// Creates an executor with its own arenas.
    ///
    /// - Parameters:
    ///   - height, width: of the picture, multiples of the network's grid.
    ///   - places: the largest number of samples side by side.
    ///   - fields: the shapes of the data's fields, and the indices of those that are inputs of the graph; nil for the
    ///     graph's inputs alone.
    init(
        plan: TrainingPlan, parameters: PackedParameters, height: Int, width: Int, places: Int,
        fields: (shapes: [ValueShape], inputs: [Int])? = nil
    ) {
        self.plan = plan
        self.parameters = parameters
        self.height = height
        self.width = width
        let layout = Self.layout(of: plan, height: height, width: width)
        valueOffsets = Array(layout.offsets[..<plan.graph.values.count])
        slotOffsets = Array(layout.offsets[plan.graph.values.count...])
        arenas = (0..<places).map { _ in AlignedBuffer(repeating: 0, count: layout.elementCount) }
        workspace = AlignedBuffer(
            repeating: 0, count: parameters.workspaceCount(height: height, width: width))
        let own = plan.graph.values.prefix(plan.graph.inputCount).map(\.shape)
        let (shapes, numbers) = fields ?? (own, Array(own.indices))
        self.fields = (0..<places).map { _ in shapes.map { Self.image(like: $0, height, width) } }
        inputs = self.fields.map { fields in numbers.map { fields[$0] } }
    }

    var places: Int { arenas.count }

    func uses(_ parameters: PackedParameters) -> Bool { self.parameters === parameters }

    /// Returns the memory, in bytes, that a sample's place takes in an executor for pictures of this size.
    static func byteCount(of plan: TrainingPlan, height: Int, width: Int) -> Int {
        layout(of: plan, height: height, width: width).elementCount * MemoryLayout<Float>.stride
    }

    private static func layout(of plan: TrainingPlan, height: Int, width: Int) -> ArenaLayout {
        let values = zip(plan.graph.values, plan.valueLives).map {
            ArenaLayout.Buffer(
                elementCount: $0.layout.elementCount(of: $0.shape, height: height, width: width), life: $1)
        }
        let slots = zip(plan.slots, plan.slotLives).map {
            ArenaLayout.Buffer(
                elementCount: $0.layout.elementCount(of: $0.shape, height: height, width: width), life: $1)
        }
        return ArenaLayout(values + slots)
    }

    private static func image(like shape: ValueShape, _ height: Int, _ width: Int) -> PlanarView {
        PlanarImage(
            channels: shape.channels, height: shape.resolution.side(forPicture: height),
            width: shape.resolution.side(forPicture: width)
        ).view
    }

    /// The gradient of the last sample's picture after a run, where the plan has one.
    var inputGradient: PlanarView? { plan.slotOf[0].map { slot($0).planar } }

    /// Returns the network's result for the first of the `inputs`; valid until the next run.
    ///
    /// - Parameter noiseLevel: 0...1, 0 for unknown.
    func restored(noiseLevel: Float) -> PlanarView {
        place = 0
        for index in plan.graph.steps.indices { perform(index, noiseLevel) }
        return value(plan.graph.result).planar
    }

    /// Runs both passes on the samples in the first places and adds the gradients of the parameters, sample by sample,
    /// to `shard`, which is laid out as `PackedParameters` says.
    ///
    /// - Parameters:
    ///   - samples: their numbers in the batch, `places` of them at most.
    ///   - noiseLevels: one a sample, 0...1, 0 for unknown.
    ///   - begins: true where the shard's content is overwritten and not added to.
    ///   - judge: called once a sample between the passes, with its place; writes the gradients.
    func run(
        samples: [Int], noiseLevels: [Float], seed: UInt64, step: Int, shard: UnsafeMutablePointer<Float>, begins: Bool,
        judge: (_ place: Int, _ views: SampleViews) -> Void
    ) {
        self.samples = samples
        draws = (seed, step)
        defer { draws = nil }
        for index in plan.graph.steps.indices {
            for sample in noiseLevels.indices {
                place = sample
                perform(index, noiseLevels[sample])
            }
        }
        for sample in noiseLevels.indices {
            place = sample
            judge(sample, views)
        }
        for step in plan.steps {
            for sample in noiseLevels.indices {
                place = sample
                if let cleared = step.clearsBorder { slot(cleared).blocked.zeroBorder() }
                perform(step, shard, begins && sample == 0)
            }
        }
    }

    /// Runs the forward pass of one sample in the first place, random operations included, and calls `body` with the
    /// results.
    func measure(
        sample: Int, noiseLevel: Float, seed: UInt64, step: Int, body: (_ views: SampleViews) -> Void
    ) {
        samples = [sample]
        draws = (seed, step)
        defer { draws = nil }
        place = 0
        for index in plan.graph.steps.indices { perform(index, noiseLevel) }
        body(views)
    }

    /// The views of the sample in `place` that an objective reads and writes.
    private var views: SampleViews {
        SampleViews(
            fields: fields[place], values: plan.graph.results.map { value($0).planar },
            gradients: plan.resultSlots.map { slot($0).planar })
    }

    /// Returns the random numbers of a step for the sample in `place`; nil where the step samples none. Their streams
    /// differ from the patches', which have the bare seed.
    private func random(of step: LoweredGraph.Step) -> RandomStream? {
        guard let draws, let stream = step.stream else { return nil }
        return RandomStream(
            seed: draws.seed &+ UInt64(stream) &* 0x9E37_79B9_7F4A_7C15, draws.step, samples[place])
    }

    // MARK: Steps

    /// Runs the forward step at `index` for the sample in `place`.
    func perform(_ index: Int, _ noiseLevel: Float) {
        let step = plan.graph.steps[index]
        let output = value(step.output)
        if plan.valuesWithBorder.contains(step.output) { output.blocked.zeroBorder() }
        let height = plan.graph.values[step.inputs[0]].shape.resolution.side(forPicture: height)
        parameters.kernels[index].run(
            Operands(
                input: value(step.inputs[0]), other: step.inputs.count > 1 ? value(step.inputs[1]) : nil,
                output: output, place: .init(inputHeight: height), noiseLevel: noiseLevel,
                workspace: workspace.elements, random: random(of: step)))
    }

    private func perform(_ step: TrainingPlan.Step, _ shard: UnsafeMutablePointer<Float>, _ begins: Bool) {
        let gradient = slot(step.gradient)
        switch step.work {
        case .gate: gradient.blocked.activate(gradient.blocked, .gate(value(step.values[0]).blocked))
        case .copy(let negates): combine(gradient, step.targets[0], negates: negates, adds: false)
        case .add(let negates): combine(gradient, step.targets[0], negates: negates, adds: true)
        case .parameters: parameters.kernels[step.forward].addParameterGradients(operands(step, shard, begins))
        case .inputs: parameters.kernels[step.forward].setInputGradients(operands(step, shard, begins))
        }
    }

    private func operands(
        _ step: TrainingPlan.Step, _ shard: UnsafeMutablePointer<Float>, _ begins: Bool
    ) -> GradientOperands {
        let forward = plan.graph.steps[step.forward]
        return GradientOperands(
            inputs: forward.inputs.map { value($0) }, output: value(forward.output), gradient: slot(step.gradient),
            targets: step.targets.map { $0.map { slot($0) } }, gate: step.gate.map { value($0).blocked },
            addend: step.addend.map { slot($0).blocked }, shard: shard + parameters.offsets[step.forward],
            begins: begins, workspace: workspace.elements, random: random(of: forward))
    }

    private func combine(_ gradient: ValueView, _ target: Int?, negates: Bool, adds: Bool) {
        guard let target else { return }
        switch slot(target) {
        case .planar(let view): view.accumulate(gradient.planar, negates: negates, adds: adds)
        case .blocked(let view): view.accumulate(gradient.blocked, negates: negates, adds: adds)
        }
    }

    // MARK: Views

    /// Returns a value of the sample in `place`.
    func value(_ number: Int) -> ValueView {
        guard number >= plan.graph.inputCount else {
            return .planar(inputs[place][number])
        }
        let value = plan.graph.values[number]
        return view(arenas[place].base + valueOffsets[number], value.shape, value.layout)
    }

    private func slot(_ number: Int) -> ValueView {
        let slot = plan.slots[number]
        return view(arenas[place].base + slotOffsets[number], slot.shape, slot.layout)
    }

    private func view(
        _ storage: UnsafeMutablePointer<Float>, _ shape: ValueShape, _ layout: ValueLayout
    ) -> ValueView {
        let (height, width) = (shape.resolution.side(forPicture: height), shape.resolution.side(forPicture: width))
        return switch layout {
        case .blocked:
            .blocked(BlockedView(storage: storage, channels: shape.channels, height: height, width: width))
        case .planar:
            .planar(
                PlanarView(
                    base: storage, channels: shape.channels, height: height, width: width,
                    channelStride: height * width, rowStride: width))
        }
    }
}
