import Autoencoders
import Corruptions
import Foundation
import Networks

extension TrainingConfiguration {
    /// Reads the configuration that a JSON text describes; keys that it leaves out have their standard values. Two of
    /// these depend on others: the loss is `psnr` where a network that restores is to undo `saltpepper` or `mask`, and
    /// `flips` are off where all pictures come from arrays, by their names' endings.
    ///
    /// - Throws: `TrainingError` `.malformed`, `.unknownKey` or `.setting`; `ModelFileError` for the architecture.
    public init(json text: String) throws {
        // Foundation takes the last of two equal keys without a word.
        do {
            _ = try StrictJSON.parse(Array(text.utf8))
        } catch StrictJSON.Failure.duplicateKey(let key) {
            throw TrainingError.unknownKey(found: key, known: Self.keyNames)
        } catch StrictJSON.Failure.malformed(let byte, let expected) {
            throw TrainingError.malformed(reason: "no JSON at byte \(byte), expected \(expected)")
        }
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context)
        {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw TrainingError.malformed(reason: "'\(path)': \(context.debugDescription)")
        } catch DecodingError.keyNotFound(let key, let context) {
            let path = (context.codingPath + [key]).map(\.stringValue).joined(separator: ".")
            throw TrainingError.malformed(reason: "'\(path)' is missing")
        }
    }

    /// Returns the configuration as JSON, every key with its value, keys sorted.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// Returns the names and texts of the values, for finding where two configurations differ.
    func fields() throws -> [String: String] {
        let values = try JSONDecoder().decode([String: JSONValue].self, from: Data(json().utf8))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try values.mapValues { String(decoding: try encoder.encode($0), as: UTF8.self) }
    }

    static var keyNames: [String] {
        (["architecture"] + Source.Pictures.keyNames + keys.flatMap(\.names)).sorted()
    }
}

extension TrainingConfiguration: Codable {
    /// All keys but those of the architecture and of the pictures, which the standard values of others depend on.
    private static var keys: [ConfigurationKey<Self>] {
        [
            .init("initialModel", \.initialModel), .init("seed", \.seed), .init("precision", \.precision),
            .init("checkpointEvery", \.checkpointEvery), Length.key.of(\.length),
        ]
            + Source.keys.map { $0.of(\.source) } + Sampling.keys.map { $0.of(\.sampling) }
            + Objective.keys.map { $0.of(\.objective) } + Optimisation.keys.map { $0.of(\.optimisation) }
            + Validation.keys.map { $0.of(\.validation) }
    }

    public init(from decoder: any Decoder) throws {
        var fields = try StrictFields(decoder)
        guard let architecture: ArchitectureValue = try fields.take("architecture") else {
            throw TrainingError.setting(name: "architecture", found: "missing", expected: "an object")
        }
        self.init(architecture: architecture.architecture, pictures: try .init(from: &fields))
        for key in Self.keys { try key.read(&self, &fields) }
        if !fields.has("loss"), !fields.has("objective") { objective.loss = standardLoss }
        if !fields.has("flips"), source.isOfArrays { sampling.augmentation.flips = false }
        try fields.finish()
    }

    /// The loss where none is stated, nil for the architecture's: its distance counts all differences alike, and where
    /// single samples are replaced, a network that begins as the identity does best by staying so for long. In 800 steps
    /// on `saltpepper:0.1` a U-Net of 16 and 32 channels comes from 14.81 dB to 14.81 by `charbonnier`, to 21.93 by `mse`,
    /// to 23.74 by `psnr`.
    private var standardLoss: Loss? {
        guard case .clean = source.pictures, objective.goal == .restoration,
            type(of: architecture).standardCorruption != "none",
            let corruptions = try? CorruptionDistribution(sampling.corruptions), corruptions.replacesSamples
        else { return objective.loss }
        return .peakSignalToNoise
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: StrictFields.Key.self)
        try container.encode(ArchitectureValue(architecture), forKey: .init(stringValue: "architecture"))
        try source.pictures.write(to: &container)
        for key in Self.keys { try key.write(self, &container) }
    }
}

extension TrainingConfiguration.Length {
    /// One of the three keys.
    static var key: ConfigurationKey<Self> {
        .init(
            names: ["steps", "megapixels", "minutes"],
            read: { length, fields in
                let (steps, megapixels, minutes): (Int?, Double?, Double?) = (
                    try fields.take("steps"), try fields.take("megapixels"), try fields.take("minutes")
                )
                let given = [steps.map(Self.steps), megapixels.map(Self.megapixels), minutes.map(Self.minutes)]
                    .compactMap(\.self)
                try TrainingError.check(given.count <= 1, "length", "given \(given.count) times", "once")
                if let given = given.first { length = given }
            },
            write: { length, container in
                switch length {
                case .steps(let value): try container.encode(value, forKey: .init(stringValue: "steps"))
                case .megapixels(let value): try container.encode(value, forKey: .init(stringValue: "megapixels"))
                case .minutes(let value): try container.encode(value, forKey: .init(stringValue: "minutes"))
                }
            })
    }
}
