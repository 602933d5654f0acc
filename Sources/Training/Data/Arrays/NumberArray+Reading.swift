import Files
import Foundation
public import SystemPackage

extension NumberArray {
    /// Reads an NPY file, an IDX file (as MNIST has them), or a CSV table of numbers, distinguished by their first
    /// bytes.
    ///
    /// Integers and floating-point numbers of any size and byte order become Float32. A table's rows are samples and
    /// its columns features; a first row without any number is a heading.
    ///
    /// - Throws: `NumberArrayError`, before anything is allocated that the file is not long enough for.
    public init(reading path: FilePath) throws {
        let bytes = try NumberArrayError.contents(of: path, expected: "a file of numbers")
        func failure(_ found: String, _ expected: String) -> NumberArrayError {
            NumberArrayError(path: path.printed, found: found, expected: expected)
        }
        if bytes.starts(with: [0x93] + Array("NUMPY".utf8)) {
            try self.init(npy: bytes, failure)
        } else if bytes.count >= 4, bytes[bytes.startIndex] == 0, bytes[bytes.startIndex + 1] == 0 {
            try self.init(idx: bytes, failure)
        } else {
            let table = try NumberTable(csv: bytes, failure)
            guard !table.columns.isEmpty else { throw failure("no column of finite numbers", "one or more") }
            self.init(shape: [table.rowCount, table.columns.count], elements: table.elements)
        }
    }

