import Kernels
import Networks
import Tensors
import Testing
import Training

/// The gradient of every kind of operation, against central differences of its plain loops in Float64.
///
/// Each graph is linear in the picture and in each parameter as far as the differences reach, so the differences are
/// exact but for rounding. A new kind fails to compile in `graphs`.
@Suite struct OperationGradientTests {
    /// Pictures are `[3, 4, 6]`, away from zero by at least 0.3.
    static func graphs(_ kind: Operation.Kind) throws -> [Graph] {
        func weights(_ shape: Int...) -> Tensor { noise(shape, seed: UInt64(shape.reduce(7, +)), in: -1...1) }
        func graph(_ build: (inout Graph) throws -> Void) throws -> Graph {
            var graph = Graph(inputChannels: 3)
            try build(&graph)
            return graph
        }
        switch kind {
        case .convolution:
            return try [(4, 3), (17, 3), (4, 1), (17, 1)].flatMap { outputs, side in
                try [nil, weights(outputs)].map { bias in
                    try graph {
                        let layer = Convolution(weights: weights(outputs, 3, side, side), bias: bias)
                        try $0.append(.convolution(layer), $0.picture, name: "layer")
                    }
                }
            }
        case .stridedConvolution:
            return try [nil, weights(5)].map { bias in
                try graph {
                    let larger = try $0.append(.nearest(Nearest()), $0.picture, name: "larger")
                    let layer = StridedConvolution(weights: weights(5, 3, 2, 2), bias: bias)
                    try $0.append(.stridedConvolution(layer), larger, name: "layer")
                }
            }
        case .transposedConvolution:
            return try [nil, weights(5)].map { bias in
                try graph {
                    let layer = TransposedConvolution(weights: weights(3, 5, 2, 2), bias: bias)
                    try $0.append(.transposedConvolution(layer), $0.picture, name: "layer")
                }
            }
        case .depthwiseConvolution:
            return [
                try graph {
                    let layer = DepthwiseConvolution(weights: weights(3, 1, 3, 3))
                    try $0.append(.depthwiseConvolution(layer), $0.picture, name: "layer")
                },
                // More than a block, behind and before other layers.
                try graph {
                    var x = try $0.append(
                        .convolution(Convolution(weights: weights(17, 3, 1, 1))), $0.picture, name: "first")
                    let layer = DepthwiseConvolution(weights: weights(17, 1, 3, 3))
                    x = try $0.append(.depthwiseConvolution(layer), x, name: "layer")
                    try $0.append(.convolution(Convolution(weights: weights(3, 17, 1, 1))), x, name: "last")
                },
            ]
        case .unshuffle, .shuffle:
            return try [false, true].map { appendsNoiseLevel in
                try graph {
                    let unshuffle = Unshuffle(appendsNoiseLevel: appendsNoiseLevel)
                    var x = try $0.append(.unshuffle(unshuffle), $0.picture, name: "small")
                    let mixing = Convolution(weights: weights(8, appendsNoiseLevel ? 13 : 12, 1, 1))
                    x = try $0.append(.convolution(mixing), x, name: "layer")
                    try $0.append(.shuffle(Shuffle(factor: 2)), x, name: "large")
                }
            } + [graph { try $0.append(.shuffle(Shuffle(factor: 1)), $0.picture, name: "same") }]
        case .relu:
            return [try graph { try $0.append(.relu(ReLU()), $0.picture, name: "layer") }]
        case .prelu:
            return [
                try graph { try $0.append(.prelu(PReLU(slopes: weights(3))), $0.picture, name: "layer") }
            ]
        case .sum:
            return try [false, true].flatMap { subtracts in
                let sum = Operation.sum(Sum(subtracts: subtracts))
                func layer(_ graph: inout Graph, _ x: Graph.Value, _ name: String) throws -> Graph.Value {
                    try graph.append(.convolution(Convolution(weights: weights(3, 3, 3, 3))), x, name: name)
                }
                return [
                    // Planar, with itself.
                    try graph { try $0.append(sum, $0.picture, $0.picture, name: "sum") },
                    // What a residual block does: the value that is added is read by the convolution too.
                    try graph {
                        let x = try layer(&$0, $0.picture, "first")
                        try $0.append(sum, x, layer(&$0, x, "second"), name: "sum")
                    },
                    // Two branches, and a value with three readers.
                    try graph {
                        let x = try layer(&$0, $0.picture, "first")
                        let (a, b) = (try layer(&$0, x, "second"), try layer(&$0, x, "third"))
                        let both = try $0.append(sum, b, a, name: "both")
                        let doubled = try $0.append(sum, both, both, name: "doubled")
                        try $0.append(sum, x, layer(&$0, doubled, "fourth"), name: "sum")
                    },
                    // The picture and a blocked value.
                    try graph { try $0.append(sum, $0.picture, layer(&$0, $0.picture, "first"), name: "sum") },
                ]
            }
        case .nearest:
            return try (2...4).flatMap { factor in
                let nearest = Operation.nearest(Nearest(factor: factor))
                return [
                    try graph { try $0.append(nearest, $0.picture, name: "larger") },
                    try graph {
                        let layer = Convolution(weights: weights(18, 3, 1, 1))
                        let x = try $0.append(.convolution(layer), $0.picture, name: "layer")
                        try $0.append(nearest, x, name: "larger")
                    },
                ]
            }
        case .bicubic:
            return try (2...4).map { factor in
                try graph { try $0.append(.bicubic(Bicubic(factor: factor)), $0.picture, name: "larger") }
            }
        case .sigmoid:
            return [try graph { try $0.append(.sigmoid(Sigmoid()), $0.picture, name: "layer") }]
        case .dropout, .sparsity, .sampling:
            // What they do in training is not what they do in restoring: `StepFixtureTests` and `ObjectiveTermTests`.
            return []
        }
    }

