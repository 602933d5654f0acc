package import Kernels
public import Tensors

/// A 3x3 convolution that sees only what comes before a pixel in the order of reading, row after row: the pixels above
/// and those on the left, and where asked for the pixel itself (van den Oord et al. 2016, masks A and B).
///
/// Shapes: input `[I, H, W]`, weights `[O, I, 3, 3]`, bias `[O]`, result `[O, H, W]`. What is masked of the weights is
/// zero and stays so.
public struct MaskedConvolution: GraphOperation {
    public static let kind = "masked convolution"

    /// The weights, `[O, I, 3, 3]`; zero where masked.
    public let weights: Tensor
    /// The bias, `[O]`; nil where there is none.
    public let bias: Tensor?
    /// True where a pixel sees itself (mask B).
    public let includesCentre: Bool

    /// Creates a masked convolution with weights `[O, I, 3, 3]` and a bias `[O]`.
    ///
    /// - Parameter weights: the weights; masked ones are replaced by zeros.
    public init(weights: Tensor, bias: Tensor? = nil, includesCentre: Bool) {
        self.includesCentre = includesCentre
        self.bias = bias
        let mask = Self.mask(includesCentre: includesCentre)
        self.weights = Tensor(
            shape: weights.shape, elements: weights.elements.enumerated().map { mask[$0 % 9] ? $1 : 0 })
    }

    /// Returns, for each tap, row after row, true where it is seen.
    static func mask(includesCentre: Bool) -> [Bool] { (0..<9).map { $0 < 4 || $0 == 4 && includesCentre } }

    public var computation: Computation { Computation(self) }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let (input, outputs) = try convolved(
            inputs, weights: weights, size: 3, bias: bias, axes: (outputs: 0, inputs: 1), layout: "[out, in")
        return ValueShape(channels: outputs, resolution: input.resolution)
    }

    /// The interval covers the row before and the own rows, and of columns one more, since the row before is seen on
    /// both sides.
    public func inputInterval(for output: Interval) -> Interval { Interval(output.lower - 1, output.upper + 1) }

    /// All nine taps are computed.
    public func multiplyAdds(inputs: [ValueShape]) -> Int { weights.elements.count }
    public var isHomogeneous: Bool { bias == nil }

    public var parameters: [OperationParameter] {
        [OperationParameter("weight", weights)] + (bias.map { [OperationParameter("bias", $0)] } ?? [])
    }

    public func replacingParameters(by tensors: [Tensor]) -> Self {
        Self(weights: tensors[0], bias: bias == nil ? nil : tensors[1], includesCentre: includesCentre)
    }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        Reference.convolution(.threeByThree, inputs[0], weights: weights, bias: bias)
    }
}

extension MaskedConvolution: FullConvolution {
    package var kernelKind: PackedConvolution.Kind { .threeByThree }
    package var mask: [Bool]? { Self.mask(includesCentre: includesCentre) }
}