    /// Returns true where the first bytes are those of an NPY or IDX file.
    static func isArray(_ path: FilePath) -> Bool {
        guard let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path.string)),
            let bytes = try? file.read(upToCount: 6), bytes.count >= 4
        else { return false }
        return bytes.elementsEqual([0x93] + Array("NUMPY".utf8))
            || (bytes[0] == 0 && bytes[1] == 0 && IDXType(rawValue: bytes[2]) != nil && 1...4 ~= bytes[3])
    }

    // MARK: IDX

    /// The types of IDX, whose numbers are big-endian.
    private enum IDXType: UInt8 {
        case unsigned8 = 0x08
        case signed8 = 0x09
        case signed16 = 0x0B
        case signed32 = 0x0C
        case float32 = 0x0D
        case float64 = 0x0E

        var type: ElementType {
            switch self {
            case .unsigned8: ElementType(kind: "u", size: 1, isBig: true)
            case .signed8: ElementType(kind: "i", size: 1, isBig: true)
            case .signed16: ElementType(kind: "i", size: 2, isBig: true)
            case .signed32: ElementType(kind: "i", size: 4, isBig: true)
            case .float32: ElementType(kind: "f", size: 4, isBig: true)
            case .float64: ElementType(kind: "f", size: 8, isBig: true)
            }
        }
    }

    private init(idx bytes: Data, _ failure: (String, String) -> NumberArrayError) throws {
        let base = bytes.startIndex
        guard let type = IDXType(rawValue: bytes[base + 2]) else {
            throw failure("the IDX type \(bytes[base + 2])", "8, 9 or 11 to 14")
        }
        let sides = Int(bytes[base + 3])
        guard 1...4 ~= sides, bytes.count >= 4 + 4 * sides else {
            throw failure("\(sides) sides in \(bytes.count) bytes", "1 to 4 sides, 4 bytes each")
        }
        let shape = (0..<sides).map { side in
            (0..<4).reduce(0) { $0 << 8 | Int(bytes[base + 4 + 4 * side + $1]) }
        }
        try self.init(shape, type.type, bytes.dropFirst(4 + 4 * sides), failure)
    }

    // MARK: NPY

    private init(npy bytes: Data, _ failure: (String, String) -> NumberArrayError) throws {
        let base = bytes.startIndex
        let version = bytes.count > 7 ? bytes[base + 6] : 0
        let lengthBytes = version == 1 ? 2 : 4
        guard 1...3 ~= version, bytes.count >= 8 + lengthBytes else {
            throw failure("version \(version) of NPY", "1 to 3")
        }
        let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[base + 8 + $1]) << (8 * $1) }
        guard length <= 65_536, bytes.count >= 8 + lengthBytes + length else {
            throw failure("a header of \(length) bytes", "one that the file holds, 65536 at most")
        }
        let start = base + 8 + lengthBytes
        let header = String(decoding: bytes[start..<start + length], as: UTF8.self)
        /// Returns the text behind a key of the Python dictionary.
        func value(_ key: String) -> Substring? {
            guard let found = header.range(of: "'\(key)':") else { return nil }
            return header[found.upperBound...].drop { $0 == " " }
        }
        guard
            let description = value("descr")?.split(separator: "'", omittingEmptySubsequences: false).dropFirst().first,
            let type = ElementType(String(description))
        else { throw failure("the header \(header.prefix(80))", "a descr of integers or floating-point numbers") }
        guard value("fortran_order")?.hasPrefix("False") == true else {
            throw failure("columns before rows", "C order (numpy.ascontiguousarray makes it)")
        }
        let sides = value("shape")?.dropFirst().prefix { $0 != ")" }.split(separator: ",").map { side in
            Int(side.trimmingCharacters(in: .whitespaces))
        }
        let shape = (sides ?? []).compactMap(\.self)
        guard shape.count == sides?.count, 1...4 ~= shape.count else {
            throw failure("the header \(header.prefix(80))", "a shape of 1 to 4 sides")
        }
        try self.init(shape, type, bytes.dropFirst(8 + lengthBytes + length), failure)
    }

    // MARK: Elements

    /// The encoding of a number in a file.
    private struct ElementType {
        /// The kind: `u`, `i`, `f` or `b` (a byte that is 0 or 1).
        var kind: Character
        var size: Int
        var isBig: Bool

        init(kind: Character, size: Int, isBig: Bool) {
            self.kind = kind
            self.size = size
            self.isBig = isBig
        }

        /// Reads a text such as `<f4` or `|u1`.
        init?(_ text: String) {
            let parts = Array(text)
            guard parts.count == 3, "<>|=".contains(parts[0]), let size = parts[2].wholeNumberValue else { return nil }
            self.init(kind: parts[1], size: size, isBig: parts[0] == ">")
            switch kind {
            case "u", "i": guard [1, 2, 4, 8].contains(size) else { return nil }
            case "f": guard [4, 8].contains(size) else { return nil }
            case "b": guard size == 1 else { return nil }
            default: return nil
            }
        }

        func number(_ bits: UInt64) -> Float {
            switch kind {
            case "f": size == 4 ? Float(bitPattern: UInt32(bits)) : Float(Double(bitPattern: bits))
            case "i":
                // The sign is extended from the number's own size.
                Float(Int64(bitPattern: bits << UInt64(64 - 8 * size)) >> Int64(64 - 8 * size))
            default: Float(bits)
            }
        }
    }

    private init(
        _ shape: [Int], _ type: ElementType, _ bytes: Data, _ failure: (String, String) -> NumberArrayError
    ) throws {
        var count = 1
        for side in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: side)
            guard side > 0, !overflow, product <= Self.largestCount else {
                throw failure("the shape \(shape)", "sides of 1 or more, \(Self.largestCount) elements at most")
            }
            count = product
        }
        guard bytes.count == count * type.size else {
            throw failure("\(bytes.count) bytes for the shape \(shape)", "\(count * type.size)")
        }
        let elements = bytes.withUnsafeBytes { bytes in
            [Float](unsafeUninitializedCapacity: count) { numbers, made in
                for index in 0..<count {
                    var bits: UInt64 = 0
                    for byte in 0..<type.size {
                        let place = type.isBig ? byte : type.size - 1 - byte
                        bits = bits << 8 | UInt64(bytes[index * type.size + place])
                    }
                    numbers[index] = type.number(bits)
                }
                made = count
            }
        }
        guard elements.allSatisfy(\.isFinite) else { throw failure("numbers that are not finite", "finite ones") }
        self.init(shape: shape, elements: elements)
    }
}
