public import Networks

extension DenseAutoencoder {
    public func makeGraph(weights source: WeightSource) throws -> Graph {
        var graph = Graph(inputChannels: channels)
        let samples = channels * patch * patch
        var h = try graph.append(Unshuffle(factor: patch), graph.picture, name: "patches")
        var inputs = samples
        for (l, width) in widths.enumerated() {
            h = try hidden(&graph, h, "encoder\(l)", inputs, width, from: source)
            inputs = width
        }
        if widths.isEmpty {
            h = try hidden(&graph, h, "latent", inputs, latentChannels, from: source)
        } else {
            h = try graph.appendDense(h, "latent", inputs, latentChannels, bias: bias, from: source)
        }
        inputs = latentChannels
        for (l, width) in widths.enumerated().reversed() {
            h = try hidden(&graph, h, "decoder\(l)", inputs, width, from: source)
            inputs = width
        }
        h = try graph.appendDense(h, "output", inputs, samples, bias: bias, from: source)
        if output == .sigmoid { h = try graph.append(Sigmoid(), h, name: "output.sigmoid") }
        return try graph.joining(h, patch: patch)
    }

    private func hidden(
        _ graph: inout Graph, _ x: Graph.Value, _ name: String, _ inputs: Int, _ outputs: Int,
        from source: WeightSource
    ) throws -> Graph.Value {
        var h = try graph.appendDense(x, name, inputs, outputs, bias: bias, from: source)
        switch activation {
        case .none: break
        case .relu: h = try graph.append(ReLU(), h, name: "\(name).relu")
        case .sigmoid: h = try graph.append(Sigmoid(), h, name: "\(name).sigmoid")
        }
        guard dropout > 0 else { return h }
        return try graph.append(Dropout(rate: dropout), h, name: "\(name).dropout")
    }
}

extension Graph {
    /// Appends a layer that connects every channel of a pixel with every channel of the result: a 1x1 convolution.
    mutating func appendDense(
        _ x: Value, _ name: String, _ inputs: Int, _ outputs: Int, bias: Bool, from source: WeightSource
    ) throws -> Value {
        let weights = try source.tensor("\(name).weight", shape: [outputs, inputs, 1, 1])
        let bias = bias ? try source.tensor("\(name).bias", shape: [outputs]) : nil
        return try append(Convolution(weights: weights, bias: bias), x, name: name)
    }

    /// Returns the graph whose result is the patches in `x`, laid side by side again.
    func joining(_ x: Value, patch: Int) throws -> Graph {
        var graph = self
        try graph.append(Shuffle(factor: patch), x, name: "picture")
        return graph
    }
}
