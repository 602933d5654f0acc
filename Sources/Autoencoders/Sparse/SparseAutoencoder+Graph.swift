import Foundation
public import Networks

extension SparseAutoencoder {
    public func makeGraph(weights source: WeightSource) throws -> Graph {
        var graph = Graph(inputChannels: channels)
        let samples = channels * patch * patch
        var h = try graph.append(Unshuffle(factor: patch), graph.picture, name: "patches")
        h = try graph.appendDense(h, "latent", samples, units, bias: true, from: source)
        h = try graph.append(Sigmoid(), h, name: "latent.sigmoid")
        h = try graph.appendDense(h, "decoder", units, samples, bias: true, from: source)
        return try graph.joining(h, patch: patch)
    }

    /// The logit of the target activation: the input that the sigmoid maps to it.
    var targetLogit: Float { log(target / (1 - target)) }
}
