import Foundation

/// What training makes smaller: how far a network's result is from the clean picture.
///
/// A batch's loss is the mean over its samples of each sample's own value; with samples of one size that is, for the
/// first three, the mean over all elements that PyTorch's losses give. In a configuration it is a text: the name, and
/// behind a colon a parameter, as in `charbonnier:eps=1e-3`.
public enum Loss: Sendable, Equatable {
    /// The mean of d², d = output - target.
    case meanSquaredError
    /// The mean of |d|.
    case absoluteError
    /// The mean of sqrt(d² + eps²) (Charbonnier et al. 1994): as `absoluteError`, but smooth where |d| is below `eps`.
    case charbonnier(eps: Double)
    /// 10 log10 of the sample's mean of d²: its negated PSNR for a range of 1, in decibels (Chen et al. 2021, HINet).
    case peakSignalToNoise

    /// One loss of every kind, in the order of the documentation.
    public static let all: [Loss] = [.meanSquaredError, .absoluteError, .charbonnier(eps: 1e-3), .peakSignalToNoise]

    /// What `peakSignalToNoise` adds to the mean of d², so that equal pictures have a finite loss and gradient: -120 dB.
    static let peakFloor = 1e-12

    /// The name in a configuration.
    public var name: String {
        switch self {
        case .meanSquaredError: "mse"
        case .absoluteError: "l1"
        case .charbonnier: "charbonnier"
        case .peakSignalToNoise: "psnr"
        }
    }

    /// Whether a loss of `value` means that training has failed, where it began with `first`: it is not finite, or
    /// a hundred times the mean squared error of the beginning (ten times the mean distance, 20 dB).
    public func hasExploded(_ value: Double, first: Double) -> Bool {
        guard value.isFinite else { return true }
        return switch self {
        case .meanSquaredError: value > 100 * first
        case .absoluteError, .charbonnier: value > 10 * first
        case .peakSignalToNoise: value > first + 20
        }
    }
}

extension Loss: LosslessStringConvertible {
    public var description: String {
        if case .charbonnier(let eps) = self { "charbonnier:eps=\(eps)" } else { name }
    }

    /// Reads `mse`, `l1`, `psnr`, `charbonnier` or `charbonnier:eps=1e-3` (eps above 0, at most 1); nil for any other text.
    public init?(_ description: String) {
        let fields = description.split(separator: ":", omittingEmptySubsequences: false)
        guard let loss = Loss.all.first(where: { $0.name == fields[0] }) else { return nil }
        switch (loss, fields.count) {
        case (_, 1): self = loss
        case (.charbonnier, 2):
            let parts = fields[1].split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == "eps", let eps = Double(parts[1]), eps > 0, eps <= 1 else { return nil }
            self = .charbonnier(eps: eps)
        default: return nil
        }
    }
}

extension Loss: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let loss = Loss(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected mse, l1, psnr, charbonnier or charbonnier:eps=1e-3, found '\(text)'")
        }
        self = loss
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
