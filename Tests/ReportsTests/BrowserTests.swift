import Files
import Foundation
import Imaging
import Reports
import SystemPackage
import Tensors
import TestFolders
import Testing

/// The page in Chromium, which `make test-long` installs: it uses itself as a reader would and says what it saw.
///
/// With `RETOUCH_SCREENSHOTS` set to a folder, screenshots are kept there.
@Suite(
    "The page in a browser", .serialized,
    .enabled(if: areTestsLong))
struct BrowserTests {
    /// A scene with edges, and the same with noise, or softened.
    static func scene(width: Int, height: Int, noise: Float = 0, seed: Int = 0) -> PlanarImage {
        let image = PlanarImage(channels: 3, height: height, width: width)
        var state = UInt32(truncatingIfNeeded: seed &+ 1)
        for c in 0..<3 {
            for y in 0..<height {
                let row = image.view.row(c, y)
                for x in 0..<width {
                    state = state &* 1_664_525 &+ 1_013_904_223
                    let draw = Float(state >> 8) / Float(1 << 24) - 0.5
                    let (u, v) = (Float(x) / Float(width), Float(y) / Float(height))
                    let ring = sin(40 * ((u - 0.5) * (u - 0.5) + (v - 0.4) * (v - 0.4)))
                    row[x] = min(1, max(0, 0.45 + 0.2 * ring + 0.1 * Float(c) * u + noise * draw))
                }
            }
        }
        return image
    }

    /// An evaluation with two methods and two levels, and pictures larger than the page shows whole.
    static func evaluation(in folder: FilePath) throws {
        var report = evaluationReport()
        report.records[0].change { $0.remarks = ["<b>bold</b> & \"quoted\" mean shift"] }
        for index in report.records.indices {
            let name =
                index % 3 == 2 ? "set/</script><img src=x onerror=alert(1)>.png" : report.records[index].input.string
            report.records[index].input = FilePath(name)
        }
        try report.write(to: folder) { record in
            let size = record.input == "set/0.png" ? (1300, 900) : (300, 200)
            let clean = scene(width: size.0, height: size.1)
            return PreviewSource(
                before: scene(width: size.0, height: size.1, noise: 0.5, seed: 1),
                after: scene(width: size.0, height: size.1, noise: record.method?.name == "nlm" ? 0.2 : 0.08, seed: 2),
                reference: clean)
        }
    }

    /// A folder run of many pictures, upscaled, without references, with failures.
    static func folderRun(in folder: FilePath, count: Int) throws {
        var report = ReportPageTests.large(count)
        report.records[3].outcome = .failed(reason: "PNG, chunk IDAT: damaged")
        report.records[5].change { $0.measurements[0].after = .infinity }
        try report.write(to: folder, previewLimit: 4) { _ in
            PreviewSource(
                before: scene(width: 200, height: 150, noise: 0.3), after: scene(width: 400, height: 300))
        }
    }

    func check(_ folder: FilePath, _ mark: String, _ device: Browser.Device) throws {
        let browser = Browser(device: device)
        let address = "file://\(folder.string)/report.html"
        let output = try browser.open(address + mark)
        #expect(output.console.isEmpty, "\(output.console)")
        let start = try #require(output.document.range(of: "<pre id=\"selftest\""), "the page gave no verdict")
        let end = try #require(output.document.range(of: "</pre>", range: start.lowerBound..<output.document.endIndex))
        let verdict = String(output.document[start.lowerBound..<end.lowerBound])
        #expect(verdict.contains("data-verdict=\"pass\""), "\(verdict)")
        #expect(verdict.contains("\(device.size.width)×\(device.size.height)"), "\(verdict.suffix(80))")
        // What was drawn from hostile data is text.
        #expect(!output.document.contains("<img src=\"x\""))
        let screenshots = ProcessInfo.processInfo.environment["RETOUCH_SCREENSHOTS"].map { FilePath($0) } ?? folder
        for isDark in [false, true] {
            let name = folder.lastComponent?.string ?? "report"
            let file = screenshots.appending("\(name)-\(device.rawValue)-\(isDark ? "dark" : "light").png")
            try browser.screenshot(address, to: file, isDark: isDark)
            let picture = try Picture(reading: file).image
            #expect(picture.width == device.size.width && picture.height >= device.size.height)
            // The paper is light or dark.
            let corner = picture.view.row(0, picture.height - 1)[1]
            #expect(isDark ? corner < 0.2 : corner > 0.9)
            withExtendedLifetime(picture) {}
        }
    }

    @Test("an evaluation", arguments: Browser.Device.allCases)
    func evaluation(device: Browser.Device) throws {
        try withTemporaryFolder { folder in
            let place = folder.appending("evaluation")
            try Self.evaluation(in: place)
            try check(place, "?selftest", device)
        }
    }

    @Test("a folder run of 5,000 pictures", arguments: Browser.Device.allCases)
    func folderRun(device: Browser.Device) throws {
        try withTemporaryFolder { folder in
            let place = folder.appending("folder-run")
            try Self.folderRun(in: place, count: 5000)
            let start = ContinuousClock.now
            try check(place, "#selftest", device)
            // Three starts of the browser, each with the whole list.
            #expect(start.duration(to: .now) < .seconds(60))
        }
    }

    @Test("a run without pictures or figures")
    func empty() throws {
        try withTemporaryFolder { folder in
            try RunReport(version: "1", date: Date(timeIntervalSince1970: 0), model: "m", records: [])
                .write(to: folder.appending("empty"))
            try check(folder.appending("empty"), "?selftest", .desktop)
        }
    }

    @Test("a fault of the page is told")
    func fault() throws {
        try withTemporaryFolder { folder in
            try Self.folderRun(in: folder, count: 10)
            let page = folder.appending("report.html")
            let text = String(decoding: try bytes(of: page), as: UTF8.self)
            // A picture from elsewhere is refused by the page's own policy, and told.
            let harmed = text.replacingOccurrences(
                of: "<main>", with: "<main><img alt=\"\" src=\"https://example.org/x.png\">")
            try AtomicFile.write(harmed.utf8, to: page)
            let output = try Browser(device: .desktop).open("file://\(page.string)?selftest")
            #expect(output.console.contains { $0.contains("example.org") })
            // What the script may be is in the policy: another one does not run.
            let changed = text.replacingOccurrences(
                of: "mixBlendMode === \"difference\"", with: "mixBlendMode === \"none\"")
            #expect(changed != text)
            try AtomicFile.write(changed.utf8, to: page)
            #expect(
                !(try Browser(device: .desktop).open("file://\(page.string)?selftest").document.contains(
                    "id=\"selftest\"")))
        }
    }
}
