public import Networks

extension ConvolutionalAutoencoder {
    public func makeGraph(weights source: WeightSource) throws -> Graph {
        var graph = Graph(inputChannels: channels)
        let levels = ConvolutionalLevels(channels: channels, widths: widths, decoder: decoder, bias: bias)
        let deepest = widths[widths.count - 1]
        var h = try levels.encode(graph.picture, in: &graph, weights: source)
        h = try graph.appendDense(h, "latent", deepest, latentChannels, bias: bias, from: source)
        h = try graph.appendDense(h, "expand", latentChannels, deepest, bias: bias, from: source)
        _ = try levels.decode(h, in: &graph, weights: source)
        return graph
    }
}
