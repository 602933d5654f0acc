/// Functions of numbers without a C library, so that drawn damage is the same on every machine: addition,
/// multiplication, division and square roots alone.
enum DamageNumbers {
    private static let logarithmOf2 = 0.693_147_180_559_945_3

    /// e to the power of `x`, |x| below 700: a power of two times the series of what is left.
    static func exponential(_ x: Double) -> Double {
        let power = (x / logarithmOf2).rounded()
        let rest = x - power * logarithmOf2
        var sum = 1.0
        for k in stride(from: 16.0, through: 1, by: -1) { sum = 1 + sum * rest / k }
        return sum * Double(sign: .plus, exponent: Int(power), significand: 1)
    }

    /// The natural logarithm of `x` > 0, by the series of the inverse hyperbolic tangent.
    static func logarithm(_ x: Double) -> Double {
        let z = (x.significand - 1) / (x.significand + 1)
        var sum = 0.0
        for k in stride(from: 41.0, through: 1, by: -2) { sum = 1 / k + sum * z * z }
        return 2 * z * sum + Double(x.exponent) * logarithmOf2
    }
}

extension RandomNumbers {
    /// Uniform between the bounds.
    mutating func within(_ low: Float, _ high: Float) -> Float { low + (high - low) * Float(uniform()) }

    /// Between the bounds, both above 0, small factors as often as large ones.
    mutating func factor(_ low: Double, _ high: Double) -> Float {
        Float(low * DamageNumbers.exponential(uniform() * DamageNumbers.logarithm(high / low)))
    }

    /// Mean 0 and deviation 1, nearly normal: the sum of four uniform numbers.
    mutating func bell() -> Float {
        var sum = -2.0
        for _ in 0..<4 { sum += uniform() }
        return Float(sum * 3.0.squareRoot())
    }

    /// A whole number of Poisson's distribution of a mean of at most 20.
    mutating func occurrences(mean: Double) -> Int {
        let limit = DamageNumbers.exponential(-mean)
        var (count, product) = (0, uniform())
        while product > limit {
            count += 1
            product *= uniform()
        }
        return count
    }

    /// `mean` as a whole number: its whole part, and one more as often as its fraction says.
    mutating func wholeNumber(of mean: Double) -> Int {
        let whole = mean.rounded(.down)
        return Int(whole) + (uniform() < mean - whole ? 1 : 0)
    }

    /// True with the given probability.
    mutating func happens(_ probability: Double) -> Bool { uniform() < probability }

    /// `count` values that wander between `low` and `high`.
    mutating func wandering(_ count: Int, _ low: Float, _ high: Float) -> [Float] {
        let knots = (0..<max(2, count / 6 + 2)).map { _ in within(low, high) }
        return (0..<count).map { index in
            let place = Float(index) * Float(knots.count - 1) / Float(max(1, count - 1))
            let knot = min(knots.count - 2, Int(place))
            return knots[knot] + (knots[knot + 1] - knots[knot]) * (place - Float(knot))
        }
    }
}

/// Noise of mean 0 and deviation 1 at its knots, which lie `scale` pixels apart, linear between them.
struct DamageNoise {
    private let scale: Float
    private let columns: Int
    private let knots: [Float]

    init(height: Int, width: Int, scale: Float, random: inout some RandomNumbers) {
        self.scale = scale
        columns = Int(Float(width) / scale) + 2
        knots = (0..<columns * (Int(Float(height) / scale) + 2)).map { _ in random.bell() }
    }

    subscript(y: Int, x: Int) -> Float {
        let (v, u) = (Float(y) / scale, Float(x) / scale)
        let (row, column) = (Int(v), Int(u))
        let (down, right) = (v - Float(row), u - Float(column))
        let place = row * columns + column
        let upper = knots[place] + (knots[place + 1] - knots[place]) * right
        let lower = knots[place + columns] + (knots[place + columns + 1] - knots[place + columns]) * right
        return upper + (lower - upper) * down
    }
}
