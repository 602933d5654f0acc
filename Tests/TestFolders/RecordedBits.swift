import Files
import Foundation
import SystemPackage

/// Hashes of results that stay the same to the bit whatever is changed in how they are computed.
///
/// They lie in `Tests/Fixtures/bits`. A key's last words say on what a result depends besides the program: instruction set,
/// BF16, precision. With `RETOUCH_RECORD_BITS` set, what is found is added to the record instead of compared, for a new
/// result or another kind of processor.
package struct RecordedBits {
    private let path: FilePath
    private let recorded: [String: String]

    /// The record of this name; empty where there is none.
    package init(_ name: String) throws {
        path = fixtureFolder.appending("bits").appending("\(name).json")
        let file = URL(filePath: path.string)
        recorded =
            FileManager.default.fileExists(atPath: path.string)
            ? try JSONDecoder().decode([String: String].self, from: Data(contentsOf: file)) : [:]
    }

    /// What was found otherwise than recorded, in words, and what is missing of a kind of result that the record knows.
    ///
    /// - Parameter found: hashes by result and kind, such as "1x-Denoise-S" and "avx2 float32".
    package func differences(_ found: [(result: String, kind: String, hash: String)]) throws -> [String] {
        if ProcessInfo.processInfo.environment["RETOUCH_RECORD_BITS"] != nil {
            var all = recorded
            for entry in found { all["\(entry.result) \(entry.kind)"] = entry.hash }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(all).write(to: URL(filePath: path.string))
            return []
        }
        return found.compactMap { entry in
            let key = "\(entry.result) \(entry.kind)"
            if let hash = recorded[key] { return hash == entry.hash ? nil : "\(key) has other bits than recorded" }
            return recorded.keys.contains { $0.hasSuffix(" \(entry.kind)") } ? "\(key) is not recorded" : nil
        }
    }

    /// The hash of numbers, by their bits.
    package static func hash(of numbers: some Sequence<Float>) throws -> String {
        let bytes = numbers.flatMap { number in withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) } }
        return String(try SHA256Digest(of: bytes).hex.prefix(16))
    }
}
