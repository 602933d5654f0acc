import Files
import Foundation
import Imaging
import Reports
import SystemPackage
import Tensors
import Testing

/// Calls `body` with a fresh folder, which is removed afterwards.
func withTemporaryFolder<Result>(_ body: (FilePath) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("retouch-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(FilePath(folder.path))
}

func bytes(of path: FilePath) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path.string))) }

func names(in folder: FilePath) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.string).sorted()
}

extension [UInt8] {
    /// Whether `text` occurs, byte by byte: `String.contains` compares characters and misses a mark with an accent.
    func holds(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard count >= wanted.count else { return false }
        return (0...count - wanted.count).contains {
            self[$0] == wanted[0] && self[$0..<$0 + wanted.count].elementsEqual(wanted)
        }
    }
}

/// Every sample different from its neighbours, of a whole number of 255ths.
func pattern(channels: Int, height: Int, width: Int, seed: Int = 0) -> PlanarImage {
    PlanarImage(
        channels: channels, height: height, width: width,
        samples: (0..<channels * height * width).map { Float(($0 * 7919 + seed * 31 + $0 / 97) % 256) / 255 })
}

@Suite("The page of a report")
struct ReportPageTests {
    func page(_ report: RunReport) throws -> [UInt8] {
        try withTemporaryFolder { try bytes(of: report.write(to: $0)) }
    }

    @Test("names, errors, notes and settings cannot leave their place")
    func hostile() throws {
        // A combining accent makes one character of itself and the mark before it, which an escaping by characters
        // does not find.
        let attack = "\"\u{301} onerror=alert(1) '\u{301}<\u{301}script>&lt;{{title}}</style>]]>-->"
        let hostile =
            FilePath(bytes: Array("a".utf8) + Array(attack.utf8).filter { $0 != UInt8(ascii: "/") } + [0xFF])
            ?? FilePath()
        let measurement = Measurement(metric: "psnr", channels: attack, protocol: attack, before: 20, after: 30)
        let report = RunReport(
            program: attack, version: attack, date: Date(timeIntervalSince1970: 0), model: attack,
            settings: [attack: attack],
            records: [
                PictureRecord(
                    input: hostile, outcome: .restored, notes: [attack], model: attack, modelSHA256: attack,
                    corruption: attack, measurements: [measurement]),
                PictureRecord(input: hostile, outcome: .failed, error: attack + "\u{0}\u{7}"),
            ])
        try withTemporaryFolder { folder in
            let picture = pattern(channels: 3, height: 30, width: 40)
            let html = try bytes(
                of: report.write(to: folder) { _ in PreviewSource(before: picture, after: picture, reference: picture) }
            )
            for harm in ["\"\u{301}", "'\u{301}", "<\u{301}", "</style>]]", "\u{0}", "\u{7}", "-->"] {
                #expect(!html.holds(harm))
            }
            #expect(html.holds("&quot;\u{301} onerror=alert(1) &#39;\u{301}&lt;\u{301}script&gt;&amp;lt;{{title}}"))
            #expect(html.holds("\\xff"))
        }
    }

    @Test("every outcome, error, note and figure is there, with its protocol")
    func content() throws {
        let html = try page(sampleReport())
        for text in [
            "5 pictures, 1x-Scan-S", "2027-01-15 08:00:00 UTC", "2 restored", "1 skipped, 1 failed, 1 ignored",
            "20.00 → 30.00 dB", "<i class=\"gain\">+10.00</i>", "∞ → ∞ dB", "first frame of 3",
            "expected &quot;IHDR&quot;,\r\nfound nothing", "note.txt", "576×400 → 1152×800", "0.25 s",
            "PSNR, RGB, awgn-8bit", "8-bit files, clipped and rounded before and after", "strength", "00ff",
            "Worst five by PSNR, RGB, awgn-8bit", "&lt;img src=x onerror=alert(1)&gt;",
        ] {
            #expect(html.holds(text), "\(text)")
        }
        #expect(!html.holds("Before and after"))
        #expect(!html.holds("{{"))
        #expect(!html.holds("Optional("))
    }

