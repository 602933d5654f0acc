import Tensors

/// An operation of a graph, as a value.
///
/// To add one: a folder with its rules (`OperationRules`) and how it is computed (`LoweredOperation`), a case here, an
/// example in `OperationTests`. The compiler and that test name what is missing.
public enum Operation: Sendable {
    case convolution(Convolution)
    case stridedConvolution(StridedConvolution)
    case transposedConvolution(TransposedConvolution)
    case depthwiseConvolution(DepthwiseConvolution)
    case unshuffle(Unshuffle)
    case shuffle(Shuffle)
    case relu(ReLU)
    case prelu(PReLU)
    case sum(Sum)
    case nearest(Nearest)
    case bicubic(Bicubic)
    case sigmoid(Sigmoid)
    case dropout(Dropout)
    case sparsity(SparsityPenalty)
    case sampling(GaussianSampling)

    /// The operation's kind alone, for enumerating.
    public enum Kind: String, CaseIterable, Sendable {
        case convolution, stridedConvolution, transposedConvolution, depthwiseConvolution, unshuffle, shuffle, relu
        case prelu, sum, nearest, bicubic, sigmoid, dropout, sparsity, sampling
    }

    public var kind: Kind {
        switch self {
        case .convolution: .convolution
        case .stridedConvolution: .stridedConvolution
        case .transposedConvolution: .transposedConvolution
        case .depthwiseConvolution: .depthwiseConvolution
        case .unshuffle: .unshuffle
        case .shuffle: .shuffle
        case .relu: .relu
        case .prelu: .prelu
        case .sum: .sum
        case .nearest: .nearest
        case .bicubic: .bicubic
        case .sigmoid: .sigmoid
        case .dropout: .dropout
        case .sparsity: .sparsity
        case .sampling: .sampling
        }
    }

    /// The operation's rules.
    public var rules: any OperationRules { lowered }

    /// The operation's rules, with how it becomes steps.
    package var lowered: any LoweredOperation {
        switch self {
        case .convolution(let rules): rules
        case .stridedConvolution(let rules): rules
        case .transposedConvolution(let rules): rules
        case .depthwiseConvolution(let rules): rules
        case .unshuffle(let rules): rules
        case .shuffle(let rules): rules
        case .relu(let rules): rules
        case .prelu(let rules): rules
        case .sum(let rules): rules
        case .nearest(let rules): rules
        case .bicubic(let rules): rules
        case .sigmoid(let rules): rules
        case .dropout(let rules): rules
        case .sparsity(let rules): rules
        case .sampling(let rules): rules
        }
    }
}

extension OperationRules {
    /// The one input's shape.
    func single(_ inputs: [ValueShape], _ operation: String) throws(GraphError) -> ValueShape {
        guard inputs.count == 1 else { throw .inputCount(operation: operation, found: inputs.count, expected: 1) }
        return inputs[0]
    }

    /// The one input of a convolution and the channels of its result, once all that must fit does: weights are
    /// `[a, b, size, size]`, a bias, where there is one, has an element for each output, the input as many channels as
    /// the weights take.
    ///
    /// - Parameters:
    ///   - axes: of the weights, where outputs and inputs are counted.
    ///   - layout: how the weights' shape begins, for errors.
    func convolved(
        _ inputs: [ValueShape], weights: Tensor, size: Int, bias: Tensor?, axes: (outputs: Int, inputs: Int),
        layout: String, _ operation: String
    ) throws(GraphError) -> (input: ValueShape, channels: Int) {
        let input = try single(inputs, operation)
        let shape = weights.shape
        guard shape.count == 4, shape[2] == size, shape[3] == size, shape.allSatisfy({ $0 > 0 }) else {
            throw .weightShape(operation: operation, found: shape, expected: "\(layout), \(size), \(size)]")
        }
        let (outputs, channels) = (shape[axes.outputs], shape[axes.inputs])
        if let bias, bias.shape != [outputs] {
            throw .weightShape(operation: operation, found: bias.shape, expected: "[\(outputs)]")
        }
        guard input.channels == channels else {
            throw .channels(operation: operation, found: input.channels, expected: channels)
        }
        return (input, outputs)
    }
}
