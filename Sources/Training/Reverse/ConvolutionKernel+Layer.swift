import Kernels
import Networks
import Tensors

extension ConvolutionKernel {
    /// The kernel of a layer in training, or of the gradient of its input.
    init(
        _ layer: LoweredGraph.Convolution, isGradient: Bool, weights: Tensor, bias: Tensor?,
        algorithm: ConvolutionAlgorithm, isa: InstructionSet
    ) {
        switch (algorithm, isGradient) {
        case (.winograd, _):
            self = .winograd(
                WinogradConvolution(
                    weights: weights, bias: isGradient ? nil : bias, role: isGradient ? .inputGradient : .forward,
                    isa: isa))
        case (.bfloat16, true):
            self = .bfloat16(BFloat16Convolution(gradientOf: layer.kind, weights: weights, isa: isa))
        case (.bfloat16, false):
            self = .bfloat16(BFloat16Convolution(kind: layer.kind, weights: weights, bias: bias, isa: isa))
        case (.direct, true):
            self = .direct(PackedConvolution(gradientOf: layer.kind, weights: weights, isa: isa))
        case (.direct, false):
            self = .direct(PackedConvolution(kind: layer.kind, weights: weights, bias: bias, isa: isa))
        }
    }
}

extension LoweredGraph.Convolution {
    /// The algorithm of the layer, or of the gradient of its input, for inputs of this size where `algorithm` is asked.
    func algorithm(
        asked algorithm: ConvolutionAlgorithm, isGradient: Bool, height: Int, width: Int
    ) -> ConvolutionAlgorithm {
        let prefersWinograd =
            kind == .threeByThree
            && WinogradConvolution.isPreferred(
                inputChannels: inputChannels, outputChannels: outputChannels, height: height, width: width)
        switch algorithm {
        case .direct: return .direct
        case .winograd: return prefersWinograd ? .winograd : .direct
        case .bfloat16:
            // From 16 tiles of 4x4 on, Float32 products by Winograd are faster than direct sums of BF16 products.
            if prefersWinograd && height * width >= 16 * WinogradConvolution.tileSide * WinogradConvolution.tileSide {
                return .winograd
            }
            // A first layer meets the picture's samples, which have more bits than a BF16.
            return isGradient || inputChannels >= BlockedView.block ? .bfloat16 : .direct
        }
    }

    /// The algorithm of the gradient of the weights.
    func weightAlgorithm(asked algorithm: ConvolutionAlgorithm, height: Int, width: Int) -> ConvolutionAlgorithm {
        let prefersWinograd = ConvolutionGradient.prefersWinograd(
            kind: kind, inputChannels: inputChannels, outputChannels: outputChannels, height: height, width: width)
        return switch algorithm {
        case .direct: .direct
        case .winograd: prefersWinograd ? .winograd : .direct
        case .bfloat16: prefersWinograd ? .winograd : .bfloat16
        }
    }
}
