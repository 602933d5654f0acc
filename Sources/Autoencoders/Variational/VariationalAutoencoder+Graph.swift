public import Networks

extension VariationalAutoencoder {
    public func makeGraph(weights source: WeightSource) throws -> Graph {
        var graph = Graph(inputChannels: channels)
        let levels = ConvolutionalLevels(channels: channels, widths: widths, decoder: .transposed, bias: true)
        let deepest = (widths.last ?? channels) * latentSide * latentSide
        var h = try levels.encode(graph.picture, in: &graph, weights: source)
        h = try graph.append(Unshuffle(factor: latentSide), h, name: "joined")
        let sides = [deepest] + units
        for layer in units.indices {
            h = try graph.appendRectified(h, "dense\(layer)", sides[layer], sides[layer + 1], from: source)
        }
        h = try graph.appendDense(h, "latent", sides[units.count], 2 * latentChannels, bias: true, from: source)
        h = try graph.append(GaussianSampling(), h, name: "latent.sample")
        h =
            try units.isEmpty
            ? graph.appendDense(h, "expand", latentChannels, deepest, bias: true, from: source)
            : graph.appendRectified(h, "expand", latentChannels, sides[units.count], from: source)
        for layer in units.indices.reversed() {
            let (name, inputs, outputs) = ("widen\(layer)", sides[layer + 1], sides[layer])
            h =
                try layer == 0
                ? graph.appendDense(h, name, inputs, outputs, bias: true, from: source)
                : graph.appendRectified(h, name, inputs, outputs, from: source)
        }
        h = try graph.append(Shuffle(factor: latentSide), h, name: "parted")
        h = try levels.decode(h, in: &graph, weights: source)
        switch likelihood {
        case .gaussian: break
        case .bernoulli: try graph.append(Sigmoid(), h, name: "sigmoid")
        case .learntGaussian:
            let values = try source.tensor("logDeviation.values", shape: [channels])
            let deviation = try graph.append(ChannelConstant(values: values), h, name: "logDeviation")
            try graph.setOutput(deviation, named: "logDeviation")
            try graph.setOutput(h, named: Graph.resultName)
        }
        return graph
    }
}

extension Graph {
    /// Appends a dense layer, and a ReLU behind it.
    mutating func appendRectified(
        _ x: Value, _ name: String, _ inputs: Int, _ outputs: Int, from source: WeightSource
    ) throws -> Value {
        let h = try appendDense(x, name, inputs, outputs, bias: true, from: source)
        return try append(ReLU(), h, name: "\(name).relu")
    }
}
