public import Tensors

/// Hands its input on, and in training adds to the objective what keeps each channel's mean activation near a target:
///
/// weight · Σ_j KL(rho || rho_j), KL(rho || r) = rho ln(rho / r) + (1 - rho) ln((1 - rho) / (1 - r)),
///
/// where rho_j is the mean of channel j over the samples of a batch and their pixels (Ng, "Sparse autoencoder", CS294A,
/// 2011). The input lies in 0...1, behind a sigmoid; means are taken as 1e-6 to 1 - 1e-6.
///
/// Shapes: input and result `[C, H, W]`.
public struct SparsityPenalty: GraphOperation {
    public static let kind = "sparsity"

    /// rho, above 0 and below 1.
    public let target: Float
    /// Of the penalty beside the loss, which is a mean over elements.
    public let weight: Float

    public init(target: Float, weight: Float) {
        self.target = target
        self.weight = weight
    }

    public var computation: Computation { Computation(self) }
    public var isHomogeneous: Bool { true }
    public var actsInTrainingAlone: Bool { true }
    public var isIdentityInRestoring: Bool { true }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor { inputs[0] }
}
