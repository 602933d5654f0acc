import Kernels
import Tensors

/// How the 3x3 convolutions of a network in training are computed.
public enum ConvolutionAlgorithm: String, Sendable, CaseIterable {
    /// Direct sums: the smallest rounding.
    case direct
    /// Winograd F(4x4, 3x3) where it is faster: a quarter of the multiplications, rounding about eight times as large.
    case winograd
}

/// A convolution with its weights packed for one of the algorithms.
enum LayerKernel: Sendable {
    case direct(PackedConvolution)
    case winograd(WinogradConvolution)

    /// The kernel of a layer, or of the gradient of its input, for inputs of this size.
    init(
        _ layer: LoweredGraph.Convolution, isGradient: Bool, weights: Tensor, bias: Tensor?, height: Int, width: Int,
        algorithm: ConvolutionAlgorithm, isa: InstructionSet
    ) {
        let prefersWinograd =
            algorithm == .winograd && layer.kind == .threeByThree
            && WinogradConvolution.isPreferred(
                inputChannels: layer.inputChannels, outputChannels: layer.outputChannels, height: height, width: width)
        if prefersWinograd {
            self = .winograd(
                WinogradConvolution(
                    weights: weights, bias: isGradient ? nil : bias, role: isGradient ? .inputGradient : .forward,
                    isa: isa))
        } else if isGradient {
            self = .direct(PackedConvolution(gradientOf: layer.kind, weights: weights, isa: isa))
        } else {
            self = .direct(PackedConvolution(kind: layer.kind, weights: weights, bias: bias, isa: isa))
        }
    }

    /// Elements of workspace for an input of this size.
    func workspaceCount(height: Int, width: Int) -> Int {
        switch self {
        case .direct: 0
        case .winograd(let kernel): kernel.workspaceCount(height: height, width: width)
        }
    }

    func apply(
        _ input: BlockedView, to output: BlockedView, activation: Activation, residual: BlockedView?,
        workspace: UnsafeMutableBufferPointer<Float>
    ) {
        switch self {
        case .direct(let kernel): kernel.apply(input, to: output, activation: activation, residual: residual)
        case .winograd(let kernel):
            kernel.apply(input, to: output, activation: activation, residual: residual, workspace: workspace)
        }
    }

    /// Packs other weights, and another bias where there is one.
    func repack(weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil) {
        switch self {
        case .direct(let kernel): kernel.repack(weights: weights, bias: bias)
        case .winograd(let kernel): kernel.repack(weights: weights, bias: bias)
        }
    }
}
