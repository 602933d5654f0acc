public import Networks

extension UNet {
    public func makeGraph(weights source: WeightSource) throws -> Graph {
        var graph = Graph(inputChannels: channels)
        let inputs = 4 * channels + (noiseMap ? 1 : 0)

        func convolution(
            _ x: Graph.Value, _ name: String, _ inputs: Int, _ outputs: Int, side: Int = 3
        ) throws -> Graph.Value {
            let weights = try source.tensor("\(name).weight", shape: [outputs, inputs, side, side])
            let bias = bias ? try source.tensor("\(name).bias", shape: [outputs]) : nil
            return try graph.append(Convolution(weights: weights, bias: bias), x, name: name)
        }
        func depthwise(_ x: Graph.Value, _ name: String, _ channels: Int) throws -> Graph.Value {
            let weights = try source.tensor("\(name).weight", shape: [channels, 1, 3, 3])
            return try graph.append(DepthwiseConvolution(weights: weights), x, name: name)
        }
        func level(_ x: Graph.Value, _ name: String, _ width: Int) throws -> Graph.Value {
            var x = x
            for index in 0..<blocks {
                let name = "\(name).block\(index)"
                var h = x
                for layer in block.layers(width: width) {
                    if layer.isDepthwise {
                        h = try depthwise(h, "\(name).\(layer.name)", layer.inputs)
                    } else {
                        h = try convolution(
                            h, "\(name).\(layer.name)", layer.inputs, layer.outputs, side: layer.side)
                    }
                    if let relu = layer.relu { h = try graph.append(ReLU(), h, name: "\(name).\(relu)") }
                }
                x = try graph.append(Sum(), x, h, name: name)
            }
            return x
        }

        var h = try graph.append(
            Unshuffle(appendsNoiseLevel: noiseMap), graph.picture, name: "unshuffle")
        h = try convolution(h, "input", inputs, widths[0])
        var skips: [Graph.Value] = []
        let downs = widths.count - 1
        for l in 0..<downs {
            h = try level(h, "encoder\(l)", widths[l])
            skips.append(h)
            let weights = try source.tensor("down\(l).weight", shape: [widths[l + 1], widths[l], 2, 2])
            h = try graph.append(StridedConvolution(weights: weights), h, name: "down\(l)")
        }
        h = try level(h, "bottom", widths[downs])
        for l in (0..<downs).reversed() {
            let weights = try source.tensor("up\(l).weight", shape: [widths[l + 1], widths[l], 2, 2])
            h = try graph.append(
                TransposedConvolution(weights: weights), h, name: "up\(l)")
            h = try graph.append(Sum(), h, skips[l], name: "skip\(l)")
            h = try level(h, "decoder\(l)", widths[l])
        }
        h = try convolution(h, "output", widths[0], 4 * channels)
        h = try graph.append(Shuffle(factor: 2), h, name: "shuffle")
        if masked {
            let mask = try graph.append(ChannelSlice(first: channels - 1, count: 1), graph.picture, name: "mask")
            h = try graph.append(Product(), h, mask, name: "masked")
        }
        try graph.append(Sum(subtracts: true), graph.picture, h, name: "result")
        return graph
    }
}
