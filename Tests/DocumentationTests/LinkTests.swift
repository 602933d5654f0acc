import Foundation
import SystemPackage
import TestFolders
import Testing

@Suite("Links of the documentation lead somewhere")
struct LinkTests {
    /// The targets of the links and pictures in a line.
    private static func targets(in line: String) -> [String] {
        line.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
    }

    @Test(arguments: Page.all) func targetsExist(_ page: Page) throws {
        let folder = FilePath(page.path).removingLastComponent()
        for target in page.prose.flatMap(Self.targets) where !target.contains("://") {
            let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let path = parts[0].isEmpty ? page.path : folder.pushing(FilePath(parts[0])).lexicallyNormalized().string
            let exists = FileManager.default.fileExists(atPath: repository.pushing(FilePath(path)).string)
            #expect(exists, "\(page.path): \(target)")
            guard exists, parts.count == 2 else { continue }
            #expect(try Page(path).anchors.contains(parts[1]), "\(page.path): \(target)")
        }
    }

    /// Files and folders that pages name from the checkout's root.
    @Test(arguments: Page.all.filter { !$0.path.hasSuffix("NOTES.md") && $0.path != "CHANGELOG.md" })
    func namedFilesExist(_ page: Page) {
        let name = /`((Sources|Tests|Documentation|PyTorch|Benchmarks|Sets|models)\/[A-Za-z0-9_+.\/-]+)`/
        for match in page.prose.flatMap({ $0.matches(of: name) }) {
            let path = String(match.1)
            // Stands for a name that is to be chosen.
            guard !path.contains("NAME"), !path.contains("1x-Mine"), !path.contains("1x-Name") else { continue }
            let exists = FileManager.default.fileExists(atPath: repository.pushing(FilePath(path)).string)
            #expect(exists, "\(page.path): \(path)")
        }
    }

    /// README answers the questions of a stranger by links.
    @Test func pagesAreReached() throws {
        let readme = try Page("README.md")
        let targets = readme.prose.flatMap(Self.targets).map { $0.prefix { $0 != "#" } }
        for page in Page.all where page.path.hasPrefix("Documentation/") {
            #expect(targets.contains { $0 == page.path }, "README does not link \(page.path)")
        }
    }

    @Test func everyModuleHasAnArticle() throws {
        let sources = repository.appending("Sources").string
        for name in try FileManager.default.contentsOfDirectory(atPath: sources)
        where !name.hasPrefix("C") || name == "Corruptions" {
            guard name != "retouch" else { continue }
            #expect(Page.all.contains { $0.path == "Sources/\(name)/\(name).docc/\(name).md" }, "\(name)")
        }
    }

    @Test func anchorsAreThoseOfGitHub() throws {
        var page = try Page("README.md")
        page.lines = ["# What `auto` chooses, and why", "```sh", "# none", "```", "## BF16: 0.02 dB"]
        #expect(page.anchors == ["what-auto-chooses-and-why", "bf16-002-db"])
        #expect(Self.targets(in: "[a](b.md#c), ![d](e.png) and [f](https://g)") == ["b.md#c", "e.png", "https://g"])
    }
}
