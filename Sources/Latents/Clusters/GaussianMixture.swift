import Foundation
public import Tensors
public import Workers

/// A mixture of normal distributions, fitted by expectation and maximisation (Dempster, Laird and Rubin 1977) from clusters
/// by k-means, the best of several starts by the likelihood.
public struct GaussianMixture: Sendable, Equatable {
    /// The form of the covariances.
    public enum Covariance: String, Sendable, CaseIterable {
        /// Each number varies by itself.
        case diagonal
        /// Numbers vary together.
        case full
    }

    /// The numbers of a vector.
    public let dimension: Int
    /// The form of the covariances.
    public let covariance: Covariance
    /// The share of each component, which add up to 1.
    public let weights: [Double]
    /// The means, one component after the other.
    public let means: [Double]
    /// The mean logarithm of the density over the vectors that were fitted, in nats.
    public let logLikelihood: Double
    /// The steps of the start that was best.
    public let iterations: Int
    /// The lower triangles of the covariances' Cholesky factors (full), row by row, or the deviations (diagonal).
    private let factors: [[Double]]

    /// The number that is added to variances, so that a component of few vectors does not vanish.
    static let regularisation = 1e-6
    /// The change of the mean log-likelihood below which a start ends.
    static let tolerance = 1e-5
    private static let mostIterations = 300

    /// The number of components.
    public var componentCount: Int { weights.count }

    /// Fits vectors of `dimension` numbers, row after row.
    ///
    /// - Parameters:
    ///   - components: 1 ... the number of vectors.
    ///   - starts: the starts, whose clusters differ by `seed`.
    /// - Throws: `LatentError.setting` for fewer vectors than components, and fewer than two.
    /// - Complexity: vectors x components x dimension (squared, for full covariances) for each step of each start.
    public init(
        _ elements: [Float], dimension: Int, components: Int, covariance: Covariance, starts: Int = 3,
        seed: UInt64 = 0, loop: ParallelLoop = .serial
    ) throws(LatentError) {
        let count = elements.count / dimension
        guard count >= 2 else { throw .setting(name: "the number of rows", found: "\(count)", expected: "2 or more") }
        guard (1...count).contains(components) else {
            throw .setting(
                name: "the number of components", found: "\(components)", expected: "1 to \(count), as there are rows")
        }
        var best: Fit?
        for start in 0..<max(1, starts) {
            let clusters = try KMeans(
                elements, dimension: dimension, clusters: components, starts: 1, seed: seed &+ UInt64(start), loop: loop
            )
            var fit = Fit(elements, dimension, components, covariance)
            fit.maximise(clusters.assignments.map { cluster in (0..<components).map { $0 == cluster ? 1 : 0 } })
            fit.run(loop)
            if best.map({ fit.logLikelihood > $0.logLikelihood }) != false { best = fit }
        }
        self.dimension = dimension
        self.covariance = covariance
        weights = best?.weights ?? []
        means = best?.means.flatMap(\.self) ?? []
        factors = best?.factors ?? []
        logLikelihood = best?.logLikelihood ?? 0
        iterations = best?.iterations ?? 0
    }

    /// Returns the mean logarithm of the density of vectors, in nats.
    public func logLikelihood(of elements: [Float]) -> Double {
        let rows = elements.count / dimension
        let sum = (0..<rows).reduce(0.0) { sum, row in
            let vector = elements[row * dimension..<(row + 1) * dimension].map(Double.init)
            let logs = weights.indices.map {
                log(weights[$0]) + Fit.logDensity(vector, mean(of: $0), factors[$0], covariance)
            }
            return sum + logs.logarithmOfSum()
        }
        return sum / Double(max(1, rows))
    }

    /// Returns a vector that is drawn from the mixture.
    ///
    /// - Parameter spread: the factor on the deviations from the component's mean.
    public func sample(using random: inout RandomStream, spread: Double = 1) -> [Float] {
        let place = random.uniform()
        var (component, sum) = (0, weights[0])
        while sum < place, component + 1 < weights.count {
            component += 1
            sum += weights[component]
        }
        let noise = (0..<dimension).map { _ in random.normal() * spread }
        let (mean, factor) = (mean(of: component), factors[component])
        return (0..<dimension).map { i in
            switch covariance {
            case .diagonal: Float(mean[i] + factor[i] * noise[i])
            case .full: Float((0...i).reduce(mean[i]) { $0 + factor[i * (i + 1) / 2 + $1] * noise[$1] })
            }
        }
    }

    private func mean(of component: Int) -> [Double] {
        Array(means[component * dimension..<(component + 1) * dimension])
    }
}

