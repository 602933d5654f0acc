public import Networks

extension PlainStack {
    public func makeGraph(weights source: WeightSource) throws -> Graph {
        var graph = Graph(inputChannels: channels)
        var h = graph.picture
        for layer in 0..<layers {
            let isLast = layer == layers - 1
            let inputs = layer == 0 ? channels : width
            let outputs = isLast ? channels * scale * scale : width
            let name = "convolution\(layer)"
            let convolution = Convolution(
                weights: try source.tensor("\(name).weight", shape: [outputs, inputs, 3, 3]),
                bias: bias ? try source.tensor("\(name).bias", shape: [outputs]) : nil)
            h = try graph.append(convolution, h, name: name)
            if isLast { break }
            switch activation {
            case .relu:
                h = try graph.append(ReLU(), h, name: "activation\(layer)")
            case .prelu:
                let slopes = try source.tensor("activation\(layer).slope", shape: [width])
                h = try graph.append(PReLU(slopes: slopes), h, name: "activation\(layer)")
            }
        }
        h = try graph.append(Shuffle(factor: scale), h, name: "shuffle")
        switch skip {
        case .none: break
        case .residual:
            try graph.append(Sum(subtracts: true), graph.picture, h, name: "result")
        case .bicubic:
            let upscaled = try graph.append(Bicubic(factor: scale), graph.picture, name: "enlarged")
            try graph.append(Sum(), upscaled, h, name: "result")
        case .nearest:
            let upscaled = try graph.append(Nearest(factor: scale), graph.picture, name: "enlarged")
            try graph.append(Sum(), upscaled, h, name: "result")
        }
        return graph
    }
}
