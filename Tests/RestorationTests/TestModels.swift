import Autoencoders
import Networks
import Restoration
import Tensors

/// Networks of every kind that `Restoration` meets, small, with seeded weights.
enum TestModels {
    static func model(_ architecture: some Architecture, name: String) throws -> Model {
        let network = try architecture.makeNetwork(weights: WeightSource(seed: 7))
        return Model(
            name: name,
            card: ModelCard(
                name: name, scale: network.scale, inputChannels: network.inputChannels,
                outputChannels: network.outputChannels),
            network: network)
    }

    /// Four levels like D-S, with few channels.
    static func denoiser(channels: Int = 3) throws -> Model {
        try model(UNet(channels: channels, widths: [16, 24, 32, 40], blocks: 1), name: "denoiser")
    }

    static func shallowDenoiser(channels: Int = 3) throws -> Model {
        try model(UNet(channels: channels, widths: [8, 16], blocks: 1), name: "shallow")
    }

    /// The picture minus itself: nothing but zeros, whatever goes in.
    static func blank() throws -> Model {
        var graph = Graph(inputChannels: 3)
        try graph.append(Sum(subtracts: true), graph.picture, graph.picture, name: "difference")
        return Model(name: "blank", card: ModelCard(name: "blank"), network: try Network(graph))
    }

    static func upscaler() throws -> Model {
        try model(
            PlainStack(
                channels: 3, width: 16, layers: 4, activation: .prelu, bias: true, scale: 2, skip: .bicubic),
            name: "upscaler")
    }
}

/// The network run once on the whole picture, padded by reflection to the grid: what every restored picture must equal.
func wholePicture(_ image: PlanarImage, through network: Network, noiseLevel: Float = 0) -> PlanarImage {
    func roundedUp(_ side: Int) -> Int { (side + network.grid - 1) / network.grid * network.grid }
    func mirror(_ index: Int, _ count: Int) -> Int { index < count ? index : 2 * (count - 1) - index }
    let padded = PlanarImage(
        channels: image.channels, height: roundedUp(image.height), width: roundedUp(image.width))
    for c in 0..<image.channels {
        for y in 0..<padded.height {
            for x in 0..<padded.width {
                padded.view.row(c, y)[x] = image.view.row(c, mirror(y, image.height))[mirror(x, image.width)]
            }
        }
    }
    let output = PlanarImage(
        channels: network.outputChannels, height: padded.height * network.scale, width: padded.width * network.scale)
    Executor(network: network, maximumHeight: padded.height, maximumWidth: padded.width)
        .run(input: padded.view, output: output.view, noiseLevel: noiseLevel)
    let result = PlanarImage(
        channels: network.outputChannels, height: image.height * network.scale, width: image.width * network.scale)
    result.view.copySamples(from: output.view.cropped(rows: 0..<result.height, columns: 0..<result.width))
    return result
}
