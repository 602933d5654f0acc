import Files
import Foundation
import Imaging
import Quality
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

    @Test("what was chosen is a count by model")
    func choices() throws {
        func record(_ name: String, _ model: String, sha256: String?) -> PictureRecord {
            PictureRecord(
                input: FilePath(name), method: RecordedMethod(model, sha256: sha256),
                outcome: .restored(PictureResult(output: FilePath(name), choice: "for a reason")))
        }
        let records = [
            record("a", "1x-A", sha256: "1"), record("b", "1x-B", sha256: "2"), record("c", "1x-B", sha256: "2"),
            record("d", "none", sha256: nil),
        ]
        let report = RunReport(version: "1", date: Date(timeIntervalSince1970: 0), model: "auto", records: records)
        #expect(try page(report).holds("Chosen by what each picture shows: 1x-B: 2, 1x-A: 1, passed through: 1."))
        var named = report
        named.records = [PictureRecord(input: "a", outcome: .restored(PictureResult(output: "a")))]
        #expect(try !page(named).holds("Chosen by"))
    }

    @Test("names, errors, notes and settings cannot leave their place")
    func hostile() throws {
        // A combining accent makes one character of itself and the mark before it, which an escaping by characters
        // does not find.
        let attack = "\"\u{301} onerror=alert(1) '\u{301}<\u{301}script>&lt;{{title}}</style>]]>-->"
        let hostile =
            FilePath(bytes: Array("a".utf8) + Array(attack.utf8).filter { $0 != UInt8(ascii: "/") } + [0xFF])
            ?? FilePath()
        let measurement = Measurement(metric: .psnr, channels: .rgb, protocol: attack, before: 20, after: 30)
        let report = RunReport(
            program: attack, version: attack, date: Date(timeIntervalSince1970: 0), model: attack,
            settings: [attack: attack],
            records: [
                PictureRecord(
                    input: hostile, corruption: attack, method: RecordedMethod(attack, sha256: attack),
                    outcome: .restored(PictureResult(notes: [attack], measurements: [measurement]))),
                PictureRecord(input: hostile, outcome: .failed(reason: attack + "\u{0}\u{7}")),
            ])
        try withTemporaryFolder { folder in
            let picture = pattern(channels: 3, height: 30, width: 40)
            let html = try bytes(
                of: report.write(to: folder) { _ in PreviewSource(before: picture, after: picture, reference: picture) }
            )
            for harm in ["\"\u{301}", "'\u{301}", "<\u{301}", "</style>]]", "\u{0}", "\u{7}", "-->"] {
                let isThere = html.holds(harm)
                #expect(!isThere, "\(harm)")
            }
            // In the script's data nothing is left that HTML could take for the end of it, and all of it reads back.
            let written = try WrittenReport(in: folder)
            let data = try #require(String(decoding: html, as: UTF8.self).components(separatedBy: "id=\"data\">").last)
                .components(separatedBy: "</script>")[0]
            #expect(!data.unicodeScalars.contains { "<>&'".unicodeScalars.contains($0) || $0.value > 126 })
            #expect(Array(try #require(written.data.names.first).utf8).holds("a\"\u{301} onerror=alert(1) '\u{301}<"))
            #expect(written.data.names.first?.hasSuffix("\\xff") == true)
            #expect(written.data.corruptions == [attack] && written.data.models == [attack])
            #expect(written.data.records[1][10].text == attack + "\u{0}\u{7}")
            #expect(written.data.shown.count == 1 && written.data.shown[0].corruption == attack)
            // Markdown takes neither its marks nor HTML's from them.
            for harm in ["<", "\u{0}", "\n]]"] { #expect(!Array(written.markdown.utf8).holds(harm)) }
            #expect(!written.markdown.contains(" * "))
            #expect(html.holds("&quot;\u{301} onerror=alert(1) &#39;\u{301}&lt;\u{301}script&gt;&amp;lt;{{title}}"))
            #expect(html.holds("\\xff"))
        }
    }

    @Test("names that Unicode takes for equal stay two")
    func equivalent() throws {
        let names = ["caf\u{E9}.png", "cafe\u{301}.png"]
        let report = RunReport(
            version: "1", date: Date(timeIntervalSince1970: 0), model: "m",
            records: names.map { .restored(FilePath($0), measurements: []) })
        try withTemporaryFolder { folder in
            try report.write(to: folder)
            let data = try WrittenReport(in: folder).data
            #expect(data.names.map { Array($0.utf8) } == names.map { Array($0.utf8) })
            #expect(data.records.map { $0[0].index } == [0, 1])
        }
    }

    @Test("every outcome, error, note and figure is there, with its protocol")
    func content() throws {
        try withTemporaryFolder { folder in
            let html = try bytes(of: sampleReport().write(to: folder))
            for text in [
                "4 pictures, 1x-Scan-S", "2027-01-15 08:00:00 UTC", "2 restored", "1 skipped, 1 failed, 1 ignored",
                "expected &quot;IHDR&quot;,\r\nfound nothing", "RGB, protocol awgn-8bit",
                "8-bit files, clipped and rounded before and after", "strength", "00ff",
                "&lt;img src=x onerror=alert(1)&gt;", "grain stays, by |3| levels; first frame of 3",
                // Of those without a model the equal picture is counted, not averaged.
                "20.00 → 30.00\u{A0}dB", "<td class=\"n\"><b>31.50</b></td><td class=\"n good\">+9.50</td>",
                "<td class=\"n\">2</td><td class=\"quiet\">awgn-8bit; 1 equal to the reference (∞)",
            ] {
                let isThere = html.holds(text)
                #expect(isThere, "\(text)")
            }
            for text in ["<h2>Before and after</h2>", "{{", "Optional(", "http:", "https:"] {
                let isThere = html.holds(text)
                #expect(!isThere, "\(text)")
            }
            let data = try WrittenReport(in: folder).data
            #expect(
                data.names == [
                    "a.png", "same.png", "=<img src=x onerror=alert(1)>\",\\x0a\\xff.png", "b.png", "note.txt",
                ])
            #expect(data.records.map { $0[3].index } == [0, 0, 2, 1, 3])
            #expect(data.records[0][4...7].map(\.index) == [576, 400, 1152, 800])
            #expect(data.records[0][8] == .number(0.25))
            #expect(data.records[0][10].text == "grain stays, by |3| levels; first frame of 3")
            #expect(data.records[2][10].text == "expected \"IHDR\",\r\nfound nothing")
            #expect(data.records[0][11].figures == [20, 30, 0.5, nil])
            #expect(data.records[1][11].figures == [.infinity, .infinity, nil, nil])
            #expect(data.records[4][11].figures == [nil, nil, nil, nil])
        }
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

    static func large(_ count: Int) -> RunReport {
        RunReport(
            version: "1", date: Date(timeIntervalSince1970: 0), model: "m",
            records: (0..<count).map { index in
                let x = Double(index % 997) / 97.3
                return PictureRecord(
                    input: FilePath("album \(index / 100)/IMG_\(index).png"),
                    method: RecordedMethod("m", sha256: "ab"), inputSize: PixelSize(width: 4000, height: 3000),
                    seconds: x,
                    outcome: .restored(
                        PictureResult(
                            output: FilePath("album \(index / 100)/IMG_\(index).png"),
                            size: PixelSize(width: 4000, height: 3000),
                            measurements: [MeasuredChannels.rgb, .luma].flatMap { channels in
                                [
                                    Measurement(
                                        metric: .psnr, channels: channels, protocol: "stored", before: 20 + x,
                                        after: 30.123 + x),
                                    Measurement(
                                        metric: .ssim, channels: channels, protocol: "stored", before: 0.5,
                                        after: 0.8 + x / 99),
                                ]
                            })))
            })
    }

    @Test("a thousand pictures are written in less than five seconds, five thousand make a small page")
    func long() throws {
        try withTemporaryFolder { folder in
            let start = ContinuousClock.now
            try Self.large(1000).write(to: folder)
            let duration = start.duration(to: .now)
            #expect(duration < .seconds(5), "\(duration)")
            let html = try bytes(of: Self.large(5000).write(to: folder))
            let data = try WrittenReport(in: folder).data
            #expect(data.records.count == 5000)
            #expect(data.names[data.records[4999][0].index] == "album 49/IMG_4999.png")
            #expect(html.count < 1_000_000, "\(html.count) bytes")
            // All four files.
            let size = try names(in: folder).reduce(0) { try $0 + bytes(of: folder.appending($1)).count }
            #expect(size < 10_000_000, "\(size) bytes")
        }
    }
}
