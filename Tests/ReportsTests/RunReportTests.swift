import Files
import Foundation
import Quality
import Reports
import SystemPackage
import Testing

/// A report with every outcome, every field, an infinite figure and names that want harm.
func sampleReport() -> RunReport {
    func psnr(_ before: Double?, _ after: Double?) -> Reports.Measurement {
        Measurement(metric: .psnr, channels: .rgb, protocol: "awgn-8bit", before: before, after: after)
    }
    let hostile =
        FilePath(bytes: Array("=<img src=x onerror=alert(1)>\",\n".utf8) + [0xFF] + Array(".png".utf8)) ?? FilePath()
    return RunReport(
        version: "0.1", date: Date(timeIntervalSince1970: 1_800_000_000), model: "1x-Scan-S",
        settings: ["strength": "1", "format": "same"],
        roundTrip: RoundTrip(corruption: "gaussian:12.5", pictures: ["a.png", "b.png"], before: 26.5, after: 34),
        records: [
            PictureRecord(
                input: "a.png", method: RecordedMethod("1x-Scan-S", sha256: "00ff", settingsHash: "11"),
                inputSize: PixelSize(width: 576, height: 400), noiseLevel: 12.5, seconds: 0.25,
                outcome: .restored(
                    PictureResult(
                        output: "a.png", size: PixelSize(width: 1152, height: 800), notes: ["first frame of 3"],
                        remarks: ["grain stays, by |3| levels"],
                        selfExamination: SelfExamination(
                            disagreement: 0.75, expectedPSNR: FigureChange(before: 26.25, after: 33.5)),
                        measurements: [
                            psnr(20, 30),
                            Measurement(metric: .ssim, channels: .rgb, protocol: "awgn-8bit", before: 0.5),
                        ]))),
            .restored("same.png", measurements: [psnr(.infinity, .infinity)]),
            PictureRecord(input: hostile, outcome: .failed(reason: "expected \"IHDR\",\r\nfound nothing")),
            PictureRecord(
                input: "b.png",
                outcome: .skipped(PictureResult(output: "b.png", measurements: [psnr(22, 31.5)]))),
            PictureRecord(input: "note.txt", outcome: .ignored(reason: nil)),
        ])
}

extension PictureRecord {
    /// The record of a picture that was restored, with its figures and nothing else.
    static func restored(
        _ input: FilePath, corruption: String? = nil, method: RecordedMethod? = nil,
        measurements: [Reports.Measurement]
    ) -> PictureRecord {
        PictureRecord(
            input: input, corruption: corruption, method: method,
            outcome: .restored(PictureResult(measurements: measurements)))
    }

    /// Changes the result of a picture that was restored.
    mutating func change(_ body: (inout PictureResult) -> Void) {
        guard var result = outcome.result else { return }
        body(&result)
        outcome = .restored(result)
    }
}

@Suite("A run's report as JSON and CSV")
struct RunReportTests {
    @Test("JSON reads back as the same report")
    func json() throws {
        let report = sampleReport()
        let data = try report.json()
        #expect(try RunReport(json: data) == report)
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains("\"schemaVersion\" : 1"))
        #expect(text.contains("\"after\" : \"inf\""))
        #expect(text.contains("\"date\" : \"2027-01-15T08:00:00Z\""))
        #expect(!text.contains("null"))
    }

    @Test("a report of another schema is refused with both versions")
    func schema() throws {
        var report = sampleReport()
        report.schemaVersion = 2
        let data = try report.json()
        #expect(throws: ReportError.schema(found: 2, expected: 1)) { try RunReport(json: data) }
    }

    @Test("a missing number reads as not a number where it was one")
    func notANumber() throws {
        let measurement = Measurement(
            metric: .psnr, channels: .rgb, protocol: "awgn", before: .nan, after: -.infinity)
        let read = try JSONDecoder().decode(Reports.Measurement.self, from: JSONEncoder().encode(measurement))
        #expect(read.before?.isNaN == true)
        #expect(read.after == -.infinity)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(
                Reports.Measurement.self,
                from: Data(#"{"metric":"psnr","channels":"RGB","protocol":"awgn","after":"much"}"#.utf8))
        }
    }

    @Test("the CSV table, byte for byte")
    func csv() {
        let header =
            "input,output,outcome,error,notes,remarks,input_width,input_height,output_width,output_height,model,"
            + "model_sha256,settings_hash,set,corruption,noise_level,turn_disagreement,"
            + "expected_psnr_before,expected_psnr_after,seconds,megapixels_per_second,"
            + "psnr RGB awgn-8bit before,psnr RGB awgn-8bit after,ssim RGB awgn-8bit before,ssim RGB awgn-8bit after\n"
        let rows = [
            "a.png,a.png,restored,,first frame of 3,\"grain stays, by |3| levels\",576,400,1152,800,1x-Scan-S,00ff,11,,,12.5,0.75,26.25,33.5,0.25,0.9216,"
                + "20.0,30.0,0.5,\n",
            "same.png,,restored,,,,,,,,,,,,,,,,,,,inf,inf,,\n",
            "\"./=<img src=x onerror=alert(1)>\"\",\\x0a\\xff.png\",,failed,\"expected \"\"IHDR\"\",\r\nfound nothing\","
                + ",,,,,,,,,,,,,,,,,,,,\n",
            "b.png,b.png,skipped,,,,,,,,,,,,,,,,,,,22.0,31.5,,\n",
            "note.txt,,ignored,,,,,,,,,,,,,,,,,,,,,,\n",
        ]
        #expect(sampleReport().csv() == header + rows.joined())
    }

    @Test("what was found without a reference, in words")
    func selfExaminations() throws {
        var report = sampleReport()
        let found = report.selfExaminations
        #expect(found.map(\.value) == ["26.25 → 33.50\u{A0}dB", "26.50 → 34.00\u{A0}dB"])
        #expect(found[0].detail.contains("the middles of 1 picture with white noise"))
        #expect(found[1].detail.hasPrefix("gaussian:12.5 on the results of the cleanest 2 pictures"))
        report.roundTrip = nil
        report.records[0].change { $0.selfExamination?.expectedPSNR = nil }
        #expect(report.selfExaminations.isEmpty)
    }

    @Test("counts of outcomes")
    func counts() {
        let report = sampleReport()
        #expect(Outcome.Kind.allCases.map(report.count(of:)) == [2, 1, 1, 1])
    }
}

