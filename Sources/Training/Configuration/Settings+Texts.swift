import Foundation

extension OptimiserSettings: Codable {
    /// Reads `{"name": "adam", "beta1": 0.9, ...}`, or the name alone.
    public init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            self = try Self.named(name)
            return
        }
        var fields = try StrictFields(decoder)
        let name: String? = try fields.take("name")
        let standard = try Self.named(name ?? "")
        switch standard {
        case .momentum(var sgd):
            sgd.momentum = try fields.take("momentum") ?? sgd.momentum
            sgd.weightDecay = try fields.take("weightDecay") ?? sgd.weightDecay
            self = .momentum(sgd)
        case .adam(var adam), .adamW(var adam):
            adam.beta1 = try fields.take("beta1") ?? adam.beta1
            adam.beta2 = try fields.take("beta2") ?? adam.beta2
            adam.epsilon = try fields.take("epsilon") ?? adam.epsilon
            adam.weightDecay = try fields.take("weightDecay") ?? adam.weightDecay
            if case .adamW = standard { self = .adamW(adam) } else { self = .adam(adam) }
        }
        try fields.finish()
    }

    /// Returns the optimiser of this name with its standard values.
    ///
    /// - Throws: `TrainingError.setting`.
    public static func named(_ name: String) throws(TrainingError) -> OptimiserSettings {
        guard let settings = all.first(where: { $0.name == name }) else {
            throw .setting(
                name: "optimiser", found: "'\(name)'", expected: all.map(\.name).joined(separator: ", "))
        }
        return settings
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: StrictFields.Key.self)
        func put(_ value: some Encodable, _ key: String) throws {
            try container.encode(value, forKey: StrictFields.Key(stringValue: key))
        }
        try put(name, "name")
        switch self {
        case .momentum(let sgd):
            try put(sgd.momentum, "momentum")
            try put(sgd.weightDecay, "weightDecay")
        case .adam(let adam), .adamW(let adam):
            try put(adam.beta1, "beta1")
            try put(adam.beta2, "beta2")
            try put(adam.epsilon, "epsilon")
            try put(adam.weightDecay, "weightDecay")
        }
    }
}

extension RateSchedule.Shape: LosslessStringConvertible {
    public var description: String {
        switch self {
        case .constant: "constant"
        case .cosine(let final): "cosine:final=\(final)"
        case .step(let every, let factor): "step:every=\(every):factor=\(factor)"
        }
    }

    /// Reads `constant`, `cosine` (to 1e-6), `cosine:final=1e-6` or `step:every=10000:factor=0.5`; nil for other texts.
    public init?(_ description: String) {
        let fields = description.split(separator: ":", omittingEmptySubsequences: false)
        var values: [Substring: Double] = [:]
        for field in fields.dropFirst() {
            let parts = field.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let value = Double(parts[1]), value.isFinite, values[parts[0]] == nil else {
                return nil
            }
            values[parts[0]] = value
        }
        switch (fields[0], Set(values.keys)) {
        case ("constant", []): self = .constant
        case ("cosine", []), ("cosine", ["final"]): self = .cosine(final: values["final"] ?? 1e-6)
        case ("step", ["every", "factor"]):
            guard let every = Int(exactly: values["every"] ?? 0) else { return nil }
            self = .step(every: every, factor: values["factor"] ?? 1)
        default: return nil
        }
    }
}

extension RateSchedule.Shape: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let shape = RateSchedule.Shape(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription:
                    "expected constant, cosine:final=1e-6 or step:every=10000:factor=0.5, found '\(text)'")
        }
        self = shape
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
