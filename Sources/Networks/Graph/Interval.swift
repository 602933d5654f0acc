/// Rows or columns of a value, `lower..<upper`; may reach beyond the value's own, where padding lies.
public struct Interval: Sendable, Hashable, CustomStringConvertible {
    /// The first row or column.
    public var lower: Int
    /// The row or column behind the last one.
    public var upper: Int

    /// Creates the interval `lower..<upper`.
    public init(_ lower: Int, _ upper: Int) {
        self.lower = lower
        self.upper = upper
    }

    /// The smallest interval that contains both.
    public func hull(_ other: Interval) -> Interval { .init(min(lower, other.lower), max(upper, other.upper)) }

    /// The interval widened to multiples of `step`.
    public func aligned(to step: Int) -> Interval {
        .init(lower.flooredQuotient(step) * step, -((-upper).flooredQuotient(step)) * step)
    }

    public var description: String { "\(lower)..<\(upper)" }
}

extension Int {
    /// The quotient rounded towards negative infinity; `divisor` is positive.
    func flooredQuotient(_ divisor: Int) -> Int {
        let quotient = self / divisor
        return quotient * divisor > self ? quotient - 1 : quotient
    }

    /// The quotient rounded towards positive infinity; `divisor` is positive.
    func ceiledQuotient(_ divisor: Int) -> Int { -(-self).flooredQuotient(divisor) }
}
