import Foundation
import SystemPackage
import TestFolders
import Testing

/// `report.csv` of the shipped `1x-Denoise-S` beside what NumPy, PyTorch and scikit-image make of the same files
/// (`PyTorch/fixtures/evaluation.py`).
@Suite struct ReferenceFigureTests {
    private struct Fixture: Decodable {
        struct Row: Decodable {
            var picture: String
            var corruption: String
            /// By metric and channels: `psnr RGB`.
            var before: [String: Double]
            var after: [String: Double]
        }
        var model: String
        var rows: [Row]
    }

    @Test func theTableIsThatOfTheReference() throws {
        let test = try CommandFolder()
        let text = try test.folder.read(fixtureFolder.appending("evaluation/figures.json"))
        let fixture = try JSONDecoder().decode(Fixture.self, from: Data(text))
        for name in Set(fixture.rows.map(\.picture)) {
            let bytes = try test.folder.read(fixtureFolder.appending("anchors/\(name)"))
            try test.folder.write(bytes, to: FilePath("in/\(name)"))
        }
        let ending = try test.run(
            "evaluate", "IN", "--corrupt", "gaussian:15,50", "--model", fixture.model, "--metrics",
            "psnr,ssim,psnr-channels", "--report", "TMP/report",
            environment: ["RETOUCH_MODELS": repository.appending("models").string])
        #expect(ending.status == 0, "\(ending.standardError)")
        let lines = String(decoding: try test.tree("report")["report.csv"] ?? [], as: UTF8.self)
            .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        let header = try #require(lines.first)
        #expect(lines.count == 1 + fixture.rows.count && fixture.rows.count == 6)
        for row in fixture.rows {
            let found = try #require(
                lines.map { Dictionary(zip(header, $0)) { first, _ in first } }
                    .first { $0["input"] == row.picture && $0["corruption"] == row.corruption })
            for (side, figures) in [("before", row.before), ("after", row.after)] {
                #expect(figures.count == 7)
                for (name, expected) in figures {
                    let value = try #require(found["\(name) awgn \(side)"].flatMap(Double.init))
                    // Networks in Float32 differ in the order of sums: a sample in a thousand rounds to the next level.
                    let tolerance = side == "after" ? 1e-3 : 1e-5
                    let place = "\(row.picture) \(row.corruption) \(name) \(side)"
                    #expect(abs(value - expected) < tolerance, "\(place): \(value)")
                }
            }
        }
    }
}
