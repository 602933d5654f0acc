package import Tensors

/// The exponential moving average of the weights, which changes less than the weights themselves and is what the model
/// ships with.
public final class WeightAverage: Sendable {
    /// The share of the past, once warm; 0 makes the average the weights themselves.
    public let decay: Double
    /// The averaged weights.
    package let values: AlignedBuffer<Float>

    /// Creates an average that begins with `weights`.
    public init(decay: Double, weights: UnsafePointer<Float>, count: Int) {
        self.decay = decay
        values = AlignedBuffer(repeating: 0, count: count)
        values.base.update(from: weights, count: count)
    }

    /// The number of weights.
    public var count: Int { values.count }

    /// Returns the share of the past after `steps` steps: the smaller of `decay` and (1 + steps) / (10 + steps), so
    /// that the first weights are soon forgotten.
    public static func decay(_ decay: Double, after steps: Int) -> Double {
        min(decay, Double(1 + steps) / Double(10 + steps))
    }

    /// Moves the elements `range` towards `weights`, after `steps` steps in all.
    ///
    /// Contract: two calls at the same time have disjoint ranges.
    public func update(_ weights: UnsafePointer<Float>, range: Range<Int>, after steps: Int) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let towards = Float(1 - Self.decay(decay, after: steps))
        let average = values.base
        // Near 1 the other form is exact at its end, as PyTorch's `lerp` has it.
        if towards < 0.5 {
            for i in range { average[i] += (weights[i] - average[i]) * towards }
        } else {
            for i in range { average[i] = weights[i] - (weights[i] - average[i]) * (1 - towards) }
        }
    }
}
