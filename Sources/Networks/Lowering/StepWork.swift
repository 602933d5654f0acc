package import Kernels
package import Tensors

/// What a step does, before its weights are packed; a value that all plans share.
package protocol StepWork: Sendable {
    /// Whether it reads the pixels around those of its first input that it makes.
    var readsBorder: Bool { get }
    /// Whether it is a 3x3 convolution over all channels, whose speed is told apart.
    var isThreeByThree: Bool { get }
    /// The inputs that the result may be written over in restoring: of its shape and layout, and read only at the element
    /// that is being written. One that is read in another place besides does not count.
    var overwritableInputs: [Int] { get }
    /// What runs it in restoring.
    func kernel(_ packing: Packing) -> any StepKernel

    /// How its gradients come about.
    var gradient: GradientRule { get }
    /// What runs it in training, both ways.
    func trainingKernel(_ packing: TrainingPacking) -> any TrainingKernel
    /// What it draws in training.
    var draws: Draws { get }
}

/// What a step draws in training, each kind from streams of its own.
package enum Draws: Sendable {
    case nothing
    /// Which elements are dropped.
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

/// What the kernel of a step is made of.
package struct Packing: Sendable {
    package var inputs: [ValueShape]
    /// The step's learnt tensors.
    package var parameters: [Tensor]
    /// Of a convolution.
    package var algorithm: ConvolutionAlgorithm
    package var instructionSet: InstructionSet
}

/// What the kernel of a step in training is made of.
package struct TrainingPacking: Sendable {
    package var inputs: [ValueShape]
    package var parameters: [Tensor]
    /// What is asked for; the size of the input decides whether a convolution takes it.
    package var algorithm: ConvolutionAlgorithm
    package var instructionSet: InstructionSet
    /// Of the first input.
    package var height: Int
    package var width: Int
    /// Whether the gradient of the first input is made.
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

/// How the gradients of a step's inputs and parameters come about, and what they are computed from.
package struct GradientRule: Sendable {
    /// The gradient of an input.
    package enum Flow: Sendable {
        /// The kernel writes it.
        case computed
        /// It is that of the result, or minus that.
        case passed(negates: Bool)
    }

    /// One an input.
    package var flows: [Flow]
    /// Inputs that the kernel reads when it writes the gradients of inputs.
    package var inputsRead: [Int]
    /// Whether it reads the result then.
    package var readsOutput: Bool
    /// Inputs that the gradients of parameters are computed from, in a pass of their own; nil where `computed` gradients
    /// bring them along, or there are none.
    package var parametersRead: [Int]?
    /// Whether the result went through a ReLU that was taken along, so that its gradient is gated first: by the kernel of
    /// the step that reads it, where that can, else by one pass more.
    package var isRectified: Bool
    /// Whether the kernel can gate the gradient of its first input, and add to it what was known of it before.
    package var gatesAndAdds: Bool
    /// Whether `computed` gradients are those for minus the result's gradient.
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
