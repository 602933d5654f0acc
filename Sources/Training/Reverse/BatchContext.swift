import Foundation
import Networks

/// What decides a step's draws and the weights of what is added to its loss.
struct BatchContext: Sendable {
    var seed: UInt64
    var step: Int
    /// Samples of the batch.
    var samples: Int
    /// For each term of the graph its means over the batch; nil where it needs none.
    var means: [[Float]?] = []
}

extension SparsityPenalty {
    /// The penalty for mean activations, one a channel.
    func value(means: [Float]) -> Double {
        let rho = Double(target)
        return Double(weight)
            * means.reduce(0) { sum, mean in
                let r = Self.inside(mean)
                return sum + rho * log(rho / r) + (1 - rho) * log((1 - rho) / (1 - r))
            }
    }

    /// Its derivative with respect to the mean activation of a channel.
    func slope(mean: Float) -> Double {
        let (rho, r) = (Double(target), Self.inside(mean))
        return Double(weight) * ((1 - rho) / (1 - r) - rho / r)
    }

    private static func inside(_ mean: Float) -> Double { min(max(Double(mean), 1e-6), 1 - 1e-6) }
}

extension GaussianSampling {
    /// The weight of a nat at `step`, for a result of so many elements.
    func weight(step: Int, elements: Int) -> Double {
        let share = warmupSteps > 0 ? min(1, Double(step + 1) / Double(warmupSteps)) : 1
        return Double(beta) * share / Double(max(1, elements))
    }

    /// Whether the divergence of a channel is pushed down, where its mean over the batch is known.
    func isActive(mean: Float?) -> Bool { mean.map { $0 > freeBits } ?? true }

    /// The divergence of one element from the standard normal distribution, in nats.
    static func divergence(mean: Float, logVariance: Float) -> Double {
        let (m, v) = (Double(mean), Double(logVariance))
        return (m * m + exp(v) - v - 1) / 2
    }
}
