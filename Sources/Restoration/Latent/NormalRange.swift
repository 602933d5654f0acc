/// The range of a detector's figures on good pictures, and the distance of another picture from it.
///
/// Of eight good pictures or more, up to a tenth that lie far out are left out of the range: one saturated picture among
/// them must not make every damage look usual.
public struct NormalRange: Sendable {
    /// The share of the good pictures that lies below a threshold.
    public static let quantile = NormalThreshold.quantile

    /// The `quantile` of the good pictures' damage.
    public let damageThreshold: Double
    /// The `quantile` of the good pictures' distances, each measured against the others.
    public let distanceThreshold: Double
    /// The places of the good pictures that are left out, sorted.
    public let leftOut: [Int]
    private let means: [Double]
    private let variances: [Double]

    /// Measures the range of good pictures; nil for fewer than two.
    ///
    /// - Parameter good: figures of two pictures or more by one detector.
    public init?(_ good: [AnomalyDetector.Figures]) {
        guard good.count >= 2, !good[0].features.isEmpty else { return nil }
        let byDamage = NormalThreshold(good.map(\.damage))
        let places = good.indices.filter { !byDamage.leftOut.contains($0) }
        let first = Moments(places.map { good[$0].features })
        let byDistance = NormalThreshold(first.distancesFromOthers)
        let kept = places.indices.filter { !byDistance.leftOut.contains($0) }.map { places[$0] }
        let moments = kept.count == places.count ? first : Moments(kept.map { good[$0].features })
        (means, variances) = (moments.means, moments.variances)
        damageThreshold = byDamage.value
        distanceThreshold =
            kept.count == places.count ? byDistance.value : NormalThreshold(moments.distancesFromOthers).value
        leftOut = good.indices.filter { !kept.contains($0) }
    }

    /// Returns the root mean square, over the features, of how many standard deviations they lie from the good
    /// pictures' means.
    public func distance(of figures: AnomalyDetector.Figures) -> Double {
        Moments.distance(of: figures.features, means: means, variances: variances)
    }

    /// Returns the damage over its threshold, or the distance over its own where that is above 1 and greater: small
    /// distances say nothing of damage, and would only disturb the order.
    public func score(of figures: AnomalyDetector.Figures) -> Double {
        let byDamage = figures.damage / max(damageThreshold, 1e-6)
        let byDistance = distance(of: figures) / max(distanceThreshold, 1e-6)
        return byDistance > 1 ? max(byDamage, byDistance) : byDamage
    }

    /// Means and variances of features over good pictures.
    private struct Moments {
        let rows: [[Double]]
        let means: [Double]
        let variances: [Double]
        private let sums: [Double]
        private let squares: [Double]

        init(_ rows: [[Double]]) {
            let count = Double(rows.count)
            var sums = [Double](repeating: 0, count: rows[0].count)
            var squares = sums
            for features in rows {
                for (index, feature) in features.enumerated() {
                    sums[index] += feature
                    squares[index] += feature * feature
                }
            }
            self.rows = rows
            (self.sums, self.squares) = (sums, squares)
            means = sums.map { $0 / count }
            variances = zip(sums, squares).map { sum, square in max(0, square - sum * sum / count) / (count - 1) }
        }

        /// The distance of each picture from the others, as pictures to be judged have it from all.
        var distancesFromOthers: [Double] {
            let count = Double(rows.count)
            return rows.map { features in
                let means = zip(sums, features).map { ($0 - $1) / (count - 1) }
                let variances = zip(zip(sums, squares), features).map { pair, feature in
                    let (sum, square) = (pair.0 - feature, pair.1 - feature * feature)
                    return max(0, square - sum * sum / (count - 1)) / max(1, count - 2)
                }
                return Self.distance(of: features, means: means, variances: variances)
            }
        }

        static func distance(of features: [Double], means: [Double], variances: [Double]) -> Double {
            // Channels that are still in all good pictures say nothing until they move.
            let floor = max(1e-12, 1e-3 * variances.reduce(0, +) / Double(max(1, variances.count)))
            let sum = features.indices.reduce(0.0) { sum, index in
                let away = features[index] - means[index]
                return sum + away * away / max(variances[index], floor)
            }
            return (sum / Double(max(1, features.count))).squareRoot()
        }
    }
}
