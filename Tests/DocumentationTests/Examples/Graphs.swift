import Networks
import Tensors

func sharing(_ layer: Convolution) throws -> Graph {
    var graph = try Graph(
        inputChannels: 3, others: [.init("condition", channels: 10, resolution: Resolution(1, over: 8))])
    let x = try graph.append(layer, graph.picture, name: "step0")
    let y = try graph.append(layer, x, name: "step1", sharing: "step0")
    _ = y
    return graph
}

func run(_ network: Network, tile: PlanarView, restored: PlanarView) {
    let executor = Executor(network: network, maximumHeight: 512, maximumWidth: 512)
    executor.run(input: tile, output: restored)
}