@Suite("Summary of a run")
struct MeasurementSummaryTests {
    func report(_ after: [Double]) -> RunReport {
        RunReport(
            version: "0", date: Date(timeIntervalSince1970: 0), model: "m",
            records: after.enumerated().map { index, value in
                .restored(
                    FilePath("\(index)"),
                    measurements: [.init(metric: .psnr, channels: .rgb, protocol: "p", before: 20, after: value)])
            })
    }

    @Test("mean, median and the worst five, worst first, ties in order")
    func figures() throws {
        let summary = try #require(report([30, 28, 35, 28, 31, 40, 29, 27]).summary.first)
        #expect(summary.after?.mean == 31)
        #expect(summary.after?.median == 29.5)
        #expect(summary.after?.count == 8)
        #expect(summary.before?.mean == 20)
        #expect(summary.meanGain == 11)
        #expect(summary.worst == [7, 1, 3, 6, 0])
    }

    @Test("a picture equal to its reference is counted and kept out of the mean")
    func infinite() throws {
        let summary = try #require(report([.infinity, 30, 20]).summary.first)
        #expect(summary.after?.mean == 25)
        #expect(summary.after?.median == 30)
        #expect(summary.after?.infiniteCount == 1)
        #expect(summary.after?.count == 3)
        #expect(summary.after?.greatest == .infinity)
        // The gains of the other two.
        #expect(summary.meanGain == 5)
        let all = try #require(report([.infinity, .infinity]).summary.first)
        #expect(all.after?.mean == .infinity)
        #expect(all.after?.median == .infinity)
        #expect(all.after?.interval == nil)
        #expect(all.meanGain == nil)
    }

    @Test("standard deviation, and the interval of the mean: bootstrap for few, normal for many")
    func interval() throws {
        let few = try #require(report([29, 31, 30, 33, 27]).summary.first?.after)
        let deviation = try #require(few.standardDeviation)
        #expect(abs(deviation - 5.0.squareRoot()) < 1e-12)
        let interval = try #require(few.interval)
        // Every sample's mean lies among the figures, and on a fifth of a whole number.
        #expect(interval.lowerBound >= 27 && interval.upperBound <= 33)
        #expect(abs((interval.lowerBound * 5).rounded() - interval.lowerBound * 5) < 1e-9)
        // The bootstrap's deviation of the mean is sqrt((n - 1) / n) s / sqrt(n) = 0.894; 1.96 times that is 1.75.
        #expect(abs(interval.lowerBound - 28.25) < 0.45 && abs(interval.upperBound - 31.75) < 0.45)
        #expect(report([29, 31, 30, 33, 27]).summary.first?.after?.interval == interval)
        #expect(report([29]).summary.first?.after?.interval == nil)
        let many = try #require(report((0..<400).map { Double($0 % 2) }).summary.first?.after?.interval)
        let half = 1.959964 * (100.0 / 399).squareRoot() / 20
        #expect(abs(many.lowerBound - (0.5 - half)) < 1e-6 && abs(many.upperBound - (0.5 + half)) < 1e-6)
    }

    @Test("not a number is the worst")
    func notANumber() throws {
        let summary = try #require(report([30, .nan, 20]).summary.first)
        #expect(summary.worst == [1, 2, 0])
        #expect(summary.after?.mean.isNaN == true)
    }

    @Test("protocols and corruptions are never averaged together")
    func kinds() {
        var report = report([30, 20])
        report.records[1].corruption = "gaussian:50"
        report.records[0].change {
            $0.measurements.append(.init(metric: .psnr, channels: .luma, protocol: "p", before: nil, after: 31))
        }
        #expect(report.summary.map(\.kind.corruption) == [nil, nil, "gaussian:50"])
        #expect(report.summary.map(\.kind.channels) == [.rgb, .luma, .rgb])
        #expect(report.summary.map { $0.after?.mean } == [30, 31, 20])
        #expect(report.summary.map { $0.before?.mean } == [20, nil, 20])
    }

    @Test("no pictures, no figures")
    func empty() {
        #expect(report([]).summary.isEmpty)
    }
}
