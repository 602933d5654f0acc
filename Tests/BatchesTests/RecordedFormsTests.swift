import Batches
import Files
import Foundation
import Reports
import SystemPackage
import TestFolders
import Testing

/// `Tests/Fixtures/records`: what version 0.2.0 wrote when records were fields without types. They read for ever, and
/// are written again byte for byte.
@Suite("Recorded forms of records")
struct RecordedFormsTests {
    /// A line of an evaluation's journal.
    private struct JournalLine: Codable {
        var version: Int
        var key: SHA256Digest
        var record: PictureRecord
    }

    private func text(_ name: String) throws -> String {
        let path = fixtureFolder.appending("records").appending(name)
        return String(decoding: try Data(contentsOf: URL(filePath: path.string)), as: UTF8.self)
    }

    private func check<Line: Codable>(_ name: String, as type: Line.Type) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let lines = try text(name).split(separator: "\n")
        #expect(!lines.isEmpty)
        for line in lines {
            let value = try JSONDecoder().decode(type, from: Data(line.utf8))
            #expect(String(decoding: try encoder.encode(value), as: UTF8.self) == String(line))
        }
    }

    @Test("lines of the log, and forms that are rare")
    func records() throws {
        try check("log.jsonl", as: PictureRecord.self)
        try check("forms.jsonl", as: PictureRecord.self)
    }

    @Test("lines of the ledger and of an evaluation's journal")
    func lines() throws {
        try check("ledger.jsonl", as: LedgerEntry.self)
        try check("journal.jsonl", as: JournalLine.self)
    }

    @Test("JSON, CSV and Markdown of a run and of an evaluation", arguments: ["run", "evaluation"])
    func reports(_ name: String) throws {
        let json = try text("\(name).json")
        let report = try RunReport(json: Data(json.utf8))
        let folder = try TemporaryFolder()
        try report.write(to: folder.path.appending("report"))
        for ending in ["json", "csv", "md"] {
            let written = String(
                decoding: try folder.read(folder.path.appending("report/report.\(ending)")), as: UTF8.self)
            #expect(written == (try text("\(name).\(ending)")), "\(ending)")
        }
    }
}
