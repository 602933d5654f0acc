package import Kernels
package import Tensors

/// The work of a step before its weights are packed; a value that all plans share.
package protocol StepWork: Sendable {
    /// True where the step reads the pixels around those of its first input that it computes.
    var readsBorder: Bool { get }
    /// True for a 3x3 convolution over all channels, whose speed is measured separately.
    var isThreeByThree: Bool { get }
    /// The inputs that the result may be written over in restoring: of its shape and layout, and read only at the
    /// element that is being written. One that is read in another place besides does not count.
    var overwritableInputs: [Int] { get }
    /// Returns the kernel for restoring.
    func kernel(_ packing: Packing) -> any StepKernel

    /// The rule for the gradients of inputs and parameters.
    var gradient: GradientRule { get }
    /// Returns the kernel for training, forward and backward.
    func trainingKernel(_ packing: TrainingPacking) -> any TrainingKernel
    /// The kind of random numbers that the step takes in training.
    var draws: Draws { get }
}

/// The kind of random numbers that a step takes in training, each kind from streams of its own.
package enum Draws: Sendable {
    /// No random numbers.
    case nothing
    /// Masks that say which elements are dropped.
    case masks
    /// Samples of a distribution.
    case samples
}

extension StepWork {
    package var readsBorder: Bool { false }
    package var isThreeByThree: Bool { false }
    package var overwritableInputs: [Int] { [] }
    package var draws: Draws { .nothing }
}

extension StepWork where Self: TrainingKernel {
    /// Work that has nothing to pack runs itself.
    package func kernel(_ packing: Packing) -> any StepKernel { self }
    package func trainingKernel(_ packing: TrainingPacking) -> any TrainingKernel { self }
}

/// The inputs from which the kernel of a step is packed.
package struct Packing: Sendable {
    package var inputs: [ValueShape]
    /// The step's learnt tensors.
    package var parameters: [Tensor]
    /// The algorithm of a convolution.
    package var algorithm: ConvolutionAlgorithm
    package var instructionSet: InstructionSet
}

/// The inputs from which the kernel of a step in training is packed.
package struct TrainingPacking: Sendable {
    package var inputs: [ValueShape]
    package var parameters: [Tensor]
    /// The algorithm that is asked for; the size of the input decides whether a convolution takes it.
    package var algorithm: ConvolutionAlgorithm
    package var instructionSet: InstructionSet
    /// The height of the first input.
    package var height: Int
    /// The width of the first input.
    package var width: Int
    /// True where the gradient of the first input is needed.
    package var inputNeedsGradient: Bool

    package init(
        inputs: [ValueShape], parameters: [Tensor], algorithm: ConvolutionAlgorithm, instructionSet: InstructionSet,
        height: Int, width: Int, inputNeedsGradient: Bool
    ) {
        self.inputs = inputs
        self.parameters = parameters
        self.algorithm = algorithm
        self.instructionSet = instructionSet
        self.height = height
        self.width = width
        self.inputNeedsGradient = inputNeedsGradient
    }
}

/// The rule for the gradients of a step's inputs and parameters, and the values that they are computed from.
package struct GradientRule: Sendable {
    /// The gradient of an input.
    package enum Flow: Sendable {
        /// The kernel writes it.
        case computed
        /// It is the gradient of the result, or minus that.
        case passed(negates: Bool)
    }

    /// The flows, one an input.
    package var flows: [Flow]
    /// The inputs that the kernel reads when it writes the gradients of inputs.
    package var inputsRead: [Int]
    /// True where the kernel reads the result when it writes the gradients of inputs.
    package var readsOutput: Bool
    /// The inputs that the gradients of parameters are computed from, in a pass of their own; nil where `computed`
    /// gradients bring them along, or there are none.
    package var parametersRead: [Int]?
    /// True where the result went through a fused ReLU, so that its gradient is gated first: by the kernel of the step
    /// that reads it, where that can, else by one pass more.
    package var isRectified: Bool
    /// True where the kernel can gate the gradient of its first input, and add to it the gradient from other readers.
    package var gatesAndAdds: Bool
    /// True where `computed` gradients are those for minus the result's gradient.
    package var negates: Bool

    package init(
        _ flows: [Flow], inputsRead: [Int] = [], readsOutput: Bool = false, parametersRead: [Int]? = nil,
        isRectified: Bool = false, gatesAndAdds: Bool = false, negates: Bool = false
    ) {
        self.flows = flows
        self.inputsRead = inputsRead
        self.readsOutput = readsOutput
        self.parametersRead = parametersRead
        self.isRectified = isRectified
        self.gatesAndAdds = gatesAndAdds
        self.negates = negates
    }
}
