public import Kernels
public import Tensors

/// An operation that is written once, over views of Float32, and run by every executor: one that is no convolution and
/// is fused with none.
///
/// It takes one or two inputs of one resolution and makes a result of the same: pixel by pixel, or square by square of
/// `side` pixels, whatever the size of the values. A result depends on nothing outside its pixel or square, which makes
/// rows, tiles and whole pictures the same to the bit.
public protocol ElementaryOperation: GraphOperation {
    /// Returns the number of workspace elements that each pass takes, whatever the size of the values.
    func workspaceCount(inputs: [ValueShape]) -> Int

    /// Computes the result.
    ///
    /// One thread, no allocation.
    func forward(_ views: ElementaryViews)

    /// Writes the gradients of the inputs, and adds those of the parameters.
    func backward(_ views: ElementaryGradients)
}

extension ElementaryOperation {
    public var computation: Computation { .elementary(self) }
    public func workspaceCount(inputs: [ValueShape]) -> Int { 0 }
}

/// The operands of an elementary operation in the forward pass.
public struct ElementaryViews {
    /// The first input.
    public let input: PlanarView
    /// The second input, where there is one.
    public let other: PlanarView?
    /// The result.
    public let output: PlanarView
    /// The elements of the parameters, in the order of `GraphOperation.parameters`, as they are at present.
    public let parameters: [AlignedBuffer<Float>]
    /// Scratch memory of `workspaceCount(inputs:)` elements on a 64-byte boundary; its contents do not matter.
    public let workspace: UnsafeMutablePointer<Float>
    /// The instruction set that the kernels use.
    public let instructionSet: InstructionSet

    /// Returns the part of the views that is a square.
    func cropped(rows: Range<Int>, columns: Range<Int>) -> ElementaryViews {
        ElementaryViews(
            input: input.cropped(rows: rows, columns: columns), other: other?.cropped(rows: rows, columns: columns),
            output: output.cropped(rows: rows, columns: columns), parameters: parameters, workspace: workspace,
            instructionSet: instructionSet)
    }
}

/// The operands of an elementary operation in the backward pass.
public struct ElementaryGradients {
    /// The operands of the forward pass, with the values that they had.
    public let values: ElementaryViews
    /// The gradient of the output.
    public let gradient: PlanarView
    /// The target for the gradient of the first input; nil where it needs none.
    public let input: PlanarView?
    /// The target for the gradient of the second input; nil where it needs none, or there is none.
    public let other: PlanarView?
    /// The gradients of the parameters, one a parameter, which the operation adds to.
    public let parameters: [UnsafeMutablePointer<Float>]

    func cropped(rows: Range<Int>, columns: Range<Int>) -> ElementaryGradients {
        ElementaryGradients(
            values: values.cropped(rows: rows, columns: columns),
            gradient: gradient.cropped(rows: rows, columns: columns),
            input: input?.cropped(rows: rows, columns: columns), other: other?.cropped(rows: rows, columns: columns),
            parameters: parameters)
    }
}
