package import Kernels
package import Tensors

/// The kernel of a step in the forward direction, its weights packed; shared by all workers.
package protocol StepKernel: Sendable {
    /// The number of output rows that are computed together, and begin at multiples of it; columns likewise.
    var rowsTogether: Int { get }
    /// True where the kernel takes the edges of a part for those of the picture, so that it must be given whole rows
    /// and their position (`Operands.place`).
    var wantsWholeRows: Bool { get }
    /// Returns the number of workspace elements for a first input up to this size.
    func workspaceCount(height: Int, width: Int) -> Int

    /// Does the step's work on views of its values, or on parts of them that belong together: those of a 3x3
    /// convolution stand within the rows and columns that it reads besides.
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

/// The operands of a kernel.
package struct Operands {
    /// The position of the views' rows within the whole values.
    package struct Place {
        /// The first of the input's rows.
        package var inputRow = 0
        /// The number of rows of the whole input.
        package var inputHeight: Int
        /// The first of the output's rows.
        package var outputRow = 0

        package init(inputRow: Int = 0, inputHeight: Int, outputRow: Int = 0) {
            self.inputRow = inputRow
            self.inputHeight = inputHeight
            self.outputRow = outputRow
        }
    }

    package var input: ValueView
    /// The second input, of the output's shape.
    package var other: ValueView?
    package var output: ValueView
    package var place: Place
    /// The standard deviation of the noise, 0...1, or 0 for unknown.
    package var noiseLevel: Float
    /// `StepKernel.workspaceCount` elements or more, on a 64-byte boundary; what they hold does not matter.
    package var workspace: UnsafeMutableBufferPointer<Float>
    /// The random numbers of a step that samples or drops, in training; nil in restoring.
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
