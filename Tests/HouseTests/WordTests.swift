import Foundation
import TestFolders
import Testing

/// The glossary of ARCHITECTURE.md, and the documentation that public declarations have.
@Suite("Words and documentation")
struct WordTests {
    /// The phrases of the glossary's last column, with the term that stands for each.
    private static func replaced() throws -> [(phrase: String, term: String)] {
        let page = try Repository.text("ARCHITECTURE.md")
        let glossary = page.components(separatedBy: "## Words").dropFirst().joined()
        return glossary.split(separator: "\n").flatMap { line -> [(String, String)] in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 5, cells[1] != "term", !cells[1].hasPrefix("-") else { return [] }
            return cells[3].split(separator: ",").map { ($0.trimmingCharacters(in: .whitespaces), cells[1]) }
        }
    }

    @Test func theGlossaryIsTheLaw() throws {
        // Whole words, so that "the twin" does not find "the twins".
        let replaced = try Self.replaced().map { phrase, term in
            (phrase, term, try Regex("\\b\(NSRegularExpression.escapedPattern(for: phrase))\\b"))
        }
        #expect(replaced.count > 12)
        var files = ["README.md", "CONTRIBUTING.md"]
        for suffix in [".swift", ".c", ".h", ".md"] { files += try Repository.files(below: "Sources", suffix: suffix) }
        files += try Repository.files(below: "Documentation", suffix: ".md")
        // The reference implementation, the models' cards and how they were made.
        for suffix in [".py", ".md"] { files += try Repository.files(below: "PyTorch", suffix: suffix) }
        for suffix in [".md", "/model.json"] { files += try Repository.files(below: "models", suffix: suffix) }
        for file in files {
            let text = try Repository.text(file).lowercased()
            for (phrase, term, pattern) in replaced where text.contains(phrase) {
                let isThere = try pattern.firstMatch(in: text) != nil
                #expect(!isThere, "\(file) says \"\(phrase)\", the glossary \"\(term)\"")
            }
        }
    }

    /// Names that our protocols ask for: what such a member does stands in the protocol.
    private static func requirements(_ files: [String]) throws -> Set<String> {
        var names: Set<String> = []
        for file in files {
            var depth: Int?
            for line in try Repository.text(file).split(separator: "\n") {
                if line.utf8.first != UInt8(ascii: "/") && line.contains("protocol "),
                    line.contains(#/^\s*(public |package )?protocol /#)
                {
                    depth = 0
                }
                guard let current = depth else { continue }
                if let match = line.firstMatch(of: #/^\s*(?:static |mutating )*(?:var|func) `?(\w+)/#) {
                    names.insert(String(match.1))
                }
                let next = current + line.count { $0 == "{" } - line.count { $0 == "}" }
                depth = next == 0 && line.contains("}") ? nil : next
            }
        }
        return names
    }

    @Test func publicDeclarationsAreDocumented() throws {
        let files = try Repository.files(below: "Sources", suffix: ".swift")
        let requirements = try Self.requirements(files)
        #expect(requirements.contains("readRows"))
        // What the standard library's protocols ask for is documented there.
        let inherited =
            #/var (description|debugDescription|errorDescription)\b|func (encode\(to|hash\(into)|init\(from decoder|static func (==|<)|init\?\(argument/#
        for file in files {
            let lines = try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() {
                // Expressions are slow on all lines of all sources.
                let text = line.drop { $0 == " " }
                guard text.hasPrefix("public ") || text.hasPrefix("@") else { continue }
                let isPublic = line.contains(#/^\s*(@\w+(\([^)]*\))?\s+)*public (?!import|extension)/#)
                guard isPublic, !line.contains(inherited) else { continue }
                if let name = line.firstMatch(of: #/\b(?:var|func|let) `?(\w+)/#), requirements.contains(String(name.1))
                {
                    continue
                }
                var above = index - 1
                while above >= 0, lines[above].contains(#/^\s*@/#) { above -= 1 }
                let isDocumented = above >= 0 && lines[above].contains(#/^\s*////#)
                #expect(isDocumented, "\(file):\(index + 1) has no documentation: \(line)")
            }
        }
    }

    @Test func documentationIsInSentences() throws {
        for file in try Repository.files(below: "Sources", suffix: ".swift") {
            let lines = try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated()
            where line.drop(while: { $0 == " " }).hasPrefix("/// ")
                && line.contains(#/^\s*/// (What|How|Of|Where|As|With|Which|Whether|From)\b/#)
            {
                let isFirst = index == 0 || !lines[index - 1].contains(#/^\s*////#)
                #expect(!isFirst, "\(file):\(index + 1) begins no sentence: \(line)")
            }
        }
    }
}
