import Foundation
public import SystemPackage

extension ModelCard {
    /// Reads the card at `path`.
    ///
    /// - Throws: `ModelFileError`: `.missingFile`, `.unreadable`, `.tooLarge` or `.badCard`.
    public init(reading path: FilePath) throws(ModelFileError) {
        let bytes = try FileBytes.read(path, limit: FileBytes.jsonByteLimit)
        do {
            self = try JSONDecoder().decode(ModelCard.self, from: Data(bytes))
        } catch {
            throw .badCard(path: path.string, reason: Self.reason(error))
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
        case DecodingError.typeMismatch(let type, let context), DecodingError.valueNotFound(let type, let context):
            "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is no \(type)"
        case DecodingError.dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "it is not JSON" : "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is not valid"
        default: "\(error)"
        }
    }

    /// Returns the card as JSON with sorted keys.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}
