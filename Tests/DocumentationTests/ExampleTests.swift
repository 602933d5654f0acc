import Foundation
import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing

/// Swift code in the documentation is part of a file that is compiled: one in `Examples/`, or one of the package's.
@Suite("Code in the documentation is compiled")
struct ExampleTests {
    /// The lines of a text without their indentation.
    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func files(below folder: String) throws -> [(path: String, lines: [String])] {
        try FileManager.default.subpathsOfDirectory(atPath: repository.pushing(FilePath(folder)).string)
            .filter { $0.hasSuffix(".swift") }.sorted().map {
                ("\(folder)/\($0)", lines(try Repository.text("\(folder)/\($0)")))
            }
    }

    private static func contains(_ lines: [String], _ part: [String]) -> Bool {
        guard let first = part.first, lines.count >= part.count else { return false }
        return (0...lines.count - part.count).contains {
            lines[$0] == first && lines[$0..<$0 + part.count].elementsEqual(part)
        }
    }

    @Test func everyBlockIsCompiled() throws {
        let examples = try Self.files(below: "Tests/DocumentationTests/Examples")
        let sources = try Self.files(below: "Sources")
        var shown: Set<String> = []
        var count = 0
        for page in Page.all {
            for block in page.blocks where block.language == "swift" {
                count += 1
                let lines = block.lines.map { $0.trimmingCharacters(in: .whitespaces) }
                let matches = (examples + sources).filter { Self.contains($0.lines, lines) }
                #expect(!matches.isEmpty, "\(page.path):\(block.line) is part of no file that is compiled")
                shown.formUnion(matches.map(\.path))
            }
        }
        #expect(count > 10)
        for example in examples { #expect(shown.contains(example.path), "no page shows \(example.path)") }
    }

    // MARK: What the examples do

    @Test func restoresAPicture() throws {
        let folder = try TemporaryFolder()
        let output = folder.path.appending("out.png")
        let input = repository.appending("samples/scans/great-train-robbery-1903.png")
        try restore(input, to: output, modelFolder: repository.appending("models/1x-Scan-S"))
        let before = try Picture(reading: input)
        let after = try Picture(reading: output)
        #expect(after.format == before.format && after.width == before.width && after.height == before.height)
        #expect(after.image.samples != before.image.samples)
    }

    @Test func convolvesAPicture() {
        let picture = noisePicture(seed: 1)
        var weights = Tensor(shape: [2, 3, 3, 3])
        weights.elements[0 * 9 + 4] = 1  // Channel 0 from channel 0.
        weights.elements[(1 * 3 + 2) * 9 + 5] = 2  // Channel 1 from the pixel to the right in channel 2.
        let result = convolved(picture, weights: weights)
        for y in 0..<64 {
            for x in 0..<64 {
                #expect(result.view.row(0, y)[x] == picture.view.row(0, y)[x])
                #expect(result.view.row(1, y)[x] == (x < 63 ? 2 * picture.view.row(2, y)[x + 1] : 0))
            }
        }
    }

    @Test func corruptsAPictureAndTakesItOff() throws {
        let picture = noisePicture(seed: 2)
        let corrupted = try noisy(picture)
        #expect(corrupted.samples != picture.samples)
        #expect(try denoised(corrupted).samples != corrupted.samples)
        try printFigures(clean: picture, noisy: corrupted, restored: picture)
    }
}