extension GaussianMixture {
    /// One start: components that move until the likelihood stays.
    private struct Fit {
        let elements: [Float]
        let dimension: Int
        let covariance: Covariance
        var weights: [Double]
        var means: [[Double]]
        var factors: [[Double]]
        var logLikelihood = -Double.infinity
        var iterations = 0

        init(_ elements: [Float], _ dimension: Int, _ components: Int, _ covariance: Covariance) {
            self.elements = elements
            self.dimension = dimension
            self.covariance = covariance
            weights = Array(repeating: 0, count: components)
            means = Array(repeating: Array(repeating: 0, count: dimension), count: components)
            factors = means
        }

        mutating func run(_ loop: ParallelLoop) {
            while iterations < GaussianMixture.mostIterations {
                let (chances, likelihood) = expect(loop)
                iterations += 1
                let change = likelihood - logLikelihood
                logLikelihood = likelihood
                if abs(change) < GaussianMixture.tolerance { return }
                maximise(chances)
            }
            logLikelihood = expect(loop).likelihood
        }

        /// Returns each vector's chances of being of each component, and the mean log-likelihood.
        private func expect(_ loop: ParallelLoop) -> (chances: [[Double]], likelihood: Double) {
            let rows = elements.count / dimension
            let results = TaskResults<(chances: [Double], logarithm: Double)>(
                repeating: ([], 0), count: rows)
            let fit = self
            loop.forEach(rows) { _, row in
                let vector = fit.elements[row * fit.dimension..<(row + 1) * fit.dimension].map(Double.init)
                let logs = fit.weights.indices.map {
                    log(fit.weights[$0]) + Self.logDensity(vector, fit.means[$0], fit.factors[$0], fit.covariance)
                }
                let sum = logs.logarithmOfSum()
                results.values[row] = (logs.map { exp($0 - sum) }, sum)
            }
            let found = Array(results.values)
            return (found.map(\.chances), found.reduce(0) { $0 + $1.logarithm } / Double(max(1, rows)))
        }

        /// Moves the components to where vectors with these chances are most likely.
        mutating func maximise(_ chances: [[Double]]) {
            let rows = elements.count / dimension
            for component in weights.indices {
                let share = chances.reduce(1e-12) { $0 + $1[component] }
                weights[component] = share / Double(rows)
                var mean = [Double](repeating: 0, count: dimension)
                for row in 0..<rows where chances[row][component] > 0 {
                    for i in 0..<dimension {
                        mean[i] += chances[row][component] * Double(elements[row * dimension + i])
                    }
                }
                for i in 0..<dimension { mean[i] /= share }
                means[component] = mean
                factors[component] = factor(component, mean, share, chances)
            }
            let sum = weights.reduce(0, +)
            for component in weights.indices { weights[component] /= sum }
        }

        private func factor(_ component: Int, _ mean: [Double], _ share: Double, _ chances: [[Double]]) -> [Double] {
            let rows = elements.count / dimension
            let isFull = covariance == .full
            var sums = [Double](repeating: 0, count: isFull ? dimension * (dimension + 1) / 2 : dimension)
            var centred = mean
            for row in 0..<rows where chances[row][component] > 0 {
                let chance = chances[row][component]
                for i in 0..<dimension { centred[i] = Double(elements[row * dimension + i]) - mean[i] }
                guard isFull else {
                    for i in 0..<dimension { sums[i] += chance * centred[i] * centred[i] }
                    continue
                }
                var place = 0
                for i in 0..<dimension {
                    let scaled = chance * centred[i]
                    for j in 0...i { sums[place + j] += scaled * centred[j] }
                    place += i + 1
                }
            }
            guard isFull else { return sums.map { ($0 / share + GaussianMixture.regularisation).squareRoot() } }
            var lower = sums.map { $0 / share }
            for i in 0..<dimension { lower[i * (i + 3) / 2] += GaussianMixture.regularisation }
            return TriangularFactor(of: lower, least: GaussianMixture.regularisation)?.elements ?? lower
        }

        /// Returns the logarithm of a component's density at a vector.
        static func logDensity(
            _ vector: [Double], _ mean: [Double], _ factor: [Double], _ covariance: Covariance
        ) -> Double {
            let dimension = vector.count
            var (square, logarithm) = (0.0, 0.0)
            switch covariance {
            case .diagonal:
                for i in 0..<dimension {
                    let part = (vector[i] - mean[i]) / factor[i]
                    square += part * part
                    logarithm += log(factor[i])
                }
            case .full:
                square = TriangularFactor(elements: factor, side: dimension).square { vector[$0] - mean[$0] }
                for i in 0..<dimension { logarithm += log(factor[i * (i + 3) / 2]) }
            }
            return -square / 2 - logarithm - Double(dimension) * log(2 * .pi) / 2
        }
    }
}
