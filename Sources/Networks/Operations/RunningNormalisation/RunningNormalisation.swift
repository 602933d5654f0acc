public import Tensors

/// A normalisation by running statistics: each channel less its mean over the data, divided by its deviation. Both are
/// buffers that training keeps, running means over the batches so far, and no sample depends on the others of its
/// batch.
///
/// y_c = (x_c - mean_c) / sqrt(max(square_c - mean_c², 0) + epsilon), square being the mean of x².
///
/// Shapes: input and result `[C, H, W]`, buffers `[C]`.
public struct RunningNormalisation: ElementaryOperation {
    public static let kind = "running normalisation"

    /// The running means of x, `[C]`.
    public let mean: Tensor
    /// The running means of x², `[C]`.
    public let square: Tensor
    /// The share of their value that the buffers keep at a step of training, 0..<1.
    public let keeping: Float
    /// The constant that is added to the variance, above 0.
    public let epsilon: Float

    /// Creates a normalisation with running means of x and x², `[C]` each.
    public init(mean: Tensor, square: Tensor, keeping: Float = 0.99, epsilon: Float = 1e-5) {
        self.mean = mean
        self.square = square
        self.keeping = keeping
        self.epsilon = epsilon
    }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let input = try single(inputs)
        for buffer in [mean, square] where buffer.shape != [input.channels] {
            throw .weightShape(operation: kind, found: buffer.shape, expected: "[\(input.channels)]")
        }
        return input
    }

    public var parameters: [OperationParameter] {
        [
            OperationParameter("mean", mean, keeping: keeping),
            OperationParameter("square", square, keeping: keeping),
        ]
    }

    public func replacingParameters(by tensors: [Tensor]) -> Self {
        Self(mean: tensors[0], square: tensors[1], keeping: keeping, epsilon: epsilon)
    }

    public var isHomogeneous: Bool { false }
    public func multiplyAdds(inputs: [ValueShape]) -> Int { inputs.first?.channels ?? 0 }

    public func forward(_ views: ElementaryViews) {
        for channel in 0..<views.input.channels {
            let (mean, scale) = moments(of: channel, views)
            for row in 0..<views.input.height {
                let (x, y) = (views.input.row(channel, row), views.output.row(channel, row))
                for i in 0..<views.input.width { y[i] = (x[i] - mean) * scale }
            }
        }
    }

    /// Computes dx = dy / deviation, and adds the sample's means of x and x² in the place of the buffers' gradients.
    public func backward(_ views: ElementaryGradients) {
        let input = views.values.input
        let share = 1 / Float(input.height * input.width)
        for channel in 0..<input.channels {
            let scale = moments(of: channel, views.values).scale
            var (sum, squares): (Float, Float) = (0, 0)
            for row in 0..<input.height {
                let (x, g) = (input.row(channel, row), views.gradient.row(channel, row))
                let target = views.input?.row(channel, row)
                for i in 0..<input.width {
                    sum += x[i]
                    squares += x[i] * x[i]
                    target?[i] = g[i] * scale
                }
            }
            views.parameters[0][channel] += sum * share
            views.parameters[1][channel] += squares * share
        }
    }

    private func moments(of channel: Int, _ views: ElementaryViews) -> (mean: Float, scale: Float) {
        let (mean, square) = (views.parameters[0].base[channel], views.parameters[1].base[channel])
        return (mean, 1 / (max(square - mean * mean, 0) + epsilon).squareRoot())
    }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        let pixels = inputs[0].elements.count / max(1, inputs[0].shape[0])
        var result = inputs[0]
        for index in result.elements.indices {
            let (m, s) = (Double(mean.elements[index / pixels]), Double(square.elements[index / pixels]))
            let deviation = (max(s - m * m, 0) + Double(epsilon)).squareRoot()
            result.elements[index] = Float((Double(inputs[0].elements[index]) - m) / deviation)
        }
        return result
    }
}
