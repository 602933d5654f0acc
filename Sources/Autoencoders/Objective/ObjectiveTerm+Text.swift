import Foundation

extension ObjectiveTerm.Kind: LosslessStringConvertible {
    public var description: String {
        switch self {
        case .distance(let kind): kind.description
        case .gaussian(let scale): "gaussian:scale=\(scale)"
        case .logistics(let components): "logistics:components=\(components)"
        case .divergence(let freeBits): freeBits > 0 ? "divergence:freeBits=\(freeBits)" : name
        case .sparsity(let target): "sparsity:target=\(target)"
        case .perceptual(let model): "perceptual:model=\(model)"
        case .dice(let smoothing): "dice:smoothing=\(smoothing)"
        case .classes, .magnitude, .weightDecay: name
        }
    }

    /// Reads a distance such as `mse` or `charbonnier:eps=1e-3`, `gaussian:scale=NAME`, `logistics:components=5`,
    /// `classes`, `dice:smoothing=100`, `divergence` or `divergence:freeBits=0.5`, `sparsity:target=0.05`, `magnitude`,
    /// `perceptual:model=NAME`, `weightDecay`; nil for any other text.
    public init?(_ description: String) {
        if let distance = Loss.Kind(description) {
            self = .distance(distance)
            return
        }
        let fields = description.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = fields.count == 2 ? fields[1].split(separator: "=", maxSplits: 1).map(String.init) : []
        guard fields.count == 1 || parts.count == 2 else { return nil }
        switch (String(fields[0]), parts.first) {
        case ("gaussian", "scale"): self = .gaussian(scale: parts[1])
        case ("logistics", "components"):
            guard let count = Int(parts[1]), 1...64 ~= count else { return nil }
            self = .logistics(components: count)
        case ("classes", nil): self = .classes
        case ("dice", "smoothing"):
            guard let pixels = Float(parts[1]), pixels > 0, pixels.isFinite else { return nil }
            self = .dice(smoothing: pixels)
        case ("divergence", nil): self = .divergence(freeBits: 0)
        case ("divergence", "freeBits"):
            guard let bits = Float(parts[1]), bits >= 0, bits.isFinite else { return nil }
            self = .divergence(freeBits: bits)
        case ("sparsity", "target"):
            guard let target = Float(parts[1]), target > 0, target < 1 else { return nil }
            self = .sparsity(target: target)
        case ("magnitude", nil): self = .magnitude
        case ("perceptual", "model"): self = .perceptual(model: parts[1])
        case ("weightDecay", nil): self = .weightDecay
        default: return nil
        }
    }

    /// One example of each kind.
    public static let all: [Self] =
        Loss.all.map { .distance($0.terms[0].kind) } + [
            .gaussian(scale: "scale"), .logistics(components: 2), .classes, .dice(smoothing: 2),
            .divergence(freeBits: 0.01), .sparsity(target: 0.05), .magnitude, .perceptual(model: "looking"),
            .weightDecay,
        ]

    package static let expectation =
        "a distance (\(Loss.expectation)), gaussian:scale=NAME, logistics:components=5, classes, dice:smoothing=100, "
        + "divergence, sparsity:target=0.05, magnitude, perceptual:model=NAME or weightDecay"
}
