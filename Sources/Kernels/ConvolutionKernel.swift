public import Tensors

/// How the 3x3 convolutions of a network are computed.
public enum ConvolutionAlgorithm: String, Sendable, CaseIterable {
    /// Direct sums: the smallest rounding.
    case direct
    /// Winograd F(4x4, 3x3) where it is faster: a quarter of the multiplications, rounding about eight times as large.
    case winograd
}

/// A convolution with its weights packed for one of the algorithms.
public enum ConvolutionKernel: Sendable {
    case direct(PackedConvolution)
    case winograd(WinogradConvolution)

    /// Packs `weights` and `bias` for direct sums, or for Winograd's algorithm, which takes 3x3 convolutions alone.
    public init(
        kind: PackedConvolution.Kind, weights: Tensor, bias: Tensor?, algorithm: ConvolutionAlgorithm,
        isa: InstructionSet = .current
    ) {
        switch algorithm {
        case .direct: self = .direct(PackedConvolution(kind: kind, weights: weights, bias: bias, isa: isa))
        case .winograd:
            precondition(kind == .threeByThree)
            self = .winograd(WinogradConvolution(weights: weights, bias: bias, isa: isa))
        }
    }

    public var kind: PackedConvolution.Kind {
        switch self {
        case .direct(let kernel): kernel.kind
        case .winograd: .threeByThree
        }
    }

    /// Elements of workspace for inputs up to this size.
    public func workspaceCount(height: Int, width: Int) -> Int {
        switch self {
        case .direct: 0
        case .winograd(let kernel): kernel.workspaceCount(height: height, width: width)
        }
    }

    /// As `PackedConvolution.apply`; `workspace` lies on a 64-byte boundary, has `workspaceCount` elements or more, and
    /// what it holds does not matter.
    public func apply(
        _ input: BlockedView, to output: BlockedView, activation: Activation = .none, residual: BlockedView? = nil,
        workspace: UnsafeMutableBufferPointer<Float>
    ) {
        switch self {
        case .direct(let kernel): kernel.apply(input, to: output, activation: activation, residual: residual)
        case .winograd(let kernel):
            kernel.apply(input, to: output, activation: activation, residual: residual, workspace: workspace)
        }
    }

    /// Packs other weights, and another bias where there is one.
    public func repack(weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil) {
        switch self {
        case .direct(let kernel): kernel.repack(weights: weights, bias: bias)
        case .winograd(let kernel): kernel.repack(weights: weights, bias: bias)
        }
    }
}
