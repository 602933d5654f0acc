import Foundation
import Latents
import Networks
import SystemPackage
import Tensors
import TestFolders
import Testing

/// 500 handwritten digits of 8x8 pixels on 0...1, and what scikit-learn finds in them.
struct Digits {
    let elements: [Float]
    let classes: [Int]
    private let tensors: SafetensorsFile
    private let numbers: [String: Any]

    static let dimension = 64

    init() throws {
        let folder = fixtureFolder.appending("latents")
        elements = try NumberArray(reading: folder.appending("digits.npy")).elements.map { $0 / 16 }
        classes = try NumberArray(reading: folder.appending("digits-labels-idx1-ubyte")).elements.map { Int($0) }
        tensors = try SafetensorsFile(reading: folder.appending("figures.safetensors"))
        let text = try Data(contentsOf: URL(fileURLWithPath: folder.appending("figures.json").string))
        numbers = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    }

    var count: Int { classes.count }

    /// The table of the digits, labelled.
    func table() throws -> LatentTable {
        try LatentTable(
            dimension: Self.dimension, elements: elements, entries: classes.map { .init(label: "\($0)") })
    }

    func rows(_ range: Range<Int>) -> [Float] {
        Array(elements[range.lowerBound * Self.dimension..<range.upperBound * Self.dimension])
    }

    func figure(_ name: String) throws -> Double { try #require(numbers[name] as? Double, "\(name)") }

    func figures(_ name: String) throws -> [Double] { try #require(numbers[name] as? [Double], "\(name)") }

    func values(_ name: String) throws -> [Float] { try #require(tensors.tensor(named: name), "\(name)").elements }
}
