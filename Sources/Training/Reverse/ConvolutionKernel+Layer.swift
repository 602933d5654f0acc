import Kernels
import Networks
import Tensors

extension ConvolutionKernel {
    /// The kernel of a layer in training, or of the gradient of its input, for inputs of this size.
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
}
