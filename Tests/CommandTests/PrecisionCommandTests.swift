import Files
import Kernels
import SystemPackage
import TestFolders
import Testing

/// `--precision fast`, and `bench --calibrate`, which makes it possible.
@Suite struct PrecisionCommandTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        var model = TestModel()
        model.width = 16
        try model.write(to: "models/1x-Wide", in: test.folder)
        for seed in 1...2 { try test.picture(FilePath("in/\(seed).png"), width: 60, height: 50, seed: UInt64(seed)) }
    }

    @Test func whereItWasNotMeasuredFloat32IsMultipliedAndThatIsSaid() throws {
        let plain = try test.run("IN", "OUT", "--model", "1x-Wide")
        #expect(plain.status == 0 && !plain.standardError.contains("fast"), "\(plain)")
        let expected = try test.tree("out")
        let fast = try test.run("IN", "TMP/fast", "--model", "1x-Wide", "--precision", "fast")
        #expect(fast.status == 0, "\(fast)")
        #expect(fast.standardError.contains("note: --precision fast: what it costs was not measured"), "\(fast)")
        #expect(try test.tree("fast") == expected)
        let evaluated = try test.run(
            "evaluate", "IN", "--corrupt", "gaussian:25", "--model", "1x-Wide", "--precision", "fast")
        #expect(evaluated.status == 0 && evaluated.standardError.contains("note: --precision fast"), "\(evaluated)")
        let bench = try test.run("bench", "--model", "1x-Wide", "--precision", "fast")
        #expect(bench.status == 2 && bench.standardError.contains("was not measured"), "\(bench)")
        let filter = try test.run("IN", "TMP/x", "--method", "nlm", "--precision", "fast")
        #expect(filter.status == 2 && filter.standardError.contains("--precision goes with models"), "\(filter)")
    }

    @Test(.enabled(if: InstructionSet.current.hasBFloat16)) func calibratedAndUsed() throws {
        let without = try test.run("bench", "--calibrate", "--model", "1x-Wide")
        #expect(without.status == 2 && without.standardError.contains("--images DIR"), "\(without)")
        let calibrated = try test.run(
            "bench", "--calibrate", "--model", "1x-Wide", "--images", "IN", "--corrupt", "gaussian:15", "--loss", "3")
        #expect(calibrated.status == 0, "\(calibrated)")
        #expect(calibrated.standardOutput.contains("1 of 1 operations"), "\(calibrated)")
        let card = String(decoding: try test.folder.read(test.path.pushing("models/1x-Wide/model.json")), as: UTF8.self)
        #expect(card.contains("\"convolution1\"") && card.contains("A model for tests"), "\(card)")

        #expect(try test.run("IN", "OUT", "--model", "1x-Wide").status == 0)
        let plain = try test.tree("out")
        // The same folder: other settings, so everything is done again.
        let fast = try test.run("IN", "OUT", "--model", "1x-Wide", "--precision", "fast", "--report", "TMP/report")
        #expect(fast.closingLine == "2 restored, 0 skipped, 0 failed", "\(fast)")
        #expect(!fast.standardError.contains("note:"))
        #expect(try test.tree("out") != plain)
        let report = String(decoding: try test.folder.read(test.path.pushing("report/report.json")), as: UTF8.self)
        #expect(report.contains("\"precision\" : \"fast\"") || report.contains("\"precision\":\"fast\""))
        // The same weights and settings, but what is rounded has changed.
        let again = try test.run("IN", "OUT", "--model", "1x-Wide", "--precision", "fast")
        #expect(again.closingLine == "0 restored, 2 skipped, 0 failed", "\(again)")
        var uncalibrated = TestModel()
        uncalibrated.width = 16
        try uncalibrated.write(to: "models/1x-Wide", in: test.folder)
        let changed = try test.run("IN", "OUT", "--model", "1x-Wide", "--precision", "fast")
        #expect(changed.closingLine == "2 restored, 0 skipped, 0 failed", "\(changed)")
        #expect(try test.tree("out") == plain)
        try test.folder.write(card, to: "models/1x-Wide/model.json")
        // Without the instructions: Float32, and a word about it.
        let forced = ["RETOUCH_ISA": "avx2"]
        #expect(try test.run("IN", "TMP/a", "--model", "1x-Wide", environment: forced).status == 0)
        let other = try test.run(
            "IN", "TMP/b", "--model", "1x-Wide", "--precision", "fast", environment: forced)
        #expect(other.standardError.contains("avx2 has no BF16 products"), "\(other)")
        #expect(try test.tree("a") == test.tree("b"))
        let refused = try test.run(
            "bench", "--calibrate", "--model", "1x-Wide", "--images", "IN", environment: forced)
        #expect(refused.status == 2 && refused.standardError.contains("no BF16 products"), "\(refused)")
    }
}
