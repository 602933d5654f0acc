/// Rows or columns of a value, `lower..<upper`; may reach beyond the value's own, where padding lies.
public struct Interval: Sendable, Hashable, CustomStringConvertible {
    public var lower: Int
    public var upper: Int

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
