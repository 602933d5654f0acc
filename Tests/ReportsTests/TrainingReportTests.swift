import Files
import Foundation
import Reports
import SystemPackage
import Testing

@Suite struct TrainingReportTests {
    static func report(count: Int) -> TrainingReport {
        var rows: [TrainingRow] = []
        for index in 0..<count {
            let number = Double(index + 1)
            rows.append(
                TrainingRow(
                    step: 1000 * (index + 1), rate: 1e-3 / number, loss: 0.02 + 0.05 / number, psnr: 31 - 3 / number,
                    psnrBefore: 20.17, seconds: 61.5 * number, megapixels: 65.536 * number))
        }
        return TrainingReport(
            name: "1x-<Mine>", program: "retouch 0.1.0", date: Date(timeIntervalSince1970: 0), steps: 12_000,
            rows: rows,
            sheet: [
                .init(
                    name: "a & b.png", corruption: "gaussian:25",
                    cells: [
                        .init(caption: "clean", link: "training-pictures/0-clean.png"),
                        .init(caption: "corrupted, 20.17 dB", link: "training-pictures/0-corrupted.png"),
                    ], width: 256, height: 256)
            ], settings: [("loss", "charbonnier:eps=0.001")])
    }

    @Test func table() {
        let lines = Self.report(count: 2).csv().split(separator: "\n")
        #expect(lines[0] == "step,rate,loss,psnr,psnrBefore,seconds,megapixels")
        #expect(lines[1] == "1000,0.001,0.07,28.0,20.17,61.5,65.536")
        #expect(lines.count == 3)
    }

    /// A row from before there were figures of single corruptions has an empty place.
    @Test func tableOfSeveralCorruptions() {
        var report = Self.report(count: 2)
        report.rows[1].corruptions = [
            .init(corruption: "none", psnr: 49.5, psnrBefore: 100),
            .init(corruption: "film:0.7", psnr: 30.25, psnrBefore: 28),
        ]
        let lines = report.csv().split(separator: "\n")
        #expect(lines[0].hasSuffix(",megapixels,psnr none,psnr film:0.7"))
        #expect(lines[1].hasSuffix(",65.536,,"))
        #expect(lines[2].hasSuffix(",49.5,30.25"))
    }

    @Test(arguments: [0, 1, 2, 12]) func page(count: Int) throws {
        let folder = FilePath("/tmp/retouch-training-report-\(UInt64.random(in: 0...UInt64.max))")
        try createFolders(at: folder)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        try Self.report(count: count).write(to: folder)
        let page = try String(contentsOfFile: folder.appending("training.html").string, encoding: .utf8)
        #expect(page.contains("Training 1x-&lt;Mine&gt;"))
        #expect(page.contains("a &amp; b.png"))
        #expect(!page.contains("<script"))
        #expect(page.components(separatedBy: "<svg").count - 1 == (count > 1 ? 3 : 0))
        #expect(!page.contains("nan") && !page.contains("inf "))
        #expect(FileStamp.exists(folder.appending("training.csv")))
    }
}
