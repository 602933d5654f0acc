import Files
public import SystemPackage

/// The outcome of an input.
public enum Outcome: String, Codable, Sendable, CaseIterable {
    /// An output was written (or, in an evaluation, measured) in this run.
    case restored
    /// The output of an earlier run is still right.
    case skipped
    /// No output: `PictureRecord.error` says why.
    case failed
    /// Not a picture by its first bytes.
    case ignored
}

/// The record of one picture: its files, what was done with it, and the figures that came of it.
///
/// In JSON a path is the text of ``PathText`` (bytes that are not UTF-8 as `\xHH`), sizes are in pixels after
/// orientation, fields without a value are left out.
public struct PictureRecord: Sendable, Equatable {
    /// The input, relative to the folder it was found in.
    public var input: FilePath
    /// The output, relative to the output folder.
    public var output: FilePath?
    /// The outcome, which says whether there is an output.
    public var outcome: Outcome
    /// One line; set when the picture failed.
    public var error: String?
    /// Notes for a person about a picture that was restored all the same: first frame of an animation, a
    /// damaged tail accepted, alpha flattened, bits rounded.
    public var notes: [String]
    /// The model that was chosen and the reason, where there was a choice; one of the notes.
    public var choice: String?
    /// Reasons that the picture needs review, one line each, in words: what was measured without a reference, say.
    /// The page shows the pictures that have one first.
    public var remarks: [String]
    /// The width of the input in pixels; nil where it could not be read.
    public var inputWidth: Int?
    /// The height of the input in pixels.
    public var inputHeight: Int?
    /// The width of the output in pixels; nil where there is none.
    public var outputWidth: Int?
    /// The height of the output in pixels.
    public var outputHeight: Int?
    /// The name of the model, or of the classical method, or `none` where nothing restored. In an evaluation it tells
    /// the records of one picture apart.
    public var model: String?
    /// SHA-256 of the model's weights, in hexadecimal.
    public var modelSHA256: String?
    /// SHA-256 of the settings that decide the output's pixels, in hexadecimal.
    public var settingsHash: String?
    /// The set that the picture belongs to; in an evaluation.
    public var set: String?
    /// The corruption of a clean picture before it was restored, in the grammar of `--corrupt`: `gaussian:25`.
    public var corruption: String?
    /// The noise level that was estimated or given, on 0...255.
    public var noiseLevel: Double?
    /// The findings without a reference, where these were asked for.
    public var selfExamination: SelfExamination?
    /// Wall seconds from the first byte read to the last one written.
    public var seconds: Double?
    /// Megapixels of input per second.
    public var megapixelsPerSecond: Double?
    /// The figures against a reference, in the order in which they were measured.
    public var measurements: [Measurement]

    /// Creates a record; what is not known is nil or empty.
    public init(
        input: FilePath, output: FilePath? = nil, outcome: Outcome, error: String? = nil, notes: [String] = [],
        choice: String? = nil,
        remarks: [String] = [], inputWidth: Int? = nil, inputHeight: Int? = nil, outputWidth: Int? = nil,
        outputHeight: Int? = nil,
        model: String? = nil, modelSHA256: String? = nil, settingsHash: String? = nil, set: String? = nil,
        corruption: String? = nil,
        noiseLevel: Double? = nil, selfExamination: SelfExamination? = nil, seconds: Double? = nil,
        megapixelsPerSecond: Double? = nil,
        measurements: [Measurement] = []
    ) {
        self.input = input
        self.output = output
        self.outcome = outcome
        self.error = error
        self.notes = notes
        self.choice = choice
        self.remarks = remarks
        self.inputWidth = inputWidth
        self.inputHeight = inputHeight
        self.outputWidth = outputWidth
        self.outputHeight = outputHeight
        self.model = model
        self.modelSHA256 = modelSHA256
        self.settingsHash = settingsHash
        self.set = set
        self.corruption = corruption
        self.noiseLevel = noiseLevel
        self.selfExamination = selfExamination
        self.seconds = seconds
        self.megapixelsPerSecond = megapixelsPerSecond
        self.measurements = measurements
    }
}

