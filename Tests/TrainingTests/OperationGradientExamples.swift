import Networks
import Tensors
import TestSupport

/// For every kind of operation graphs for pictures `[3, 4, 6]`, away from zero by at least 0.3, whose gradients are tested.
///
/// Those of `linear` are linear in the picture and in each parameter as far as differences reach; the others are curved.
enum OperationGradientExamples {
    /// The graphs of a kind and whether they are curved; nil where it has none.
    static func all(of kind: String) throws -> (graphs: [Graph], isCurved: Bool)? {
        if let make = curved[kind] { return (try make(), true) }
        return try linear[kind].map { (try $0(), false) }
    }

    private static func weights(_ shape: Int...) -> Tensor {
        noise(shape, seed: UInt64(shape.reduce(7, +)), in: -1...1)
    }

    private static func graph(_ build: (inout Graph) throws -> Void) throws -> Graph {
        var graph = Graph(inputChannels: 3)
        try build(&graph)
        return graph
    }

    /// An operation on the picture, and on a second input that a convolution makes of it.
    private static func graph(
        _ operation: any GraphOperation, other channels: Int? = nil
    ) throws
        -> Graph
    {
        try graph {
            guard let channels else {
                try $0.append(operation, $0.picture, name: "layer")
                return
            }
            let mixing = Convolution(weights: weights(channels, 3, 1, 1))
            let other = try $0.append(mixing, $0.picture, name: "other")
            try $0.append(operation, $0.picture, other, name: "layer")
        }
    }

    private typealias Graphs = @Sendable () throws -> [Graph]

    private static let linear: [String: Graphs] = [
        Convolution.kind: {
            return try [(4, 3), (17, 3), (4, 1), (17, 1)].flatMap { outputs, side in
                try [nil, weights(outputs)].map { bias in
                    try graph {
                        let layer = Convolution(weights: weights(outputs, 3, side, side), bias: bias)
                        try $0.append(layer, $0.picture, name: "layer")
                    }
                }
            }
        },
        StridedConvolution.kind: {
            return try [nil, weights(5)].map { bias in
                try graph {
                    let larger = try $0.append(Nearest(), $0.picture, name: "larger")
                    let layer = StridedConvolution(weights: weights(5, 3, 2, 2), bias: bias)
                    try $0.append(layer, larger, name: "layer")
                }
            }
        },
        TransposedConvolution.kind: {
            return try [nil, weights(5)].map { bias in
                try graph {
                    let layer = TransposedConvolution(weights: weights(3, 5, 2, 2), bias: bias)
                    try $0.append(layer, $0.picture, name: "layer")
                }
            }
        },
        DepthwiseConvolution.kind: {
            return [
                try graph {
                    let layer = DepthwiseConvolution(weights: weights(3, 1, 3, 3))
                    try $0.append(layer, $0.picture, name: "layer")
                },
                // More than a block, behind and before other layers.
                try graph {
                    var x = try $0.append(
                        Convolution(weights: weights(17, 3, 1, 1)), $0.picture, name: "first")
                    let layer = DepthwiseConvolution(weights: weights(17, 1, 3, 3))
                    x = try $0.append(layer, x, name: "layer")
                    try $0.append(Convolution(weights: weights(3, 17, 1, 1)), x, name: "last")
                },
            ]
        },
        Unshuffle.kind: shuffling,
        Shuffle.kind: shuffling,
        ReLU.kind: {
            return [try graph { try $0.append(ReLU(), $0.picture, name: "layer") }]
        },
        PReLU.kind: {
            return [
                try graph { try $0.append(PReLU(slopes: weights(3)), $0.picture, name: "layer") }
            ]
        },
        Sum.kind: {
            return try [false, true].flatMap { subtracts in
                let sum = Sum(subtracts: subtracts)
                func layer(_ graph: inout Graph, _ x: Graph.Value, _ name: String) throws -> Graph.Value {
                    try graph.append(Convolution(weights: weights(3, 3, 3, 3)), x, name: name)
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
                    try graph {
                        try $0.append(sum, $0.picture, layer(&$0, $0.picture, "first"), name: "sum")
                    },
                ]
            }
        },
        Nearest.kind: {
            return try (2...4).flatMap { factor in
                let nearest = Nearest(factor: factor)
                return [
                    try graph { try $0.append(nearest, $0.picture, name: "larger") },
                    try graph {
                        let layer = Convolution(weights: weights(18, 3, 1, 1))
                        let x = try $0.append(layer, $0.picture, name: "layer")
                        try $0.append(nearest, x, name: "larger")
                    },
                ]
            }
        },
        Bicubic.kind: {
            return try (2...4).map { factor in
                try graph { try $0.append(Bicubic(factor: factor), $0.picture, name: "larger") }
            }
        },
        MaskedConvolution.kind: {
            try [false, true].map {
                try graph(
                    MaskedConvolution(weights: weights(17, 3, 3, 3), bias: weights(17), includesCentre: $0))
            }
        },
        Concatenation.kind: { try [3, 17].map { try graph(Concatenation(), other: $0) } },
        ChannelConstant.kind: {
            [
                try graph {
                    let constant = try $0.append(ChannelConstant(values: weights(3)), $0.picture, name: "layer")
                    try $0.append(Sum(), $0.picture, constant, name: "sum")
                }
            ]
        },
        ChannelSlice.kind: { try [(0, 1), (1, 2), (0, 3)].map { try graph(ChannelSlice(first: $0, count: $1)) } },
        // What they do in training is not what they do in restoring: `StepFixtureTests` and `DrawnTrainingTests`.
        Dropout.kind: { [] },
        GaussianSampling.kind: { [] },
    ]

