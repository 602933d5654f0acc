package import Kernels
package import Tensors

extension Operation {
    /// The kernel's kind of a convolution over all channels with its weights and bias; nil for other operations.
    package var convolution: (kind: PackedConvolution.Kind, weights: Tensor, bias: Tensor?)? {
        switch self {
        case .convolution(let convolution):
            (convolution.kernelSize == 1 ? .oneByOne : .threeByThree, convolution.weights, convolution.bias)
        case .stridedConvolution(let convolution): (.stridedTwoByTwo, convolution.weights, convolution.bias)
        case .transposedConvolution(let convolution): (.transposedTwoByTwo, convolution.weights, convolution.bias)
        case .depthwiseConvolution, .unshuffle, .shuffle, .relu, .prelu, .sum, .nearest, .bicubic, .sigmoid, .dropout,
            .sparsity, .sampling:
            nil
        }
    }

    /// Whether it is a convolution.
    package var isConvolution: Bool { convolution != nil }
}
