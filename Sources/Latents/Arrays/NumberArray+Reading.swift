import Files
import Foundation
import Imaging
public import SystemPackage

extension NumberArray {
    /// The first bytes of an NPY file.
    static let npyMagic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// Reads an NPY file, an IDX file (as MNIST has them), or a CSV table of numbers, distinguished by their first
    /// bytes; any of them may be compressed by gzip.
    ///
    /// Integers and floating-point numbers of any size and byte order become Float32, columns before rows (Fortran's
    /// order) rows before columns. A table's rows are samples and its columns features; a first row without any number
    /// is a heading.
    ///
    /// - Parameter maximumCount: the most numbers; 4 bytes each are allocated.
    /// - Throws: `NumberArrayError`, before anything is allocated that the file is not long enough for.
    public init(reading path: FilePath, maximumCount: Int = largestCount) throws(NumberArrayError) {
        let bytes = try NumberArrayError.contents(
            of: path, expected: "a file of numbers", limit: 8 * min(maximumCount, Self.largestCount))
        func failure(_ found: String, _ expected: String) -> NumberArrayError {
            NumberArrayError(path: path.printed, found: found, expected: expected)
        }
        if bytes.starts(with: Self.npyMagic) {
            try self.init(npy: bytes, maximumCount, failure)
        } else if bytes.count >= 4, bytes[bytes.startIndex] == 0, bytes[bytes.startIndex + 1] == 0 {
            try self.init(idx: bytes, maximumCount, failure)
        } else {
            let table = try NumberTable(csv: bytes, failure)
            guard !table.columns.isEmpty else { throw failure("no column of finite numbers", "one or more") }
            self.init(shape: [table.rowCount, table.columns.count], elements: table.elements)
        }
    }

    private init(
        idx bytes: Data, _ maximumCount: Int, _ failure: (String, String) -> NumberArrayError
    ) throws(NumberArrayError) {
        let base = bytes.startIndex
        guard let encoding = NumberEncoding(idx: bytes[base + 2]) else {
            throw failure("the IDX type \(bytes[base + 2])", "8, 9 or 11 to 14")
        }
        let sides = Int(bytes[base + 3])
        guard 1...4 ~= sides, bytes.count >= 4 + 4 * sides else {
            throw failure("\(sides) sides in \(bytes.count) bytes", "1 to 4 sides, 4 bytes each")
        }
        let shape = (0..<sides).map { side in
            (0..<4).reduce(0) { $0 << 8 | Int(bytes[base + 4 + 4 * side + $1]) }
        }
        try self.init(shape, encoding, bytes.dropFirst(4 + 4 * sides), maximumCount, failure)
    }

    private init(
        npy bytes: Data, _ maximumCount: Int, _ failure: (String, String) -> NumberArrayError
    ) throws(NumberArrayError) {
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
            let encoding = NumberEncoding(npy: String(description)),
            let isFortran = value("fortran_order").flatMap(Self.truth)
        else {
            throw failure(
                "the header \(header.prefix(80))", "a descr of integers or floating-point numbers, and an order")
        }
        let sides = value("shape")?.dropFirst().prefix { $0 != ")" }.split(separator: ",").map { side in
            Int(side.trimmingCharacters(in: .whitespaces))
        }
        let shape = (sides ?? []).compactMap(\.self)
        guard shape.count == sides?.count, 1...4 ~= shape.count else {
            throw failure("the header \(header.prefix(80))", "a shape of 1 to 4 sides")
        }
        // Read with its sides reversed, an array in Fortran's order is one in C order.
        try self.init(
            isFortran ? shape.reversed() : shape, encoding, bytes.dropFirst(8 + lengthBytes + length), maximumCount,
            failure)
        if isFortran { self = transposed() }
    }

    private static func truth(_ text: Substring) -> Bool? {
        text.hasPrefix("True") ? true : text.hasPrefix("False") ? false : nil
    }

    private init(
        _ shape: [Int], _ encoding: NumberEncoding, _ bytes: Data, _ maximumCount: Int,
        _ failure: (String, String) -> NumberArrayError
    ) throws(NumberArrayError) {
        var count = 1
        for side in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: side)
            guard side > 0, !overflow, product <= min(maximumCount, Self.largestCount) else {
                throw failure(
                    "the shape \(shape)", "sides of 1 or more, \(min(maximumCount, Self.largestCount)) elements at most"
                )
            }
            count = product
        }
        guard bytes.count == count * encoding.size else {
            throw failure("\(bytes.count) bytes for the shape \(shape)", "\(count * encoding.size)")
        }
        let elements = encoding.numbers(bytes, count: count)
        if let place = elements.firstIndex(where: { !$0.isFinite }) {
            throw failure("the number \(elements[place]) at place \(place)", "finite ones")
        }
        self.init(shape: shape, elements: elements)
    }

    /// Returns the array with its sides, and with them the order of its elements, reversed.
    private func transposed() -> NumberArray {
        let sides = Array(shape.reversed())
        // The distance, in this array, between neighbours along each side of the result.
        var steps = [Int](repeating: 1, count: sides.count)
        for side in sides.indices.dropFirst() { steps[side] = steps[side - 1] * sides[side - 1] }
        var place = [Int](repeating: 0, count: sides.count)
        var source = 0
        let elements = (0..<elements.count).map { _ in
            let element = self.elements[source]
            var side = sides.count - 1
            while side >= 0 {
                place[side] += 1
                source += steps[side]
                if place[side] < sides[side] { break }
                source -= sides[side] * steps[side]
                place[side] = 0
                side -= 1
            }
            return element
        }
        return NumberArray(shape: sides, elements: elements)
    }
}
