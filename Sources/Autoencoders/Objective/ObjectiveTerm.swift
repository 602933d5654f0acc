/// One term of what training makes smaller: a number for each sample (or for the weights), with the values that it is
/// computed from, a weight and the parameters that it moves. An objective is the sum of its terms.
///
/// In a configuration it is a JSON object; all keys but `kind` may be left out:
/// `{"name": "classes", "kind": "classes", "value": "class", "target": "label", "weight": 0.1, "warmup": 500,
/// "groups": {"critic": 1, "encoder": -1}}`.
public struct ObjectiveTerm: Sendable, Equatable {
    /// What is computed. A mean over elements is one over a sample's; a batch's term is the mean over its samples.
    public enum Kind: Sendable, Equatable {
        /// How far the value is from its target: the mean over elements.
        case distance(Loss.Kind)
        /// The negative logarithm of the likelihood of the target, normal around the value with a deviation that is
        /// learnt, the exponential of what goes out as `scale`: the mean over elements of
        /// d² / (2 exp(2 s)) + s, d = value - target, without ln(2 pi) / 2.
        case gaussian(scale: String)
        /// The negative logarithm of the likelihood of the target's 256 levels under a mixture of `components` logistic
        /// distributions for each sample of a channel, discretised (Salimans et al. 2017): the mean over elements, in
        /// nats. For each of the target's channels the value has `components` logits, then as many means, then as many
        /// logarithms of scales, in 0...1.
        case logistics(components: Int)
        /// Cross-entropy of classes: -Σ_k t_k ln softmax(value)_k over channels, the mean over pixels. A pixel whose
        /// target is zero in all channels has no label and does not count.
        case classes
        /// The divergence of a latent from the standard normal distribution: of 2 L channels the first L are means m, the
        /// others logarithms v of variances, Σ_j max(freeBits, KL_j) with KL_j = ½ (m_j² + exp(v_j) - v_j - 1) summed
        /// over a sample's pixels and averaged over the batch, divided by the elements of the network's result: nats in
        /// the units of a mean over elements (Kingma and Welling 2014; free bits, in nats a channel, after Kingma et al.
        /// 2016: a channel below them is not pushed further down).
        case divergence(freeBits: Float)
        /// What keeps each channel's mean activation rho_j, over the batch and its pixels, near a target rho:
        /// Σ_j KL(rho || rho_j), KL(rho || r) = rho ln(rho / r) + (1 - rho) ln((1 - rho) / (1 - r)) (Ng, "Sparse
        /// autoencoder", CS294A, 2011). The value lies in 0...1, behind a sigmoid; means are taken as 1e-6 to 1 - 1e-6.
        case sparsity(target: Float)
        /// The mean of |value|, which makes few elements large.
        case magnitude
        /// The mean squared difference of what a trained network sees in the value and in the target, in its deepest
        /// values (Johnson, Alahi and Fei-Fei 2016); by the model's name or folder.
        case perceptual(model: String)
        /// Half of the sum of the squared weights of the groups that the term moves.
        case weightDecay

        /// Whether there is something to compare the value with.
        public var hasTarget: Bool {
            switch self {
            case .distance, .gaussian, .logistics, .classes, .perceptual: true
            case .divergence, .sparsity, .magnitude, .weightDecay: false
            }
        }

        /// Whether it can go below zero.
        var isSigned: Bool {
            switch self {
            case .gaussian, .distance(.peakSignalToNoise): true
            default: false
            }
        }
    }

    /// What a value is compared with.
    public enum Target: Sendable, Equatable {
        /// What the data hold under this name.
        case sample(String)
        /// What a trained network makes of the same sample: its name or folder.
        case model(String)
    }

    /// Unique in an objective: the heading of its column.
    public var name: String
    public var kind: Kind
    /// The value of the graph that it is computed from: one that goes out, or what the operation of that name makes.
    public var value: String
    /// Nil where the kind has none.
    public var target: Target?
    /// Above 0.
    public var weight: Double
    /// Steps over which the weight grows from 0 to its full size (Bowman et al. 2016), 0 or more.
    public var warmupSteps: Int
    /// The groups of parameters that it moves, each with 1 or, against it, -1; empty for all, with 1.
    public var groups: [String: Double]

    /// - Parameters:
    ///   - name: by default the kind's.
    ///   - value: by default the network's result.
    ///   - target: by default the data's target, where the kind has one.
    public init(
        _ kind: Kind, name: String? = nil, value: String = "result", target: Target? = nil, weight: Double = 1,
        warmupSteps: Int = 0, groups: [String: Double] = [:]
    ) {
        self.name = name ?? kind.name
        self.kind = kind
        self.value = value
        self.target = kind.hasTarget ? target ?? .sample("target") : nil
        self.weight = weight
        self.warmupSteps = warmupSteps
        self.groups = groups
    }

    /// The share of the weight at `step`, from 0.
    public func share(atStep step: Int) -> Double {
        warmupSteps > 0 ? min(1, Double(step + 1) / Double(warmupSteps)) : 1
    }
}

extension ObjectiveTerm.Kind {
    /// The name in a configuration.
    public var name: String {
        switch self {
        case .distance(let kind): kind.name
        case .gaussian: "gaussian"
        case .logistics: "logistics"
        case .classes: "classes"
        case .divergence: "divergence"
        case .sparsity: "sparsity"
        case .magnitude: "magnitude"
        case .perceptual: "perceptual"
        case .weightDecay: "weightDecay"
        }
    }
}

extension [ObjectiveTerm] {
    /// The terms of a loss, towards the data's target.
    public init(_ loss: Loss) { self = loss.terms.map { ObjectiveTerm(.distance($0.kind), weight: $0.weight) } }

    /// Whether a sum of `value` means that training has failed, where it began with `first`: it is not finite, or ten
    /// times the beginning's; a hundred times where squares or logarithms count, 20 dB more where decibels do.
    public func hasExploded(_ value: Double, first: Double) -> Bool {
        guard value.isFinite else { return true }
        let decibels = filter { $0.kind == .distance(.peakSignalToNoise) }
        guard decibels.isEmpty else { return value > first + 20 * decibels.reduce(0) { $0 + $1.weight } }
        if contains(where: \.kind.isSigned) { return value > first + 100 * Swift.max(1, abs(first)) }
        let isSteep = contains {
            switch $0.kind {
            case .distance(.meanSquaredError), .distance(.crossEntropy), .logistics, .classes: true
            default: false
            }
        }
        return value > (isSteep ? 100 : 10) * first
    }
}
