/// The kinds of operations that a graph may have, one line each.
public enum Operations {
    /// The types of all operations.
    public static let all: [any GraphOperation.Type] = [
        Convolution.self,
        StridedConvolution.self,
        TransposedConvolution.self,
        DepthwiseConvolution.self,
        Unshuffle.self,
        Shuffle.self,
        ReLU.self,
        PReLU.self,
        Sigmoid.self,
        Sum.self,
        Nearest.self,
        Bicubic.self,
        Dropout.self,
        GaussianSampling.self,
        GELU.self,
        Tanh.self,
        Product.self,
        Concatenation.self,
        ChannelSlice.self,
        ChannelConstant.self,
        LayerNormalisation.self,
        RunningNormalisation.self,
        Softmax.self,
        MatrixProduct.self,
        MaskedConvolution.self,
    ]
}
