import Foundation
import SystemPackage
import TestFolders
import Testing

/// A page of the documentation: a Markdown file of the checkout.
struct Page: CustomTestStringConvertible, Sendable {
    /// A fenced block of code.
    struct Block: Sendable {
        var language: String
        /// Of the line behind the fence, from 1.
        var line: Int
        var lines: [String]
    }

    /// From the checkout's root.
    var path: String
    var lines: [String]

    var testDescription: String { path }

    init(_ path: String) throws {
        self.path = path
        lines = try Repository.text(path).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The pages at the root, in Documentation, beside models and benchmarks, and the articles of the modules.
    static let all: [Page] = {
        let manager = FileManager.default
        let top = (try? manager.contentsOfDirectory(atPath: repository.string)) ?? []
        let below = ["Documentation", "Sources", "models", "Benchmarks", "PyTorch", "samples", "Tests"].flatMap {
            (try? Repository.files(below: $0, suffix: ".md")) ?? []
        }
        return (top.filter { $0.hasSuffix(".md") } + below).sorted().compactMap { try? Page($0) }
    }()

    /// The fenced blocks in order.
    var blocks: [Block] {
        var blocks: [Block] = []
        var open: Block?
        for (index, line) in lines.enumerated() {
            guard line.hasPrefix("```") else {
                open?.lines.append(line)
                continue
            }
            if let block = open {
                blocks.append(block)
                open = nil
            } else {
                open = Block(language: String(line.dropFirst(3)), line: index + 2, lines: [])
            }
        }
        return blocks
    }

    /// The lines outside of fenced blocks.
    var prose: [String] {
        var isCode = false
        return lines.filter { line in
            guard line.hasPrefix("```") else { return !isCode }
            isCode.toggle()
            return false
        }
    }

    /// The anchors of the headings, as GitHub makes them.
    var anchors: Set<String> {
        Set(
            prose.filter { $0.hasPrefix("#") }.map { heading in
                let title = heading.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
                return String(
                    title.compactMap { character in
                        if character.isLetter || character.isNumber || "-_".contains(character) { return character }
                        return character == " " ? "-" : nil
                    })
            })
    }
}
