import Corruptions
import Evaluation
import Files
import Foundation
import Imaging
import Quality
import Reports
import SystemPackage
import Tensors
import TestFolders
import Testing
import Workers

/// The published figures themselves, on the sets themselves. With `RETOUCH_LONG_TESTS` set, missing data is a failure.
@Suite("Published figures on published sets", .enabled(if: areTestsLong))
struct PublishedAnchorTests {
    private func means(
        _ set: String, _ corruption: String, form: EvaluationPlan.InputForm = .float, count: Int
    ) throws -> [MeasurementSummary] {
        let plan = try EvaluationPlan(
            clean: sharedData.pushing(FilePath(set)), corruptions: Corruption.parse(corruption), inputForm: form)
        let records = try Evaluation(plan: plan, restorer: nil).run(on: WorkerTeam(workers: 2))
        #expect(records.allSatisfy { $0.outcome.kind == .restored })
        #expect(records.count == count)
        return RunReport(version: "0", date: Date(timeIntervalSince1970: 0), model: "none", records: records).summary
    }

    private func printed(_ summary: [MeasurementSummary], _ name: String, _ channels: MeasuredChannels) -> [String] {
        summary.filter {
            $0.kind.metric == .psnr && $0.kind.protocol == name && $0.kind.channels == channels
        }.map { String(format: "%.2f", $0.before?.mean ?? .nan) }
    }

    @Test("CBSD68, float noise: 24.62 / 20.18 / 14.16")
    func float() throws {
        let summary = try means("test/CBSD68", "gaussian:15,25,50", count: 204)
        #expect(printed(summary, "awgn", .rgb) == ["24.62", "20.18", "14.16"])
    }

    @Test("CBSD68, 8-bit noise: 24.84 / 20.54 / 15.00")
    func eightBit() throws {
        let summary = try means("test/CBSD68", "gaussian:15,25,50", form: .eightBit, count: 204)
        #expect(printed(summary, "awgn-8bit", .rgb) == ["24.84", "20.54", "15.00"])
    }

    @Test("Set5, bicubic: 33.66 / 30.39 / 28.42 on luma alone, 33.68 / 30.41 / 28.43 from RGB")
    func set5() throws {
        let summary = try means("test/Set5/HR", "bicubic:2,3,4", count: 15)
        #expect(printed(summary, "sr-y", .luma) == ["33.66", "30.39", "28.42"])
        #expect(printed(summary, "sr-rgb", .luma) == ["33.68", "30.41", "28.43"])
        let ssim = summary.filter { $0.kind.metric == .ssim && $0.kind.protocol == "sr-y" }
        #expect(ssim.map { String(format: "%.4f", $0.before?.mean ?? .nan) } == ["0.9299", "0.8682", "0.8104"])
    }

    @Test("Set14, bicubic on luma alone: 30.23 / 27.54 / 26.00")
    func set14() throws {
        let summary = try means("test/Set14/HR", "bicubic:2,3,4", count: 42)
        #expect(printed(summary, "sr-y", .luma) == ["30.23", "27.54", "26.00"])
        #expect(printed(summary, "sr-rgb", .luma) == ["30.33", "27.63", "26.09"])
    }

    /// Classic5 is grey; LIVE1_gray is luma as MATLAB's `rgb2ycbcr` makes it, rounded.
    @Test(
        "plain JPEG at quality 10, 20, 30, 40",
        arguments: [
            ("test/Classic5", 5, MeasuredChannels.grey, ["27.82", "30.12", "31.48", "32.43"]),
            ("test/LIVE1_gray", 29, .grey, ["27.77", "30.07", "31.41", "32.35"]),
            ("test/LIVE1", 29, .rgb, ["25.69", "28.06", "29.37", "30.28"]),
        ])
    func jpeg(set: String, count: Int, channels: MeasuredChannels, expected: [String]) throws {
        let summary = try means(set, "jpeg:10,20,30,40", count: 4 * count)
        #expect(printed(summary, "jpeg", channels) == expected)
    }

    /// But for a few samples whose luma is a whole number and a half: MATLAB's sums round those either way.
    @Test("the grey pictures of LIVE1 are the luma of the coloured ones")
    func luma() throws {
        let folder = sharedData.pushing("test")
        let names = try FolderWalk(folder.appending("LIVE1")).files.map(\.relativePath)
        #expect(names.count == 29)
        for name in names {
            let colours = try Picture(reading: folder.appending("LIVE1").pushing(name)).image
            let grey = try Picture(reading: folder.appending("LIVE1_gray").pushing(name)).image
            let luma = try Luma.plane(of: colours, rounded: true)
            let differences = zip(luma.samples, grey.samples).filter { $0 != $1 }.map { abs($0 - $1) * 255 }
            #expect(differences.count <= 6 && differences.allSatisfy { $0 < 1.001 }, "\(name)")
        }
    }
}
