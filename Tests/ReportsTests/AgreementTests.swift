import Foundation
import Quality
import Reports
import SystemPackage
import Testing

/// Three pictures under two levels by a model and two others, one equal to its reference.
func evaluationReport() -> RunReport {
    var records: [PictureRecord] = []
    for (level, sigma) in [15.0, 50].enumerated() {
        for (place, method) in ["1x-Denoise-S", "none", "nlm"].enumerated() {
            for picture in 0..<3 {
                let before = 34.1515 - sigma / 5 + Double(picture) / 7
                let isEqual = level == 0 && place == 0 && picture == 2
                let after: Double? =
                    place == 1 ? nil : isEqual ? .infinity : before + 9 + Double(level) - 1.37 * Double(place)
                let ssim = after.map { $0.isFinite ? 0.6 + $0 / 150 : 1 }
                func figures(_ channels: MeasuredChannels, _ shift: Double) -> [Reports.Measurement] {
                    [
                        .init(
                            metric: .psnr, channels: channels, protocol: "awgn", before: before + shift,
                            after: after.map { $0 + shift }),
                        .init(
                            metric: .ssim, channels: channels, protocol: "awgn", before: 0.5 + shift / 50, after: ssim),
                    ]
                }
                records.append(
                    PictureRecord(
                        input: FilePath("set/\(picture).png"), corruption: "gaussian:\(Int(sigma))",
                        method: RecordedMethod(method, sha256: place == 0 ? "ab" : nil),
                        inputSize: PixelSize(width: 40, height: 30), seconds: 0.5,
                        outcome: .restored(
                            PictureResult(
                                size: PixelSize(width: 40, height: 30),
                                measurements: figures(.rgb, 0) + figures(.luma, 1.25)))))
            }
        }
    }
    return RunReport(
        version: "1", date: Date(timeIntervalSince1970: 0), model: "1x-Denoise-S, none, nlm", records: records)
}

