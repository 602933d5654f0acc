package import Tensors

/// An optimiser with its state: flat vectors as long as the weights'.
///
/// A step is begun once and then updates ranges of elements, in any order and on any threads: an element's new value
/// depends on nothing but itself, so the bits do not depend on how the vector was cut.
public final class Optimiser: Sendable {
    /// The kind of optimiser and its parameters.
    public let settings: OptimiserSettings
    /// The number of weights.
    public let count: Int
    /// The vectors of `settings.stateNames`.
    package let state: [AlignedBuffer<Float>]

    /// The parameters of one step, the same for every element.
    public struct Step: Sendable {
        /// The number of the step, from 1.
        public let number: Int
        /// The learning rate of the step.
        public let rate: Double
        /// The factor that the gradient is multiplied by before it is used: 1, or less where it is clipped.
        public let gradientFactor: Double

        /// Creates the parameters of the step `number`, counted from 1.
        public init(number: Int, rate: Double, gradientFactor: Double = 1) {
            self.number = number
            self.rate = rate
            self.gradientFactor = gradientFactor
        }
    }

    /// Creates an optimiser whose state is zero.
    ///
    /// - Parameter count: the number of weights.
    public init(_ settings: OptimiserSettings, count: Int) {
        self.settings = settings
        self.count = count
        state = settings.stateNames.map { _ in AlignedBuffer(repeating: 0, count: count) }
    }

    /// Updates the elements `range` of `weights` by those of `gradient`.
    ///
    /// Contract: both vectors have `count` elements; two calls at the same time have disjoint ranges.
    ///
    /// - Complexity: one pass over the range.
    public func update(
        _ weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, range: Range<Int>, _ step: Step
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        switch settings {
        case .momentum(let settings): update(weights, gradient, range, step, settings)
        case .adam(let settings): update(weights, gradient, range, step, settings, shrinksWeights: false)
        case .adamW(let settings): update(weights, gradient, range, step, settings, shrinksWeights: true)
        }
    }

    private func update(
        _ weights: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>, _ range: Range<Int>, _ step: Step,
        _ settings: OptimiserSettings.SGD
    ) {
        let velocity = state[0].base
        let (rate, factor) = (Float(step.rate), Float(step.gradientFactor))
        let momentum: Float = step.number == 1 ? 0 : Float(settings.momentum)
        let decay = Float(settings.weightDecay)
        for i in range {
            velocity[i] = velocity[i] * momentum + (gradient[i] * factor + weights[i] * decay)
            weights[i] -= rate * velocity[i]
        }
    }

    private func update(
        _ weights: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>, _ range: Range<Int>, _ step: Step,
        _ settings: OptimiserSettings.Adam, shrinksWeights: Bool
    ) {
        let (mean, square) = (state[0].base, state[1].base)
        let factor = Float(step.gradientFactor)
        let keep = Float(1 - (shrinksWeights ? step.rate * settings.weightDecay : 0))
        let decay = Float(shrinksWeights ? 0 : settings.weightDecay)
        let towards = Float(1 - settings.beta1)
        let (beta2, rest) = (Float(settings.beta2), Float(1 - settings.beta2))
        let size = Float(step.rate / (1 - Self.power(settings.beta1, step.number)))
        let root = Float((1 - Self.power(settings.beta2, step.number)).squareRoot())
        let epsilon = Float(settings.epsilon)
        // Eight at once, the last ones with lanes to spare: the same operations on every element.
        var start = range.lowerBound
        while start < range.upperBound {
            let count = min(8, range.upperBound - start)
            let (w, average) = (SIMD8(weights + start, count), SIMD8(mean + start, count))
            let weight = w * keep
            let g = SIMD8(gradient + start, count) * factor + weight * decay
            let m = average + (g - average) * towards
            let v = SIMD8(square + start, count) * beta2 + g * g * rest
            m.store(to: mean + start, count)
            v.store(to: square + start, count)
            (weight - size * (m / (v.squareRoot() / root + epsilon))).store(to: weights + start, count)
            start += count
        }
    }

    /// Returns base^exponent by squaring: the same bits with every C library.
    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}

extension SIMD8<Float> {
    /// The first `count` of eight elements, zeros behind them.
    fileprivate init(_ elements: UnsafePointer<Float>, _ count: Int) {
        if count == 8 {
            self = UnsafeRawPointer(elements).loadUnaligned(as: Self.self)
        } else {
            self.init()
            for lane in 0..<count { self[lane] = elements[lane] }
        }
    }

    fileprivate func store(to elements: UnsafeMutablePointer<Float>, _ count: Int) {
        if count == 8 {
            UnsafeMutableRawPointer(elements).storeBytes(of: self, as: Self.self)
        } else {
            for lane in 0..<count { elements[lane] = self[lane] }
        }
    }
}
