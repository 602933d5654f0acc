import Foundation

/// The figures of an autoencoder on data, each with the protocol that it was measured by.
///
/// As JSON, keys are the names of the properties; what could not be measured is missing, and `remarks` say why.
public struct ModelAssessment: Sendable, Codable, Equatable {
    /// A mean over pictures or parts of them.
    public struct Mean: Sendable, Codable, Equatable {
        /// The mean.
        public var mean: Double
        /// The standard deviation over the pictures, divided by the root of their number.
        public var standardError: Double

        /// Creates the mean of numbers.
        init(_ values: [Double]) {
            let count = Double(max(1, values.count))
            let mean = values.reduce(0, +) / count
            self.mean = mean
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            standardError = (squares / max(1, count - 1) / count).squareRoot()
        }
    }

    /// An error of reconstructed samples on 0...1.
    public struct ReconstructionError: Sendable, Codable, Equatable {
        /// The mean squared error.
        public var squaredError: Double
        /// The PSNR of that error in decibels, at most 100.
        public var psnr: Double

        init(squaredError: Double) {
            self.squaredError = squaredError
            psnr = squaredError > 1e-10 ? -10 * log10(squaredError) : 100
        }
    }

    /// The figures of what is decoded.
    public struct Reconstruction: Sendable, Codable, Equatable {
        /// The way of measuring.
        public var `protocol`: String
        /// The error of the numbers as the network makes them.
        public var raw: ReconstructionError
        /// The error of the numbers clipped to 0...1 and rounded to 8 bits, as a file holds them.
        public var eightBit: ReconstructionError
        /// The error of as many principal components, raw; nil where these are too many.
        public var principalComponents: ReconstructionError?
        /// The number of components, which is that of the latent's numbers.
        public var componentCount: Int
    }

    /// The bound of so many importance-weighted samples.
    public struct WeightedBound: Sendable, Codable, Equatable {
        /// The number of samples.
        public var samples: Int
        /// The bound in nats.
        public var bound: Mean
    }

    /// The bounds on the evidence of pictures, in nats a picture.
    public struct Evidence: Sendable, Codable, Equatable {
        /// The way of measuring.
        public var `protocol`: String
        /// The evidence bound: reconstruction less divergence.
        public var bound: Mean
        /// The expected logarithm of the likelihood.
        public var reconstruction: Mean
        /// The divergence of the latent from the standard normal distribution.
        public var divergence: Mean
        /// The importance-weighted bounds.
        public var importanceWeighted: [WeightedBound]
        /// The bits that a sample of a picture takes by the best of the bounds; nil unless the likelihood is discrete.
        public var bitsPerDimension: Double?
    }

    /// The use of a sampled latent's numbers.
    public struct Use: Sendable, Codable, Equatable {
        /// The way of measuring.
        public var `protocol`: String
        /// The number of active units.
        public var activeUnits: Int
        /// The divergence of each number from the standard normal distribution, in nats.
        public var divergences: [Double]
        /// The variance of each number's mean over the data.
        public var variances: [Double]
    }

    /// A share of right answers over the parts of a cross-validation.
    public struct Accuracy: Sendable, Codable, Equatable {
        /// The mean share.
        public var mean: Double
        /// The standard deviation over the parts.
        public var deviation: Double
    }

    /// The figures of one kind of vectors with labels.
    public struct Representation: Sendable, Codable, Equatable {
        /// The kind: `latents`, `principal components` or `pixels`.
        public var name: String
        /// The numbers of a vector.
        public var dimension: Int
        /// The accuracy of the nearest neighbours.
        public var neighbours: Accuracy
        /// The accuracy of the logistic regression.
        public var probe: Accuracy
        /// The normalised mutual information of labels and as many clusters.
        public var mutualInformation: Double
    }

    /// The figures of labels that are told from vectors.
    public struct Classes: Sendable, Codable, Equatable {
        /// The way of measuring.
        public var `protocol`: String
        /// The number of classes.
        public var count: Int
        /// The number of pictures with a label.
        public var pictures: Int
        /// The share of the most frequent class.
        public var baseline: Double
        /// The latents, and what they are compared with.
        public var representations: [Representation]
    }

    /// A factor that is known of the data.
    public struct Factor: Sendable, Codable, Equatable {
        /// The name of the factor.
        public var name: String
        /// The gap of the two numbers that say most of it, 0...1.
        public var gap: Double
        /// The place of the number that says most.
        public var number: Int
        /// The mutual information of that number and the factor, in nats.
        public var information: Double
        /// The entropy of the factor in nats.
        public var entropy: Double
    }

    /// The degree to which numbers of the latent stand for factors.
    public struct Factors: Sendable, Codable, Equatable {
        /// The way of measuring.
        public var `protocol`: String
        /// The mean gap.
        public var mutualInformationGap: Double
        /// The factors.
        public var factors: [Factor]
    }

    /// The name of the model.
    public var model: String
    /// The digest of its weights in hexadecimal.
    public var sha256: String
    /// The data as they were named.
    public var data: String
    /// The number of pictures that were measured.
    public var pictures: Int
    /// The number of pictures that there are.
    public var ofPictures: Int
    /// The seed of the choice of pictures and of all draws.
    public var seed: UInt64
    /// The figures of what is decoded.
    public var reconstruction: Reconstruction
    /// The bounds on the evidence; nil unless the latent is sampled.
    public var evidence: Evidence?
    /// The use of the latent's numbers; nil unless the latent is sampled.
    public var use: Use?
    /// The figures of labels; nil without any.
    public var classes: Classes?
    /// The figures of factors; nil where none are known.
    public var factors: Factors?
    /// The reasons for what was not measured.
    public var remarks: [String] = []
    /// The pictures that could not be read, each with the reason.
    public var failures: [String] = []
}
