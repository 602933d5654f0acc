public import Networks

extension ConvolutionalAutoencoder {
    public func makeGraph(weights source: WeightSource) throws -> Graph {
        var graph = Graph(inputChannels: channels)

        func relu(_ x: Graph.Value, _ name: String) throws -> Graph.Value {
            try graph.append(.relu(ReLU()), x, name: "\(name).relu")
        }
        func convolution(
            _ x: Graph.Value, _ name: String, _ inputs: Int, _ outputs: Int, size: Int = 3
        ) throws -> Graph.Value {
            let weights = try source.tensor("\(name).weight", shape: [outputs, inputs, size, size])
            let bias = bias ? try source.tensor("\(name).bias", shape: [outputs]) : nil
            return size == 2
                ? try graph.append(
                    .stridedConvolution(StridedConvolution(weights: weights, bias: bias)), x, name: name)
                : try graph.append(.convolution(Convolution(weights: weights, bias: bias)), x, name: name)
        }
        func enlarged(_ x: Graph.Value, _ name: String, _ inputs: Int, _ outputs: Int) throws -> Graph.Value {
            switch decoder {
            case .transposed:
                let weights = try source.tensor("\(name).weight", shape: [inputs, outputs, 2, 2])
                let bias = bias ? try source.tensor("\(name).bias", shape: [outputs]) : nil
                return try graph.append(
                    .transposedConvolution(TransposedConvolution(weights: weights, bias: bias)), x, name: name)
            case .upsample:
                let larger = try graph.append(.nearest(Nearest()), x, name: "\(name).nearest")
                return try convolution(larger, name, inputs, outputs)
            }
        }

        var h = graph.picture
        for l in widths.indices {
            let inputs = l == 0 ? channels : widths[l - 1]
            h = try relu(convolution(h, "encoder\(l).down", inputs, widths[l], size: 2), "encoder\(l).down")
            h = try relu(convolution(h, "encoder\(l).convolution", widths[l], widths[l]), "encoder\(l).convolution")
        }
        let deepest = widths[widths.count - 1]
        h = try convolution(h, "bottleneck", deepest, latentChannels, size: 1)
        h = try relu(convolution(h, "expand", latentChannels, deepest, size: 1), "expand")
        for l in widths.indices.reversed() {
            let outputs = l == 0 ? channels : widths[l - 1]
            h = try relu(convolution(h, "decoder\(l).convolution", widths[l], widths[l]), "decoder\(l).convolution")
            h = try enlarged(h, "decoder\(l).up", widths[l], outputs)
            if l > 0 { h = try relu(h, "decoder\(l).up") }
        }
        return graph
    }
}
