import Kernels

/// A graph made ready for one instruction set: steps that call kernels, and buffers that their values live in.
///
/// Activations, residuals and the joining of the picture are fused into the convolution or shuffle before them, and a
/// value that is added to for the last time is overwritten in place. `PlanBuilder` makes plans; an `Executor` runs them.
struct Plan: Sendable {
    /// Where a value lies.
    enum Place: Sendable, Equatable {
        case picture
        case result
        case buffer(Int)
    }

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

    /// What a step does with its input; numbers are values of the plan.
    enum Work: Sendable {
        case load
        case unshuffle(factor: Int, appendsNoiseLevel: Bool)
        case convolution(ConvolutionKernel, Activation, residual: Int?)
        case depthwise(PackedDepthwise)
        case shuffle(factor: Int, Joining)
        case activation(Activation)
        case sigmoid
        /// The first channels.
        case firstChannels
        /// input + other, or input - other.
        case sum(other: Int, subtracts: Bool)
        case nearest(factor: Int)
        case bicubic(BicubicUpsampling)
    }

    /// What a shuffle does with its samples.
    enum Joining: Sendable, Equatable {
        case replacing
        case adding(Int)
        case subtractingFrom(Int)
    }

    struct Step: Sendable {
        /// The graph's node whose value this step makes, or the conversion of layout that it is.
        var name: String
        /// The index of the graph's value that it makes.
        var graphValue: Int
        var work: Work
        var input: Int
        var output: Int
        /// Of the operation that reads `input`; nil for a conversion of layout. What is fused behind it works element by
        /// element.
        var rules: (any OperationRules)?
        /// Whether the output's border must become zeros first: a 3x3 kernel will read it, and the memory had
        /// other contents.
        var clearsBorder = false
        /// Multiply-adds for one pixel of the picture.
        var multiplyAddsPerPixel = 0.0

        /// The value besides the input that the step reads.
        var other: Int? {
            switch work {
            case .convolution(_, _, let residual): residual
            case .shuffle(_, .adding(let other)), .shuffle(_, .subtractingFrom(let other)): other
            case .sum(let other, _): other
            default: nil
            }
        }

        var isThreeByThree: Bool {
            if case .convolution(let kernel, _, _) = work { kernel.kind == .threeByThree } else { false }
        }

        /// Whether it reads the border around its input.
        var readsBorder: Bool {
            if case .depthwise = work { true } else { isThreeByThree }
        }
    }

    /// Elements of scratch memory that the steps take for pictures up to this size.
    func workspaceCount(height: Int, width: Int) -> Int {
        steps.reduce(0) { count, step in
            guard case .convolution(let kernel, _, _) = step.work else { return count }
            let resolution = values[step.input].shape.resolution
            return max(
                count,
                kernel.workspaceCount(
                    height: resolution.side(forPicture: height), width: resolution.side(forPicture: width)))
        }
    }

    let values: [Value]
    let buffers: [Buffer]
    let steps: [Step]

    /// Elements that a buffer takes for a picture of this size.
    func elementCount(_ buffer: Buffer, height: Int, width: Int) -> Int {
        let height = buffer.shape.resolution.side(forPicture: height)
        let width = buffer.shape.resolution.side(forPicture: width)
        return switch buffer.layout {
        case .blocked: BlockedView.elementCount(channels: buffer.shape.channels, height: height, width: width)
        case .planar: buffer.shape.channels * height * width
        }
    }

    /// Where the buffers lie for pictures up to this size.
    func arena(height: Int, width: Int) -> ArenaPlan {
        ArenaPlan(
            buffers.map {
                .init(elementCount: elementCount($0, height: height, width: width), life: $0.life)
            })
    }
}
