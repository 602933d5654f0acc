import Networks
import Tensors

/// The levels of a convolutional autoencoder on both sides of its latent.
struct ConvolutionalLevels {
    /// The channels of the picture.
    var channels: Int
    /// The channels of each level, the finest first.
    var widths: [Int]
    var decoder: ConvolutionalAutoencoder.Decoder
    var bias: Bool

    /// The initialisation of the levels' weights: orthogonal where the size changes, so that the whole is a random
    /// projection at first, and small in the blocks.
    static func initialisation(of name: String) -> Initialisation {
        name.hasSuffix("convolution.weight") ? Initialisation(.heNormal, scale: 0.3) : Initialisation(.orthogonal)
    }

    /// Appends, for each level, a 2x2 convolution of stride 2 and a block.
    func encode(_ x: Graph.Value, in graph: inout Graph, weights source: WeightSource) throws -> Graph.Value {
        var h = x
        for l in widths.indices {
            let inputs = l == 0 ? channels : widths[l - 1]
            let (weights, bias) = try convolution("encoder\(l).down", inputs, widths[l], size: 2, source)
            h = try graph.append(
                StridedConvolution(weights: weights, bias: bias), h, name: "encoder\(l).down")
            h = try appendBlock(h, "encoder\(l)", widths[l], in: &graph, source)
        }
        return h
    }

    /// Appends, for each level, a block and the upsampling.
    func decode(_ x: Graph.Value, in graph: inout Graph, weights source: WeightSource) throws -> Graph.Value {
        var h = x
        for l in widths.indices.reversed() {
            let outputs = l == 0 ? channels : widths[l - 1]
            h = try appendBlock(h, "decoder\(l)", widths[l], in: &graph, source)
            h = try upscaled(h, "decoder\(l).up", widths[l], outputs, in: &graph, source)
        }
        return h
    }

    /// Appends x + ReLU(3x3 of x).
    private func appendBlock(
        _ x: Graph.Value, _ name: String, _ width: Int, in graph: inout Graph, _ source: WeightSource
    ) throws -> Graph.Value {
        var h = try appendConvolution(x, "\(name).convolution", width, width, in: &graph, source)
        h = try graph.append(ReLU(), h, name: "\(name).relu")
        return try graph.append(Sum(), x, h, name: name)
    }

    private func upscaled(
        _ x: Graph.Value, _ name: String, _ inputs: Int, _ outputs: Int, in graph: inout Graph, _ source: WeightSource
    ) throws -> Graph.Value {
        switch decoder {
        case .transposed:
            let weights = try source.tensor("\(name).weight", shape: [inputs, outputs, 2, 2])
            let bias = bias ? try source.tensor("\(name).bias", shape: [outputs]) : nil
            return try graph.append(
                TransposedConvolution(weights: weights, bias: bias), x, name: name)
        case .upsample:
            let larger = try graph.append(Nearest(), x, name: "\(name).nearest")
            return try appendConvolution(larger, name, inputs, outputs, in: &graph, source)
        }
    }

    private func appendConvolution(
        _ x: Graph.Value, _ name: String, _ inputs: Int, _ outputs: Int, in graph: inout Graph, _ source: WeightSource
    ) throws -> Graph.Value {
        let (weights, bias) = try convolution(name, inputs, outputs, size: 3, source)
        return try graph.append(Convolution(weights: weights, bias: bias), x, name: name)
    }

    private func convolution(
        _ name: String, _ inputs: Int, _ outputs: Int, size: Int, _ source: WeightSource
    ) throws -> (weights: Tensor, bias: Tensor?) {
        (
            try source.tensor("\(name).weight", shape: [outputs, inputs, size, size]),
            bias ? try source.tensor("\(name).bias", shape: [outputs]) : nil
        )
    }
}
