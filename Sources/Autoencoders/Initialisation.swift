/// What a tensor holds before training, as a value; room `Training` draws the numbers.
public struct Initialisation: Sendable, Equatable {
    /// Where the numbers come from. For weights of shape `[A, B, k, k]` fan-in is B k² and fan-out A k², as PyTorch counts
    /// them (for transposed convolutions too, whose A is the input).
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

    public var distribution: Distribution
    /// What the numbers are multiplied by; below 1 for what is added to something else.
    public var scale: Float
    /// Whether 1 is added at the kernels' centres on the diagonal, so that a layer begins near the identity.
    public var addsIdentity: Bool

    public init(_ distribution: Distribution, scale: Float = 1, addsIdentity: Bool = false) {
        self.distribution = distribution
        self.scale = scale
        self.addsIdentity = addsIdentity
    }
}
