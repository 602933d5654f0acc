/// How a gradient changes the weights. The formulas are PyTorch's, the defaults those of the reference's recipes.
public enum OptimiserSettings: Sendable, Equatable {
    /// v = momentum · v + g (v = g at the first step); w -= rate · v.
    case momentum(SGD)
    /// Kingma and Ba 2015; a weight decay is added to the gradient.
    case adam(Adam)
    /// Loshchilov and Hutter 2019: as Adam, but the decay shrinks the weights themselves, w -= rate · decay · w.
    case adamW(Adam)

    /// Stochastic gradient descent.
    public struct SGD: Sendable, Equatable {
        /// 0..<1.
        public var momentum: Double
        /// Times the weight, added to the gradient.
        public var weightDecay: Double

        public init(momentum: Double = 0.9, weightDecay: Double = 0) {
            self.momentum = momentum
            self.weightDecay = weightDecay
        }
    }

    /// m and v are running means of g and g², both made larger by 1 / (1 - beta^step) since they begin at 0; then
    /// w -= rate · m / (sqrt(v) + epsilon).
    public struct Adam: Sendable, Equatable {
        /// 0..<1.
        public var beta1: Double
        /// 0..<1.
        public var beta2: Double
        public var epsilon: Double
        public var weightDecay: Double

        public init(beta1: Double = 0.9, beta2: Double = 0.99, epsilon: Double = 1e-8, weightDecay: Double = 0) {
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.weightDecay = weightDecay
        }
    }

    /// One of every kind.
    public static let all: [OptimiserSettings] = [.momentum(SGD()), .adam(Adam()), .adamW(Adam(weightDecay: 0.01))]

    /// The name in a configuration.
    public var name: String {
        switch self {
        case .momentum: "sgd"
        case .adam: "adam"
        case .adamW: "adamw"
        }
    }

    /// The vectors of the state, in the order in which a checkpoint holds them.
    var stateNames: [String] {
        switch self {
        case .momentum: ["momentum"]
        case .adam, .adamW: ["mean", "square"]
        }
    }
}
