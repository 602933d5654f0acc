public import Kernels
public import Tensors

/// An operation that is written once, over views of Float32, and run by every executor: what is no convolution and fuses
/// with none.
///
/// It takes one or two inputs of one resolution and makes a result of the same: pixel by pixel, or square by square of
/// `side` pixels, whatever the size of the values. A result depends on nothing outside its pixel or square, which makes
/// rows, tiles and whole pictures the same to the bit.
public protocol ElementaryOperation: GraphOperation {
    /// Elements of workspace that each pass takes, whatever the size of the values.
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

/// What an elementary operation computes with.
public struct ElementaryViews {
    public let input: PlanarView
    /// The second input, where there is one.
    public let other: PlanarView?
    public let output: PlanarView
    /// Learnt elements, in the order of `GraphOperation.parameters`, as they are at present.
    public let parameters: [AlignedBuffer<Float>]
    /// On a 64-byte boundary; what it holds does not matter.
    public let workspace: UnsafeMutablePointer<Float>
    public let instructionSet: InstructionSet

    /// The part of the views that is a square.
    func cropped(rows: Range<Int>, columns: Range<Int>) -> ElementaryViews {
        ElementaryViews(
            input: input.cropped(rows: rows, columns: columns), other: other?.cropped(rows: rows, columns: columns),
            output: output.cropped(rows: rows, columns: columns), parameters: parameters, workspace: workspace,
            instructionSet: instructionSet)
    }
}

/// What the backward pass of an elementary operation computes with.
public struct ElementaryGradients {
    /// As they were in the forward pass.
    public let values: ElementaryViews
    /// The gradient of the output.
    public let gradient: PlanarView
    /// Where the gradients of the inputs go; nil for one that needs none.
    public let input: PlanarView?
    public let other: PlanarView?
    /// One a parameter, to be added to.
    public let parameters: [UnsafeMutablePointer<Float>]

    func cropped(rows: Range<Int>, columns: Range<Int>) -> ElementaryGradients {
        ElementaryGradients(
            values: values.cropped(rows: rows, columns: columns),
            gradient: gradient.cropped(rows: rows, columns: columns),
            input: input?.cropped(rows: rows, columns: columns), other: other?.cropped(rows: rows, columns: columns),
            parameters: parameters)
    }
}
