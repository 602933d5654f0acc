import Foundation
public import Tensors

/// The distribution of a picture given what a decoder makes of its latent: each sample by itself.
public enum PictureLikelihood: Sendable, Equatable, CustomStringConvertible {
    /// Normal around the decoded sample, with this standard deviation on 0...1.
    case gaussian(deviation: Double)
    /// Normal around the decoded sample; the deviation's logarithm is the graph's output of this name.
    case learntGaussian(output: String)
    /// 1 with the decoded chance, else 0.
    case bernoulli

    /// True where pictures have chances, not densities, so that the evidence can be told in bits.
    public var isDiscrete: Bool { self == .bernoulli }

    public var description: String {
        switch self {
        case .gaussian(let deviation): "normal of deviation \(deviation)"
        case .learntGaussian: "normal of learnt deviation"
        case .bernoulli: "Bernoulli"
        }
    }

    /// The smallest logarithm of a chance, as training has it (`Loss.Kind.crossEntropy`).
    private static let smallestLogarithm = -100.0

    /// Returns the logarithm of the picture's chance or density, in nats, all constants included.
    ///
    /// - Parameters:
    ///   - decoded: what the decoder made, of the picture's shape.
    ///   - logDeviations: the logarithms of the deviations, of the same shape; read by `learntGaussian` alone.
    public func logarithm(of picture: PlanarImage, given decoded: PlanarImage, logDeviations: PlanarImage?) -> Double {
        let count = picture.sampleCount
        let (x, y) = (picture.view.base, decoded.view.base)
        var sum = 0.0
        switch self {
        case .gaussian(let deviation):
            for i in 0..<count {
                let difference = Double(x[i]) - Double(y[i])
                sum -= difference * difference
            }
            return sum / (2 * deviation * deviation) - Double(count) * (log(deviation) + log(2 * .pi) / 2)
        case .learntGaussian:
            guard let scales = logDeviations?.view.base else { return -.infinity }
            for i in 0..<count {
                let (difference, scale) = (Double(x[i]) - Double(y[i]), Double(scales[i]))
                sum -= difference * difference * exp(-2 * scale) / 2 + scale
            }
            return sum - Double(count) * log(2 * .pi) / 2
        case .bernoulli:
            for i in 0..<count {
                let (target, chance) = (Double(x[i]), min(max(Double(y[i]), 0), 1))
                // Pictures of two levels need one logarithm each.
                if target > 0 { sum += target * max(log(chance), Self.smallestLogarithm) }
                if target < 1 { sum += (1 - target) * max(log1p(-chance), Self.smallestLogarithm) }
            }
            return sum
        }
    }
}
