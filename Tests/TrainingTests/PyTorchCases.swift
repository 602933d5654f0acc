import Foundation
import Networks
import SystemPackage
import Tensors
import TestFolders
import Testing

/// A fixture of the PyTorch reference: cases in the metadata, tensors called `<case>/<role>`, pictures `[1, C, H, W]`.
struct PyTorchCases {
    /// What a case says of itself.
    struct Case: Decodable {
        var name: String
        // Of operations.
        var first, count, side: Int?
        var epsilon, scale: Float?
        var form: String?
        var includesCentre: Bool?
        // Of terms.
        var term, value: String?
        var layers: [String]?
        var loss: Double?
    }

    let cases: [Case]
    private let file: SafetensorsFile

    init(_ path: String) throws {
        file = try SafetensorsFile(reading: fixtureFolder.appending("\(path).safetensors"))
        cases = try JSONDecoder().decode([Case].self, from: Data(file.metadata["cases", default: ""].utf8))
    }

    func tensor(_ role: String, of item: Case) throws -> Tensor {
        try #require(file.tensor(named: "\(item.name)/\(role)"), "\(item.name)/\(role)")
    }

    /// A picture without its first axis, `[C, H, W]`.
    func picture(_ role: String, of item: Case) throws -> Tensor {
        let tensor = try tensor(role, of: item)
        return Tensor(shape: Array(tensor.shape.dropFirst()), elements: tensor.elements)
    }

    func has(_ role: String, of item: Case) -> Bool { file.tensor(named: "\(item.name)/\(role)") != nil }
}

/// Checks every element against a reference that was rounded once, relative to the largest of the tensor.
func expectNear(
    _ found: [Float], _ expected: Tensor, tolerance: Double, _ about: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let peak = Double(expected.elements.map { abs($0) }.max() ?? 0)
    let far = zip(found, expected.elements).enumerated().first {
        !(abs(Double($1.0) - Double($1.1)) <= tolerance * max(1, peak))
    }
    #expect(found.count == expected.elements.count, "\(about)", sourceLocation: sourceLocation)
    #expect(
        far == nil, "\(about), element \(far?.offset ?? 0): \(far?.element.0 ?? 0), \(far?.element.1 ?? 0)",
        sourceLocation: sourceLocation)
}

extension PlanarView {
    /// All samples, channel after channel.
    var allSamples: [Float] {
        (0..<channels).flatMap { c in
            (0..<height).flatMap { y in Array(UnsafeBufferPointer(start: row(c, y), count: width)) }
        }
    }
}