    /// How far the differences reach: as far as can be, but for what is curved.
    static func step(_ kind: Operation.Kind) -> Float { kind == .sigmoid ? 0.02 : 0.25 }
    static let noiseLevel: Float = 0.1

    /// The picture of every test: no element is nearer to zero than the differences reach.
    static let picture = Tensor(
        shape: [3, 4, 6], elements: noise([3, 4, 6], seed: 5, in: -1...1).elements.map { $0 + ($0 < 0 ? -0.3 : 0.3) })

    /// The sum of the result's elements times fixed factors.
    static func value(_ graph: Graph, _ picture: Tensor, factors: Tensor) -> Double {
        let result = graph.referenceValues(of: picture, noiseLevel: noiseLevel)[graph.nodes.count]
        return zip(result.elements, factors.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    static func slope(
        at index: Int, of tensor: Tensor, step: Float, _ value: (Tensor) throws -> Double
    ) rethrows -> Double {
        var (lower, upper) = (tensor, tensor)
        lower.elements[index] -= step
        upper.elements[index] += step
        let width = Double(upper.elements[index]) - Double(lower.elements[index])
        return (try value(upper) - value(lower)) / width
    }

    @Test(arguments: Operation.Kind.allCases) func gradientsAreCentralDifferences(_ kind: Operation.Kind) throws {
        for graph in try Self.graphs(kind) {
            let network = try Network(graph)
            let (height, width) = (4, 6)
            let shape = [network.outputChannels, network.scale * height, network.scale * width]
            let factors = noise(shape, seed: 11, in: -1...1)
            for isa in InstructionSet.available {
                let trainable = TrainableNetwork(network, workers: 1, isa: isa, pictureNeedsGradient: true)
                _ = trainable.accumulate(
                    samples: 1, height: height, width: width,
                    fill: { _, _, input, _ in
                        input.copySamples(from: Self.picture.image.view)
                        return Self.noiseLevel
                    },
                    loss: { _, _, gradient in
                        gradient.copySamples(from: factors.image.view)
                        return 0
                    })
                let found = try #require(trainable.inputGradient).elements
                for index in Self.picture.elements.indices {
                    let expected = Self.slope(at: index, of: Self.picture, step: Self.step(kind)) {
                        Self.value(graph, $0, factors: factors)
                    }
                    #expect(abs(Double(found[index]) - expected) <= 2e-4, "picture, element \(index)")
                }
                for parameter in trainable.parameters {
                    let tensor = try #require(graph.parameter(parameter.name))
                    for index in tensor.elements.indices {
                        let expected = try Self.slope(at: index, of: tensor, step: Self.step(kind)) {
                            Self.value(try graph.replacing(parameter.name, by: $0), Self.picture, factors: factors)
                        }
                        let found = trainable.gradient.base[parameter.range.lowerBound + index]
                        #expect(abs(Double(found) - expected) <= 2e-4, "\(parameter.name), element \(index)")
                    }
                }
            }
        }
    }
}

extension PlanarView {
    /// All samples, channel after channel.
    fileprivate var elements: [Float] {
        (0..<channels).flatMap { c in
            (0..<height).flatMap { y in Array(UnsafeBufferPointer(start: row(c, y), count: width)) }
        }
    }
}

extension Graph {
    /// The learnt tensor of this name.
    fileprivate func parameter(_ name: String) -> Tensor? {
        for node in nodes {
            for parameter in node.operation.lowered.parameters where name == "\(node.name).\(parameter.role)" {
                return parameter.tensor
            }
        }
        return nil
    }

    /// The same graph with another tensor of this name.
    fileprivate func replacing(_ name: String, by tensor: Tensor) throws -> Graph {
        var graph = Graph(inputChannels: shape(of: picture).channels)
        for node in nodes {
            let isWeight = name == "\(node.name).weight"
            let isBias = name == "\(node.name).bias"
            func changed(_ weights: Tensor, _ bias: Tensor?) -> (Tensor, Tensor?) {
                (isWeight ? tensor : weights, isBias ? tensor : bias)
            }
            var operation = node.operation
            switch node.operation {
            case .convolution(let layer):
                let (weights, bias) = changed(layer.weights, layer.bias)
                operation = .convolution(Convolution(weights: weights, bias: bias))
            case .stridedConvolution(let layer):
                let (weights, bias) = changed(layer.weights, layer.bias)
                operation = .stridedConvolution(StridedConvolution(weights: weights, bias: bias))
            case .transposedConvolution(let layer):
                let (weights, bias) = changed(layer.weights, layer.bias)
                operation = .transposedConvolution(TransposedConvolution(weights: weights, bias: bias))
            case .depthwiseConvolution where isWeight:
                operation = .depthwiseConvolution(DepthwiseConvolution(weights: tensor))
            case .prelu where name == "\(node.name).slope":
                operation = .prelu(PReLU(slopes: tensor))
            default: break
            }
            if node.inputs.count == 1 {
                try graph.append(operation, node.inputs[0], name: node.name)
            } else {
                try graph.append(operation, node.inputs[0], node.inputs[1], name: node.name)
            }
        }
        return graph
    }
}
