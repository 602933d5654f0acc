import Kernels
import Networks

extension LoweredGraph.Convolution {
    /// The algorithm of the layer, or of the gradient of its input, for inputs of this size where `algorithm` is asked.
    func algorithm(
        asked algorithm: ConvolutionAlgorithm, isGradient: Bool, height: Int, width: Int
    ) -> ConvolutionAlgorithm {
        algorithm.ofConvolution(
            inputChannels: isGradient ? outputChannels : inputChannels,
            outputChannels: isGradient ? inputChannels : outputChannels,
            allowsWinograd: kind == .threeByThree && WinogradConvolution.isWorthwhile(height: height, width: width))
    }

    /// The algorithm of the gradient of the weights: Winograd's has Float32 products alone.
    func weightAlgorithm(asked algorithm: ConvolutionAlgorithm, height: Int, width: Int) -> ConvolutionAlgorithm {
        let prefersWinograd = ConvolutionGradient.prefersWinograd(
            kind: kind, inputChannels: inputChannels, outputChannels: outputChannels, height: height, width: width)
        return if algorithm.takesWinograd && prefersWinograd {
            .winograd
        } else {
            algorithm.operands == .bfloat16 ? .bfloat16 : .direct
        }
    }
}
