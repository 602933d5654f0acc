import Files
import Foundation
import SystemPackage

/// Numbers of some shape in memory, in C order: the content of an array file or a table.
public struct NumberArray: Sendable, Equatable {
    /// One or more sides, the first of which counts samples.
    public let shape: [Int]
    /// The numbers, in C order.
    public let elements: [Float]

    /// The largest number of elements of a file: 8 GB of Float32.
    static let largestCount = 1 << 31

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
    var sampleShape: (channels: Int, height: Int, width: Int)? {
        switch shape.count {
        case 1: (1, 1, 1)
        case 2: (shape[1], 1, 1)
        case 3: (shape[1], 1, shape[2])
        case 4: (shape[1], shape[2], shape[3])
        default: nil
        }
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

    /// Returns the bytes of a file.
    static func contents(of path: FilePath, expected: String) throws(NumberArrayError) -> Data {
        do { return try Data(contentsOf: URL(fileURLWithPath: path.string)) } catch {
            throw NumberArrayError(path: path.printed, found: "no content that can be read", expected: expected)
        }
    }

    public var description: String { "\"\(path)\" has \(found), expected \(expected)" }
}
