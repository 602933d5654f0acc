import Autoencoders
import Foundation
import Tensors

/// The term `ObjectiveTerm.Kind.divergence`: the divergence of a latent's distribution from the standard normal one.
struct DivergenceTerm: TermEvaluator {
    let freeBits: Float
    let place: GradientPlace
    /// The index of the result among the values, over whose elements a loss is a mean.
    let result: Int

    var statisticsCount: Int { freeBits > 0 ? channels : 0 }
    /// The channels of the latent.
    let channels: Int

    func addStatistics(of sample: SampleViews, to sums: UnsafeMutablePointer<Double>) {
        let latent = sample.values[place.index]
        for channel in 0..<channels {
            for row in 0..<latent.height {
                let (m, v) = (latent.row(channel, row), latent.row(channels + channel, row))
                for x in 0..<latent.width { sums[channel] += Self.divergence(mean: m[x], logVariance: v[x]) }
            }
        }
    }

    func evaluate(_ sample: SampleViews, _ context: SampleContext) -> Double {
        var nats = [Double](repeating: 0, count: channels)
        nats.withUnsafeMutableBufferPointer { nats in
            if let base = nats.baseAddress { addStatistics(of: sample, to: base) }
        }
        let weight = context.weight / Double(max(1, sample.values[result].elementCount))
        let latent = sample.values[place.index]
        let share = Float(weight / Double(context.samples))
        let slopes = (0..<channels).map { isActive($0, context) ? share : 0 }
        place.write(sample) { channel, row, x in
            if channel < channels { return slopes[channel] * latent.row(channel, row)[x] }
            let deviation = exp(latent.row(channel, row)[x] / 2)
            return slopes[channel - channels] * (deviation * deviation - 1) / 2
        }
        let counted = nats.indices.reduce(0) { $0 + (isActive($1, context) ? nats[$1] : Double(freeBits)) }
        return weight * counted
    }

    /// Returns true where the divergence of a channel is pushed down: its mean over the batch is unknown or above
    /// `freeBits`.
    private func isActive(_ channel: Int, _ context: SampleContext) -> Bool {
        context.means.isEmpty || context.means[channel] > freeBits
    }

    /// Returns the divergence of one element from the standard normal distribution, in nats.
    static func divergence(mean: Float, logVariance: Float) -> Double {
        let (m, v) = (Double(mean), Double(logVariance))
        return (m * m + exp(v) - v - 1) / 2
    }
}

/// The term `ObjectiveTerm.Kind.sparsity`: mean activations near a target.
struct SparsityTerm: TermEvaluator {
    let target: Float
    let place: GradientPlace
    let statisticsCount: Int

    func addStatistics(of sample: SampleViews, to sums: UnsafeMutablePointer<Double>) {
        let value = sample.values[place.index]
        for channel in 0..<value.channels {
            for row in 0..<value.height {
                let elements = value.row(channel, row)
                for x in 0..<value.width { sums[channel] += Double(elements[x]) }
            }
        }
        let pixels = Double(value.height * value.width)
        for channel in 0..<value.channels { sums[channel] /= pixels }
    }

    func evaluate(_ sample: SampleViews, _ context: SampleContext) -> Double {
        let weight = context.weight
        let value = sample.values[place.index]
        let share = Double(context.samples * value.height * value.width)
        let rho = Double(target)
        let slopes = context.means.map { mean in
            let r = Self.inside(mean)
            return Float(weight * ((1 - rho) / (1 - r) - rho / r) / share)
        }
        place.write(sample) { channel, _, _ in slopes[channel] }
        return weight
            * context.means.reduce(0) { sum, mean in
                let r = Self.inside(mean)
                return sum + rho * log(rho / r) + (1 - rho) * log((1 - rho) / (1 - r))
            }
    }

    private static func inside(_ mean: Float) -> Double { min(max(Double(mean), 1e-6), 1 - 1e-6) }
}

/// The term `ObjectiveTerm.Kind.magnitude`: the mean of |value|.
struct MagnitudeTerm: TermEvaluator {
    let place: GradientPlace

    func evaluate(_ sample: SampleViews, _ context: SampleContext) -> Double {
        let weight = context.weight
        let value = sample.values[place.index]
        let share = Float(weight / Double(value.elementCount * context.samples))
        var sum = 0.0
        for channel in 0..<value.channels {
            for row in 0..<value.height {
                let elements = value.row(channel, row)
                for x in 0..<value.width { sum += Double(abs(elements[x])) }
            }
        }
        place.write(sample) { channel, row, x in
            let element = value.row(channel, row)[x]
            return element > 0 ? share : element < 0 ? -share : 0
        }
        return weight * sum / Double(value.elementCount)
    }
}