@Suite("The four files of a report agree")
struct AgreementTests {
    @Test("every figure of every record in CSV, JSON and the page")
    func records() throws {
        try withTemporaryFolder { folder in
            let report = evaluationReport()
            try report.write(to: folder)
            let written = try WrittenReport(in: folder)
            let read = try RunReport(json: Data(bytes(of: folder.appending("report.json"))))
            #expect(read == report)
            #expect(written.csv.count == 19 && written.data.records.count == 18)
            let header = written.csv[0]
            #expect(written.data.sets.map(\.label) == ["RGB, awgn", "Y, awgn"])
            for (index, record) in read.records.enumerated() {
                let row = Dictionary(uniqueKeysWithValues: zip(header, written.csv[index + 1]))
                let fields = written.data.records[index]
                #expect(row["input"] == written.data.names[fields[0].index])
                #expect(row["corruption"] == written.data.corruptions[fields[1].index])
                #expect(row["model"] == written.data.models[fields[2].index])
                for measurement in record.measurements {
                    let name = "\(measurement.metric) \(measurement.channels) \(measurement.protocol)"
                    let set = try #require(
                        written.data.sets.first { $0.label == "\(measurement.channels), \(measurement.protocol)" })
                    let place = try #require(measurement.metric == .psnr ? set.psnr : set.ssim)
                    for (side, value) in [measurement.before, measurement.after].enumerated() {
                        let text = row["\(name) \(side == 0 ? "before" : "after")"]
                        let onPage = fields[11].figures[2 * place + side]
                        guard let value else {
                            #expect(text == "" && onPage == nil)
                            continue
                        }
                        #expect(text.flatMap(Double.init) == value)
                        let shown = try #require(onPage)
                        #expect(shown == value || abs(shown - value) <= 0.5e-6)
                    }
                }
            }
        }
    }

    @Test("methods against the first, picture by picture: equal pictures win and are in no mean")
    func pairs() throws {
        try withTemporaryFolder { folder in
            let report = evaluationReport()
            let pairs = report.pairs(in: report.summary).filter { $0.kind.metric == .psnr }
            #expect(pairs.map(\.kind.channels) == [.rgb, .luma, .rgb, .luma])
            for (pair, count) in zip(pairs, [2, 2, 3, 3]) {
                #expect(pair.kind.model == "nlm" && pair.against == "1x-Denoise-S")
                #expect((pair.figures.wins, pair.figures.losses, pair.figures.ties) == (0, 3, 0))
                let difference = try #require(pair.figures.difference)
                #expect(difference.count == count && abs(difference.mean + 2.74) < 1e-9)
            }
            try report.write(to: folder)
            let text = String(decoding: try bytes(of: folder.appending("report.md")), as: UTF8.self)
            let line =
                "- nlm against 1x-Denoise-S, gaussian:50: better on 0, worse on 3, equal on 0; "
                + "mean difference −2.74 dB, 95 % interval −2.74 to −2.74\n"
            // Once for RGB, once for Y.
            #expect(text.components(separatedBy: line).count == 3)
            let page = String(decoding: try bytes(of: folder.appending("report.html")), as: UTF8.self)
            #expect(page.components(separatedBy: "<b>−2.74</b>").count == 5)

            // A picture that one method failed on pairs with none.
            var shorter = report
            shorter.records.removeAll { $0.method?.name == "nlm" && $0.input == "set/0.png" }
            let found = shorter.pairs(in: shorter.summary).first { $0.kind.corruption == "gaussian:50" }
            #expect(found?.figures.losses == 2)
            shorter.records.removeAll { $0.method?.name == "1x-Denoise-S" }
            #expect(shorter.pairs(in: shorter.summary).isEmpty)
        }
    }

    @Test("the means of Markdown and page are those of the CSV's figures, without infinite ones")
    func means() throws {
        try withTemporaryFolder { folder in
            try evaluationReport().write(to: folder)
            let written = try WrittenReport(in: folder)
            let html = String(decoding: written.html, as: UTF8.self)
            let header = written.csv[0]
            func column(_ name: String) throws -> Int { try #require(header.firstIndex(of: name)) }
            for channels in ["RGB", "Y"] {
                let cells = written.markdownTable(below: "\(channels), protocol awgn")
                #expect(Set(cells.keys) == ["none", "1x-Denoise-S", "nlm"])
                for (method, row) in cells {
                    for level in ["gaussian:15", "gaussian:50"] {
                        func mean(_ metric: String, _ format: String) throws -> String {
                            let side = method == "none" ? "before" : "after"
                            let (place, model) = (
                                try column("\(metric) \(channels) awgn \(side)"), try column("model")
                            )
                            let corruption = try column("corruption")
                            let values = written.csv.dropFirst()
                                .filter { $0[corruption] == level && $0[model] == method }
                                .compactMap { Double($0[place]) }.filter(\.isFinite)
                            return String(format: format, values.reduce(0, +) / Double(values.count))
                        }
                        let (psnr, ssim) = (try mean("psnr", "%.2f"), try mean("ssim", "%.4f"))
                        #expect(row[level] == "\(psnr)/\(ssim)", "\(method), \(level), \(channels)")
                        #expect(html.contains(">\(psnr)<") && html.contains(">\(ssim)<"))
                        if channels == "RGB" {
                            #expect(
                                html.contains("<td class=\"n\"><b>\(psnr)</b><br><span class=\"quiet\">\(ssim)</span>"))
                        }
                    }
                }
            }
            #expect(written.markdown.contains("1 equal to the reference (∞ dB), kept out of the mean"))
            #expect(html.contains("; 1 equal to the reference (∞), not in the means"))
        }
    }

    @Test("several sets and metrics: a table for each set in Markdown and page, a column for each metric")
    func setsAndMetrics() throws {
        try withTemporaryFolder { folder in
            var report = evaluationReport()
            for index in report.records.indices {
                report.records[index].set = "A"
                let psnr = report.records[index].measurements[0]
                let error = Measurement(
                    metric: .mae, channels: .rgb, protocol: "awgn", before: 100 - psnr.before!,
                    after: psnr.after.map { $0.isFinite ? 100 - $0 : 0 })
                report.records[index].change { $0.measurements.insert(error, at: 2) }
            }
            report.records += report.records.map { record in
                var record = record
                record.set = "B"
                record.input = FilePath("B").pushing(record.input)
                record.change { result in
                    for index in result.measurements.indices where result.measurements[index].metric == .psnr {
                        result.measurements[index].before! -= 1
                        result.measurements[index].after? -= 2
                    }
                }
                return record
            }
            try report.write(to: folder)
            let read = try RunReport(json: Data(bytes(of: folder.appending("report.json"))))
            #expect(read == report)
            let written = try WrittenReport(in: folder)
            #expect(written.csv[0].contains("set") && written.csv[0].contains("mae RGB awgn after"))
            let (a, b) = (
                written.markdownTable(below: "A, RGB, protocol awgn"),
                written.markdownTable(below: "B, RGB, protocol awgn")
            )
            // By hand: means of three pictures, of 9 dB and more above 34.1515 - 15 / 5 dB and so on.
            #expect(a["none"]?["gaussian:15"]?.hasPrefix("31.29/") == true)
            #expect(b["none"]?["gaussian:15"]?.hasPrefix("30.29/") == true)
            #expect(a["nlm"]?["gaussian:50"]?.hasPrefix("31.55/") == true)
            #expect(b["nlm"]?["gaussian:50"]?.hasPrefix("29.55/") == true)
            #expect(written.markdown.components(separatedBy: "| MAE, mean |").count == 3)
            let html = String(decoding: written.html, as: UTF8.self)
            #expect(html.contains("<b>A, RGB, protocol awgn</b>") && html.contains("<b>B, Y, protocol awgn</b>"))
            #expect(html.contains("<th scope=\"colgroup\" colspan=\"3\">MAE</th>"))
            // 100 - 24.29 before, less by the gain of PSNR after: a lower error is good, and is shown so.
            #expect(
                html.contains("<td class=\"n\">75.71</td><td class=\"n\"><b>68.45</b></td>")
                    && html.contains("<td class=\"n good\">−7.26</td>"))
            #expect(html.components(separatedBy: "<svg class=\"levels\"").count == 3)
        }
    }

    @Test("curves: a line a method, the level as it is, the figures in words")
    func curves() throws {
        try withTemporaryFolder { folder in
            let html = String(decoding: try bytes(of: evaluationReport().write(to: folder)), as: UTF8.self)
            #expect(html.components(separatedBy: "<svg class=\"levels\"").count == 2)
            #expect(html.contains("Mean PSNR against the level of gaussian. none: 31.29 dB at 15, 24.29 dB at 50; "))
            #expect(html.components(separatedBy: "<circle cx=").count == 1 + 6 + 3)
            // Further parameters are the same all along.
            var jpeg = evaluationReport()
            for index in jpeg.records.indices { jpeg.records[index].corruption! += ":sampling=420:dy=0" }
            let others = String(decoding: try bytes(of: jpeg.write(to: folder)), as: UTF8.self)
            #expect(
                others.contains("Mean PSNR against the level of gaussian (sampling=420:dy=0). none: 31.29 dB at 15, "))
            // One level is no curve.
            var one = evaluationReport()
            one.records.removeAll { $0.corruption == "gaussian:50" }
            #expect(!(try bytes(of: one.write(to: folder)).holds("<svg class=\"levels\"")))
        }
    }
}

