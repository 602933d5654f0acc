public import Tensors

/// How the convolutions of a network are computed.
public enum ConvolutionAlgorithm: String, Sendable, CaseIterable {
    /// Direct sums: the smallest rounding.
    case direct
    /// Winograd F(4x4, 3x3) where it is faster: a quarter of the multiplications, rounding about eight times as large.
    case winograd
    /// Direct sums of products of operands rounded to BF16, where the processor has them (`hasBFloat16`). In training only:
    /// a `Network` that is asked for it computes direct sums of Float32.
    case bfloat16
}

/// A convolution with its weights packed for one of the algorithms.
public enum ConvolutionKernel: Sendable {
    case direct(PackedConvolution)
    case winograd(WinogradConvolution)
    case bfloat16(BFloat16Convolution)

    /// Packs `weights` and `bias` for an algorithm: Winograd's takes 3x3 convolutions alone, BF16 wants `isa.hasBFloat16`.
    public init(
        kind: PackedConvolution.Kind, weights: Tensor, bias: Tensor?, algorithm: ConvolutionAlgorithm,
        isa: InstructionSet = .current
    ) {
        switch algorithm {
        case .direct: self = .direct(PackedConvolution(kind: kind, weights: weights, bias: bias, isa: isa))
        case .winograd:
            precondition(kind == .threeByThree)
            self = .winograd(WinogradConvolution(weights: weights, bias: bias, isa: isa))
        case .bfloat16: self = .bfloat16(BFloat16Convolution(kind: kind, weights: weights, bias: bias, isa: isa))
        }
    }

    public var kind: PackedConvolution.Kind {
        switch self {
        case .direct(let kernel): kernel.kind
        case .winograd: .threeByThree
        case .bfloat16(let kernel): kernel.kind
        }
    }

    /// Elements of workspace for inputs up to this size.
    public func workspaceCount(height: Int, width: Int) -> Int {
        switch self {
        case .direct: 0
        case .winograd(let kernel): kernel.workspaceCount(height: height, width: width)
        case .bfloat16(let kernel): kernel.workspaceCount(height: height, width: width)
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
        case .bfloat16(let kernel):
            kernel.apply(input, to: output, activation: activation, residual: residual, workspace: workspace)
        }
    }

    /// Packs other weights, and another bias where there is one.
    public func repack(weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil) {
        switch self {
        case .direct(let kernel): kernel.repack(weights: weights, bias: bias)
        case .winograd(let kernel): kernel.repack(weights: weights, bias: bias)
        case .bfloat16(let kernel): kernel.repack(weights: weights, bias: bias)
        }
    }
}
