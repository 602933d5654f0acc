import Tensors

/// The statistics of one kind of figure over the pictures of a set, each picture counting once.
///
/// Infinite figures (the PSNR of a picture equal to its reference) are counted and kept out of mean, deviation and
/// interval, which would say nothing with them; median, least and greatest include them.
public struct FigureStatistics: Sendable, Equatable {
    /// The mean of the finite figures of the pictures (not the PSNR of a mean error); infinite only where all figures
    /// are.
    public var mean: Double
    /// The median of all figures, the mean of the two middle ones where their number is even.
    public var median: Double
    /// The least of all figures.
    public var least: Double
    /// The greatest of all figures.
    public var greatest: Double
    /// The standard deviation of the finite figures, with Bessel's correction; nil for fewer than two.
    public var standardDeviation: Double?
    /// The 95 % confidence interval of the mean, by the bootstrap up to 300 finite figures and the normal distribution
    /// beyond; nil for fewer than two.
    public var interval: ClosedRange<Double>?
    /// The number of figures, infinite ones included.
    public var count: Int
    /// The number of figures that are infinite.
    public var infiniteCount: Int

    /// Computes the statistics of `values`; nil when there are none. A value that is not a number makes the mean one,
    /// and is the least.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted(by: Self.isLess)
        let middle = sorted.count / 2
        if sorted.count % 2 == 1 || sorted[middle - 1] == sorted[middle] {
            median = sorted[middle]
        } else {
            median = (sorted[middle - 1] + sorted[middle]) / 2
        }
        (least, greatest) = (sorted[0], sorted[sorted.count - 1])
        count = values.count
        let counted = values.filter { !$0.isInfinite }
        infiniteCount = values.count - counted.count
        guard !counted.isEmpty else {
            mean = sorted[middle]
            return
        }
        mean = counted.reduce(0, +) / Double(counted.count)
        guard counted.count > 1, mean.isFinite else { return }
        let mean = mean
        let squares = counted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(counted.count - 1)).squareRoot()
        standardDeviation = deviation
        interval = Self.interval(of: counted, mean: mean, standardDeviation: deviation)
    }

    /// Returns true where `a` comes before `b` in the order of figures, in which a value that is not a number comes
    /// first.
    public static func isLess(_ a: Double, _ b: Double) -> Bool {
        if a.isNaN || b.isNaN { return a.isNaN && !b.isNaN }
        return a < b
    }

    /// The largest number of figures whose interval comes from the bootstrap; the means of more are as good as normal.
    private static let bootstrapLimit = 300
    private static let resamples = 2000

    /// Returns the interval of the percentile bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap",
    /// 1993, chapter 13): the 2.5th and 97.5th percentile of the means of 2000 samples taken with replacement, seeded,
    /// so that a report that is written again says the same. For more than 300 figures it is the normal interval.
    private static func interval(
        of values: [Double], mean: Double, standardDeviation: Double
    ) -> ClosedRange<Double> {
        guard values.count <= bootstrapLimit else {
            let half = 1.959_964 * standardDeviation / Double(values.count).squareRoot()
            return mean - half...mean + half
        }
        var random = RandomStream(seed: 0)
        let means = (0..<resamples).map { _ in
            var sum = 0.0
            for _ in values.indices { sum += values[random.integer(below: values.count)] }
            return sum / Double(values.count)
        }.sorted()
        let cut = resamples / 40
        return means[cut]...means[resamples - 1 - cut]
    }
}

/// The comparison of two methods on the same pictures, figure by figure.
public struct PairedFigures: Sendable, Equatable {
    /// The number of pictures on which the first method is better.
    public var wins = 0
    /// The number of pictures on which the second method is better.
    public var losses = 0
    /// The number of pictures on which both have the same figure.
    public var ties = 0
    /// The statistics of the first method's figure less the second's, over the pairs that are both finite; nil where
    /// none is.
    public var difference: FigureStatistics?

    /// Compares the figures of each pair; pairs with a figure that is not a number are not counted.
    public init(_ pairs: [(first: Double, second: Double)], prefersHigher: Bool = true) {
        for (first, second) in pairs where !first.isNaN && !second.isNaN {
            if first == second {
                ties += 1
            } else if (first > second) == prefersHigher {
                wins += 1
            } else {
                losses += 1
            }
        }
        difference = FigureStatistics(
            pairs.filter { $0.first.isFinite && $0.second.isFinite }.map { $0.first - $0.second })
    }
}
