import Foundation
import Tensors
public import Workers

/// Multinomial logistic regression with weight decay: the chance of each class is the softmax of linear functions of a
/// vector. Fitted by L-BFGS (Liu and Nocedal 1989); the problem is convex, so the first weights do not matter.
///
/// The loss is the mean negative logarithm of the likelihood plus |weights|² / (2 `strength` vectors), the
/// biases left out: `strength` is the C of scikit-learn.
public struct LogisticRegression: Sendable {
    /// The numbers of a vector.
    public let dimension: Int
    /// The number of classes.
    public let classCount: Int
    /// The weights of each class, one class after the other, and behind them the biases.
    public let parameters: [Double]
    /// The loss that was reached.
    public let loss: Double
    /// The number of steps taken.
    public let iterations: Int

    /// The weights of a class.
    public func weights(ofClass index: Int) -> [Double] {
        Array(parameters[index * dimension..<(index + 1) * dimension])
    }

    /// The biases of the classes.
    public var biases: [Double] { Array(parameters[(classCount * dimension)...]) }

    /// Fits vectors of `dimension` numbers, row after row.
    ///
    /// - Parameters:
    ///   - classes: the class of each vector, 0 ..< `classCount`.
    ///   - strength: how much the data count against the weights' size, above 0.
    ///   - tolerance: the largest derivative that is left.
    ///   - mostIterations: the most steps.
    /// - Complexity: vectors x dimension x classes for each step.
    public init(
        _ elements: [Float], dimension: Int, classes: [Int], classCount: Int, strength: Double = 1,
        tolerance: Double = 1e-6, mostIterations: Int = 500, loop: ParallelLoop = .serial
    ) {
        precondition(classes.count * dimension == elements.count && strength > 0 && classCount > 0)
        let problem = Problem(
            elements: elements, dimension: dimension, classes: classes, classCount: classCount, strength: strength)
        var minimiser = Minimiser(Array(repeating: 0, count: classCount * (dimension + 1))) {
            problem.evaluate($0, loop)
        }
        while minimiser.iterations < mostIterations, minimiser.largestDerivative > tolerance, minimiser.step() {}
        self.dimension = dimension
        self.classCount = classCount
        parameters = minimiser.place
        loss = minimiser.value
        iterations = minimiser.iterations
    }

    /// Returns the class of each vector that has the largest chance.
    public func classes(of elements: [Float]) -> [Int] {
        (0..<elements.count / dimension).map { row in
            let scores = Problem.scores(elements, row, dimension, classCount, parameters)
            return scores.indices.max { scores[$0] < scores[$1] } ?? 0
        }
    }

    /// Returns the chance of each class for each vector, one vector after the other.
    public func chances(of elements: [Float]) -> [Double] {
        (0..<elements.count / dimension).flatMap { row in
            Problem.softmax(Problem.scores(elements, row, dimension, classCount, parameters)).chances
        }
    }

    /// The loss and its gradient.
    private struct Problem: Sendable {
        let elements: [Float]
        let dimension: Int
        let classes: [Int]
        let classCount: Int
        let strength: Double

        /// Vectors that are one task; what tasks find is added in order.
        private static let together = 512

        private final class Part: @unchecked Sendable {
            var loss = 0.0
            var gradient: [Double] = []
        }

        static func scores(
            _ elements: [Float], _ row: Int, _ dimension: Int, _ classCount: Int, _ parameters: [Double]
        ) -> [Double] {
            elements.withUnsafeBufferPointer { elements in
                parameters.withUnsafeBufferPointer { parameters in
                    guard let x = elements.baseAddress, let w = parameters.baseAddress else { return [] }
                    return (0..<classCount).map { index in
                        RowStatistics.product(x + row * dimension, w + index * dimension, dimension)
                            + w[classCount * dimension + index]
                    }
                }
            }
        }

        /// Returns the chances, and the logarithm of the sum that they were divided by.
        static func softmax(_ scores: [Double]) -> (chances: [Double], logarithm: Double) {
            let largest = scores.max() ?? 0
            let powers = scores.map { exp($0 - largest) }
            let sum = powers.reduce(0, +)
            return (powers.map { $0 / sum }, largest + log(sum))
        }

        func evaluate(_ parameters: [Double], _ loop: ParallelLoop) -> (value: Double, gradient: [Double]) {
            let count = classes.count
            let parts = (0..<(count + Self.together - 1) / Self.together).map { _ in Part() }
            loop.forEach(parts.count) { _, index in
                let part = parts[index]
                var gradient = [Double](repeating: 0, count: parameters.count)
                for row in index * Self.together..<min(count, (index + 1) * Self.together) {
                    let scores = Self.scores(elements, row, dimension, classCount, parameters)
                    var (chances, logarithm) = Self.softmax(scores)
                    part.loss += logarithm - scores[classes[row]]
                    chances[classes[row]] -= 1
                    elements.withUnsafeBufferPointer { elements in
                        gradient.withUnsafeMutableBufferPointer { gradient in
                            guard let x = elements.baseAddress, let g = gradient.baseAddress else { return }
                            for (index, chance) in chances.enumerated() {
                                let target = g + index * dimension
                                for i in 0..<dimension { target[i] += chance * Double(x[row * dimension + i]) }
                                g[classCount * dimension + index] += chance
                            }
                        }
                    }
                }
                part.gradient = gradient
            }
            let decay = 1 / (strength * Double(count))
            var value = parts.reduce(0) { $0 + $1.loss } / Double(count)
            var gradient = parts.reduce(into: [Double](repeating: 0, count: parameters.count)) { sums, part in
                for i in sums.indices { sums[i] += part.gradient[i] }
            }
            for i in gradient.indices { gradient[i] /= Double(count) }
            for i in 0..<classCount * dimension {
                value += decay / 2 * parameters[i] * parameters[i]
                gradient[i] += decay * parameters[i]
            }
            return (value, gradient)
        }
    }
}
