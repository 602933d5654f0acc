public import Tensors

/// Layer normalisation: the channels of each pixel less their mean, divided by their deviation, times a learnt gain and
/// plus a learnt shift, one of each a channel (Ba, Kiros and Hinton 2016; over channels alone, as in transformers).
///
/// y_c = gain_c (x_c - m) / sqrt(v + epsilon) + shift_c with the mean m and the variance v of the pixel's channels.
///
/// Shapes: input and result `[C, H, W]`, gain and shift `[C]`.
public struct LayerNormalisation: ElementaryOperation {
    public static let kind = "layer normalisation"

    /// The gains, `[C]`.
    public let gain: Tensor
    /// The shifts, `[C]`.
    public let shift: Tensor
    /// The constant that is added to the variance, above 0.
    public let epsilon: Float

    /// Creates a normalisation with gains and shifts `[C]`.
    public init(gain: Tensor, shift: Tensor, epsilon: Float = 1e-5) {
        self.gain = gain
        self.shift = shift
        self.epsilon = epsilon
    }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let input = try single(inputs)
        for parameter in [gain, shift] where parameter.shape != [input.channels] {
            throw .weightShape(operation: kind, found: parameter.shape, expected: "[\(input.channels)]")
        }
        return input
    }

    public var parameters: [OperationParameter] {
        [OperationParameter("gain", gain), OperationParameter("shift", shift)]
    }

    public func replacingParameters(by tensors: [Tensor]) -> Self {
        Self(gain: tensors[0], shift: tensors[1], epsilon: epsilon)
    }

    public var isHomogeneous: Bool { false }
    public func multiplyAdds(inputs: [ValueShape]) -> Int { 2 * (inputs.first?.channels ?? 0) }

    /// The number of pixels that are computed together.
    private static let piece = 64

    public func workspaceCount(inputs: [ValueShape]) -> Int { 4 * Self.piece }

    public func forward(_ views: ElementaryViews) {
        let (input, output) = (views.input, views.output)
        let (mean, scale) = (views.workspace, views.workspace + Self.piece)
        input.forEachPiece(of: Self.piece) { row, first, count in
            measure(input, row, first, count, mean, scale)
            for channel in 0..<input.channels {
                let (x, y) = (input.row(channel, row) + first, output.row(channel, row) + first)
                let (gain, shift) = (views.parameters[0].base[channel], views.parameters[1].base[channel])
                for i in 0..<count { y[i] = gain * ((x[i] - mean[i]) * scale[i]) + shift }
            }
        }
    }

    /// Computes, with z = (x - m) / s and g = gain dy: dx_c = (g_c - mean(g) - z_c mean(g z)) / s, dgain = Σ dy z,
    /// dshift = Σ dy.
    public func backward(_ views: ElementaryGradients) {
        let (input, gradient) = (views.values.input, views.gradient)
        let gain = views.values.parameters[0].base
        let (mean, scale) = (views.values.workspace, views.values.workspace + Self.piece)
        let (sum, product) = (scale + Self.piece, scale + 2 * Self.piece)
        let share = 1 / Float(input.channels)
        input.forEachPiece(of: Self.piece) { row, first, count in
            measure(input, row, first, count, mean, scale)
            sum.update(repeating: 0, count: count)
            product.update(repeating: 0, count: count)
            for channel in 0..<input.channels {
                let (x, g) = (input.row(channel, row) + first, gradient.row(channel, row) + first)
                var (gainGradient, shiftGradient): (Float, Float) = (0, 0)
                for i in 0..<count {
                    let z = (x[i] - mean[i]) * scale[i]
                    gainGradient += g[i] * z
                    shiftGradient += g[i]
                    sum[i] += gain[channel] * g[i]
                    product[i] += gain[channel] * g[i] * z
                }
                views.parameters[0][channel] += gainGradient
                views.parameters[1][channel] += shiftGradient
            }
            guard let target = views.input else { return }
            for channel in 0..<input.channels {
                let (x, g) = (input.row(channel, row) + first, gradient.row(channel, row) + first)
                let dx = target.row(channel, row) + first
                for i in 0..<count {
                    let z = (x[i] - mean[i]) * scale[i]
                    dx[i] = scale[i] * (gain[channel] * g[i] - share * (sum[i] + z * product[i]))
                }
            }
        }
    }

    /// Writes the mean of each pixel's channels, and one over their deviation.
    private func measure(
        _ input: PlanarView, _ row: Int, _ first: Int, _ count: Int, _ mean: UnsafeMutablePointer<Float>,
        _ scale: UnsafeMutablePointer<Float>
    ) {
        let share = 1 / Float(input.channels)
        mean.update(repeating: 0, count: count)
        scale.update(repeating: 0, count: count)
        for channel in 0..<input.channels {
            let x = input.row(channel, row) + first
            for i in 0..<count { mean[i] += x[i] }
        }
        for i in 0..<count { mean[i] *= share }
        for channel in 0..<input.channels {
            let x = input.row(channel, row) + first
            for i in 0..<count { scale[i] += (x[i] - mean[i]) * (x[i] - mean[i]) }
        }
        for i in 0..<count { scale[i] = 1 / (scale[i] * share + epsilon).squareRoot() }
    }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        let channels = inputs[0].shape[0]
        let pixels = inputs[0].elements.count / max(1, channels)
        var result = inputs[0]
        for pixel in 0..<pixels {
            let values = (0..<channels).map { Double(inputs[0].elements[$0 * pixels + pixel]) }
            let mean = values.reduce(0, +) / Double(channels)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(channels)
            for channel in 0..<channels {
                let z = (values[channel] - mean) / (variance + Double(epsilon)).squareRoot()
                result.elements[channel * pixels + pixel] =
                    Float(Double(gain.elements[channel]) * z + Double(shift.elements[channel]))
            }
        }
        return result
    }
}
