import Foundation
public import Tensors

/// The source of the random numbers of corruptions: NumPy's generator for test sets, which anyone can make again in
/// Python, or the fast one for training.
public protocol RandomNumbers: Sendable {
    /// Uniform in 0..<1 with 53 bits.
    mutating func uniform() -> Double

    /// Fills `view` with standard normal numbers.
    mutating func fillNormal(_ view: PlanarView)

    /// Writes `source` plus normal numbers of standard deviation `deviation` to `target`, which may be `source`.
    mutating func addNormal(deviation: Double, to source: PlanarView, sums target: PlanarView)

    /// Writes Poisson(sample * peak) / peak for every sample of `source` to `target`, which may be `source`.
    mutating func countPhotons(peak: Double, in source: PlanarView, counts target: PlanarView)
}

extension RandomState: RandomNumbers {
    public mutating func countPhotons(peak: Double, in source: PlanarView, counts target: PlanarView) {
        countPhotonsInOrder(peak: peak, in: source, counts: target)
    }

    /// Fills `view` in the order row, column, channel, as NumPy fills an array of pixels.
    public mutating func fillNormal(_ view: PlanarView) {
        for y in 0..<view.height {
            for x in 0..<view.width {
                for c in 0..<view.channels { view.row(c, y)[x] = Float(normal()) }
            }
        }
    }

    /// Adds normal numbers in the order row, column, channel; the sum is rounded once.
    public mutating func addNormal(deviation: Double, to source: PlanarView, sums target: PlanarView) {
        for y in 0..<source.height {
            for x in 0..<source.width {
                for c in 0..<source.channels {
                    target.row(c, y)[x] = Float(Double(source.row(c, y)[x]) + normal(mean: 0, deviation: deviation))
                }
            }
        }
    }
}

/// Normal numbers come in the order channel, row, column; photons in that of `RandomState`.
extension RandomStream: RandomNumbers {
    public mutating func countPhotons(peak: Double, in source: PlanarView, counts target: PlanarView) {
        // State that is local stays in registers and on the stack.
        var stream = self
        stream.countPhotonsInOrder(peak: peak, in: source, counts: target)
        self = stream
    }

    public mutating func fillNormal(_ view: PlanarView) {
        for c in 0..<view.channels {
            for y in 0..<view.height { fillNormal(view.row(c, y), count: view.width) }
        }
    }

    public mutating func addNormal(deviation: Double, to source: PlanarView, sums target: PlanarView) {
        for c in 0..<source.channels {
            for y in 0..<source.height {
                addNormal(
                    deviation: Float(deviation), to: source.row(c, y), sums: target.row(c, y), count: source.width)
            }
        }
    }
}

extension RandomNumbers {
    /// Counts photons in the order row, column, channel. Always inlined where the generator is known: a call through a
    /// protocol costs as much as the number itself.
    @inline(__always)
    fileprivate mutating func countPhotonsInOrder(peak: Double, in source: PlanarView, counts target: PlanarView) {
        for y in 0..<source.height {
            for x in 0..<source.width {
                for c in 0..<source.channels {
                    let count = poisson(mean: Double(source.row(c, y)[x]) * peak)
                    target.row(c, y)[x] = Float(count / peak)
                }
            }
        }
    }

    /// A whole number of Poisson's distribution, sampled as `np.random.poisson(mean)` samples it.
    ///
    /// Below a mean of 10 uniform numbers are multiplied until they fall under exp(-mean); from there on Hörmann's
    /// transformed rejection with squeeze, PTRS ("The transformed rejection method for generating Poisson random
    /// variables", 1993). 0 where the mean is not positive.
    mutating func poisson(mean: Double) -> Double {
        guard mean > 0 else { return 0 }
        if mean < 10 {
            let limit = exp(-mean)
            var (count, product) = (0.0, uniform())
            while product > limit {
                count += 1
                product *= uniform()
            }
            return count
        }
        let root = mean.squareRoot()
        let b = 0.931 + 2.53 * root
        let a = -0.059 + 0.02483 * b
        let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
        let squeeze = 0.9277 - 3.6224 / (b - 2)
        while true {
            let u = uniform() - 0.5
            let v = uniform()
            let distance = 0.5 - abs(u)
            let count = ((2 * a / distance + b) * u + mean + 0.43).rounded(.down)
            if distance >= 0.07 && v <= squeeze { return count }
            if count < 0 || (distance < 0.013 && v > distance) { continue }
            let left = log(v) + log(inverseAlpha) - log(a / (distance * distance) + b)
            if left <= count * log(mean) - mean - lgamma(count + 1) { return count }
        }
    }
}
