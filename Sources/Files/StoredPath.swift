public import SystemPackage

/// A path that survives JSON whatever its bytes are.
///
/// Stored as a string where the bytes are UTF-8, else as `{"bytes": "<hexadecimal>"}`.
public struct StoredPath: Codable, Hashable, Sendable {
    public var path: FilePath

    public init(_ path: FilePath) { self.path = path }

    private enum Key: String, CodingKey { case bytes }

    public init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            guard let path = FilePath(bytes: Array(text.utf8)) else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "a path with a zero byte"))
            }
            self.path = path
            return
        }
        let digits = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .bytes)
        guard let bytes = [UInt8](hexadecimal: digits), let path = FilePath(bytes: bytes) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\"\(digits)\" is not a path in hexadecimal"))
        }
        self.path = path
    }

    public func encode(to encoder: any Encoder) throws {
        let bytes = path.bytes
        if let text = String(validating: bytes, as: UTF8.self) {
            var container = encoder.singleValueContainer()
            try container.encode(text)
        } else {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(bytes.hexadecimal, forKey: .bytes)
        }
    }
}
