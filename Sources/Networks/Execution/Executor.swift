public import Kernels
public import Tensors

/// Runs a network on pictures or tiles up to a size, in memory that it allocates once.
///
/// One executor a worker. Contract of `@unchecked Sendable`: it may be handed from thread to thread, but only one uses
/// it at a time. Running allocates nothing: all buffers lie in one arena, planned for the largest size; smaller tiles
/// use the beginnings of the same buffers.
///
/// Large tiles are hardly slower than small ones: D-S with AVX-512 on two cores of a Zen 5 machine (2 MB of
/// second-level and 32 MB of third-level cache, November 2026) makes 206 GFLOP/s a core on 512 x 512 pixels, 202 on
/// 1920 x 1088 and 200 on 2016 x 2016. So what a tile's halo costs counts for more than what a cache holds.
/// `SpeedTests` prints it step by step.
public final class Executor: @unchecked Sendable {
    /// The network that the executor runs.
    public let network: Network
    /// The largest height of an input in pixels, a multiple of the network's grid.
    public let maximumHeight: Int
    /// The largest width of an input in pixels, a multiple of the network's grid.
    public let maximumWidth: Int
    /// The instruction set that the kernels use.
    public let instructionSet: InstructionSet
    /// The outputs of the graph that are computed beside the result.
    public let outputs: [String]

    let plan: Plan
    private let layout: ArenaLayout
    private let arena: AlignedBuffer<Float>
    private let workspace: AlignedBuffer<Float>

    /// Creates an executor for pictures of at most the given sides in pixels, which are multiples of the network's
    /// grid.
    ///
    /// - Parameters:
    ///   - instructionSet: one of `InstructionSet.available`.
    ///   - outputs: names of the graph's outputs that `run` writes beside the result.
    /// - Complexity: allocates `arenaByteCount` bytes, and what the outputs take; the first executor for an instruction
    ///   set and outputs packs the weights.
    public init(
        network: Network, maximumHeight: Int, maximumWidth: Int, instructionSet: InstructionSet = .current,
        outputs: [String] = []
    ) {
        precondition(maximumHeight % network.grid == 0 && maximumWidth % network.grid == 0)
        self.network = network
        self.maximumHeight = maximumHeight
        self.maximumWidth = maximumWidth
        self.instructionSet = instructionSet
        self.outputs = outputs
        plan = network.plan(for: instructionSet, outputs: outputs)
        layout = plan.arena(height: maximumHeight, width: maximumWidth)
        arena = AlignedBuffer(repeating: 0, count: layout.elementCount)
        workspace = AlignedBuffer(
            repeating: 0, count: plan.workspaceCount(height: maximumHeight, width: maximumWidth))
    }

    /// The memory, in bytes, that an executor for pictures of at most this size allocates; the sides are multiples of
    /// the grid.
    public static func arenaByteCount(network: Network, height: Int, width: Int) -> Int {
        let plan = network.plan(for: .current)
        let elements =
            plan.arena(height: height, width: width).elementCount + plan.workspaceCount(height: height, width: width)
        return elements * MemoryLayout<Float>.stride
    }

    /// Computes `output = network(input)`.
    ///
    /// Shapes: `input: [inputChannels, H, W]` with H and W multiples of the grid, at most the maximum;
    /// `output: [outputChannels, scale H, scale W]`, which must not overlap the input. Outside the input the layers see
    /// zeros (and bicubic upsampling the mirrored edges), as at the edges of a picture.
    ///
    /// - Parameters:
    ///   - noiseLevel: the standard deviation of the noise on 0...1, or 0 for unknown; ignored by networks
    ///     that do not accept one.
    ///   - others: the graph's inputs beside the picture, in order and of their shapes.
    /// - Complexity: `multiplyAddsPerPixel` x H x W multiply-adds; allocates nothing.
    public func run(input: PlanarView, output: PlanarView, noiseLevel: Float = 0, others: [PlanarView] = []) {
        check(input, output, others)
        for index in plan.steps.indices { perform(index, input, output, noiseLevel, others) }
    }

    /// Computes `output = network(input)` and writes the executor's `outputs`, in their order, to `views` of their
    /// shapes.
    public func run(
        input: PlanarView, output: PlanarView, noiseLevel: Float = 0, others: [PlanarView] = [],
        outputs views: [PlanarView]
    ) {
        precondition(views.count == plan.kept.count, "\(views.count) views for \(plan.kept.count) outputs")
        run(input: input, output: output, noiseLevel: noiseLevel, others: others)
        for (value, view) in zip(plan.kept, views) { view.copySamples(from: planarView(value, input, output, others)) }
    }

    /// Computes `output = network(input)` and returns an intermediate value, `[channels, height, width]`; nil for one
    /// that is computed together with its reader.
    public func run(
        input: PlanarView, output: PlanarView, noiseLevel: Float = 0, others: [PlanarView] = [],
        reading value: Graph.Value
    ) -> Tensor? {
        check(input, output, others)
        var found: Tensor?
        let made = network.graph.origin(of: value).index
        for index in plan.steps.indices {
            perform(index, input, output, noiseLevel, others)
            let step = plan.steps[index]
            if step.lowered.graphValue == made { found = copy(step.output, input, output, others) }
        }
        return found
    }

