import Foundation
import TestFolders
import Testing

/// What an operation is stands in its folder: nothing else asks which one it has before it.
@Suite("Operations are told apart in their folders alone")
struct OperationTests {
    private static let folder = "Sources/Networks/Operations"

    /// The operations' types, by the line that registers each.
    private static func names() throws -> [String] {
        try Repository.text("\(folder)/Operations.swift").split(separator: "\n").compactMap { line in
            let line = line.trimmingCharacters(in: .whitespaces)
            return line.hasSuffix(".self,") ? String(line.dropLast(6)) : nil
        }
    }

    @Test func eachHasAFolder() throws {
        let names = try Self.names()
        #expect(names.count > 15)
        for name in names {
            let text = try Repository.text("\(Self.folder)/\(name)/\(name).swift")
            #expect(text.contains("public struct \(name): "), "\(name)")
        }
    }

    @Test func nothingElseTellsThemApart() throws {
        // A kind is known by a cast or by its name.
        let names = try Self.names().joined(separator: "|")
        let telling = try Regex("(\\b(is|as[?!]?) (\(names))\\b)|\\b(\(names))\\.kind\\b|switch [^{]*\\boperation\\b")
        for file in try Repository.files(below: "Sources", suffix: ".swift") where !file.hasPrefix("\(Self.folder)/") {
            for line in try Repository.text(file).split(separator: "\n") {
                #expect(try telling.firstMatch(in: line) == nil, "\(file): \(line)")
            }
        }
    }
}
