import Foundation

/// The learning rate of each step. It depends on the number of the step, never on the clock.
public struct RateSchedule: Sendable, Equatable {
    /// The course of the rate after the learning-rate warm-up.
    public enum Shape: Sendable, Equatable {
        /// The full rate.
        case constant
        /// Half a cosine from the full rate after the warm-up to `final` at the last step.
        case cosine(final: Double)
        /// The full rate, multiplied by `factor` after every `every` steps behind the warm-up.
        case step(every: Int, factor: Double)
    }

    /// The full rate.
    public var rate: Double
    /// The steps of learning-rate warm-up, over which the rate rises evenly from rate / warmup to the full rate.
    public var warmup: Int
    /// The course of the rate after the warm-up.
    public var shape: Shape
    /// The steps of the whole run.
    public var steps: Int

    /// Creates a schedule.
    public init(rate: Double, warmup: Int = 0, shape: Shape = .constant, steps: Int) {
        self.rate = rate
        self.warmup = warmup
        self.shape = shape
        self.steps = steps
    }

    /// Returns the rate of `step`, the first of which is 0.
    public func rate(at step: Int) -> Double {
        if step < warmup { return rate * Double(step + 1) / Double(warmup) }
        switch shape {
        case .constant: return rate
        case .cosine(let final):
            let share = min(1, Double(step - warmup) / Double(max(1, steps - warmup)))
            return final + (rate - final) * 0.5 * (1 + cos(.pi * share))
        case .step(let every, let factor):
            return rate * pow(factor, Double((step - warmup) / max(1, every)))
        }
    }
}
