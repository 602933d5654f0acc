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
        case .classes, .magnitude, .weightDecay: name
        }
    }

    /// Reads a distance such as `mse` or `charbonnier:eps=1e-3`, `gaussian:scale=NAME`, `logistics:components=5`,
    /// `classes`, `divergence` or `divergence:freeBits=0.5`, `sparsity:target=0.05`, `magnitude`, `perceptual:model=NAME`,
    /// `weightDecay`; nil for any other text.
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

    /// One of each kind.
    public static let all: [Self] =
        Loss.all.map { .distance($0.terms[0].kind) } + [
            .gaussian(scale: "scale"), .logistics(components: 2), .classes, .divergence(freeBits: 0.01),
            .sparsity(target: 0.05), .magnitude, .perceptual(model: "looking"), .weightDecay,
        ]

    static let expectation =
        "a distance (\(Loss.expectation)), gaussian:scale=NAME, logistics:components=5, classes, divergence, "
        + "sparsity:target=0.05, magnitude, perceptual:model=NAME or weightDecay"
}

extension ObjectiveTerm: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, kind, value, target, model, weight, warmup, groups
    }

    /// Any key, for finding those that are not known.
    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public init(from decoder: any Decoder) throws {
        let known = CodingKeys.allCases.map(\.rawValue)
        let keys = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
        func invalid(_ key: CodingKeys, _ text: String) -> DecodingError {
            .dataCorrupted(.init(codingPath: decoder.codingPath + [key], debugDescription: text))
        }
        if let unknown = keys.sorted().first(where: { !known.contains($0) }) {
            throw invalid(.name, "a term has no key '\(unknown)', expected \(known.joined(separator: ", "))")
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let text = try container.decode(String.self, forKey: .kind)
        guard let kind = Kind(text) else { throw invalid(.kind, "expected \(Kind.expectation), found '\(text)'") }
        let sample = try container.decodeIfPresent(String.self, forKey: .target)
        let model = try container.decodeIfPresent(String.self, forKey: .model)
        guard sample == nil || model == nil, kind.hasTarget || (sample ?? model) == nil else {
            throw invalid(.target, "expected \(kind.hasTarget ? "a target or a model" : "none for \(kind.name)")")
        }
        self.init(
            kind, name: try container.decodeIfPresent(String.self, forKey: .name),
            value: try container.decodeIfPresent(String.self, forKey: .value) ?? "result",
            target: sample.map(Target.sample) ?? model.map(Target.model),
            weight: try container.decodeIfPresent(Double.self, forKey: .weight) ?? 1,
            warmupSteps: try container.decodeIfPresent(Int.self, forKey: .warmup) ?? 0,
            groups: try container.decodeIfPresent([String: Double].self, forKey: .groups) ?? [:])
        guard weight > 0, weight.isFinite else { throw invalid(.weight, "expected a number above 0, found \(weight)") }
        guard 0...1_000_000_000 ~= warmupSteps else {
            throw invalid(.warmup, "expected 0 to 1000000000 steps, found \(warmupSteps)")
        }
        guard groups.values.allSatisfy({ abs($0) == 1 }) else {
            throw invalid(.groups, "expected 1 or -1 for each group, found \(groups)")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(kind.description, forKey: .kind)
        try container.encode(value, forKey: .value)
        switch target {
        case .sample(let name): try container.encode(name, forKey: .target)
        case .model(let name): try container.encode(name, forKey: .model)
        case nil: break
        }
        try container.encode(weight, forKey: .weight)
        if warmupSteps > 0 { try container.encode(warmupSteps, forKey: .warmup) }
        if !groups.isEmpty { try container.encode(groups, forKey: .groups) }
    }
}
