/// The rule by which a gradient changes the weights. The formulas are PyTorch's, the defaults those of the reference
/// implementation's recipes.
public enum OptimiserSettings: Sendable, Equatable {
    /// Stochastic gradient descent with momentum: v = momentum · v + g (v = g at the first step); w -= rate · v.
    case momentum(SGD)
    /// Adam (Kingma and Ba 2015); a weight decay is added to the gradient.
    case adam(Adam)
    /// AdamW (Loshchilov and Hutter 2019): like Adam, but the decay shrinks the weights, w -= rate · decay · w.
    case adamW(Adam)

    /// The parameters of stochastic gradient descent.
    public struct SGD: Sendable, Equatable {
        /// The share of the last velocity that is kept, 0..<1.
        public var momentum: Double
        /// The factor of the weight that is added to its gradient, 0..<1.
        public var weightDecay: Double

        /// Creates parameters; the configuration checks their ranges.
        public init(momentum: Double = 0.9, weightDecay: Double = 0) {
            self.momentum = momentum
            self.weightDecay = weightDecay
        }
    }

    /// The parameters of Adam and AdamW: m and v are running means of g and g², both divided by 1 - beta^step since
    /// they begin at 0; then w -= rate · m / (sqrt(v) + epsilon).
    public struct Adam: Sendable, Equatable {
        /// The share of the past in the mean of g, 0..<1.
        public var beta1: Double
        /// The share of the past in the mean of g², 0..<1.
        public var beta2: Double
        /// The number that is added to the root of v, above 0.
        public var epsilon: Double
        /// The factor of the weight decay, 0..<1.
        public var weightDecay: Double

        /// Creates parameters; the configuration checks their ranges.
        public init(beta1: Double = 0.9, beta2: Double = 0.99, epsilon: Double = 1e-8, weightDecay: Double = 0) {
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.weightDecay = weightDecay
        }
    }

    /// One example of each kind.
    public static let all: [OptimiserSettings] = [.momentum(SGD()), .adam(Adam()), .adamW(Adam(weightDecay: 0.01))]

    /// The name in a configuration.
    public var name: String {
        switch self {
        case .momentum: "sgd"
        case .adam: "adam"
        case .adamW: "adamw"
        }
    }

    /// The names of the vectors of the state, in the order in which a checkpoint holds them.
    var stateNames: [String] {
        switch self {
        case .momentum: ["momentum"]
        case .adam, .adamW: ["mean", "square"]
        }
    }
}
