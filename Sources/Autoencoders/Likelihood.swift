/// How a member that is a model of probability takes its result for a distribution of the target; training then takes
/// the negative logarithm for the loss, unless its configuration names another one.
public enum Likelihood: Sendable, Equatable {
    /// Normal around the result, with this standard deviation on 0...1.
    case gaussian(deviation: Double)
    /// Of samples on 0...1 as probabilities: binary cross-entropy.
    case bernoulli
}
