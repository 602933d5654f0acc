public import Tensors

/// The latent of a variational autoencoder: of 2 L channels the first L are means m, the others logarithms v of
/// variances (Kingma and Welling 2014).
///
/// In restoring the result is m. In training it is m + exp(v / 2) e with e drawn from the standard normal distribution,
/// and the objective gets
///
/// beta · min(1, (step + 1) / warmupSteps) / D · Σ_j max(freeBits, KL_j), KL_j = ½ (m_j² + exp(v_j) - v_j - 1),
///
/// summed over a sample's pixels and averaged over the batch, with D the elements of the network's result: the divergence
/// from the standard normal distribution in the units of a loss that is a mean over elements. Free bits (Kingma et al.
/// 2016) are in nats; a channel below them is not pushed further down.
///
/// Shapes: input `[2 L, H, W]`, result `[L, H, W]`.
public struct GaussianSampling: GraphOperation {
    public static let kind = "sampling"

    /// 0 or more (Higgins et al. 2017); 1 makes the objective the bound of the evidence.
    public let beta: Float
    /// Steps over which the divergence's weight grows (Bowman et al. 2016), 0 or more.
    public let warmupSteps: Int
    /// In nats a channel, 0 or more.
    public let freeBits: Float

    public init(beta: Float = 1, warmupSteps: Int = 0, freeBits: Float = 0) {
        self.beta = beta
        self.warmupSteps = warmupSteps
        self.freeBits = freeBits
    }

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
    /// A code stands for a square of its own.
    public var isLocal: Bool { false }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        let shape = inputs[0].shape
        return Tensor(
            shape: [shape[0] / 2, shape[1], shape[2]],
            elements: Array(inputs[0].elements.prefix(shape[0] / 2 * shape[1] * shape[2])))
    }
}
