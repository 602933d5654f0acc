import Foundation

/// The function that training minimises: the distance of a network's result from the clean picture, or a weighted sum
/// of several distances.
///
/// A batch's loss is the mean over its samples of each sample's own value; with samples of one size that is, for all
/// but `peakSignalToNoise`, the mean over all elements that PyTorch's losses give. In a configuration it is a text:
/// names with parameters behind a colon and weights before a star, added up: `charbonnier:eps=1e-3+0.1*edge`.
public struct Loss: Sendable, Equatable {
    /// A distance between the result and the target of one sample.
    public enum Kind: Sendable, Equatable {
        /// The mean of d², d = output - target.
        case meanSquaredError
        /// The mean of |d|.
        case absoluteError
        /// The mean of sqrt(d² + eps²) (Charbonnier et al. 1994): like `absoluteError`, but smooth where |d| is below
        /// `eps`.
        case charbonnier(eps: Double)
        /// 10 log10 of the sample's mean of d²: its negated PSNR for a range of 1, in decibels (Chen et al. 2021,
        /// HINet).
        case peakSignalToNoise
        /// The mean of -t ln o - (1 - t) ln(1 - o), the binary cross-entropy of samples taken for probabilities.
        /// Outputs are clamped to 0...1 and logarithms to -100 from below, as in PyTorch's BCELoss.
        case crossEntropy
        /// The mean of sqrt(x² + eps²) + sqrt(y² + eps²), where x and y are the differences of d to its neighbours on
        /// the right and below (0 at the edges): edges that are blurred or shifted, whatever the level (after the edge
        /// loss of Jiang et al. 2020 and Zamir et al. 2021, which take a Laplacian).
        case edge(eps: Double)
    }

    /// A distance with its weight in the sum.
    public struct Term: Sendable, Equatable {
        /// The factor of the distance in the sum, above 0.
        public var weight: Double
        /// The distance.
        public var kind: Kind

        /// Creates a term.
        public init(_ kind: Kind, weight: Double = 1) {
            self.kind = kind
            self.weight = weight
        }
    }

    /// The terms of the sum: one or more, with weights above 0.
    public let terms: [Term]

    /// Creates the sum of `terms`.
    public init(_ terms: [Term]) {
        precondition(!terms.isEmpty && terms.allSatisfy { $0.weight > 0 && $0.weight.isFinite })
        self.terms = terms
    }

    /// Creates a loss of one distance.
    public init(_ kind: Kind, weight: Double = 1) { self.init([Term(kind, weight: weight)]) }

    /// Returns the negative logarithm of the likelihood of a target that is normal around the result, without the
    /// constants.
    ///
    /// - Parameter deviation: on 0...1, above 0.
    public static func gaussian(deviation: Double) -> Loss {
        Loss(.meanSquaredError, weight: 1 / (2 * deviation * deviation))
    }

    /// The mean squared error with weight 1.
    public static let meanSquaredError = Loss(.meanSquaredError)
    /// The mean absolute error with weight 1.
    public static let absoluteError = Loss(.absoluteError)
    /// The negated PSNR, in decibels, with weight 1.
    public static let peakSignalToNoise = Loss(.peakSignalToNoise)
    /// The binary cross-entropy with weight 1.
    public static let crossEntropy = Loss(.crossEntropy)

    /// The Charbonnier distance with weight 1; `eps` is on 0...1.
    public static func charbonnier(eps: Double) -> Loss { Loss(.charbonnier(eps: eps)) }

    /// The edge distance with weight 1; `eps` is on 0...1.
    public static func edge(eps: Double) -> Loss { Loss(.edge(eps: eps)) }

    /// One loss of every kind, in the order of the documentation.
    public static let all: [Loss] = [
        .meanSquaredError, .absoluteError, .charbonnier(eps: 1e-3), .peakSignalToNoise, .crossEntropy, .edge(eps: 1e-3),
    ]

    /// The number that `peakSignalToNoise` adds to the mean of d², so that equal pictures have a finite loss and
    /// gradient: -120 dB.
    package static let peakFloor = 1e-12
}

extension Loss.Kind {
    /// The name in a configuration.
    public var name: String {
        switch self {
        case .meanSquaredError: "mse"
        case .absoluteError: "l1"
        case .charbonnier: "charbonnier"
        case .peakSignalToNoise: "psnr"
        case .crossEntropy: "bce"
        case .edge: "edge"
        }
    }
}
