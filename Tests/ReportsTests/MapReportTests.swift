import Foundation
import Imaging
import Reports
import SystemPackage
import Tensors
import TestFolders
import Testing

/// The page of a map: its data, its pictures, and in Chromium how fast it draws.
@Suite struct MapReportTests {
    private func report(rows count: Int, axes: Int = 2, hasPictures: Bool = false) -> MapReport {
        var random = RandomStream(seed: 4)
        var report = MapReport(
            name: "z.npy", program: "retouch 1", date: Date(timeIntervalSince1970: 0), method: "t-SNE",
            rows: Array(0..<count), names: (0..<count).map { $0 == 1 ? "</script>\u{202E}" : "\($0).png" },
            axes: (0..<axes).map { _ in (0..<count).map { _ in Float(random.normal()) } },
            columns: [
                .init(name: "label", values: (0..<count).map { ["10", "9", ""][$0 % 3] }),
                .init(name: "distance", values: (0..<count).map { "\(Double($0) / 8)" }),
            ])
        if hasPictures {
            report.pictures = (0..<count).map { index in
                index == 2 ? nil : MapReport.thumbnail(of: PlanarImage(channels: 1, height: 28, width: 56))
            }
        }
        return report
    }

    private func text(_ path: FilePath) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path.string)), as: UTF8.self)
    }

    @Test func pagesHoldTheirData() throws {
        let folder = try TemporaryFolder()
        try report(rows: 50, hasPictures: true).write(to: folder.path.appending("page"))
        let page = try text(folder.path.appending("page").appending("map.html"))
        let json = try #require(
            page.components(separatedBy: "<script type=\"application/json\" id=\"data\">").last?
                .components(separatedBy: "</script>").first)
        let data = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect((data["names"] as? [String])?[1] == "</script>\u{202E}")
        #expect((data["axes"] as? [[Double]])?.map(\.count) == [50, 50])
        let columns = try #require(data["columns"] as? [[String: Any]])
        // Categories in the order of their numbers; many numbers as they are.
        #expect(
            columns[0]["kinds"] as? [String] == ["", "9", "10"]
                && columns[0]["values"] as? [Int] == (0..<50).map { [2, 1, 0][$0 % 3] })
        #expect(columns[1]["kinds"] == nil && (columns[1]["values"] as? [Double])?[3] == 0.375)
        #expect(page.contains("50 rows, t-SNE"))
        // The picture of each row in its square, wide ones with white above and below.
        let sheet = try Picture(reading: folder.path.appending("page").appending("map-pictures.jpg")).image
        #expect(sheet.width == 8 * 32 && sheet.height == 7 * 32)
        #expect(
            sheet.view.row(0, 16)[16] < 0.1 && sheet.view.row(0, 2)[16] > 0.9
                && sheet.view.row(0, 16)[2 * 32 + 16] > 0.9)
        let plain = try TemporaryFolder()
        try report(rows: 5, axes: 3).write(to: plain.path)
        #expect(!FileManager.default.fileExists(atPath: plain.path.appending("map-pictures.jpg").string))
    }

    /// 5,000 rows with pictures are drawn a hundred times while the page zooms, without an error.
    @Test(.enabled(if: areTestsLong), arguments: [2, 3]) func framesAreDrawn(_ axes: Int) throws {
        let folder = try TemporaryFolder()
        try report(rows: 5000, axes: axes, hasPictures: true).write(to: folder.path)
        let output = try Browser(device: .desktop).open("file://\(folder.path.string)/map.html#frames")
        #expect(output.console.isEmpty, "\(output.console)")
        #expect(output.document.contains("data-frames="))
    }
}
