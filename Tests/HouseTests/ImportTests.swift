import Foundation
import TestFolders
import Testing

/// The table of modules in ARCHITECTURE.md, row by row: a target and the targets that it may import.
private func moduleTable() throws -> [String: [String]] {
    var table: [String: [String]] = [:]
    for line in try Repository.text("ARCHITECTURE.md").split(separator: "\n") {
        let cells = line.split(separator: "|", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        guard cells.count == 5, cells[1].hasPrefix("`"), cells[1].hasSuffix("`") else { continue }
        table[cells[1].trimmingCharacters(in: ["`"])] =
            cells[3].split(separator: ",").map { $0.trimmingCharacters(in: [" ", "`"]) }.filter { $0 != "-" }
    }
    return table
}

/// The modules that a Swift source imports.
private func imports(of source: String) -> [String] {
    source.split(separator: "\n").compactMap { line in
        var words = line.split(separator: " ")[...]
        while let word = words.first, word.hasPrefix("@") || ["public", "package", "internal"].contains(word) {
            words.removeFirst()
        }
        guard words.first == "import", words.count >= 2 else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "var", "let", "typealias"]
        let name = kinds.contains(words[words.startIndex + 1]) ? words.last : words[words.startIndex + 1]
        return name.map { String($0.prefix { $0 != "." }) }
    }
}

@Suite("Modules import what the table of ARCHITECTURE.md allows")
struct ImportTests {
    private static let everywhere: Set<String> = [
        "Swift", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Glibc", "Musl", "Darwin",
        "SystemPackage",
    ]
    private static let packages = ["ArgumentParser": "retouch", "Mustache": "Reports"]
    private static let cModules: Set<String> = ["CCodecs", "CKernels", "CCrypto", "CProcess"]

    @Test func everyModuleHasARow() throws {
        let modules = try FileManager.default.contentsOfDirectory(
            atPath: Repository.root.appending(path: "Sources").path(percentEncoded: false))
        #expect(Set(try moduleTable().keys) == Set(modules))
    }

    @Test func importsFollowTheTable() throws {
        let table = try moduleTable()
        for (module, row) in table where !Self.cModules.contains(module) {
            var allowed = Set(row)
            while true {
                let more = allowed.union(
                    allowed.subtracting(Self.cModules).flatMap { table[$0] ?? [] }.filter {
                        !Self.cModules.contains($0)
                    })
                if more == allowed { break }
                allowed = more
            }
            for file in try Repository.files(below: "Sources/\(module)", suffix: ".swift") {
                for name in imports(of: try Repository.text(file)) where !Self.everywhere.contains(name) {
                    if let owner = Self.packages[name] {
                        #expect(module == owner, "\(file) imports \(name), which only \(owner) may")
                    } else {
                        #expect(allowed.contains(name), "\(file) imports \(name); its row allows \(allowed.sorted())")
                    }
                }
            }
        }
    }

    @Test func importsAreRecognised() {
        let source = "public import Tensors\n@preconcurrency import CCodecs\nimport struct Foundation.Date\nlet x = 1"
        #expect(imports(of: source) == ["Tensors", "CCodecs", "Foundation"])
    }
}
