public import Files
import Foundation
public import Reports
public import SystemPackage

/// One line of the ledger: an input, the output that it became, and the settings and the model of that.
public struct LedgerEntry: Sendable, Equatable {
    /// The name of the output, relative to the output folder.
    public var output: FilePath
    /// The size and time of the output.
    public var outputStamp: FileStamp
    /// The SHA-256 of the output's bytes.
    public var outputSHA256: SHA256Digest
    /// The path of the input, absolute.
    public var input: FilePath
    /// The size and time of the input.
    public var inputStamp: FileStamp
    /// The SHA-256 of the input's bytes.
    public var inputSHA256: SHA256Digest
    /// The digest of the settings, see `RunSettings.digest`.
    public var settings: SHA256Digest
    /// The SHA-256 of the model, see `BatchModel.sha256`.
    public var model: String
    /// The picture that the figures in `record` were measured against, absolute; nil where nothing was measured.
    public var reference: FilePath?
    /// The size and time of the reference; nil where nothing was measured.
    public var referenceStamp: FileStamp?
    /// The run's record of the picture, for the reports of later runs.
    public var record: PictureRecord

    /// Creates an entry for a picture that was restored.
    public init(
        output: FilePath, outputStamp: FileStamp, outputSHA256: SHA256Digest, input: FilePath, inputStamp: FileStamp,
        inputSHA256: SHA256Digest, settings: SHA256Digest, model: String, reference: FilePath? = nil,
        referenceStamp: FileStamp? = nil, record: PictureRecord
    ) {
        self.output = output
        self.outputStamp = outputStamp
        self.outputSHA256 = outputSHA256
        self.input = input
        self.inputStamp = inputStamp
        self.inputSHA256 = inputSHA256
        self.settings = settings
        self.model = model
        self.reference = reference
        self.referenceStamp = referenceStamp
        self.record = record
    }
}

extension LedgerEntry: Codable {
    /// The version of the line's format.
    private static let version = 1

    private enum Key: String, CodingKey {
        case version, output, outputStamp, outputSHA256, input, inputStamp, inputSHA256, settings, model, reference,
            referenceStamp
        case record
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func path(_ key: Key) throws -> FilePath {
            guard let path = PathText.path(from: try container.decode(String.self, forKey: key)) else {
                throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: "not a path")
            }
            return path
        }
        guard try container.decode(Int.self, forKey: .version) == Self.version else {
            throw DecodingError.dataCorruptedError(
                forKey: .version, in: container, debugDescription: "expected version \(Self.version)")
        }
        output = try path(.output)
        outputStamp = try container.decode(FileStamp.self, forKey: .outputStamp)
        outputSHA256 = try container.decode(SHA256Digest.self, forKey: .outputSHA256)
        input = try path(.input)
        inputStamp = try container.decode(FileStamp.self, forKey: .inputStamp)
        inputSHA256 = try container.decode(SHA256Digest.self, forKey: .inputSHA256)
        settings = try container.decode(SHA256Digest.self, forKey: .settings)
        model = try container.decode(String.self, forKey: .model)
        reference = try container.contains(.reference) ? path(.reference) : nil
        referenceStamp = try container.decodeIfPresent(FileStamp.self, forKey: .referenceStamp)
        record = try container.decode(PictureRecord.self, forKey: .record)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.version, forKey: .version)
        try container.encode(PathText.text(of: output), forKey: .output)
        try container.encode(outputStamp, forKey: .outputStamp)
        try container.encode(outputSHA256, forKey: .outputSHA256)
        try container.encode(PathText.text(of: input), forKey: .input)
        try container.encode(inputStamp, forKey: .inputStamp)
        try container.encode(inputSHA256, forKey: .inputSHA256)
        try container.encode(settings, forKey: .settings)
        try container.encode(model, forKey: .model)
        try container.encodeIfPresent(reference.map(PathText.text(of:)), forKey: .reference)
        try container.encodeIfPresent(referenceStamp, forKey: .referenceStamp)
        try container.encode(record, forKey: .record)
    }
}
