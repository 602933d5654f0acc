import Kernels
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Gradients where operations share parameters and more goes in than a picture, against central differences.
@Suite struct SharedParameterTests {
    private static let (height, width) = (4, 6)
    private static let inputs = [
        noise([3, height, width], seed: 1, in: -1...1), noise([3, height, width], seed: 2, in: -1...1),
    ]

    /// The same layer three times, twice one behind the other and once on what else goes in, multiplied by the last.
    private static func graph(weights: Tensor, gain: Tensor) throws -> Graph {
        var graph = try Graph(inputChannels: 3, others: [.init("condition", channels: 3)])
        let layer = Convolution(weights: weights)
        let normalisation = LayerNormalisation(gain: gain, shift: Tensor(shape: [3]), epsilon: 0.5)
        var x = try graph.append(layer, graph.picture, name: "layer")
        x = try graph.append(normalisation, x, name: "normal")
        x = try graph.append(layer, x, name: "again", sharing: "layer")
        x = try graph.append(normalisation, x, name: "normal again", sharing: "normal")
        let condition = try #require(graph.input(named: "condition"))
        let y = try graph.append(layer, condition, name: "condition layer", sharing: "layer")
        try graph.append(Product(), x, y, name: "result")
        return graph
    }

    @Test func gradientsAreSummed() throws {
        let tensors = [
            "layer.weight": noise([3, 3, 3, 3], seed: 4, in: -0.5...0.5), "normal.gain": noise([3], seed: 5),
        ]
        func graph(_ tensors: [String: Tensor]) throws -> Graph {
            try Self.graph(
                weights: try #require(tensors["layer.weight"]), gain: try #require(tensors["normal.gain"]))
        }
        let factors = noise([3, Self.height, Self.width], seed: 6, in: -1...1)
        func value(_ tensors: [String: Tensor]) throws -> Double {
            let result = try #require(
                try graph(tensors).referenceValues(of: Self.inputs[0], others: [Self.inputs[1]]).last)
            return zip(result.elements, factors.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let network = try Network(graph(tensors))
        for isa in InstructionSet.available {
            let trainable = TrainableNetwork(network, workers: 2, isa: isa)
            #expect(trainable.parameters.map(\.name) == ["layer.weight", "normal.gain", "normal.shift"])
            // Two samples that are the same, each with half of the gradient.
            _ = trainable.accumulate(
                samples: 2, height: Self.height, width: Self.width,
                fill: { _, _, input, _ in
                    input.copySamples(from: Self.inputs[0].image.view)
                    return 0
                },
                fillOthers: { _, others in others[0].copySamples(from: Self.inputs[1].image.view) },
                loss: { _, _, gradient in
                    let half = PlanarImage(
                        channels: 3, height: Self.height, width: Self.width,
                        samples: factors.elements.map { $0 / 2 })
                    gradient.copySamples(from: half.view)
                    return 0
                })
            for parameter in trainable.parameters.prefix(2) {
                let tensor = try #require(tensors[parameter.name])
                for index in tensor.elements.indices {
                    let expected = try OperationGradientTests.slope(at: index, of: tensor, isCurved: true) {
                        try value(tensors.merging([parameter.name: $0]) { $1 })
                    }
                    let found = Double(trainable.gradient.base[parameter.range.lowerBound + index])
                    #expect(abs(found - expected) <= 5e-4, "\(isa) \(parameter.name), element \(index)")
                }
            }
        }
    }
}
