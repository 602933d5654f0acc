import Foundation
public import Tensors

/// The information that the channels of a sampled latent carry: collapsed channels say the same of every picture.
public struct LatentUse: Sendable {
    /// The variance of a channel's mean above which the channel counts as active (Burda, Grosse and Salakhutdinov
    /// 2016).
    public static let activeVariance = 0.01

    private var count = 0
    private var nats: [Double]
    private var sums: [Double]
    private var squares: [Double]

    /// Creates the use of a latent of so many channels, of no picture yet.
    public init(channels: Int) {
        nats = Array(repeating: 0, count: channels)
        (sums, squares) = (nats, nats)
    }

    /// Adds every pixel of `statistics`, `[2 * channels, height, width]`: means, then logarithms of variances.
    public mutating func add(_ statistics: Tensor) {
        let pixels = statistics.shape[1] * statistics.shape[2]
        for channel in nats.indices {
            for pixel in 0..<pixels {
                let mean = Double(statistics.elements[channel * pixels + pixel])
                let logarithm = Double(statistics.elements[(nats.count + channel) * pixels + pixel])
                nats[channel] += (mean * mean + exp(logarithm) - logarithm - 1) / 2
                sums[channel] += mean
                squares[channel] += mean * mean
            }
        }
        count += pixels
    }

    /// The mean Kullback-Leibler divergence of each channel from the standard normal distribution, in nats.
    public var divergences: [Double] { nats.map { $0 / Double(max(1, count)) } }

    /// The variance of each channel's mean over all pixels of the latents.
    public var variances: [Double] {
        zip(sums, squares).map { sum, square in
            let mean = sum / Double(max(1, count))
            return max(0, square / Double(max(1, count)) - mean * mean)
        }
    }

    /// The number of channels whose variance is above `activeVariance`.
    public var activeCount: Int { variances.count { $0 > Self.activeVariance } }
}
