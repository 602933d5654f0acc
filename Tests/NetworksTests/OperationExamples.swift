import Networks
import Tensors
import TestSupport

/// For every kind of operation some that the tests run, for a number of channels where that is free.
struct OperationExample {
    var operation: any GraphOperation
    var inputs: [ValueShape]
    /// What the same operation cannot take.
    var misfits: [[ValueShape]]
    /// Whether each row that the rule for intervals names is read, and a multiply-add counts for each element that is.
    var isExact = true

    init(
        _ operation: any GraphOperation, _ channels: Int..., misfits: [[ValueShape]] = [],
        isExact: Bool = true
    ) {
        self.operation = operation
        inputs = channels.map { ValueShape(channels: $0) }
        self.misfits = [[], inputs + inputs] + misfits
        self.isExact = isExact
    }

    /// The examples of a kind; empty where it has none, which `OperationTests` does not accept.
    static func all(of kind: String, channels: Int = 3, seed: UInt64 = 1) -> [OperationExample] {
        func weights(_ shape: Int...) -> Tensor { noise(shape, seed: seed + 7, in: -1...1) }
        return examples[kind]?(channels, weights) ?? []
    }

    typealias Weights = (Int...) -> Tensor

    private static let more = [ValueShape(channels: 40)]
    private static let half = ValueShape(channels: 3, resolution: Resolution(1, over: 2))

    private static let examples: [String: @Sendable (_ c: Int, _ weights: Weights) -> [OperationExample]] = [
        Convolution.kind: { c, weights in
            [
                Convolution(weights: weights(4, c, 3, 3)),
                Convolution(weights: weights(4, c, 3, 3), bias: weights(4)),
                Convolution(weights: weights(18, c, 1, 1)),
                Convolution(weights: weights(2, c, 1, 1), bias: weights(2)),
            ].map { OperationExample($0, c, misfits: [more]) }
        },
        StridedConvolution.kind: { c, weights in
            [nil, weights(5)].map {
                OperationExample(
                    StridedConvolution(weights: weights(5, c, 2, 2), bias: $0), c, misfits: [more])
            }
        },
        TransposedConvolution.kind: { c, weights in
            [nil, weights(5)].map {
                OperationExample(
                    TransposedConvolution(weights: weights(c, 5, 2, 2), bias: $0), c, misfits: [more])
            }
        },
        DepthwiseConvolution.kind: { c, weights in
            [c, 18].map {
                OperationExample(DepthwiseConvolution(weights: weights($0, 1, 3, 3)), $0, misfits: [more])
            }
        },
        MaskedConvolution.kind: { c, weights in
            [false, true].map {
                let masked = MaskedConvolution(
                    weights: weights(18, c, 3, 3), bias: weights(18), includesCentre: $0)
                return OperationExample(masked, c, misfits: [more], isExact: false)
            }
        },
        Unshuffle.kind: { c, _ in
            [false, true].map { OperationExample(Unshuffle(appendsNoiseLevel: $0), c) }
        },
        Shuffle.kind: { _, _ in
            (1...4).map { factor in
                let misfits = factor > 1 ? [[ValueShape(channels: factor * factor + 1)]] : []
                return OperationExample(Shuffle(factor: factor), 2 * factor * factor, misfits: misfits)
            }
        },
        ReLU.kind: { c, _ in [OperationExample(ReLU(), c)] },
        PReLU.kind: { c, weights in [OperationExample(PReLU(slopes: weights(c)), c, misfits: [more])]
        },
        Sigmoid.kind: { c, _ in [OperationExample(Sigmoid(), c)] },
        Sum.kind: { c, _ in
            [false, true].map {
                OperationExample(
                    Sum(subtracts: $0), c, c,
                    misfits: [
                        [ValueShape(channels: c)], [ValueShape(channels: c), more[0]],
                        [half, .init(channels: 3)],
                    ])
            }
        },
        Nearest.kind: { c, _ in [2, 3, 4, 7].map { OperationExample(Nearest(factor: $0), c) } },
        Bicubic.kind: { c, _ in (2...4).map { OperationExample(Bicubic(factor: $0), c) } },
        Dropout.kind: { c, _ in [OperationExample(Dropout(rate: 0.5), c)] },
        GaussianSampling.kind: { _, _ in
            [2, 34].map {
                OperationExample(GaussianSampling(), $0, misfits: [[ValueShape(channels: 3)]])
            }
        },
        GELU.kind: { c, _ in [OperationExample(GELU(), c)] },
        Tanh.kind: { c, _ in [OperationExample(Tanh(), c)] },
        Product.kind: { c, _ in
            [
                OperationExample(
                    Product(), c, c, misfits: [[.init(channels: c), more[0]], [half, .init(channels: 3)]])
            ]
                + (c > 1 ? [OperationExample(Product(), c, 1)] : [])
        },
        Concatenation.kind: { c, _ in
            [c, 17].map {
                OperationExample(Concatenation(), c, $0, misfits: [[half, .init(channels: 3)]])
            }
        },
        ChannelSlice.kind: { c, _ in
            [0..<1, 0..<c, c - 1..<c].map { range in
                OperationExample(
                    ChannelSlice(first: range.lowerBound, count: range.count), c, misfits: [[.init(channels: 0)]])
            }
        },
        ChannelConstant.kind: { c, weights in
            // It reads no pixel.
            [OperationExample(ChannelConstant(values: weights(3)), c, isExact: false)]
        },
        LayerNormalisation.kind: { c, weights in
            let normalisation = LayerNormalisation(gain: weights(c), shift: weights(c), epsilon: 0.5)
            return [OperationExample(normalisation, c, misfits: [more])]
        },
        RunningNormalisation.kind: { c, weights in
            let square = Tensor(shape: [c], elements: (0..<c).map { 1 + Float($0) / 8 })
            let normalisation = RunningNormalisation(mean: weights(c), square: square, epsilon: 0.5)
            return [OperationExample(normalisation, c, misfits: [more])]
        },
        Softmax.kind: { c, _ in [OperationExample(Softmax(), c)] },
        MatrixProduct.kind: { c, _ in
            [
                OperationExample(
                    MatrixProduct(.comparing, side: 2, scale: 0.5), c, c,
                    misfits: [[.init(channels: c), more[0]]]),
                OperationExample(
                    MatrixProduct(.gathering, side: 2), c, 4, misfits: [[.init(channels: c), more[0]]]),
            ]
        },
    ]
}
