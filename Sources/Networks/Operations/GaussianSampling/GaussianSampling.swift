public import Tensors

/// The sampled latent of a variational autoencoder: of 2 L channels the first L are means m, the others logarithms v of
/// variances (Kingma and Welling 2014).
///
/// In restoring the result is m. In training it is m + exp(v / 2) e with e sampled from the standard normal
/// distribution. A term of the objective keeps the distribution near that one.
///
/// Shapes: input `[2 L, H, W]`, result `[L, H, W]`.
public struct GaussianSampling: GraphOperation {
    public static let kind = "sampling"

    /// Creates a sampling of a latent.
    public init() {}

    public var computation: Computation { Computation(self) }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let input = try single(inputs)
        guard input.channels % 2 == 0 else {
            throw .indivisibleChannels(operation: kind, found: input.channels, divisor: 2)
        }
        return ValueShape(channels: input.channels / 2, resolution: input.resolution)
    }

    public var isHomogeneous: Bool { true }
    public var actsInTrainingAlone: Bool { true }
    public var drawsFromInput: Bool { true }
    /// A latent stands for a square of its own.
    public var isLocal: Bool { false }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        let shape = inputs[0].shape
        return Tensor(
            shape: [shape[0] / 2, shape[1], shape[2]],
            elements: Array(inputs[0].elements.prefix(shape[0] / 2 * shape[1] * shape[2])))
    }
}
