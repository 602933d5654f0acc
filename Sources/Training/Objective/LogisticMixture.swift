import Foundation

/// A discretised mixture of logistic distributions over the 256 levels of a sample (Salimans et al., "PixelCNN++",
/// 2017): level k has the mass of the distribution between (k - 1/2) / 255 and (k + 1/2) / 255, the first and the last
/// level all that lies beyond.
struct LogisticMixture {
    /// Logits of the weights of all components, then means in 0...1, then logarithms of scales.
    var parameters: [Double]
    /// The derivatives of the last `negativeLogarithm(ofLevel:)` with respect to `parameters`.
    private(set) var slopes: [Double]
    private let components: Int
    private var weights: [Double]
    private var parts: [(mass: Double, byMean: Double, byLogScale: Double)]

    /// Creates a mixture, all parameters 0, with room for what is computed of it.
    init(components: Int) {
        self.components = components
        parameters = Array(repeating: 0, count: 3 * components)
        slopes = parameters
        weights = Array(repeating: 0, count: components)
        parts = Array(repeating: (0, 0, 0), count: components)
    }

    /// The lower bound of logarithms of scales: exp(-7) is about a quarter of a level, below which hardly anything
    /// changes.
    static let smallestLogScale = -7.0

    /// The lower bound of a level's mass, so that logarithms stay finite.
    private static let smallestMass = 1e-12

    /// Returns -ln of the mass of `level` (0...255), and sets `slopes`.
    mutating func negativeLogarithm(ofLevel level: Int) -> Double {
        var peak = parameters[0]
        for index in 1..<max(1, components) { peak = max(peak, parameters[index]) }
        var (total, mass) = (0.0, 0.0)
        for index in 0..<components {
            weights[index] = exp(parameters[index] - peak)
            total += weights[index]
        }
        for index in 0..<components {
            weights[index] /= total
            parts[index] = component(level, parameters[components + index], parameters[2 * components + index])
            mass += weights[index] * parts[index].mass
        }
        let bounded = max(mass, Self.smallestMass)
        let isBounded = mass < Self.smallestMass
        for index in 0..<components {
            let (weight, part) = (weights[index], parts[index])
            slopes[index] = isBounded ? 0 : weight * (1 - part.mass / bounded)
            slopes[components + index] = isBounded ? 0 : -weight * part.byMean / bounded
            slopes[2 * components + index] = isBounded ? 0 : -weight * part.byLogScale / bounded
        }
        return -log(bounded)
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
