import Files
import SystemPackage

/// JSON has the fields of all parts side by side.
extension PictureRecord: Codable {
    private enum CodingKeys: String, CodingKey {
        case input, output, outcome, error, notes, choice, remarks, inputWidth, inputHeight, outputWidth, outputHeight
        case model, modelSHA256, settingsHash, set, corruption, noiseLevel, mended, tone, selfExamination, seconds,
            megapixelsPerSecond
        case measurements
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func path(_ key: CodingKeys) throws -> FilePath? {
            guard let text = try container.decodeIfPresent(String.self, forKey: key) else { return nil }
            guard let path = PathText.path(from: text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container, debugDescription: "malformed escape in path \"\(text)\"")
            }
            return path
        }
        func text(_ key: CodingKeys) throws -> String? { try container.decodeIfPresent(String.self, forKey: key) }
        func texts(_ key: CodingKeys) throws -> [String] {
            try container.decodeIfPresent([String].self, forKey: key) ?? []
        }
        func number(_ key: CodingKeys) throws -> Double? {
            try container.decodeIfPresent(RecordedNumber.self, forKey: key)?.value
        }
        func size(_ width: CodingKeys, _ height: CodingKeys) throws -> PixelSize? {
            guard let width = try container.decodeIfPresent(Int.self, forKey: width),
                let height = try container.decodeIfPresent(Int.self, forKey: height)
            else { return nil }
            return PixelSize(width: width, height: height)
        }
        func result() throws -> PictureResult {
            PictureResult(
                output: try path(.output), size: try size(.outputWidth, .outputHeight), choice: try text(.choice),
                notes: try texts(.notes), remarks: try texts(.remarks),
                mended: try container.decodeIfPresent(MendedDamage.self, forKey: .mended), tone: try text(.tone),
                selfExamination: try container.decodeIfPresent(SelfExamination.self, forKey: .selfExamination),
                measurements: try container.decodeIfPresent([Measurement].self, forKey: .measurements) ?? [])
        }
        guard let input = try path(.input) else {
            throw DecodingError.keyNotFound(
                CodingKeys.input, .init(codingPath: container.codingPath, debugDescription: "a record needs an input"))
        }
        self.input = input
        (set, corruption) = (try text(.set), try text(.corruption))
        method = try text(.model).map { name in
            RecordedMethod(name, sha256: try text(.modelSHA256), settingsHash: try text(.settingsHash))
        }
        inputSize = try size(.inputWidth, .inputHeight)
        (noiseLevel, seconds) = (try number(.noiseLevel), try number(.seconds))
        switch try container.decode(Outcome.Kind.self, forKey: .outcome) {
        case .restored: outcome = .restored(try result())
        case .skipped: outcome = .skipped(try result())
        case .failed: outcome = .failed(reason: try text(.error) ?? "no reason was recorded")
        case .ignored:
            let reasons = try texts(.notes)
            outcome = .ignored(reason: reasons.isEmpty ? nil : reasons.joined(separator: "; "))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        func encode(_ size: PixelSize?, _ width: CodingKeys, _ height: CodingKeys) throws {
            try container.encodeIfPresent(size?.width, forKey: width)
            try container.encodeIfPresent(size?.height, forKey: height)
        }
        func encode(_ texts: [String], _ key: CodingKeys) throws {
            if !texts.isEmpty { try container.encode(texts, forKey: key) }
        }
        try container.encode(PathText.text(of: input), forKey: .input)
        try container.encodeIfPresent(set, forKey: .set)
        try container.encodeIfPresent(corruption, forKey: .corruption)
        try container.encodeIfPresent(method?.name, forKey: .model)
        try container.encodeIfPresent(method?.sha256, forKey: .modelSHA256)
        try container.encodeIfPresent(method?.settingsHash, forKey: .settingsHash)
        try encode(inputSize, .inputWidth, .inputHeight)
        try container.encodeIfPresent(noiseLevel.map(RecordedNumber.init), forKey: .noiseLevel)
        try container.encodeIfPresent(seconds.map(RecordedNumber.init), forKey: .seconds)
        try container.encodeIfPresent(megapixelsPerSecond.map(RecordedNumber.init), forKey: .megapixelsPerSecond)
        try container.encode(outcome.kind, forKey: .outcome)
        try container.encodeIfPresent(outcome.failure, forKey: .error)
        try encode(notes, .notes)
        try encode(remarks, .remarks)
        guard let result = outcome.result else { return }
        try container.encodeIfPresent(result.output.map(PathText.text(of:)), forKey: .output)
        try encode(result.size, .outputWidth, .outputHeight)
        try container.encodeIfPresent(result.choice, forKey: .choice)
        try container.encodeIfPresent(result.mended, forKey: .mended)
        try container.encodeIfPresent(result.tone, forKey: .tone)
        try container.encodeIfPresent(result.selfExamination, forKey: .selfExamination)
        if !result.measurements.isEmpty { try container.encode(result.measurements, forKey: .measurements) }
    }
}
