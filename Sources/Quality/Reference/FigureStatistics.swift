import Tensors

/// One kind of figure over the pictures of a set, each picture counting once.
///
/// Infinite figures (the PSNR of a picture equal to its reference) are counted and kept out of mean, deviation and interval,
/// which they would make say nothing; median, least and greatest take them as they are.
public struct FigureStatistics: Sendable, Equatable {
    /// Of the figures of the pictures (not the PSNR of a mean error); infinite only where all figures are.
    public var mean: Double
    public var median: Double
    public var least: Double
    public var greatest: Double
    /// Of the finite figures, with Bessel's correction; nil for fewer than two.
    public var standardDeviation: Double?
    /// Where 95 % of the means of samples drawn from these figures lie; nil for fewer than two finite ones.
    public var interval: ClosedRange<Double>?
    public var count: Int
    /// How many figures are infinite.
    public var infiniteCount: Int

    /// The statistics of `values`; nil when there are none. A value that is not a number makes the mean one, and is the least.
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

    /// The order of figures: not a number comes first.
    public static func isLess(_ a: Double, _ b: Double) -> Bool {
        if a.isNaN || b.isNaN { return a.isNaN && !b.isNaN }
        return a < b
    }

    /// Up to how many figures samples are drawn; the means of more are as good as normal.
    private static let bootstrapLimit = 300
    private static let resamples = 2000

    /// The percentile bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13): the 2.5th and
    /// 97.5th percentile of the means of 2000 samples drawn with replacement, seeded, so that a report that is written again
    /// says the same. Of more than 300 figures the normal interval.
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

/// Two methods on the same pictures, figure by figure.
public struct PairedFigures: Sendable, Equatable {
    /// Pictures on which the first method is better, the second is, and neither.
    public var wins = 0
    public var losses = 0
    public var ties = 0
    /// First less second over the pairs that are both finite; nil where none is.
    public var difference: FigureStatistics?

    /// Pairs with a figure that is not a number count nowhere.
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
