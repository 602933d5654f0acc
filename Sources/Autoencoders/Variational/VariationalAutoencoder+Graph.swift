public import Networks

extension VariationalAutoencoder {
    public func makeGraph(weights source: WeightSource) throws -> Graph {
        var graph = Graph(inputChannels: channels)
        let levels = ConvolutionalLevels(channels: channels, widths: widths, decoder: .transposed, bias: true)
        let deepest = widths[widths.count - 1] * latentSide * latentSide
        var h = try levels.encode(graph.picture, in: &graph, weights: source)
        h = try graph.append(Unshuffle(factor: latentSide), h, name: "joined")
        h = try graph.appendDense(h, "latent", deepest, 2 * latentChannels, bias: true, from: source)
        h = try graph.append(GaussianSampling(), h, name: "latent.sample")
        h = try graph.appendDense(h, "expand", latentChannels, deepest, bias: true, from: source)
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
