public import Files
import Foundation
public import Reports
public import SystemPackage

/// One line of the ledger: an input, the output that it became, and the settings and the model of that.
public struct LedgerEntry: Sendable, Equatable {
    /// A file as it was when the line was written.
    public struct File: Sendable, Equatable {
        /// The path: of an input absolute, of an output relative to the output folder.
        public var path: FilePath
        /// The size and time.
        public var stamp: FileStamp
        /// The SHA-256 of the bytes.
        public var sha256: SHA256Digest

        /// Creates a file's entry.
        public init(path: FilePath, stamp: FileStamp, sha256: SHA256Digest) {
            self.path = path
            self.stamp = stamp
            self.sha256 = sha256
        }
    }

    /// A picture that figures were measured against, or a mask that was filled by.
    public struct Reference: Sendable, Equatable {
        /// The path, absolute.
        public var path: FilePath
        /// The size and time.
        public var stamp: FileStamp

        /// Creates a reference's entry.
        public init(path: FilePath, stamp: FileStamp) {
            self.path = path
            self.stamp = stamp
        }

        /// The entry of the file at `path` as it is now.
        ///
        /// - Throws: `FileError` where it is not there.
        init(of path: FilePath) throws(FileError) {
            self.init(path: path.resolved(), stamp: try FileStamp(of: path))
        }
    }

    /// A sidecar that was copied with the picture.
    public struct SidecarLine: Sendable, Equatable {
        /// The path of the copy, relative to the output folder.
        public var path: FilePath
        /// The SHA-256 of its bytes.
        public var sha256: SHA256Digest

        /// Creates a copy's line.
        public init(path: FilePath, sha256: SHA256Digest) {
            self.path = path
            self.sha256 = sha256
        }
    }

    /// The output.
    public var output: File
    /// The input.
    public var input: File
    /// The digest of the settings, see `RunSettings.digest`.
    public var settings: SHA256Digest
    /// The SHA-256 of the model, see `BatchModel.sha256`.
    public var model: String
    /// The command that decoded the input, see `ExternalDecoder.command`; nil for a format that is read.
    public var decoder: String?
    /// The picture that the figures in `record` were measured against; nil where nothing was measured.
    public var reference: Reference?
    /// The sidecars that were copied, each once.
    public var sidecars: [SidecarLine] = []
    /// The mask that the picture was mended by; nil where none was given.
    public var mask: Reference?
    /// The run's record of the picture, for the reports of later runs.
    public var record: PictureRecord

    /// Creates an entry for a picture that was restored.
    public init(
        output: File, input: File, settings: SHA256Digest, model: String, decoder: String? = nil,
        reference: Reference? = nil, mask: Reference? = nil, record: PictureRecord
    ) {
        self.output = output
        self.input = input
        self.settings = settings
        self.model = model
        self.decoder = decoder
        self.reference = reference
        self.mask = mask
        self.record = record
    }
}

extension LedgerEntry: Codable {
    /// The version of the line's format.
    private static let version = 1

    private enum Key: String, CodingKey {
        case version, output, outputStamp, outputSHA256, input, inputStamp, inputSHA256, settings, model, decoder,
            reference, referenceStamp, sidecars
        case mask, maskStamp, record
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
        func file(_ name: Key, _ stamp: Key, _ sha256: Key) throws -> File {
            File(
                path: try path(name), stamp: try container.decode(FileStamp.self, forKey: stamp),
                sha256: try container.decode(SHA256Digest.self, forKey: sha256))
        }
        output = try file(.output, .outputStamp, .outputSHA256)
        input = try file(.input, .inputStamp, .inputSHA256)
        settings = try container.decode(SHA256Digest.self, forKey: .settings)
        model = try container.decode(String.self, forKey: .model)
        self.decoder = try container.decodeIfPresent(String.self, forKey: .decoder)
        reference = try container.decodeIfPresent(FileStamp.self, forKey: .referenceStamp).map { stamp in
            Reference(path: try path(.reference), stamp: stamp)
        }
        sidecars = try container.decodeIfPresent([SidecarLine].self, forKey: .sidecars) ?? []
        mask = try container.decodeIfPresent(FileStamp.self, forKey: .maskStamp).map { stamp in
            Reference(path: try path(.mask), stamp: stamp)
        }
        record = try container.decode(PictureRecord.self, forKey: .record)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.version, forKey: .version)
        func encode(_ file: File, _ name: Key, _ stamp: Key, _ sha256: Key) throws {
            try container.encode(PathText.text(of: file.path), forKey: name)
            try container.encode(file.stamp, forKey: stamp)
            try container.encode(file.sha256, forKey: sha256)
        }
        try encode(output, .output, .outputStamp, .outputSHA256)
        try encode(input, .input, .inputStamp, .inputSHA256)
        try container.encode(settings, forKey: .settings)
        try container.encode(model, forKey: .model)
        try container.encodeIfPresent(decoder, forKey: .decoder)
        try container.encodeIfPresent(reference.map { PathText.text(of: $0.path) }, forKey: .reference)
        try container.encodeIfPresent(reference?.stamp, forKey: .referenceStamp)
        if !sidecars.isEmpty { try container.encode(sidecars, forKey: .sidecars) }
        try container.encodeIfPresent(mask.map { PathText.text(of: $0.path) }, forKey: .mask)
        try container.encodeIfPresent(mask?.stamp, forKey: .maskStamp)
        try container.encode(record, forKey: .record)
    }
}

extension LedgerEntry.SidecarLine: Codable {
    private enum Key: String, CodingKey { case path, sha256 }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let path = PathText.path(from: try container.decode(String.self, forKey: .path)) else {
            throw DecodingError.dataCorruptedError(forKey: .path, in: container, debugDescription: "not a path")
        }
        self.init(path: path, sha256: try container.decode(SHA256Digest.self, forKey: .sha256))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(PathText.text(of: path), forKey: .path)
        try container.encode(sha256, forKey: .sha256)
    }
}
