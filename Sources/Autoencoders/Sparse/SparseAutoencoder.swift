public import Networks

/// The sparse autoencoder on patches: one hidden layer of sigmoids, of which few are on at a time.
///
/// ```
/// patch x patch x channels samples - units, sigmoid - patch x patch x channels samples
/// ```
///
/// Objective: the loss of the training configuration plus weight · Σ_j KL(target || mean activation of unit j over the
/// batch), see ``ObjectiveTerm`` (Ng, "Sparse autoencoder", CS294A, 2011), plus decay / 2 · Σ of the decoder's squared
/// weights. A mean that is met makes no sparse code yet: where features may be as large as they like, all units whisper
/// around their mean. With features kept small a unit must be on to say something, and the mean lets it be on seldom;
/// pictures whose neighbours are alike (`retouch data whiten` takes that off) leave it much to say otherwise. The weights
/// of the decoder that belong to a unit are its feature. Learnt numbers: (2 s + 1) units + s for patches of s samples.
public struct SparseAutoencoder: Architecture {
    public static let name = "sparse"
    public static let fields = ["channels", "patch", "units", "target", "weight", "decay"]
    public static let optionalFields: Set = ["decay"]

    /// The channels of the picture, 1...4.
    public var channels: Int
    /// The pixels of a patch's side, 2...64.
    public var patch: Int
    /// The units of the hidden layer, 1...16384.
    public var units: Int
    /// The mean activation that the units are kept near, above 0 and below 1.
    public var target: Float
    /// The weight of the sparsity penalty beside the loss, 0 or more.
    public var weight: Float
    /// The weight of the decoder's squared weights beside the loss, 0 or more.
    public var decay: Float

    /// Creates a configuration; `validate()` checks the ranges.
    public init(
        channels: Int = 3, patch: Int = 8, units: Int = 128, target: Float = 0.05, weight: Float = 1e-3,
        decay: Float = 0
    ) {
        self.channels = channels
        self.patch = patch
        self.units = units
        self.target = target
        self.weight = weight
        self.decay = decay
    }

    public static var latentField: String? { "units" }

    public static var standard: SparseAutoencoder { SparseAutoencoder() }

    public var regularisation: [ObjectiveTerm] {
        (weight > 0 ? [ObjectiveTerm(.sparsity(target: target), value: "latent.sigmoid", weight: Double(weight))] : [])
            + (decay > 0 ? [ObjectiveTerm(.weightDecay, value: "decoder", weight: Double(decay))] : [])
    }

    public func initialisation(of name: String, shape: [Int]) -> Initialisation {
        guard shape.count > 1 else {
            // Units begin near their target, where the penalty is flat, and pictures as middle grey.
            return Initialisation(.constant(name == "latent.bias" ? targetLogit : 0.5))
        }
        return Initialisation(.xavierUniform)
    }

    public func validate() throws(ModelFileError) {
        try check(channels, in: 1...4, field: "channels")
        try check(patch, in: 2...64, field: "patch")
        try check(units, in: 1...16_384, field: "units")
        guard target > 0, target < 1 else {
            throw .badConfiguration(field: "target", found: "\(target)", expected: "above 0 and below 1")
        }
        try check(atLeastZero: weight, field: "weight")
        try check(atLeastZero: decay, field: "decay")
    }

    private enum CodingKeys: String, CodingKey { case channels, patch, units, target, weight, decay }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            channels: try values.decode(Int.self, forKey: .channels),
            patch: try values.decode(Int.self, forKey: .patch), units: try values.decode(Int.self, forKey: .units),
            target: try values.decode(Float.self, forKey: .target),
            weight: try values.decode(Float.self, forKey: .weight),
            decay: try values.decodeIfPresent(Float.self, forKey: .decay) ?? 0)
    }

    /// Writes the decay only where there is one, so that older programs read what they know.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(channels, forKey: .channels)
        try values.encode(patch, forKey: .patch)
        try values.encode(units, forKey: .units)
        try values.encode(target, forKey: .target)
        try values.encode(weight, forKey: .weight)
        if decay > 0 { try values.encode(decay, forKey: .decay) }
    }
}
