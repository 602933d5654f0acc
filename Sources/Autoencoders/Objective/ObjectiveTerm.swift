/// One term of the function that training minimises: a number for each sample (or for the weights), with the values
/// that it is computed from, a weight and the parameters that it moves. An objective is the sum of its terms.
///
/// In a configuration it is a JSON object; all keys but `kind` may be left out:
/// `{"name": "classes", "kind": "classes", "value": "class", "target": "label", "weight": 0.1, "warmup": 500,
/// "groups": {"critic": 1, "encoder": -1}}`.
public struct ObjectiveTerm: Sendable, Equatable {
    /// The formula of a term. A mean over elements is taken over one sample's; a batch's term is the mean over its
    /// samples.
    public enum Kind: Sendable, Equatable {
        /// A distance of the value from its target: the mean over elements.
        case distance(Loss.Kind)
        /// The negative logarithm of the likelihood of the target, normal around the value with a learnt deviation,
        /// whose logarithm s is the graph's output `scale`: the mean over elements of d² / (2 exp(2 s)) + s, d =
        /// value - target, without ln(2 pi) / 2.
        case gaussian(scale: String)
        /// The negative logarithm of the likelihood of the target's 256 levels under a discretised mixture of
        /// `components` logistic distributions for each sample of a channel (Salimans et al. 2017): the mean over
        /// elements, in nats. For each of the target's channels the value has `components` logits, then as many means,
        /// then as many logarithms of scales, in 0...1.
        case logistics(components: Int)
        /// Cross-entropy of classes: -Σ_k t_k ln softmax(value)_k over channels, the mean over pixels. A pixel whose
        /// target is zero in all channels has no label and does not count.
        case classes
        /// Soft Dice over classes, after Milletari et al. 2016 (V-Net): the mean over all channels but the first, which
        /// stands for "none of them", of 1 - (2 Σ p t + s) / (Σ p + Σ t + s), with p = softmax(value), the label t and
        /// sums over a sample's pixels. Unlike `classes` it does not depend on how rare a class is. The smoothing s, in
        /// pixels, above 0, keeps it steady where there is little or nothing of a class.
        case dice(smoothing: Float)
        /// The Kullback-Leibler divergence of a latent from the standard normal distribution: of 2 L channels the first
        /// L are means m, the others logarithms v of variances, Σ_j max(freeBits, KL_j) with KL_j = ½ (m_j² +
        /// exp(v_j) - v_j - 1) summed over a sample's pixels and averaged over the batch, divided by the elements of
        /// the network's result: nats in the units of a mean over elements (Kingma and Welling 2014; free bits, in nats
        /// a channel, after Kingma et al. 2016: a channel below them is not pushed further down).
        case divergence(freeBits: Float)
        /// The penalty that keeps each channel's mean activation rho_j, over the batch and its pixels, near a target
        /// rho: Σ_j KL(rho || rho_j), KL(rho || r) = rho ln(rho / r) + (1 - rho) ln((1 - rho) / (1 - r)) (Ng, "Sparse
        /// autoencoder", CS294A, 2011). The value lies in 0...1, behind a sigmoid; means are clamped to 1e-6...(1 -
        /// 1e-6).
        case sparsity(target: Float)
        /// The mean of |value|, which keeps most elements small.
        case magnitude
        /// The mean squared difference between the bottleneck features of the value and those of the target in a
        /// trained network (Johnson, Alahi and Fei-Fei 2016), given by the model's name or folder.
        case perceptual(model: String)
        /// Half of the sum of the squared weights of the groups that the term moves; where the value names an operation,
        /// of that operation's alone, without its biases.
        case weightDecay

        /// True where the kind compares the value with a target.
        public var hasTarget: Bool {
            switch self {
            case .distance, .gaussian, .logistics, .classes, .dice, .perceptual: true
            case .divergence, .sparsity, .magnitude, .weightDecay: false
            }
        }

        /// True where the term can be negative.
        var isSigned: Bool {
            switch self {
            case .gaussian, .distance(.peakSignalToNoise): true
            default: false
            }
        }
    }

    /// The target that a value is compared with.
    public enum Target: Sendable, Equatable {
        /// The field of the data that has this name.
        case sample(String)
        /// The result of a trained network for the same sample, given by the model's name or folder.
        case model(String)
    }

    /// The name of the term, unique in an objective: the heading of its column.
    public var name: String
    /// The formula of the term.
    public var kind: Kind
    /// The name of the graph's value that the term is computed from: an output, or the result of the operation of that
    /// name.
    public var value: String
    /// The target of the value; nil where the kind has none.
    public var target: Target?
    /// The factor of the term in the sum, above 0.
    public var weight: Double
    /// The steps over which the weight grows from 0 to its full size (KL warm-up, Bowman et al. 2016), 0 or more.
    public var warmupSteps: Int
    /// The groups of parameters that the term moves, each with the factor 1, or -1 for ascent; empty for all, with 1.
    public var groups: [String: Double]

    /// Creates a term.
    ///
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

    /// Returns the share of the weight at `step`, counted from 0: above 0, at most 1.
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
        case .dice: "dice"
        case .divergence: "divergence"
        case .sparsity: "sparsity"
        case .magnitude: "magnitude"
        case .perceptual: "perceptual"
        case .weightDecay: "weightDecay"
        }
    }
}

extension [ObjectiveTerm] {
    /// Creates the terms of a loss, compared with the data's target.
    public init(_ loss: Loss) { self = loss.terms.map { ObjectiveTerm(.distance($0.kind), weight: $0.weight) } }

    /// Returns true where a sum of `value` means that training has failed, given the sum `first` of the first steps: it
    /// is not finite, or more than ten times `first`; a hundred times where squares or logarithms count, 20 dB more
    /// where decibels do.
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