@Suite("Pictures that need review")
struct ConcernTests {
    func report(_ figures: [(Double, Double)]) -> RunReport {
        RunReport(
            version: "1", date: Date(timeIntervalSince1970: 0), model: "m",
            records: figures.enumerated().map { index, figure in
                .restored(
                    FilePath("\(index).png"), method: RecordedMethod("m", sha256: "ab"),
                    measurements: [
                        .init(metric: .psnr, channels: .rgb, protocol: "stored", before: figure.0, after: figure.1)
                    ])
            })
    }

    /// The names and reasons that the Markdown lists.
    func concerns(_ report: RunReport) throws -> [String] {
        try withTemporaryFolder { folder in
            try report.write(to: folder)
            let written = try WrittenReport(in: folder)
            let lines = written.markdown.components(separatedBy: "## Pictures that need review\n\n").dropFirst().first
            let list = (lines ?? "").split(separator: "\n").prefix { $0.hasPrefix("- ") }.map {
                String($0.dropFirst(2))
            }
            let marked = written.data.records.filter { $0[9] == .number(1) }.count
            #expect(marked == list.count)
            return list
        }
    }

    @Test("figures that fell, rose little, or are far below the others; the worst first")
    func figures() throws {
        let usual = (0..<8).map { (25.0, 32 + Double($0) / 10) }
        #expect(try concerns(report(usual)).isEmpty)
        let found = try concerns(report(usual + [(30, 29.5), (31, 32.25), (15, 24)]))
        #expect(
            found == [
                "8.png: PSNR fell by 0.50\u{A0}dB",
                "9.png: PSNR rose by 1.25\u{A0}dB only, half of the pictures rose by 7.30\u{A0}dB",
                "10.png: PSNR is 24.00\u{A0}dB, far below the median of 32.25\u{A0}dB",
            ])
    }

    @Test("the greatest weight first, wherever it stands in the run, and of equal ones the first picture")
    func order() throws {
        var report = report((0..<40).map { _ in (25.0, 32.0) })
        for (index, count) in [(2, 1), (9, 2), (11, 4), (17, 2), (30, 3)] {
            report.records[index].change { $0.remarks = (0..<count).map { "remark \($0)" } }
        }
        #expect(
            try concerns(report).map { String($0.prefix { $0 != ":" }) } == [
                "11.png", "30.png", "9.png", "17.png", "2.png",
            ])
    }

    @Test("remarks, and notes that few have; none of methods beside a model")
    func remarks() throws {
        var report = report((0..<40).map { _ in (25.0, 32.0) })
        for index in report.records.indices { report.records[index].change { $0.notes = ["alpha flattened"] } }
        report.records[3].change { $0.notes.append("a damaged tail was accepted") }
        report.records[7].change { $0.remarks = ["mean shift of 3 levels"] }
        report.records.append(
            .restored(
                "z.png", method: RecordedMethod("nlm"),
                measurements: [.init(metric: .psnr, channels: .rgb, protocol: "stored", before: 25, after: 20)]))
        #expect(
            try concerns(report) == [
                "7.png, m: mean shift of 3 levels", "3.png, m: a damaged tail was accepted",
            ])
    }
}
