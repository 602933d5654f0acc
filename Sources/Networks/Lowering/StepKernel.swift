package import Kernels
package import Tensors

/// What runs a step forward, its weights packed; shared by all workers.
package protocol StepKernel: Sendable {
    /// Rows of the output that are made together, and begin at multiples of it; columns likewise.
    var rowsTogether: Int { get }
    /// Whether it takes the edges of a part for those of the picture, so that it must be given whole rows, and told which
    /// they are (`Operands.place`).
    var wantsWholeRows: Bool { get }
    /// Elements of workspace for a first input up to this size.
    func workspaceCount(height: Int, width: Int) -> Int

    /// Does the step's work on views of its values, or on parts of them that belong together: those of a 3x3 convolution
    /// stand within the rows and columns that it reads besides.
    ///
    /// One thread, no allocation.
    func run(_ operands: Operands)
}

extension StepKernel {
    package var rowsTogether: Int { 1 }
    package var wantsWholeRows: Bool { false }
    package func workspaceCount(height: Int, width: Int) -> Int { 0 }
}

/// A value, or a part of it, in the layout that it has.
package enum ValueView: Sendable {
    case blocked(BlockedView)
    case planar(PlanarView)

    package var blocked: BlockedView {
        guard case .blocked(let view) = self else { preconditionFailure("a planar value where a blocked one goes") }
        return view
    }

    package var planar: PlanarView {
        guard case .planar(let view) = self else { preconditionFailure("a blocked value where a planar one goes") }
        return view
    }
}

/// What a kernel works on.
package struct Operands {
    /// Which rows of the whole values the views show.
    package struct Place {
        /// The first of the input's rows, and how many the whole value has.
        package var inputRow = 0
        package var inputHeight: Int
        /// The first of the output's.
        package var outputRow = 0

        package init(inputRow: Int = 0, inputHeight: Int, outputRow: Int = 0) {
            self.inputRow = inputRow
            self.inputHeight = inputHeight
            self.outputRow = outputRow
        }
    }

    package var input: ValueView
    /// What is read besides the input, of the output's shape.
    package var other: ValueView?
    package var output: ValueView
    package var place: Place
    /// 0...1, 0 for unknown.
    package var noiseLevel: Float
    /// `StepKernel.workspaceCount` elements or more, on a 64-byte boundary; what they hold does not matter.
    package var workspace: UnsafeMutableBufferPointer<Float>
    /// In training, for a step that draws; nil in restoring.
    package var random: RandomStream?

    package init(
        input: ValueView, other: ValueView?, output: ValueView, place: Place, noiseLevel: Float,
        workspace: UnsafeMutableBufferPointer<Float>, random: RandomStream? = nil
    ) {
        self.input = input
        self.other = other
        self.output = output
        self.place = place
        self.noiseLevel = noiseLevel
        self.workspace = workspace
        self.random = random
    }
}
