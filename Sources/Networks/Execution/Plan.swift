import Kernels

/// A lowered graph made ready for restoring with one instruction set: steps with their kernels, and buffers that their
/// values live in.
///
/// A value that is added to for the last time is overwritten in place. An `Executor` runs plans on whole pictures, a
/// `StreamingExecutor` row by row.
struct Plan: Sendable {
    /// The place of a value.
    enum Place: Sendable, Equatable {
        /// An input of the graph, by its number.
        case input(Int)
        /// The caller's memory for the result.
        case result
        /// A buffer of the plan, by its index.
        case buffer(Int)
    }

    /// A value of the lowered graph with its layout and place.
    struct Value: Sendable {
        var shape: ValueShape
        var layout: ValueLayout
        var place: Place
    }

    /// Memory for one value, or for several of one shape that follow each other in place.
    struct Buffer: Sendable {
        var shape: ValueShape
        var layout: ValueLayout
        /// The first and the last step that touch it.
        var life: ClosedRange<Int>
    }

    /// A step of the lowered graph with what runs it.
    struct Step: Sendable {
        let lowered: LoweredGraph.Step
        let kernel: any StepKernel
        /// True where the output's border must become zeros first: a 3x3 kernel will read it, and the memory had other
        /// contents.
        var clearsBorder = false

        var input: Int { lowered.inputs[0] }
        /// The value besides the input that the step reads.
        var other: Int? { lowered.inputs.count > 1 ? lowered.inputs[1] : nil }
        var output: Int { lowered.output }
    }

    /// The number of inputs of the graph, which are the first values.
    let inputCount: Int
    /// The values that are kept until the end, beside the result.
    let kept: [Int]
    var values: [Value]
    var buffers: [Buffer] = []
    var steps: [Step]

    /// Creates the plan of a graph that was lowered for restoring, and packs its weights.
    ///
    /// - Parameter algorithms: the convolution algorithm of each of the graph's nodes.
    init(_ graph: LoweredGraph, for instructionSet: InstructionSet, algorithms: [ConvolutionAlgorithm]) {
        inputCount = graph.inputCount
        // Those of the steps' values are assigned below.
        values = graph.values.enumerated().map {
            Value(shape: $1.shape, layout: $1.layout, place: .input($0))
        }
        steps = graph.steps.map { step in
            let packing = Packing(
                inputs: graph.inputShapes(of: step), parameters: graph.tensors(of: step),
                algorithm: step.node.map { algorithms[$0] } ?? .direct, instructionSet: instructionSet)
            return Step(lowered: step, kernel: step.work.kernel(packing))
        }
        kept = Array(graph.results.dropFirst())
        assignPlaces(result: graph.result)
    }

    /// The number of elements of scratch memory that the steps take for pictures up to this size.
    func workspaceCount(height: Int, width: Int) -> Int {
        steps.reduce(0) { count, step in
            let resolution = values[step.input].shape.resolution
            return max(
                count,
                step.kernel.workspaceCount(
                    height: resolution.side(forPicture: height), width: resolution.side(forPicture: width)))
        }
    }

    /// The layout of the buffers for pictures up to this size.
    func arena(height: Int, width: Int) -> ArenaLayout {
        ArenaLayout(
            buffers.map {
                .init(
                    elementCount: $0.layout.elementCount(of: $0.shape, height: height, width: width), life: $0.life)
            })
    }
}

extension ValueLayout {
    /// The number of elements that a value in this layout takes for a picture of this size.
    package func elementCount(of shape: ValueShape, height: Int, width: Int) -> Int {
        let height = shape.resolution.side(forPicture: height)
        let width = shape.resolution.side(forPicture: width)
        return switch self {
        case .blocked: BlockedView.elementCount(channels: shape.channels, height: height, width: width)
        case .planar: shape.channels * height * width
        }
    }
}