    /// Computes an intermediate value of `network(input)`, `[channels, height, width]`, and nothing behind it; nil for
    /// one that is computed together with its reader.
    ///
    /// - Parameter output: a view of the result's shape, which some steps may write to.
    public func value(_ value: Graph.Value, of input: PlanarView, output: PlanarView, noiseLevel: Float = 0) -> Tensor?
    {
        check(input, output, [])
        let made = network.graph.origin(of: value).index
        guard let last = plan.steps.lastIndex(where: { $0.lowered.graphValue == made }) else { return nil }
        for index in 0...last { perform(index, input, output, noiseLevel, []) }
        return copy(plan.steps[last].output, input, output, [])
    }

    /// Computes `output = network(input)` and returns the time of each step.
    public func profile(
        input: PlanarView, output: PlanarView, noiseLevel: Float = 0, others: [PlanarView] = []
    ) -> ExecutionProfile {
        check(input, output, others)
        let area = Double(input.height) * Double(input.width)
        return ExecutionProfile(
            steps: plan.steps.indices.map { index in
                let start = ContinuousClock.now
                perform(index, input, output, noiseLevel, others)
                let elapsed = ContinuousClock.now - start
                let step = plan.steps[index]
                return ExecutionProfile.Step(
                    name: step.lowered.name, isThreeByThree: step.lowered.work.isThreeByThree,
                    seconds: elapsed / .seconds(1), multiplyAdds: step.lowered.multiplyAddsPerPixel * area)
            })
    }

    /// Computes `output = network(input)` and returns the value of each step with the index of the graph's value; for
    /// tests.
    package func trace(
        input: PlanarView, output: PlanarView, noiseLevel: Float = 0, others: [PlanarView] = []
    ) -> [(graphValue: Int, name: String, value: Tensor)] {
        check(input, output, others)
        return plan.steps.indices.map { index in
            perform(index, input, output, noiseLevel, others)
            let step = plan.steps[index]
            return (step.lowered.graphValue, step.lowered.name, copy(step.output, input, output, others))
        }
    }

    private func check(_ input: PlanarView, _ output: PlanarView, _ others: [PlanarView]) {
        network.graph.check(others, forPicture: input.height, input.width)
        precondition(input.channels == network.inputChannels && output.channels == network.outputChannels)
        precondition(input.height <= maximumHeight && input.width <= maximumWidth, "larger than was planned for")
        precondition(input.height % network.grid == 0 && input.width % network.grid == 0, "sides are not on the grid")
        precondition(output.height == network.scale * input.height && output.width == network.scale * input.width)
    }

    private func perform(
        _ index: Int, _ input: PlanarView, _ output: PlanarView, _ noiseLevel: Float, _ others: [PlanarView]
    ) {
        let step = plan.steps[index]
        if step.clearsBorder { blockedView(step.output, input).zeroBorder() }
        step.kernel.run(
            Operands(
                input: view(step.input, input, output, others),
                other: step.other.map { view($0, input, output, others) },
                output: view(step.output, input, output, others),
                place: .init(inputHeight: plan.values[step.input].shape.resolution.side(forPicture: input.height)),
                noiseLevel: noiseLevel, workspace: workspace.elements))
    }

    private func view(
        _ value: Int, _ input: PlanarView, _ output: PlanarView, _ others: [PlanarView]
    ) -> ValueView {
        plan.values[value].layout == .blocked
            ? .blocked(blockedView(value, input)) : .planar(planarView(value, input, output, others))
    }

    private func blockedView(_ value: Int, _ input: PlanarView) -> BlockedView {
        let shape = plan.values[value].shape
        guard case .buffer(let buffer) = plan.values[value].place else {
            preconditionFailure("blocked values lie in the arena")
        }
        return BlockedView(
            storage: arena.base + layout.offsets[buffer], channels: shape.channels,
            height: shape.resolution.side(forPicture: input.height),
            width: shape.resolution.side(forPicture: input.width))
    }

    private func planarView(
        _ value: Int, _ input: PlanarView, _ output: PlanarView, _ others: [PlanarView]
    ) -> PlanarView {
        let shape = plan.values[value].shape
        switch plan.values[value].place {
        case .input(let number): return number == 0 ? input : others[number - 1]
        case .result: return output
        case .buffer(let buffer):
            let height = shape.resolution.side(forPicture: input.height)
            let width = shape.resolution.side(forPicture: input.width)
            return PlanarView(
                base: arena.base + layout.offsets[buffer], channels: shape.channels, height: height, width: width,
                channelStride: height * width, rowStride: width)
        }
    }

    private func copy(
        _ value: Int, _ input: PlanarView, _ output: PlanarView, _ others: [PlanarView]
    ) -> Tensor {
        let shape = plan.values[value].shape
        let height = shape.resolution.side(forPicture: input.height)
        let width = shape.resolution.side(forPicture: input.width)
        let image = PlanarImage(channels: shape.channels, height: height, width: width)
        if plan.values[value].layout == .blocked {
            blockedView(value, input).store(to: image.view)
        } else {
            let source = planarView(value, input, output, others)
            for channel in 0..<shape.channels {
                for row in 0..<height {
                    image.view.row(channel, row).update(from: source.row(channel, row), count: width)
                }
            }
        }
        return Tensor(shape: [shape.channels, height, width], elements: image.samples)
    }
}

extension Graph {
    /// Stops where views of the inputs beside the picture are not of their shapes, for a picture of this size.
    func check(_ others: [PlanarView], forPicture height: Int, _ width: Int) {
        precondition(others.count == inputs.count - 1, "\(others.count) other inputs, expected \(inputs.count - 1)")
        for index in others.indices {
            let (view, shape) = (others[index], inputs[index + 1].shape)
            precondition(
                view.channels == shape.channels && view.height == shape.resolution.side(forPicture: height)
                    && view.width == shape.resolution.side(forPicture: width), "another shape than the input has")
        }
    }
}