    @Test("a run without pictures or figures is a page too")
    func empty() throws {
        let html = try page(
            RunReport(version: "1", date: Date(timeIntervalSince1970: 0), model: "m", records: []))
        #expect(html.holds("0 pictures, m"))
        #expect(html.holds("0 restored"))
        for text in ["Failed", "Figures", "Before and after", "How it was measured"] {
            #expect(!html.holds("<h2>\(text)</h2>"), "\(text)")
        }
    }

    @Test("ten thousand pictures are written in a few seconds")
    func long() throws {
        let records = (0..<10_000).map { index in
            PictureRecord(
                input: FilePath("folder/\(index).png"), outcome: .restored, inputWidth: 100, inputHeight: 100,
                seconds: 1,
                measurements: [
                    Measurement(metric: "psnr", channels: "RGB", protocol: "awgn-8bit", before: 20, after: 30)
                ])
        }
        let html = try page(
            RunReport(version: "1", date: Date(timeIntervalSince1970: 0), model: "m", records: records))
        #expect(html.holds("folder/9999.png"))
        #expect(html.count < 6_000_000)
    }
}

@Suite("Previews")
struct PreviewTests {
    func report(_ count: Int, after: (Int) -> Double? = { _ in nil }) -> RunReport {
        RunReport(
            version: "1", date: Date(timeIntervalSince1970: 0), model: "m",
            records: (0..<count).map { index in
                PictureRecord(
                    input: FilePath("\(index).png"), outcome: .restored,
                    measurements: after(index).map {
                        [Measurement(metric: "psnr", channels: "RGB", protocol: "awgn-8bit", before: 20, after: $0)]
                    } ?? [])
            })
    }

    @Test("a pair of files: whole views bounded, pieces exact, from where the difference is greatest")
    func files() throws {
        try withTemporaryFolder { folder in
            let before = pattern(channels: 3, height: 700, width: 2100)
            let after = PlanarImage(channels: 3, height: 700, width: 2100, samples: before.samples)
            for y in 400..<420 { for x in 1500..<1520 { after.view.row(1, y)[x] = 1 - after.view.row(1, y)[x] } }
            try Picture(before).write(to: folder.appending("before.png"), as: .png)
            try Picture(after).write(to: folder.appending("after.png"), as: .png)
            let html = try bytes(
                of: report(1).write(to: folder.appending("report")) { _ in
                    PreviewSource(before: folder.appending("before.png"), after: folder.appending("after.png"))
                })
            let previews = folder.appending("report/previews")
            #expect(
                try names(in: previews) == [
                    "0001-after-crop.png", "0001-after.jpg", "0001-before-crop.png", "0001-before.jpg",
                ])
            for file in try names(in: previews) { #expect(html.holds("src=\"previews/\(file)\"")) }
            let overview = try Picture(reading: previews.appending("0001-after.jpg"))
            #expect(overview.width == 700 && overview.height == 233)
            // The middle of the overview is the mean of 3x3 pixels, but for what JPEG takes away.
            var sum: Float = 0
            for y in 300..<303 { for x in 900..<903 { sum += after.view.row(0, y)[x] } }
            #expect(abs(overview.image.view.row(0, 100)[300] - sum / 9) < 0.06)
            let crop = try Picture(reading: previews.appending("0001-after-crop.png")).image
            let beforeCrop = try Picture(reading: previews.appending("0001-before-crop.png")).image
            #expect(crop.width == 240 && crop.height == 240)
            let corner = try #require(Self.corner(in: html))
            #expect(corner.x <= 1500 && corner.x + 240 >= 1520 && corner.y <= 400 && corner.y + 240 >= 420)
            let place = (rows: corner.y..<corner.y + 240, columns: corner.x..<corner.x + 240)
            let (expected, expectedBefore) = (
                after.view.cropped(rows: place.rows, columns: place.columns),
                before.view.cropped(rows: place.rows, columns: place.columns)
            )
            func levels(_ view: PlanarView) -> [Int] {
                (0..<3).flatMap { c in
                    (0..<240).flatMap { y in (0..<240).map { x in Int((view.row(c, y)[x] * 255).rounded()) } }
                }
            }
            #expect(levels(crop.view) == levels(expected))
            #expect(levels(beforeCrop.view) == levels(expectedBefore))
            withExtendedLifetime((before, after)) {}
        }
    }

