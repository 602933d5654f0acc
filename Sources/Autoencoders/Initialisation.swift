/// The values of a tensor before training, as a description; the module `Training` samples the numbers.
public struct Initialisation: Sendable, Equatable {
    /// The distribution of the numbers. For weights of shape `[A, B, k, k]` fan-in is B k² and fan-out A k², as PyTorch
    /// counts them (for transposed convolutions too, whose A is the input).
    public enum Distribution: Sendable, Equatable {
        /// Normal with the variance 2 / fan-in, for layers before a ReLU (He et al. 2015).
        case heNormal
        /// Uniform with the variance 2 / fan-in.
        case heUniform
        /// Normal with the variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010).
        case xavierNormal
        /// Uniform with the variance 2 / (fan-in + fan-out).
        case xavierUniform
        /// Rows (of length fan-in), or columns where there are fewer, that are orthonormal (Saxe et al. 2014).
        case orthogonal
        /// One value everywhere.
        case constant(Float)
    }

    /// The distribution of the numbers before they are scaled.
    public var distribution: Distribution
    /// The factor that the numbers are multiplied by; below 1 where the layer's result is added to something else.
    public var scale: Float
    /// True where 1 is added at the kernels' centres on the diagonal, so that a layer begins near the identity.
    public var addsIdentity: Bool

    /// Creates a description of numbers from `distribution`, times `scale`.
    public init(_ distribution: Distribution, scale: Float = 1, addsIdentity: Bool = false) {
        self.distribution = distribution
        self.scale = scale
        self.addsIdentity = addsIdentity
    }
}
