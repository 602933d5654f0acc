/// The kinds of operations that there are, one line each.
public enum Operations {
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
        SparsityPenalty.self,
        GaussianSampling.self,
        GELU.self,
        Tanh.self,
        Product.self,
        Concatenation.self,
        ChannelSlice.self,
        LayerNormalisation.self,
        Softmax.self,
        MatrixProduct.self,
        MaskedConvolution.self,
    ]
}
