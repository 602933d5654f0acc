import Foundation
import SystemPackage
import TestFolders
import Testing

/// Files of Tests/Fixtures/imaging; its README says how they were made.
enum Fixture {
    static func path(_ name: String) -> FilePath {
        fixtureFolder.appending("imaging").pushing(FilePath(name))
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(path(name), .readOnly)
        return try descriptor.closeAfter {
            let count = Int(try descriptor.seek(offset: 0, from: .end))
            return try Array(unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let part = UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<count])
                    filled += try descriptor.read(fromAbsoluteOffset: Int64(filled), into: part)
                }
            }
        }
    }

    static func decoded<Value: Decodable>(_ name: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(try bytes(name)))
    }

    /// Interleaved samples of 8 or (little-endian) 16 bits.
    static func samples(_ name: String, bits: Int = 8) throws -> [Int] {
        let bytes = try bytes(name)
        if bits == 8 { return bytes.map(Int.init) }
        return stride(from: 0, to: bytes.count, by: 2).map { Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8 }
    }
}
