import Autoencoders
import Foundation
import Networks

/// An architecture as a JSON object: `{"architecture": "unet", "widths": [48, 64], ...}`; keys that are left out have
/// the values of the architecture's standard.
struct ArchitectureValue: Codable {
    var architecture: any Architecture

    init(_ architecture: any Architecture) { self.architecture = architecture }

    init(from decoder: any Decoder) throws {
        var values = try [String: JSONValue](from: decoder)
        guard case .text(let name)? = values["architecture"] else {
            throw ModelFileError.badConfiguration(
                field: "architecture", found: "missing", expected: "a text beside the architecture's values")
        }
        guard let type = Architectures.named(name) else {
            throw ModelFileError.unknownArchitecture(found: name, known: Architectures.all.map { $0.name })
        }
        let standard = try JSONDecoder().decode(
            [String: JSONValue].self, from: Data(Self.text(type.standard).utf8))
        // A field under its former name is given too.
        let renamed = Set(type.formerFields.filter { values[$0.key] != nil }.values)
        values.merge(standard.filter { !renamed.contains($0.key) }) { given, _ in given }
        architecture = try Architectures.configuration(
            json: String(decoding: JSONEncoder().encode(values), as: UTF8.self))
    }

    func encode(to encoder: any Encoder) throws {
        try JSONDecoder().decode(JSONValue.self, from: Data(Self.text(architecture).utf8)).encode(to: encoder)
    }

    static func text(_ architecture: some Architecture) throws -> String { try Architectures.json(architecture) }
}

/// Any JSON value.
enum JSONValue: Codable, Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}
