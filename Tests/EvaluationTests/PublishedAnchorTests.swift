import Corruptions
import Evaluation
import Foundation
import Reports
import Restoration
import SystemPackage
import Testing

private let isLong = ProcessInfo.processInfo.environment["RETOUCH_LONG_TESTS"] != nil

/// The published figures themselves, on the sets themselves. With `RETOUCH_LONG_TESTS` set, missing data is a failure.
@Suite("Published figures on published sets", .enabled(if: isLong))
struct PublishedAnchorTests {
    private let data = FilePath(
        ProcessInfo.processInfo.environment["RETOUCH_DATA"]
            ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")
            .path(percentEncoded: false))

    private func means(
        _ set: String, _ corruption: String, form: EvaluationPlan.InputForm = .float, count: Int
    ) throws -> [MeasurementSummary] {
        let plan = try EvaluationPlan(
            clean: data.pushing(FilePath(set)), corruptions: Corruption.parse(corruption), inputForm: form)
        let records = try Evaluation(plan: plan, restorer: nil).run(on: WorkerTeam(workers: 2))
        #expect(records.allSatisfy { $0.outcome == .restored })
        #expect(records.count == count)
        return RunReport(version: "0", date: Date(timeIntervalSince1970: 0), model: "none", records: records).summary
    }

    private func printed(_ summary: [MeasurementSummary], _ name: String, _ channels: String) -> [String] {
        summary.filter {
            $0.kind.metric == "psnr" && $0.kind.protocol == name && $0.kind.channels == channels
        }.map { String(format: "%.2f", $0.before?.mean ?? .nan) }
    }

    @Test("CBSD68, float noise: 24.62 / 20.18 / 14.16")
    func float() throws {
        let summary = try means("test/CBSD68", "gaussian:15,25,50", count: 204)
        #expect(printed(summary, "awgn", "RGB") == ["24.62", "20.18", "14.16"])
    }

    @Test("CBSD68, 8-bit noise: 24.84 / 20.54 / 15.00")
    func eightBit() throws {
        let summary = try means("test/CBSD68", "gaussian:15,25,50", form: .eightBit, count: 204)
        #expect(printed(summary, "awgn-8bit", "RGB") == ["24.84", "20.54", "15.00"])
    }

    @Test("Set5, bicubic: 33.66 / 30.39 / 28.42 on luma alone, 33.68 / 30.41 / 28.43 from RGB")
    func set5() throws {
        let summary = try means("test/Set5/HR", "bicubic:2,3,4", count: 15)
        #expect(printed(summary, "sr-y", "Y") == ["33.66", "30.39", "28.42"])
        #expect(printed(summary, "sr-rgb", "Y") == ["33.68", "30.41", "28.43"])
        let ssim = summary.filter { $0.kind.metric == "ssim" && $0.kind.protocol == "sr-y" }
        #expect(ssim.map { String(format: "%.4f", $0.before?.mean ?? .nan) } == ["0.9299", "0.8682", "0.8104"])
    }

    @Test("Set14, bicubic on luma alone: 30.23 / 27.54 / 26.00")
    func set14() throws {
        let summary = try means("test/Set14/HR", "bicubic:2,3,4", count: 42)
        #expect(printed(summary, "sr-y", "Y") == ["30.23", "27.54", "26.00"])
        #expect(printed(summary, "sr-rgb", "Y") == ["30.33", "27.63", "26.09"])
    }
}
