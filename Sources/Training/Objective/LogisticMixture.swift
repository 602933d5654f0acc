import Foundation

/// A discretised mixture of logistic distributions over the 256 levels of a sample (Salimans et al., "PixelCNN++",
/// 2017): level k has the mass of the distribution between (k - 1/2) / 255 and (k + 1/2) / 255, the first and the last
/// level all that lies beyond.
struct LogisticMixture {
    /// Logits of the weights, means in 0...1, and logarithms of scales, one a component.
    var logits: [Double]
    var means: [Double]
    var logScales: [Double]

    /// The lower bound of logarithms of scales: exp(-7) is about a quarter of a level, below which hardly anything
    /// changes.
    static let smallestLogScale = -7.0

    /// The lower bound of a level's mass, so that logarithms stay finite.
    private static let smallestMass = 1e-12

    /// Returns -ln of the mass of `level` (0...255), and its derivatives with respect to logits, means and logarithms
    /// of scales.
    func negativeLogarithm(
        ofLevel level: Int
    ) -> (value: Double, logits: [Double], means: [Double], logScales: [Double]) {
        let peak = logits.max() ?? 0
        let total = logits.reduce(0) { $0 + exp($1 - peak) }
        let weights = logits.map { exp($0 - peak) / total }
        let parts = means.indices.map { component(level, means[$0], logScales[$0]) }
        let mass = zip(weights, parts).reduce(0) { $0 + $1.0 * $1.1.mass }
        let bounded = max(mass, Self.smallestMass)
        let isBounded = mass < Self.smallestMass
        return (
            -log(bounded),
            zip(weights, parts).map { isBounded ? 0 : $0 * (1 - $1.mass / bounded) },
            zip(weights, parts).map { isBounded ? 0 : -$0 * $1.byMean / bounded },
            zip(weights, parts).map { isBounded ? 0 : -$0 * $1.byLogScale / bounded }
        )
    }

    /// Returns a component's mass of a level, and its derivatives.
    private func component(
        _ level: Int, _ mean: Double, _ logScale: Double
    ) -> (mass: Double, byMean: Double, byLogScale: Double) {
        let isNarrow = logScale < Self.smallestLogScale
        let inverse = exp(-max(logScale, Self.smallestLogScale))
        /// Returns the distribution function at an edge, and its derivatives by mean and by the logarithm of the scale.
        func edge(_ position: Double) -> (value: Double, byMean: Double, byLogScale: Double) {
            let z = (position - mean) * inverse
            let value = 1 / (1 + exp(-z))
            let density = value * (1 - value)
            return (value, -density * inverse, isNarrow ? 0 : -density * z)
        }
        let lower = level == 0 ? (0, 0, 0) : edge((Double(level) - 0.5) / 255)
        let upper = level == 255 ? (1, 0, 0) : edge((Double(level) + 0.5) / 255)
        return (upper.0 - lower.0, upper.1 - lower.1, upper.2 - lower.2)
    }
}
