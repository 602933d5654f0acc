import Foundation
import Tensors

/// Why figures cannot be summarised.
public enum StatisticsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The figure at this index is not a number.
    case notANumber(index: Int)
    /// Two methods were not measured on the same pictures.
    case counts(first: Int, second: Int)

    public var description: String {
        switch self {
        case .notANumber(let index): "figure \(index) is not a number"
        case .counts(let first, let second): "\(first) figures cannot be paired with \(second)"
        }
    }
}

/// One kind of figure over the pictures of a set, each picture counting once.
///
/// Infinite figures (the PSNR of a picture equal to its reference) are counted and kept out of everything else: one of
/// them would make every mean infinite.
public struct FigureStatistics: Sendable, Equatable {
    /// How many figures are finite.
    public let count: Int
    public let infiniteCount: Int
    /// Of the finite figures; these are nil where there is none.
    public let mean: Double?
    public let median: Double?
    /// With n - 1 in the denominator; 0 for one figure.
    public let standardDeviation: Double?
    public let best: Double?
    public let worst: Double?
    /// The bootstrap's interval of the mean that holds 95 % of its resamples (Efron's percentiles, 2,000 of them).
    public let interval: ClosedRange<Double>?

    /// - Parameters:
    ///   - prefersHigher: which end of the figures is the best, see `Metric.prefersHigher`.
    ///   - seed: of the resamples: the same figures in the same order give the same interval.
    /// - Throws: `StatisticsError.notANumber`.
    public init(_ values: [Double], prefersHigher: Bool = true, seed: UInt64 = 0) throws(StatisticsError) {
        if let index = values.firstIndex(where: \.isNaN) { throw .notANumber(index: index) }
        let finite = values.filter(\.isFinite)
        count = finite.count
        infiniteCount = values.count - finite.count
        guard let first = finite.first else {
            (mean, median, standardDeviation, best, worst, interval) = (nil, nil, nil, nil, nil, nil)
            return
        }
        let mean = finite.reduce(0, +) / Double(finite.count)
        self.mean = mean
        let sorted = finite.sorted()
        let middle = sorted.count / 2
        median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        let squares = finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        standardDeviation = finite.count == 1 ? 0 : (squares / Double(finite.count - 1)).squareRoot()
        let (least, greatest) = (sorted.first ?? first, sorted.last ?? first)
        (worst, best) = prefersHigher ? (least, greatest) : (greatest, least)
        interval = Bootstrap.interval(ofMeanOf: finite, seed: seed)
    }
}

/// Two methods on the same pictures, figure by figure.
public struct PairedFigures: Sendable, Equatable {
    /// Pictures on which the first method is better, the second is, and neither.
    public let wins: Int
    public let losses: Int
    public let ties: Int
    /// First less second over the pairs that are both finite, with the interval of its mean.
    public let difference: FigureStatistics

    /// - Throws: `StatisticsError` where the counts differ or a figure is not a number.
    public init(
        _ first: [Double], against second: [Double], prefersHigher: Bool = true, seed: UInt64 = 0
    ) throws(StatisticsError) {
        guard first.count == second.count else { throw .counts(first: first.count, second: second.count) }
        var (wins, losses, ties) = (0, 0, 0)
        var differences: [Double] = []
        for (index, (a, b)) in zip(first, second).enumerated() {
            if a.isNaN || b.isNaN { throw .notANumber(index: index) }
            if a == b {
                ties += 1
            } else if (a > b) == prefersHigher {
                wins += 1
            } else {
                losses += 1
            }
            if a.isFinite && b.isFinite { differences.append(a - b) }
        }
        (self.wins, self.losses, self.ties) = (wins, losses, ties)
        difference = try FigureStatistics(differences, prefersHigher: prefersHigher, seed: seed)
    }
}

/// Efron's bootstrap of a mean.
private enum Bootstrap {
    static let resamples = 2000

    /// The 2.5th and 97.5th percentile of the means of resamples of `values` (at least one, finite), drawn with
    /// replacement; between two of them by linear interpolation.
    static func interval(ofMeanOf values: [Double], seed: UInt64) -> ClosedRange<Double> {
        var random = RandomStream(seed: seed)
        var means: [Double] = []
        means.reserveCapacity(resamples)
        for _ in 0..<resamples {
            var sum = 0.0
            for _ in values.indices { sum += values[random.integer(below: values.count)] }
            means.append(sum / Double(values.count))
        }
        means.sort()
        func percentile(_ share: Double) -> Double {
            let position = share * Double(resamples - 1)
            let below = Int(position)
            return means[below] + (position - Double(below)) * (means[min(below + 1, resamples - 1)] - means[below])
        }
        return percentile(0.025)...percentile(0.975)
    }
}
