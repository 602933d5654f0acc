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
    /// The pictures of the samples, and what the network should make of them; filled by the caller.
    let inputs: [PlanarView]
    let targets: [PlanarView]
    let plan: TrainingPlan
    private let parameters: PackedParameters
    private let arenas: [AlignedBuffer<Float>]
    /// Which sample is at work.
    var place = 0
    /// The samples' numbers in the batch.
    var samples: [Int] = []
    /// Of the step that is made; nil where the network restores.
    var context: BatchContext?
    private let workspace: AlignedBuffer<Float>
    /// Where values and slots begin in the arena; the picture's place is not used.
    private let valueOffsets: [Int]
    private let slotOffsets: [Int]

    /// - Parameters:
    ///   - height, width: of the picture, multiples of the network's grid.
    ///   - places: how many samples are side by side at most.
    init(plan: TrainingPlan, parameters: PackedParameters, height: Int, width: Int, places: Int) {
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
        inputs = (0..<places).map { _ in Self.image(like: plan.graph.values[0].shape, height, width) }
        targets = (0..<places).map { _ in
            Self.image(like: plan.graph.values[plan.graph.result].shape, height, width)
        }
    }

    var places: Int { arenas.count }

    func uses(_ parameters: PackedParameters) -> Bool { self.parameters === parameters }

    /// The memory, in bytes, that a sample's place in an executor for pictures of this size takes.
    static func byteCount(of plan: TrainingPlan, height: Int, width: Int) -> Int {
        layout(of: plan, height: height, width: width).elementCount * MemoryLayout<Float>.stride
    }

    private static func layout(of plan: TrainingPlan, height: Int, width: Int) -> ArenaPlan {
        func elementCount(_ shape: ValueShape, _ layout: ValueLayout) -> Int {
            let height = shape.resolution.side(forPicture: height)
            let width = shape.resolution.side(forPicture: width)
            return switch layout {
            case .blocked: BlockedView.elementCount(channels: shape.channels, height: height, width: width)
            case .planar: shape.channels * height * width
            }
        }
        let values = zip(plan.graph.values, plan.valueLives).map {
            ArenaPlan.Buffer(elementCount: elementCount($0.shape, $0.layout), life: $1)
        }
        let slots = zip(plan.slots, plan.slotLives).map {
            ArenaPlan.Buffer(elementCount: elementCount($0.shape, $0.layout), life: $1)
        }
        return ArenaPlan(values + slots)
    }

    private static func image(like shape: ValueShape, _ height: Int, _ width: Int) -> PlanarView {
        PlanarImage(
            channels: shape.channels, height: shape.resolution.side(forPicture: height),
            width: shape.resolution.side(forPicture: width)
        ).view
    }

    /// The gradient of the last sample's picture after a run, where the plan has one.
    var inputGradient: PlanarView? { plan.slotOf[0].map { planarSlot($0) } }

    /// What the network makes of the first of the `inputs`; valid until the next run.
    ///
    /// - Parameter noiseLevel: 0...1, 0 for unknown.
    func restored(noiseLevel: Float) -> PlanarView {
        place = 0
        for node in plan.graph.nodes { perform(node, noiseLevel) }
        return planar(plan.graph.result)
    }

    /// Runs both passes on the first of the `inputs` and adds the gradients of the parameters, sample by sample, to
    /// `lane`, which is laid out as `PackedParameters` says.
    ///
    /// - Parameters:
    ///   - samples: their numbers in the batch, `places` of them at most.
    ///   - noiseLevels: one a sample, 0...1, 0 for unknown.
    ///   - begins: whether the lane holds nothing yet, whatever lies there.
    ///   - loss: from the sample's number, the output and the target; writes the gradient of the output into its last
    ///     argument.
    /// - Returns: for each sample what `loss` returned, and what the graph's terms add to it.
    func run(
        samples: [Int], noiseLevels: [Float], _ context: BatchContext, lane: UnsafeMutablePointer<Float>, begins: Bool,
        loss: (_ sample: Int, _ output: PlanarView, _ target: PlanarView, _ gradient: PlanarView) -> Double
    ) -> [Double] {
        self.samples = samples
        self.context = context
        defer { self.context = nil }
        for node in plan.graph.nodes {
            for sample in noiseLevels.indices {
                place = sample
                perform(node, noiseLevels[sample])
            }
        }
        let losses = noiseLevels.indices.map { sample in
            place = sample
            return loss(samples[sample], planar(plan.graph.result), targets[sample], planarSlot(plan.resultSlot))
                + termValue(context)
        }
        for step in plan.steps {
            for sample in noiseLevels.indices {
                place = sample
                if let slot = step.clearsBorder { blockedSlot(slot).zeroBorder() }
                perform(step.work, lane, begins && sample == 0)
            }
        }
        return losses
    }

    // MARK: Forward

    func perform(_ node: LoweredGraph.Node, _ noiseLevel: Float) {
        if plan.valuesWithBorder.contains(node.output) { blocked(node.output).zeroBorder() }
        let first = node.inputs[0]
        switch node.work {
        case .load: blocked(node.output).load(planar(first))
        case .store: blocked(first).store(to: planar(node.output))
        case .unshuffle(let factor, let appendsNoiseLevel):
            blocked(node.output).unshuffle(
                planar(first), factor: factor, appending: appendsNoiseLevel ? noiseLevel : nil)
        case .convolution(let number, let rectifies):
            parameters.convolutions[number].forward.apply(
                blocked(first), to: blocked(node.output), activation: rectifies ? .relu : .none,
                residual: node.inputs.count == 2 ? blocked(node.inputs[1]) : nil, workspace: workspace.elements)
        case .depthwise(let number):
            parameters.depthwise[number].forward.apply(blocked(first), to: blocked(node.output))
        case .relu: blocked(node.output).activate(blocked(first), .relu)
        case .prelu(let number):
            blocked(node.output).activate(blocked(first), .prelu(parameters.slopes[number].packed))
        case .shuffle(let factor): blocked(first).shuffle(to: planar(node.output), factor: factor)
        case .sum(let subtracts):
            if plan.graph.values[node.output].layout == .planar {
                planar(node.output).setSum(planar(first), planar(node.inputs[1]), subtracts: subtracts)
            } else if subtracts {
                blocked(node.output).setDifference(blocked(first), blocked(node.inputs[1]))
            } else {
                blocked(node.output).add(blocked(first), blocked(node.inputs[1]), isa: parameters.instructionSet)
            }
        case .nearest(let factor):
            if plan.graph.values[node.output].layout == .planar {
                planar(node.output).upsampleNearest(planar(first), factor: factor)
            } else {
                blocked(node.output).upsampleNearest(blocked(first))
            }
        case .bicubic(let bicubic): bicubic.apply(planar(first), to: planar(node.output))
        case .sigmoid: blocked(node.output).setSigmoid(blocked(first))
        case .dropout(let number, let rate):
            if let context {
                blocked(node.output).setDropped(
                    blocked(first), rate: rate, random: random(ofDropout: number, context))
            } else {
                blocked(node.output).activate(blocked(first), .none)
            }
        case .sparsity: blocked(node.output).activate(blocked(first), .none)
        case .sampling(let number):
            if let context {
                blocked(node.output).setSample(of: blocked(first), random: random(ofTerm: number, context))
            } else {
                blocked(node.output).setFirstChannels(blocked(first))
            }
        }
    }

    // MARK: Backward

    private func perform(_ work: TrainingPlan.Work, _ lane: UnsafeMutablePointer<Float>, _ begins: Bool) {
        switch work {
        case .weightGradient(let number, let value, let slot):
            parameters.convolutions[number].accumulate(
                blocked(value), blockedSlot(slot), lane: lane, begins: begins, workspace: workspace.elements)
        case .inputGradient(let number, let slot, let target, let residual, let gate):
            parameters.convolutions[number].backward?.apply(
                blockedSlot(slot), to: blockedSlot(target),
                activation: gate.map { .gate(blocked($0)) } ?? .none,
                residual: residual.map { blockedSlot($0) }, workspace: workspace.elements)
        case .depthwiseWeightGradient(let number, let value, let slot):
            parameters.depthwise[number].accumulate(blocked(value), blockedSlot(slot), lane: lane, begins: begins)
        case .depthwiseInputGradient(let number, let slot, let target):
            parameters.depthwise[number].backward.apply(blockedSlot(slot), to: blockedSlot(target))
        case .gate(let value, let slot, let target):
            blockedSlot(target).activate(blockedSlot(slot), .gate(blocked(value)))
        case .prelu(let number, let value, let slot, let target):
            if begins { parameters.slopes[number].clear(in: lane) }
            blockedSlot(target).setPReLUGradient(
                input: blocked(value), outputGradient: blockedSlot(slot), slopes: parameters.slopes[number].packed,
                slopeGradients: lane + parameters.slopes[number].offset)
        case .copy(let slot, let target, let negates):
            combine(slot, target, negates: negates, adds: false)
        case .add(let slot, let target, let negates):
            combine(slot, target, negates: negates, adds: true)
        case .unshuffle(let slot, let target, let factor):
            blockedSlot(target).unshuffle(planarSlot(slot), factor: factor)
        case .shuffle(let slot, let target, let factor):
            // The channel of the noise level, behind the picture's, has no gradient to give.
            let result = planarSlot(target)
            blockedSlot(slot, channels: result.channels * factor * factor).shuffle(to: result, factor: factor)
        case .nearest(let slot, let target, let factor):
            if plan.slots[slot].layout == .planar {
                planarSlot(target).setNearestGradient(planarSlot(slot), factor: factor)
            } else {
                blockedSlot(target).setNearestGradient(blockedSlot(slot))
            }
        case .bicubic(let bicubic, let slot, let target):
            bicubic.applyAdjoint(planarSlot(slot), to: planarSlot(target))
        case .sigmoid(let value, let slot, let target):
            blockedSlot(target).setSigmoidGradient(output: blocked(value), outputGradient: blockedSlot(slot))
        case .dropout(let number, let rate, let slot, let target):
            guard let context else { preconditionFailure("a gradient without a step") }
            blockedSlot(target).setDropped(
                blockedSlot(slot), rate: rate, random: random(ofDropout: number, context))
        case .term(let number, _, let slot, let target):
            performTerm(number, of: slot, to: target)
        }
    }

    private func combine(_ slot: Int, _ target: Int, negates: Bool, adds: Bool) {
        if plan.slots[slot].layout == .planar {
            planarSlot(target).accumulate(planarSlot(slot), negates: negates, adds: adds)
        } else {
            blockedSlot(target).accumulate(blockedSlot(slot), negates: negates, adds: adds)
        }
    }

    // MARK: Views

    func blocked(_ value: Int) -> BlockedView {
        blocked(arenas[place].base + valueOffsets[value], plan.graph.values[value].shape)
    }

    private func planar(_ value: Int) -> PlanarView {
        value == 0 ? inputs[place] : planar(arenas[place].base + valueOffsets[value], plan.graph.values[value].shape)
    }

    func blockedSlot(_ slot: Int, channels: Int? = nil) -> BlockedView {
        var shape = plan.slots[slot].shape
        shape.channels = channels ?? shape.channels
        return blocked(arenas[place].base + slotOffsets[slot], shape)
    }

    private func planarSlot(_ slot: Int) -> PlanarView {
        planar(arenas[place].base + slotOffsets[slot], plan.slots[slot].shape)
    }

    private func blocked(_ storage: UnsafeMutablePointer<Float>, _ shape: ValueShape) -> BlockedView {
        BlockedView(
            storage: storage, channels: shape.channels, height: shape.resolution.side(forPicture: height),
            width: shape.resolution.side(forPicture: width))
    }

    private func planar(_ storage: UnsafeMutablePointer<Float>, _ shape: ValueShape) -> PlanarView {
        let (height, width) = (shape.resolution.side(forPicture: height), shape.resolution.side(forPicture: width))
        return PlanarView(
            base: storage, channels: shape.channels, height: height, width: width, channelStride: height * width,
            rowStride: width)
    }
}
