import Files
public import SystemPackage

extension SafetensorsFile {
    /// The longest model file that is read, in bytes.
    public static let fileByteLimit = 4 << 30

    /// Reads and checks the file at `path`, at most `fileByteLimit` bytes.
    ///
    /// - Throws: `ModelFileError`: `.missingFile`, `.unreadable`, `.tooLarge`, or `.damaged` with the detail.
    public init(reading path: FilePath) throws(ModelFileError) {
        try self.init(contents: FileBytes.read(path, limit: Self.fileByteLimit), of: path)
    }

    /// Reads and checks the file at `path`, and computes the SHA-256 of the bytes that were read, in lower-case
    /// hexadecimal.
    ///
    /// - Throws: `ModelFileError` as `init(reading:)` does, and `.unreadable` where the digest cannot be computed.
    public static func readingWithDigest(
        _ path: FilePath
    ) throws(ModelFileError) -> (file: SafetensorsFile, sha256: String) {
        let bytes = try FileBytes.read(path, limit: fileByteLimit)
        let file = try SafetensorsFile(contents: bytes, of: path)
        do {
            return (file, try SHA256Digest(of: bytes).hex)
        } catch {
            throw .unreadable(path: path.string, reason: "\(error)")
        }
    }

    private init(contents bytes: [UInt8], of path: FilePath) throws(ModelFileError) {
        do {
            try self.init(bytes: bytes)
        } catch {
            throw .damaged(path: path.string, error)
        }
    }
}
