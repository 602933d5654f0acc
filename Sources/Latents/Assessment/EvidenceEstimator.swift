import Foundation
public import Networks
import Restoration
public import Tensors

/// Estimates bounds on the evidence of pictures, ln p(x), under a variational autoencoder whose prior is the standard
/// normal distribution.
///
/// The evidence bound is E ln p(x | z) - KL (Kingma and Welling 2014), its expectation by sampling, its divergence in
/// closed form. The importance-weighted bound of K samples is the mean of ln (Σ w) / K over groups of K draws, w =
/// p(x | z) p(z) / q(z | x) (Burda, Grosse and Salakhutdinov 2016). All are means over the same draws, so that a bound of
/// more samples is never below one of fewer where the one number divides the other.
///
/// Contract: any thread, any number of calls at the same time; a picture's figures depend on nothing else.
public struct EvidenceEstimator: Sendable {
    /// The figures of a picture, in nats.
    public struct Estimate: Sendable, Equatable {
        /// The mean of ln p(x | z) over the draws.
        public var reconstruction: Double
        /// The divergence of the latent from the standard normal distribution.
        public var divergence: Double
        /// The importance-weighted bounds, in the order of the sample counts.
        public var weighted: [Double]
        /// The means of the latent and, behind them, the logarithms of its variances, `[2 L, 1, 1]`.
        public var latent: Tensor

        /// The evidence bound: reconstruction less divergence.
        public var bound: Double { reconstruction - divergence }
    }

    /// The most samples of a picture.
    public static let mostSamples = 1_000_000

    /// The distribution of pictures given their latent.
    public let likelihood: PictureLikelihood
    /// The side of the pictures in pixels: what one latent stands for.
    public let side: Int
    /// The number of channels of the latent.
    public let channels: Int
    /// The number of channels of the pictures.
    public let pictureChannels: Int
    private let network: Network
    private let decoder: Network
    private let statistics: Graph.Value
    private let outputs: [String]
    private let encoders = ExecutorPool()
    private let decoders = ExecutorPool()

    /// Creates an estimator.
    ///
    /// - Throws: `LatentError.setting` where the network's latents are not sampled, its result has another size than its
    ///   picture, or it lacks the output that the likelihood names.
    public init(_ network: Network, likelihood: PictureLikelihood) throws(LatentError) {
        guard let model = try? LatentModel(network), let statistics = network.graph.latentStatistics,
            let side = network.patchSide, model.side == side
        else {
            throw .setting(
                name: "the model", found: "one whose latents are not sampled", expected: "a variational autoencoder")
        }
        try network.checkPictureForm()
        outputs = if case .learntGaussian(let output) = likelihood { [output] } else { [] }
        for name in outputs where !model.decoder.graph.outputs.contains(where: { $0.name == name }) {
            throw .setting(name: "the model", found: "one without a learnt deviation", expected: "another likelihood")
        }
        self.likelihood = likelihood
        self.network = network
        self.statistics = statistics
        self.side = side
        decoder = model.decoder
        channels = model.channels
        pictureChannels = network.inputChannels
    }

    /// Estimates the bounds of a picture of `side` x `side` pixels.
    ///
    /// - Parameters:
    ///   - counts: the numbers of samples K, each 1 or more; the largest is drawn.
    ///   - random: decides the draws.
    /// - Throws: `LatentError.setting` where the latent or what is decoded is not finite.
    public func estimate(
        _ picture: PlanarImage, counts: [Int], random: RandomStream
    ) throws(LatentError) -> Estimate {
        precondition(picture.height == side && picture.width == side && picture.channels == pictureChannels)
        let draws = max(1, counts.max() ?? 1)
        let latent = try distribution(of: picture)
        let (means, logVariances) = (latent.elements.prefix(channels), latent.elements.suffix(channels))
        let divergence = zip(means, logVariances).reduce(0.0) { sum, pair in
            let (m, v) = (Double(pair.0), Double(pair.1))
            return sum + (m * m + exp(v) - v - 1) / 2
        }

        let executor = decoders.take(decoder, height: 1, width: 1, outputs: outputs)
        defer { decoders.give(executor) }
        let (input, output) = (
            PlanarImage(channels: channels, height: 1, width: 1),
            PlanarImage(channels: pictureChannels, height: side, width: side)
        )
        let scales = outputs.map { _ in PlanarImage(channels: pictureChannels, height: side, width: side) }
        let deviations = logVariances.map { exp(Double($0) / 2) }
        let centres = means.map(Double.init)
        let constant = logVariances.reduce(0.0) { $0 + Double($1) / 2 }
        var random = random
        var noise = [Float](repeating: 0, count: channels)
        var weights: [Double] = []
        weights.reserveCapacity(draws)
        var reconstruction = 0.0
        for _ in 0..<draws {
            noise.withUnsafeMutableBufferPointer { noise in
                if let base = noise.baseAddress { random.fillNormal(base, count: channels) }
            }
            // ln p(z) - ln q(z | x); the constants of both are the same.
            var weight = constant
            for i in 0..<channels {
                let e = Double(noise[i])
                let z = centres[i] + deviations[i] * e
                input.view.base[i] = Float(z)
                weight += (e * e - z * z) / 2
            }
            executor.run(input: input.view, output: output.view, outputs: scales.map(\.view))
            let logarithm = likelihood.logarithm(of: picture, given: output, logDeviations: scales.first)
            reconstruction += logarithm
            weights.append(weight + logarithm)
        }
        let estimate = Estimate(
            reconstruction: reconstruction / Double(draws), divergence: divergence,
            weighted: counts.map { Self.bound(weights, samples: $0) }, latent: latent)
        guard estimate.bound.isFinite, estimate.weighted.allSatisfy(\.isFinite) else {
            throw .setting(name: "what the decoder makes", found: "not finite", expected: "numbers")
        }
        return estimate
    }

    /// Returns the means and, behind them, the logarithms of the variances of a picture's latent.
    private func distribution(of picture: PlanarImage) throws(LatentError) -> Tensor {
        let executor = encoders.take(network, height: side, width: side)
        defer { encoders.give(executor) }
        let output = PlanarImage(channels: pictureChannels, height: side, width: side)
        guard let latent = executor.value(statistics, of: picture.view, output: output.view) else {
            throw .setting(name: "the model", found: "one whose latent is not kept", expected: "another")
        }
        guard latent.elements.allSatisfy(\.isFinite) else {
            throw .setting(name: "the latent", found: "not finite", expected: "numbers")
        }
        return latent
    }

    /// Returns the mean, over whole groups of so many logarithms of weights, of the logarithm of their mean weight.
    static func bound(_ weights: [Double], samples: Int) -> Double {
        let groups = max(1, weights.count / max(1, samples))
        let size = min(max(1, samples), weights.count)
        var sum = 0.0
        for group in 0..<groups {
            sum += weights[group * size..<(group + 1) * size].logarithmOfSum(dividedBy: Double(size))
        }
        return sum / Double(groups)
    }
}