    private static let curved: [String: Graphs] = [
        Sigmoid.kind: { [try graph(Sigmoid())] },
        GELU.kind: { [try graph(GELU())] },
        Tanh.kind: { [try graph(Tanh())] },
        Product.kind: {
            try [3, 1].map { try graph(Product(), other: $0) }
                + [graph { try $0.append(Product(), $0.picture, $0.picture, name: "square") }]
        },
        LayerNormalisation.kind: {
            // Behind a convolution, whose bias would get none of the gradient.
            let inner = LayerNormalisation(gain: weights(17), shift: weights(17), epsilon: 0.1)
            return [
                try graph(LayerNormalisation(gain: weights(3), shift: weights(3), epsilon: 0.1)),
                try graph {
                    let layer = Convolution(weights: weights(17, 3, 1, 1))
                    let x = try $0.append(layer, $0.picture, name: "first")
                    try $0.append(inner, x, name: "layer")
                },
            ]
        },
        RunningNormalisation.kind: {
            [
                try graph(
                    RunningNormalisation(
                        mean: weights(3), square: Tensor(shape: [3], elements: [1, 2, 0.5]), epsilon: 0.1))
            ]
        },
        Softmax.kind: { [try graph(Softmax())] },
        MatrixProduct.kind: {
            [
                try graph(MatrixProduct(.comparing, side: 2, scale: 0.7), other: 3),
                try graph(MatrixProduct(.gathering, side: 2), other: 4),
                // Attention of every pixel of a square to all of them.
                try graph {
                    let (keys, values) = (Convolution(weights: weights(5, 3, 1, 1)), weights(6, 3, 1, 1))
                    let k = try $0.append(keys, $0.picture, name: "keys")
                    let q = try $0.append(
                        Convolution(weights: weights(5, 3, 1, 1)), $0.picture, name: "queries")
                    let v = try $0.append(Convolution(weights: values), $0.picture, name: "values")
                    let scores = try $0.append(
                        MatrixProduct(.comparing, side: 2, scale: 0.4), k, q, name: "scores")
                    let shares = try $0.append(Softmax(), scores, name: "shares")
                    try $0.append(MatrixProduct(.gathering, side: 2), v, shares, name: "layer")
                },
            ]
        },
    ]

    private static let shuffling: Graphs = {
        return try [false, true].map { appendsNoiseLevel in
            try graph {
                let unshuffle = Unshuffle(appendsNoiseLevel: appendsNoiseLevel)
                var x = try $0.append(unshuffle, $0.picture, name: "small")
                let mixing = Convolution(weights: weights(8, appendsNoiseLevel ? 13 : 12, 1, 1))
                x = try $0.append(mixing, x, name: "layer")
                try $0.append(Shuffle(factor: 2), x, name: "large")
            }
        } + [graph { try $0.append(Shuffle(factor: 1), $0.picture, name: "same") }]
    }
}
