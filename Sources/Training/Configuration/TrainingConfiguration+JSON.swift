import Autoencoders
import Foundation
import Networks

extension TrainingConfiguration {
    /// Reads the configuration that a JSON text describes; keys that it leaves out have their standard values.
    ///
    /// - Throws: `TrainingError` `.malformed`, `.unknownKey` or `.setting`; `ModelFileError` for the architecture.
    public init(json text: String) throws {
        // Foundation takes the last of two equal keys without a word.
        do {
            _ = try StrictJSON.parse(Array(text.utf8))
        } catch StrictJSON.Failure.duplicateKey(let key) {
            throw TrainingError.unknownKey(found: key, known: Self.keys)
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

    static let keys = [
        "architecture", "averaging", "checkpointEvery", "clipping", "corruptions", "downscaling", "flips",
        "generatedShare", "goal", "greyShare", "groups", "hueShare", "images", "initialModel", "inputs", "insetShare",
        "labels", "loss", "margin", "megapixels", "minutes", "neighborWeight", "noiseMapShare", "noisyImages",
        "objective", "optimiser", "patience", "perceptual", "perceptualWeight", "precision", "rate", "saturationShare",
        "schedule", "seed", "stages", "steps", "targets", "teacher", "teacherWeight", "textureChoices", "textureShare",
        "toningShare", "trainingData", "validateEvery", "validation", "validationCorruptions", "validationInputs",
        "validationSide", "warmup",
    ]
}

extension TrainingConfiguration: Codable {
    public init(from decoder: any Decoder) throws {
        var fields = try StrictFields(decoder)
        guard let architecture: ArchitectureValue = try fields.take("architecture") else {
            throw TrainingError.setting(name: "architecture", found: "missing", expected: "an object")
        }
        self.init(architecture: architecture.architecture, images: try fields.take("images") ?? [])
        func set<Value: Decodable>(_ value: inout Value, _ key: String) throws {
            if let given: Value = try fields.take(key) { value = given }
        }
        try set(&goal, "goal")
        labels = try fields.take("labels")
        inputs = try fields.take("inputs")
        targets = try fields.take("targets")
        try set(&noisyImages, "noisyImages")
        try set(&neighborWeight, "neighborWeight")
        try set(&validation, "validation")
        validationInputs = try fields.take("validationInputs")
        // Pairs and noisy pictures are not corrupted further, and halves of noisy pictures are compared by squares.
        if hasPairs || !noisyImages.isEmpty { corruptions = [] }
        if !noisyImages.isEmpty { loss = .meanSquaredError }
        try set(&corruptions, "corruptions")
        try set(&validationCorruptions, "validationCorruptions")
        if let given: Loss = try fields.take("loss") { loss = given }
        objective = try fields.take("objective")
        try set(&groups, "groups")
        try set(&optimiser, "optimiser")
        try set(&rate, "rate")
        try set(&schedule, "schedule")
        try set(&warmup, "warmup")
        let (steps, megapixels, minutes): (Int?, Double?, Double?) = (
            try fields.take("steps"), try fields.take("megapixels"), try fields.take("minutes")
        )
        let lengths =
            [steps.map(Length.steps), megapixels.map(Length.megapixels), minutes.map(Length.minutes)].compactMap(\.self)
        guard lengths.count <= 1 else {
            throw TrainingError.setting(name: "length", found: "given \(lengths.count) times", expected: "once")
        }
        if let given = lengths.first { length = given }
        try set(&stages, "stages")
        try set(&seed, "seed")
        // Null is no limit, and not the standard.
        if fields.has("clipping") {
            clipping = try fields.take("clipping")
        } else {
            _ = try fields.take("clipping", as: Double.self)
        }
        try set(&averaging, "averaging")
        try set(&noiseMapShare, "noiseMapShare")
        try set(&flips, "flips")
        try set(&downscaling, "downscaling")
        try set(&greyShare, "greyShare")
        try set(&toningShare, "toningShare")
        try set(&generatedShare, "generatedShare")
        try set(&insetShare, "insetShare")
        try set(&hueShare, "hueShare")
        try set(&saturationShare, "saturationShare")
        try set(&textureChoices, "textureChoices")
        try set(&textureShare, "textureShare")
        try set(&margin, "margin")
        try set(&precision, "precision")
        try set(&validateEvery, "validateEvery")
        try set(&validationSide, "validationSide")
        try set(&checkpointEvery, "checkpointEvery")
        patience = try fields.take("patience")
        initialModel = try fields.take("initialModel")
        teacher = try fields.take("teacher")
        try set(&teacherWeight, "teacherWeight")
        perceptual = try fields.take("perceptual")
        try set(&perceptualWeight, "perceptualWeight")
        try set(&trainingData, "trainingData")
        try fields.finish()
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: StrictFields.Key.self)
        func put(_ value: some Encodable, _ key: String) throws {
            try container.encode(value, forKey: StrictFields.Key(stringValue: key))
        }
        try put(ArchitectureValue(architecture), "architecture")
        try put(goal, "goal")
        try put(images, "images")
        try put(labels, "labels")
        try put(inputs, "inputs")
        try put(targets, "targets")
        try put(noisyImages, "noisyImages")
        try put(neighborWeight, "neighborWeight")
        try put(validation, "validation")
        try put(validationInputs, "validationInputs")
        try put(corruptions, "corruptions")
        try put(validationCorruptions, "validationCorruptions")
        try put(loss, "loss")
        try put(objective, "objective")
        try put(groups, "groups")
        try put(optimiser, "optimiser")
        try put(rate, "rate")
        try put(schedule, "schedule")
        try put(warmup, "warmup")
        switch length {
        case .steps(let value): try put(value, "steps")
        case .megapixels(let value): try put(value, "megapixels")
        case .minutes(let value): try put(value, "minutes")
        }
        try put(stages, "stages")
        try put(seed, "seed")
        try put(clipping, "clipping")
        try put(averaging, "averaging")
        try put(noiseMapShare, "noiseMapShare")
        try put(flips, "flips")
        try put(downscaling, "downscaling")
        try put(greyShare, "greyShare")
        try put(toningShare, "toningShare")
        try put(generatedShare, "generatedShare")
        try put(insetShare, "insetShare")
        try put(hueShare, "hueShare")
        try put(saturationShare, "saturationShare")
        try put(textureChoices, "textureChoices")
        try put(textureShare, "textureShare")
        try put(margin, "margin")
        try put(precision, "precision")
        try put(validateEvery, "validateEvery")
        try put(validationSide, "validationSide")
        try put(checkpointEvery, "checkpointEvery")
        try put(patience, "patience")
        try put(initialModel, "initialModel")
        try put(teacher, "teacher")
        try put(teacherWeight, "teacherWeight")
        try put(perceptual, "perceptual")
        try put(perceptualWeight, "perceptualWeight")
        try put(trainingData, "trainingData")
    }
}