    /// The corner that the page names.
    static func corner(in html: [UInt8]) -> (x: Int, y: Int)? {
        let text = String(decoding: html, as: UTF8.self)
        guard let start = text.range(of: "100 %, from ("),
            let end = text.range(of: ")", range: start.upperBound..<text.endIndex)
        else { return nil }
        let numbers = text[start.upperBound..<end.lowerBound].split(separator: ",").compactMap {
            Int($0.trimmingCharacters(in: .whitespaces))
        }
        return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }

    @Test("an enlarged picture: the piece before is half as large, from the same place")
    func enlarged() throws {
        try withTemporaryFolder { folder in
            let before = pattern(channels: 1, height: 200, width: 300)
            let after = pattern(channels: 1, height: 400, width: 600, seed: 1)
            let html = try bytes(
                of: report(1).write(to: folder) { _ in PreviewSource(before: before, after: after, reference: after) })
            let corner = try #require(Self.corner(in: html))
            let crop = try Picture(reading: folder.appending("previews/0001-before-crop.png")).image
            #expect(crop.width == 120 && crop.height == 120)
            for y in 0..<120 {
                for x in 0..<120 {
                    #expect(crop.view.row(0, y)[x] == before.view.row(0, y + corner.y / 2)[x + corner.x / 2])
                }
            }
            #expect(html.holds("enlarged"))
            #expect(try names(in: folder.appending("previews")).contains("0001-reference-crop.png"))
        }
    }

    @Test(
        "pictures of one pixel, and thinner than a preview's factor",
        arguments: [(1, 1), (2000, 1), (1, 3000), (5, 240)])
    func thin(width: Int, height: Int) throws {
        try withTemporaryFolder { folder in
            let picture = pattern(channels: 3, height: height, width: width)
            _ = try report(1).write(to: folder) { _ in PreviewSource(before: picture, after: picture) }
            let overview = try Picture(reading: folder.appending("previews/0001-after.jpg"))
            #expect(overview.width <= 960 && overview.height <= 960)
            if width == 1 && height == 1 { #expect(abs(overview.image.samples[0] - picture.samples[0]) < 0.02) }
        }
    }

    @Test("what does not fit or cannot be read costs its preview, not the report")
    func missing() throws {
        try withTemporaryFolder { folder in
            let small = pattern(channels: 3, height: 20, width: 30)
            let other = pattern(channels: 3, height: 21, width: 31)
            let html = try bytes(
                of: report(3).write(to: folder) { record in
                    switch record.input {
                    case "0.png":
                        PreviewSource(before: folder.appending("none.png"), after: folder.appending("none.png"))
                    case "1.png": PreviewSource(before: small, after: other)
                    default: nil
                    }
                })
            #expect(!html.holds("Before and after"))
            #expect(try names(in: folder) == ["report.csv", "report.html", "report.json"])
        }
    }

    @Test("the worst five and others at even distances, no more than asked for")
    func choice() throws {
        try withTemporaryFolder { folder in
            let picture = pattern(channels: 1, height: 8, width: 8)
            let report = report(100) { $0 % 10 == 7 ? 10 + Double($0) / 100 : 30 }
            _ = try report.write(to: folder, previewLimit: 9) { _ in PreviewSource(before: picture, after: picture) }
            let shown = try names(in: folder.appending("previews")).filter { $0.hasSuffix("-after.jpg") }
            #expect(shown.count == 9)
            for worst in ["0008", "0018", "0028", "0038", "0048"] { #expect(shown.contains("\(worst)-after.jpg")) }
            // A second report with fewer leaves nothing of the first, and what is not ours.
            try Picture(picture).write(to: folder.appending("previews/mine.png"), as: .png)
            _ = try report.write(to: folder, previewLimit: 1) { _ in PreviewSource(before: picture, after: picture) }
            #expect(
                try names(in: folder.appending("previews")) == [
                    "0008-after-crop.png", "0008-after.jpg", "0008-before-crop.png", "0008-before.jpg", "mine.png",
                ])
        }
    }
}