extension PictureRecord: Codable {
    private enum CodingKeys: String, CodingKey {
        case input, output, outcome, error, notes, choice, remarks, inputWidth, inputHeight, outputWidth, outputHeight
        case model, modelSHA256, settingsHash, set, corruption, noiseLevel, selfExamination, seconds,
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
        guard let input = try path(.input) else {
            throw DecodingError.keyNotFound(
                CodingKeys.input, .init(codingPath: container.codingPath, debugDescription: "a record needs an input"))
        }
        self.input = input
        output = try path(.output)
        outcome = try container.decode(Outcome.self, forKey: .outcome)
        error = try container.decodeIfPresent(String.self, forKey: .error)
        notes = try container.decodeIfPresent([String].self, forKey: .notes) ?? []
        choice = try container.decodeIfPresent(String.self, forKey: .choice)
        remarks = try container.decodeIfPresent([String].self, forKey: .remarks) ?? []
        inputWidth = try container.decodeIfPresent(Int.self, forKey: .inputWidth)
        inputHeight = try container.decodeIfPresent(Int.self, forKey: .inputHeight)
        outputWidth = try container.decodeIfPresent(Int.self, forKey: .outputWidth)
        outputHeight = try container.decodeIfPresent(Int.self, forKey: .outputHeight)
        model = try container.decodeIfPresent(String.self, forKey: .model)
        modelSHA256 = try container.decodeIfPresent(String.self, forKey: .modelSHA256)
        settingsHash = try container.decodeIfPresent(String.self, forKey: .settingsHash)
        set = try container.decodeIfPresent(String.self, forKey: .set)
        corruption = try container.decodeIfPresent(String.self, forKey: .corruption)
        noiseLevel = try container.decodeIfPresent(RecordedNumber.self, forKey: .noiseLevel)?.value
        selfExamination = try container.decodeIfPresent(SelfExamination.self, forKey: .selfExamination)
        seconds = try container.decodeIfPresent(RecordedNumber.self, forKey: .seconds)?.value
        megapixelsPerSecond = try container.decodeIfPresent(RecordedNumber.self, forKey: .megapixelsPerSecond)?.value
        measurements = try container.decodeIfPresent([Measurement].self, forKey: .measurements) ?? []
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(PathText.text(of: input), forKey: .input)
        try container.encodeIfPresent(output.map(PathText.text(of:)), forKey: .output)
        try container.encode(outcome, forKey: .outcome)
        try container.encodeIfPresent(error, forKey: .error)
        if !notes.isEmpty { try container.encode(notes, forKey: .notes) }
        try container.encodeIfPresent(choice, forKey: .choice)
        if !remarks.isEmpty { try container.encode(remarks, forKey: .remarks) }
        try container.encodeIfPresent(inputWidth, forKey: .inputWidth)
        try container.encodeIfPresent(inputHeight, forKey: .inputHeight)
        try container.encodeIfPresent(outputWidth, forKey: .outputWidth)
        try container.encodeIfPresent(outputHeight, forKey: .outputHeight)
        try container.encodeIfPresent(model, forKey: .model)
        try container.encodeIfPresent(modelSHA256, forKey: .modelSHA256)
        try container.encodeIfPresent(settingsHash, forKey: .settingsHash)
        try container.encodeIfPresent(set, forKey: .set)
        try container.encodeIfPresent(corruption, forKey: .corruption)
        try container.encodeIfPresent(noiseLevel.map(RecordedNumber.init), forKey: .noiseLevel)
        try container.encodeIfPresent(selfExamination, forKey: .selfExamination)
        try container.encodeIfPresent(seconds.map(RecordedNumber.init), forKey: .seconds)
        try container.encodeIfPresent(megapixelsPerSecond.map(RecordedNumber.init), forKey: .megapixelsPerSecond)
        if !measurements.isEmpty { try container.encode(measurements, forKey: .measurements) }
    }
}
