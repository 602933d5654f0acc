import Foundation
import TestFolders
import Testing

@Suite("Sources keep the house's style")
struct StyleTests {
    @Test func formatIsClean() throws {
        let lint = Process()
        lint.executableURL = URL(filePath: "/usr/bin/env")
        lint.arguments = ["swift", "format", "lint", "--strict", "--recursive", "Package.swift", "Sources", "Tests"]
        lint.currentDirectoryURL = Repository.root
        let complaints = Pipe()
        lint.standardError = complaints
        try lint.run()
        let text = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        lint.waitUntilExit()
        #expect(lint.terminationStatus == 0, "\(text)")
    }

    @Test func filesAreShort() throws {
        for folder in ["Sources", "Tests", "PyTorch"] {
            for suffix in [".swift", ".c", ".h", ".py"] {
                for file in try Repository.files(below: folder, suffix: suffix) {
                    let byteCount = try Repository.text(file).utf8.count
                    #expect(byteCount <= 25_000, "\(file) has \(byteCount) bytes")
                }
            }
        }
    }

    @Test func namesSaySomething() throws {
        let vague = ["util", "utils", "helper", "helpers", "manager", "common", "misc"]
        for file in try Repository.files(below: "Sources", suffix: ".swift") {
            for word in file.lowercased().split(whereSeparator: { "/+.".contains($0) }) {
                #expect(!vague.contains(String(word)), "\(file)")
            }
        }
    }
}
