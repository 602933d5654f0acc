import Files
import Foundation
import SystemPackage

/// Numbers of some shape in memory, in C order: what an array file or a table holds.
public struct NumberArray: Sendable, Equatable {
    /// One or more sides, the first of which counts samples.
    public let shape: [Int]
    public let elements: [Float]

    /// The most elements that a file may hold: 8 GB of Float32.
    static let largestCount = 1 << 31

    public init(shape: [Int], elements: [Float]) {
        precondition(shape.reduce(1, *) == elements.count)
        self.shape = shape
        self.elements = elements
    }

    /// How many samples there are.
    public var count: Int { shape.first ?? 0 }

    /// Elements of a sample.
    public var sampleCount: Int { shape.dropFirst().reduce(1, *) }

    /// The shape of a sample as a value of a graph: `[F]` is `[F, 1, 1]`, `[F, T]` a sequence, `[F, 1, T]`; nil for more
    /// than three sides.
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

/// Why a file of numbers cannot be read.
public struct NumberArrayError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file as it is printed.
    public var path: String
    public var found: String
    public var expected: String

    /// The bytes of a file.
    static func contents(of path: FilePath, expected: String) throws(NumberArrayError) -> Data {
        do { return try Data(contentsOf: URL(fileURLWithPath: path.string)) } catch {
            throw NumberArrayError(path: path.printed, found: "no content that can be read", expected: expected)
        }
    }

    public var description: String { "\"\(path)\" has \(found), expected \(expected)" }
}
