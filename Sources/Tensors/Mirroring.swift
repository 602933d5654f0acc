/// The mirroring of samples beyond the edges of a row or column.
public enum Mirroring {
    /// Returns the place that `index` means where the samples go on mirrored, the one at the edge repeated: … 1 0 | 0 1
    /// … n-1 | n-1 …, however far away.
    ///
    /// - Precondition: `count` is at least 1.
    @inlinable
    public static func place(of index: Int, count: Int) -> Int {
        let period = 2 * count
        let phase = (index % period + period) % period
        return phase < count ? phase : period - 1 - phase
    }
}
