import CCrypto
public import SystemPackage

/// A SHA-256 digest (FIPS 180-4), computed by libcrypto with the processor's instructions.
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes of the digest.
    public let bytes: [UInt8]

    /// Computes the digest of `bytes`.
    ///
    /// - Throws: `FileError.digestFailed`.
    public init(of bytes: some Collection<UInt8>) throws(FileError) {
        var hasher = try SHA256Hasher()
        let contiguous: Void? = bytes.withContiguousStorageIfAvailable { hasher.update(UnsafeRawBufferPointer($0)) }
        if contiguous == nil { Array(bytes).withUnsafeBytes { hasher.update($0) } }
        self = try hasher.finish()
    }

    /// Computes the digest of a file's content, read in pieces of 1 MiB whatever its length.
    ///
    /// - Throws: `FileError`, naming the file.
    public init(ofFile path: FilePath) throws(FileError) {
        let descriptor: FileDescriptor
        do { descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec) } catch {
            throw .system(.open, path: path, errno: error as? Errno ?? .ioError)
        }
        defer { try? descriptor.close() }
        var hasher = try SHA256Hasher()
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { piece.deallocate() }
        while true {
            let count: Int
            do { count = try descriptor.read(into: piece) } catch {
                throw .system(.read, path: path, errno: error as? Errno ?? .ioError)
            }
            if count == 0 { break }
            hasher.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        }
        self = try hasher.finish()
    }

    /// The digest that `hex` writes down; nil unless it has 64 hexadecimal digits.
    public init?(hex: String) {
        guard let bytes = [UInt8](hexadecimal: hex), bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    fileprivate init(digest: [UInt8]) { bytes = digest }

    /// The digest as 64 lower-case hexadecimal digits.
    public var hex: String { bytes.hexadecimal }

    public var description: String { hex }
}

/// A SHA-256 computation over bytes that come piece by piece.
public struct SHA256Hasher: ~Copyable {
    private let context: OpaquePointer
    private var isSound = true

    /// Creates a hasher that nothing was added to.
    ///
    /// - Throws: `FileError.digestFailed`.
    public init() throws(FileError) {
        guard let context = EVP_MD_CTX_new() else { throw .digestFailed }
        self.context = context
        if EVP_DigestInit_ex(context, EVP_sha256(), nil) != 1 { isSound = false }
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds `bytes` to what is digested.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return }
        if EVP_DigestUpdate(context, start, bytes.count) != 1 { isSound = false }
    }

    /// The digest of everything added.
    ///
    /// - Throws: `FileError.digestFailed` where libcrypto failed at any step.
    public consuming func finish() throws(FileError) -> SHA256Digest {
        var digest = [UInt8](repeating: 0, count: 32)
        let status = digest.withUnsafeMutableBufferPointer { EVP_DigestFinal_ex(context, $0.baseAddress, nil) }
        guard isSound, status == 1 else { throw .digestFailed }
        return SHA256Digest(digest: digest)
    }
}

extension SHA256Digest: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let digest = SHA256Digest(hex: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\"\(text)\" is not a SHA-256 digest"))
        }
        self = digest
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
