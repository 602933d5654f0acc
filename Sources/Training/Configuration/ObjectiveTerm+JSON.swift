public import Autoencoders

extension ObjectiveTerm: Codable {
    /// Reads `{"kind": "mse", "weight": 0.5, ...}`; keys that are left out have the initialiser's defaults.
    public init(from decoder: any Decoder) throws {
        var fields = try StrictFields(decoder)
        func invalid(_ key: String, _ text: String) -> DecodingError {
            .dataCorrupted(
                .init(
                    codingPath: decoder.codingPath + [StrictFields.Key(stringValue: key)], debugDescription: text))
        }
        let text: String = try fields.take("kind") ?? ""
        guard let kind = Kind(text) else { throw invalid("kind", "expected \(Kind.expectation), found '\(text)'") }
        let (sample, model): (String?, String?) = (try fields.take("target"), try fields.take("model"))
        guard sample == nil || model == nil, kind.hasTarget || (sample ?? model) == nil else {
            throw invalid("target", "expected \(kind.hasTarget ? "a target or a model" : "none for \(kind.name)")")
        }
        self.init(
            kind, name: try fields.take("name"), value: try fields.take("value") ?? "result",
            target: sample.map(Target.sample) ?? model.map(Target.model), weight: try fields.take("weight") ?? 1,
            warmupSteps: try fields.take("warmup") ?? 0, groups: try fields.take("groups") ?? [:])
        try fields.finish()
        guard weight > 0, weight.isFinite else { throw invalid("weight", "expected a number above 0, found \(weight)") }
        guard 0...1_000_000_000 ~= warmupSteps else {
            throw invalid("warmup", "expected 0 to 1000000000 steps, found \(warmupSteps)")
        }
        guard groups.values.allSatisfy({ abs($0) == 1 }) else {
            throw invalid("groups", "expected 1 or -1 for each group, found \(groups)")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: StrictFields.Key.self)
        func put(_ value: some Encodable, _ key: String) throws {
            try container.encode(value, forKey: StrictFields.Key(stringValue: key))
        }
        try put(name, "name")
        try put(kind.description, "kind")
        try put(value, "value")
        switch target {
        case .sample(let name): try put(name, "target")
        case .model(let name): try put(name, "model")
        case nil: break
        }
        try put(weight, "weight")
        if warmupSteps > 0 { try put(warmupSteps, "warmup") }
        if !groups.isEmpty { try put(groups, "groups") }
    }
}
