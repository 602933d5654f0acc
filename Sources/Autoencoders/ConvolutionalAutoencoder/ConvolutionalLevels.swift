import Networks
import Tensors

/// The levels of a convolutional autoencoder on both sides of its code.
struct ConvolutionalLevels {
    /// Channels of the picture.
    var channels: Int
    /// Channels of each level, the finest first.
    var widths: [Int]
    var decoder: ConvolutionalAutoencoder.Decoder
    var bias: Bool

    /// Appends, for each level, a 2x2 convolution of stride 2 and a 3x3 convolution, each with a ReLU.
    func encode(_ x: Graph.Value, in graph: inout Graph, weights source: WeightSource) throws -> Graph.Value {
        var h = x
        for l in widths.indices {
            let inputs = l == 0 ? channels : widths[l - 1]
            let (weights, bias) = try convolution("encoder\(l).down", inputs, widths[l], size: 2, source)
            h = try graph.append(
                .stridedConvolution(StridedConvolution(weights: weights, bias: bias)), h, name: "encoder\(l).down")
            h = try relu(h, "encoder\(l).down", in: &graph)
            h = try appendConvolution(h, "encoder\(l).convolution", widths[l], widths[l], in: &graph, source)
            h = try relu(h, "encoder\(l).convolution", in: &graph)
        }
        return h
    }

    /// Appends, for each level, a 3x3 convolution with a ReLU and what enlarges, with a ReLU but at the picture's size.
    func decode(_ x: Graph.Value, in graph: inout Graph, weights source: WeightSource) throws -> Graph.Value {
        var h = x
        for l in widths.indices.reversed() {
            let outputs = l == 0 ? channels : widths[l - 1]
            h = try appendConvolution(h, "decoder\(l).convolution", widths[l], widths[l], in: &graph, source)
            h = try relu(h, "decoder\(l).convolution", in: &graph)
            h = try enlarged(h, "decoder\(l).up", widths[l], outputs, in: &graph, source)
            if l > 0 { h = try relu(h, "decoder\(l).up", in: &graph) }
        }
        return h
    }

    private func enlarged(
        _ x: Graph.Value, _ name: String, _ inputs: Int, _ outputs: Int, in graph: inout Graph, _ source: WeightSource
    ) throws -> Graph.Value {
        switch decoder {
        case .transposed:
            let weights = try source.tensor("\(name).weight", shape: [inputs, outputs, 2, 2])
            let bias = bias ? try source.tensor("\(name).bias", shape: [outputs]) : nil
            return try graph.append(
                .transposedConvolution(TransposedConvolution(weights: weights, bias: bias)), x, name: name)
        case .upsample:
            let larger = try graph.append(.nearest(Nearest()), x, name: "\(name).nearest")
            return try appendConvolution(larger, name, inputs, outputs, in: &graph, source)
        }
    }

    private func appendConvolution(
        _ x: Graph.Value, _ name: String, _ inputs: Int, _ outputs: Int, in graph: inout Graph, _ source: WeightSource
    ) throws -> Graph.Value {
        let (weights, bias) = try convolution(name, inputs, outputs, size: 3, source)
        return try graph.append(.convolution(Convolution(weights: weights, bias: bias)), x, name: name)
    }

    private func convolution(
        _ name: String, _ inputs: Int, _ outputs: Int, size: Int, _ source: WeightSource
    ) throws -> (weights: Tensor, bias: Tensor?) {
        (
            try source.tensor("\(name).weight", shape: [outputs, inputs, size, size]),
            bias ? try source.tensor("\(name).bias", shape: [outputs]) : nil
        )
    }

    private func relu(_ x: Graph.Value, _ name: String, in graph: inout Graph) throws -> Graph.Value {
        try graph.append(.relu(ReLU()), x, name: "\(name).relu")
    }
}
