import Foundation
public import Networks

/// The variational autoencoder: its latent is a distribution, near the standard normal one, so that new pictures can be
/// sampled from it (Kingma and Welling 2014; beta after Higgins et al. 2017).
///
/// ```
/// level l down:  2x2 stride 2 - block                                            widths[l] channels
/// latent:        latentSide x latentSide pixels - means and logarithms of variances - a sample - as many pixels
/// level l up:    block - 2x2 transposed to widths[l - 1] channels                at level 0 the picture's channels
/// block:         x + ReLU(3x3 of x), as in ``ConvolutionalAutoencoder``
/// ```
///
/// With three levels and latentSide 4 a patch of 32x32 has one latent, whatever lies around it. Between the levels and the
/// latent there may be dense layers with ReLUs (`units`), mirrored behind it; without levels the network is dense, and
/// latentSide the side of a patch. Objective: the mean
/// over elements of the negative logarithm of the likelihood, without its constants, plus the divergence of the latent,
/// see ``ObjectiveTerm``; with beta 1 that is the evidence bound for one sample of noise, in nats an element. The
/// Gaussian likelihood is (output - target)² / (2 deviation²), with a constant deviation or one learnt for each
/// channel, whose logarithm is then added; the Bernoulli one is binary cross-entropy behind a sigmoid. In restoring the
/// latent is its mean.
public struct VariationalAutoencoder: Architecture {
    public static let name = "vae"
    public static let fields = [
        "channels", "widths", "latentSide", "latentChannels", "likelihood", "deviation", "beta", "warmupSteps",
        "freeBits", "units",
    ]
    public static let optionalFields: Set = ["units"]
    public static let formerFields = ["codeSide": "latentSide"]

    /// The distribution of the picture given the latent.
    public enum LikelihoodKind: String, Codable, Sendable {
        /// Normal with the constant deviation `deviation`.
        case gaussian
        /// Bernoulli, behind a sigmoid: binary cross-entropy.
        case bernoulli
        /// Normal with a learnt deviation for each of the picture's channels, beginning with `deviation`: bits then
        /// mean something (Rybkin, Daniilidis and Levine 2021).
        case learntGaussian
    }

    /// The channels of the picture, 1...4.
    public var channels: Int
    /// The channels of each level, 1...2048, the finest level (half the picture's size) first; 0 to 6 levels.
    public var widths: [Int]
    /// The pixels along each side of the coarsest level that make one latent, 1...16; without levels 2...64.
    public var latentSide: Int
    /// The channels of the latent, 1...2048.
    public var latentChannels: Int
    /// The distribution of the picture given the latent.
    public var likelihood: LikelihoodKind
    /// The standard deviation of the Gaussian likelihoods, on 0...1, above 0; the learnt one begins with it.
    public var deviation: Float
    /// The weight of the divergence, 0 or more.
    public var beta: Float
    /// The steps of KL warm-up, over which that weight grows from 0, 0 or more.
    public var warmupSteps: Int
    /// The nats of each channel of the latent that cost nothing, 0 or more.
    public var freeBits: Float
    /// The units of the dense layers between the levels and the latent, 1...16384 each and at most 8.
    public var units: [Int]

    /// Creates a configuration; `validate()` checks the ranges.
    public init(
        channels: Int = 3, widths: [Int] = [32, 64, 128], latentSide: Int = 4, latentChannels: Int = 64,
        likelihood: LikelihoodKind = .gaussian, deviation: Float = 0.1, beta: Float = 1, warmupSteps: Int = 0,
        freeBits: Float = 0, units: [Int] = []
    ) {
        self.channels = channels
        self.widths = widths
        self.latentSide = latentSide
        self.latentChannels = latentChannels
        self.likelihood = likelihood
        self.deviation = deviation
        self.beta = beta
        self.warmupSteps = warmupSteps
        self.freeBits = freeBits
        self.units = units
    }

    public static var latentField: String? { "latentChannels" }

    public static var standard: VariationalAutoencoder { VariationalAutoencoder() }

    public var reconstruction: [ObjectiveTerm] {
        switch likelihood {
        case .gaussian: .init(.gaussian(deviation: Double(deviation)))
        case .bernoulli: .init(.crossEntropy)
        case .learntGaussian: [ObjectiveTerm(.gaussian(scale: "logDeviation"))]
        }
    }

    public var regularisation: [ObjectiveTerm] {
        guard beta > 0 else { return [] }
        return [
            ObjectiveTerm(
                .divergence(freeBits: freeBits), value: "latent", weight: Double(beta), warmupSteps: warmupSteps)
        ]
    }

    public func initialisation(of name: String, shape: [Int]) -> Initialisation {
        // Pictures are middle grey before anything is learnt.
        guard shape.count > 1 else {
            if name == "logDeviation.values" { return Initialisation(.constant(log(deviation))) }
            let last = widths.isEmpty ? units.isEmpty ? "expand" : "widen0" : "decoder0.up"
            return Initialisation(.constant(name == "\(last).bias" && likelihood != .bernoulli ? 0.5 : 0))
        }
        // Variances begin near 1, where the divergence is flat.
        guard name != "latent.weight" else { return Initialisation(.orthogonal, scale: 0.1) }
        let isBeforeReLU =
            name.hasPrefix("dense") || (name == "expand.weight" && !units.isEmpty)
            || (name.hasPrefix("widen") && name != "widen0.weight")
        return isBeforeReLU ? Initialisation(.heNormal) : ConvolutionalLevels.initialisation(of: name)
    }

    public func validate() throws(ModelFileError) {
        try check(channels, in: 1...4, field: "channels")
        try check(widths: widths, levels: 0...6)
        try check(latentSide, in: widths.isEmpty ? 2...64 : 1...16, field: "latentSide")
        guard units.count <= 8, units.allSatisfy({ 1...16_384 ~= $0 }) else {
            throw .badConfiguration(field: "units", found: "\(units)", expected: "0 to 8 numbers of 1 to 16384")
        }
        try check(latentChannels, in: 1...2048, field: "latentChannels")
        guard deviation > 0, deviation.isFinite else {
            throw .badConfiguration(field: "deviation", found: "\(deviation)", expected: "above 0")
        }
        try check(atLeastZero: beta, field: "beta")
        try check(warmupSteps, in: 0...1_000_000_000, field: "warmupSteps")
        try check(atLeastZero: freeBits, field: "freeBits")
    }
}
