import Files
import Foundation
import Imaging
package import SystemPackage

/// Numbers of some shape in memory, in C order: the content of an array file or a table.
public struct NumberArray: Sendable, Equatable {
    /// One or more sides, the first of which counts samples.
    public let shape: [Int]
    /// The numbers, in C order.
    public let elements: [Float]

    /// The largest number of elements of a file: 8 GB of Float32.
    public static let largestCount = 1 << 31

    /// Creates an array of numbers in C order.
    public init(shape: [Int], elements: [Float]) {
        precondition(shape.reduce(1, *) == elements.count)
        self.shape = shape
        self.elements = elements
    }

    /// The number of samples.
    public var count: Int { shape.first ?? 0 }

    /// The number of elements of a sample.
    public var sampleCount: Int { shape.dropFirst().reduce(1, *) }

    /// The shape of a sample as a value of a graph: `[F]` is `[F, 1, 1]`, `[F, T]` a sequence, `[F, 1, T]`; nil for
    /// more than three sides.
    package var sampleShape: (channels: Int, height: Int, width: Int)? {
        switch shape.count {
        case 1: (1, 1, 1)
        case 2: (shape[1], 1, 1)
        case 3: (shape[1], 1, shape[2])
        case 4: (shape[1], shape[2], shape[3])
        default: nil
        }
    }

    /// Returns true where the first bytes are those of an NPY or IDX file, or of gzip.
    package static func isArray(_ path: FilePath) -> Bool {
        guard let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path.string)),
            let bytes = try? file.read(upToCount: 6), bytes.count >= 4
        else { return false }
        return bytes.elementsEqual(npyMagic) || bytes.starts(with: GzipFile.firstBytes)
            || (bytes[0] == 0 && bytes[1] == 0 && NumberEncoding(idx: bytes[2]) != nil && 1...4 ~= bytes[3])
    }
}

/// An error of a file of numbers that cannot be read.
public struct NumberArrayError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file as it is printed.
    public var path: String
    /// The content that was found, for a message.
    public var found: String
    /// The content that was expected, for a message.
    public var expected: String

    package init(path: String, found: String, expected: String) {
        (self.path, self.found, self.expected) = (path, found, expected)
    }

    /// Returns the bytes of a file, without gzip's compression; of compressed ones at most `limit`, or 4 GiB.
    static func contents(
        of path: FilePath, expected: String, limit: Int = Int(UInt32.max)
    ) throws(NumberArrayError) -> Data {
        func failure(_ found: String) -> NumberArrayError {
            NumberArrayError(path: path.printed, found: found, expected: expected)
        }
        // A pipe would be waited for, and a device has no end.
        guard (try? Stat(path))?.type == .regular else { throw failure("no content that can be read") }
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(fileURLWithPath: path.string), options: .mappedIfSafe) } catch {
            throw failure("no content that can be read")
        }
        guard bytes.starts(with: GzipFile.firstBytes) else { return bytes }
        let limit = min(limit, Int(UInt32.max))
        guard let content = GzipFile.content(of: bytes, limit: limit) else {
            throw failure("damaged or incomplete gzip data, or more than \(limit) bytes")
        }
        return content
    }

    public var description: String { "\"\(path)\" has \(found), expected \(expected)" }
}
