import Foundation
import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing

@Suite("The library in ten lines, as README shows it")
struct LibraryExampleTests {
    @Test func restoresAPicture() throws {
        let output = FilePath(NSTemporaryDirectory()).appending("retouch-example-\(UUID().uuidString).png")
        defer { try? FileManager.default.removeItem(atPath: output.string) }
        let input = repository.appending("samples/scans/great-train-robbery-1903.png")
        try restore(input, to: output, modelFolder: repository.appending("models/1x-Scan-S"))
        let before = try Picture(reading: input)
        let after = try Picture(reading: output)
        #expect(after.format == before.format && after.width == before.width && after.height == before.height)
        #expect(after.image.samples != before.image.samples)
    }

    @Test func readmeShowsThisVeryCode() throws {
        let code = try String(
            contentsOfFile: repository.appending("Tests/RestorationTests/LibraryExample.swift").string, encoding: .utf8)
        let readme = try String(contentsOfFile: repository.appending("README.md").string, encoding: .utf8)
        #expect(readme.contains("```swift\n\(code)```"))
    }
}
