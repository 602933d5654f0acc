extension [Double] {
    /// The middle one of the numbers by size, the mean of both middle ones where their count is even; NaN of none.
    public var median: Double {
        guard !isEmpty else { return .nan }
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}
