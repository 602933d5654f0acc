import Foundation
import SystemPackage
import Tensors
import TestFolders

/// Tensors of one operation, computed in float64 by the script named in Tests/Fixtures/README.md.
///
/// A reader for these files alone: the real one lives above this room.
struct Fixtures {
    struct Case: Decodable {
        var name: String
        var factor: Int?
    }

    struct Unreadable: Error {
        var name: String
    }

    private struct Entry: Decodable {
        var shape: [Int]
        var offsets: [Int]

        enum CodingKeys: String, CodingKey {
            case shape
            case offsets = "data_offsets"
        }
    }

    private enum Value: Decodable {
        case metadata([String: String])
        case entry(Entry)

        init(from decoder: any Decoder) throws {
            if let entry = try? Entry(from: decoder) {
                self = .entry(entry)
            } else {
                self = .metadata(try [String: String](from: decoder))
            }
        }
    }

    let name: String
    let cases: [Case]
    private let entries: [String: Value]
    private let bytes: Data

    init(_ name: String, of section: String = "operations") throws {
        let path = fixtureFolder.appending("\(section)/\(name).safetensors")
        let file = try Data(contentsOf: URL(filePath: path.string))
        let headerCount = Int(file.prefix(8).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }.littleEndian)
        self.name = name
        entries = try JSONDecoder().decode([String: Value].self, from: file.dropFirst(8).prefix(headerCount))
        bytes = Data(file.dropFirst(8 + headerCount))
        guard case .metadata(let metadata) = entries["__metadata__"], let cases = metadata["cases"] else {
            throw Unreadable(name: name)
        }
        self.cases = try JSONDecoder().decode([Case].self, from: Data(cases.utf8))
    }

    /// The tensor `<case>/<role>` without its batch dimension of 1, nil when the case has none.
    func optional(_ role: String, of item: Case) -> Tensor? {
        guard case .entry(let entry) = entries["\(item.name)/\(role)"] else { return nil }
        let elements = bytes[entry.offsets[0]..<entry.offsets[1]].withUnsafeBytes { raw in
            (0..<raw.count / 4).map { Float(bitPattern: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)) }
        }
        let isActivation = !["weight", "bias", "slope"].contains { role.hasPrefix($0) }
        return Tensor(shape: isActivation ? Array(entry.shape.dropFirst()) : entry.shape, elements: elements)
    }

    func tensor(_ role: String, of item: Case) throws -> Tensor {
        guard let tensor = optional(role, of: item) else { throw Unreadable(name: "\(name)/\(item.name)/\(role)") }
        return tensor
    }
}
