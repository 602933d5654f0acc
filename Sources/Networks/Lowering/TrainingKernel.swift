package import Kernels
package import Tensors

/// The kernel of a step in training, forward and backward.
///
/// Gradients of parameters go into *shards*, packed as the kernel likes: `gradientCount` elements of one vector, on a
/// 64-byte boundary. Contract: nothing runs while `repack` does.
package protocol TrainingKernel: StepKernel {
    /// The number of elements of a packed gradient of the parameters.
    var gradientCount: Int { get }
    /// Returns the number of workspace elements that the backward pass takes for a first input of this size.
    func gradientWorkspaceCount(height: Int, width: Int) -> Int
    /// Packs other parameters, each in PyTorch's order.
    func repack(_ parameters: [UnsafePointer<Float>])
    /// Writes a packed gradient in the order of the parameters.
    func unpack(_ packed: UnsafePointer<Float>, to gradients: [UnsafeMutablePointer<Float>])
    /// Adds the gradients of the parameters to the shard, or begins the shard with them.
    func addParameterGradients(_ operands: GradientOperands)
    /// Writes the gradients of the inputs that have a target; with it, where the step's `GradientRule` says so, those
    /// of the parameters.
    func setInputGradients(_ operands: GradientOperands)
}

extension TrainingKernel {
    package var gradientCount: Int { 0 }
    package func gradientWorkspaceCount(height: Int, width: Int) -> Int { 0 }
    package func repack(_ parameters: [UnsafePointer<Float>]) {}
    package func unpack(_ packed: UnsafePointer<Float>, to gradients: [UnsafeMutablePointer<Float>]) {}
    package func addParameterGradients(_ operands: GradientOperands) {}
    package func setInputGradients(_ operands: GradientOperands) {}
}

/// The operands of a kernel in the backward pass. Of `inputs` and `output` only those hold their values that the step's
/// `GradientRule` names.
package struct GradientOperands {
    package var inputs: [ValueView]
    package var output: ValueView
    /// The gradient of the output.
    package var gradient: ValueView
    /// The targets for the gradients of the inputs; nil for those that need none.
    package var targets: [ValueView?]
    /// The value whose ReLU gates the gradient of the first input.
    package var gate: BlockedView?
    /// The value that is added to the gradient of the first input.
    package var addend: BlockedView?
    /// The step's part of the gradient shard.
    package var shard: UnsafeMutablePointer<Float>
    /// True where the gradient shard holds nothing yet: its contents are overwritten.
    package var begins: Bool
    package var workspace: UnsafeMutableBufferPointer<Float>
    /// The random numbers as they were at the start of the forward pass.
    package var random: RandomStream?

    package init(
        inputs: [ValueView], output: ValueView, gradient: ValueView, targets: [ValueView?], gate: BlockedView?,
        addend: BlockedView?, shard: UnsafeMutablePointer<Float>, begins: Bool,
        workspace: UnsafeMutableBufferPointer<Float>, random: RandomStream?
    ) {
        self.inputs = inputs
        self.output = output
        self.gradient = gradient
        self.targets = targets
        self.gate = gate
        self.addend = addend
        self.shard = shard
        self.begins = begins
        self.workspace = workspace
        self.random = random
    }
}
