import Foundation
import TestFolders
import Testing

/// The version stands in one place, and the newest release of CHANGELOG.md is that one.
@Suite("Version and changelog agree")
struct VersionTests {
    @Test func changelogBeginsWithTheVersion() throws {
        let source = try Repository.text("Sources/retouch/Version.swift")
        let version = try #require(try Regex("current = \"([0-9.]+)\"").firstMatch(in: source)?.output[1].substring)
        let releases = try Repository.text("CHANGELOG.md").matches(of: /(?m)^## ([0-9.]+) - \d{4}-\d\d-\d\d$/)
        #expect(releases.first?.output.1 == version)
    }

    @Test func scriptsAreShell() throws {
        let folder = Repository.root.appending(path: "Scripts").path(percentEncoded: false)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder)
        where name != "licences" && !name.hasSuffix(".c") {
            let check = Process()
            check.executableURL = URL(filePath: "/bin/sh")
            check.arguments = ["-n", "\(folder)/\(name)"]
            try check.run()
            check.waitUntilExit()
            #expect(check.terminationStatus == 0, "Scripts/\(name)")
        }
    }
}
