/// The threshold below which most figures of good pictures lie, without the few that lie far out.
public struct NormalThreshold: Sendable, Equatable {
    /// The share of the figures that lies below the threshold.
    public static let quantile = 0.95
    /// The fewest figures of which some are left out, and the largest share of them.
    static let leavingOut = (fewest: 8, share: 0.1)
    /// The deviations above the median, of normal figures, from which on a figure lies far out.
    static let farOut = 6.0

    /// The `quantile` of the figures that are not left out, linear between the neighbours in rank.
    public let value: Double
    /// The places of the figures that are left out, sorted.
    public let leftOut: [Int]

    /// Measures figures that are 0 or more.
    ///
    /// Far out is what lies six deviations above the median, the deviation being that of normal figures of this median
    /// absolute difference from the median (Rousseeuw and Croux 1993), or a twentieth of the median where that is more.
    ///
    /// - Precondition: `values` is not empty.
    public init(_ values: [Double]) {
        let order = values.indices.sorted { values[$0] < values[$1] }
        let most = values.count < Self.leavingOut.fewest ? 0 : max(1, Int(Double(values.count) * Self.leavingOut.share))
        let sorted = order.map { values[$0] }
        let median = Self.quantile(0.5, of: sorted)
        let difference = Self.quantile(0.5, of: sorted.map { abs($0 - median) }.sorted())
        let limit = median + Self.farOut * max(1.4826 * difference, median / 20)
        let count = sorted.suffix(most).count { $0 > limit }
        leftOut = order.suffix(count).sorted()
        value = Self.quantile(Self.quantile, of: sorted.dropLast(count))
    }

    private static func quantile(_ share: Double, of sorted: some RandomAccessCollection<Double>) -> Double {
        let sorted = Array(sorted)
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
}
