import Files
import SystemPackage
import TestFolders
import Testing

@Suite struct EvaluateCommandTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        try test.picture("in/a.png", width: 33, height: 20, seed: 1)
        try test.picture("in/inner/b.png", width: 24, height: 31, seed: 2)
    }

    @Test func aTableForEveryCorruption() throws {
        let ending = try test.run("evaluate", "IN", "--corrupt", "gaussian:15,50", "--corrupt", "grain:10", "-j", "3")
        #expect(ending.status == 0, "\(ending.standardError)")
        let rows = ending.standardOutput.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(rows.count == 7)
        #expect(
            rows.dropFirst().map { Array($0[..<6]) } == [
                ["in", "gaussian:15", "1x-Scan-M", "awgn", "RGB", "2"],
                ["in", "gaussian:15", "1x-Scan-M", "awgn", "Y", "2"],
                ["in", "gaussian:50", "1x-Scan-M", "awgn", "RGB", "2"],
                ["in", "gaussian:50", "1x-Scan-M", "awgn", "Y", "2"],
                ["in", "grain:10:blur=1:tone=colour", "1x-Scan-M", "synthetic", "RGB", "2"],
                ["in", "grain:10:blur=1:tone=colour", "1x-Scan-M", "synthetic", "Y", "2"],
            ])
        #expect(rows.dropFirst().allSatisfy { $0.count == 12 && !$0.contains("-") })
        #expect(ending.standardError.isEmpty)
    }

    @Test func theTableDoesNotDependOnWorkers() throws {
        let arguments = ["evaluate", "IN", "--corrupt", "gaussian:25", "-j"]
        let one = try Program.run(
            (arguments + ["1"]).map { $0 == "IN" ? test.path.appending("in").string : $0 },
            environment: test.environment)
        let four = try Program.run(
            (arguments + ["4"]).map { $0 == "IN" ? test.path.appending("in").string : $0 },
            environment: test.environment)
        #expect(one.standardOutput == four.standardOutput)
        #expect(one.status == 0)
    }

    @Test func withoutAModel() throws {
        let ending = try test.run("evaluate", "IN", "--corrupt", "gaussian:25", "--input", "8bit", "--model", "none")
        #expect(ending.status == 0)
        #expect(ending.standardOutput.contains("none    awgn-8bit  RGB"))
    }

    @Test func enlargingNeedsNoCorruptionNamed() throws {
        let ending = try test.run("evaluate", "IN", "--model", "2x-Upscale-M")
        #expect(ending.status == 0, "\(ending.standardError)")
        #expect(ending.standardOutput.contains("bicubic:2   2x-Upscale-M  sr-rgb"))
        let other = try test.run("evaluate", "IN", "--corrupt", "bicubic:2")
        #expect(other.standardOutput == ending.standardOutput, "the model follows the reduction")
    }

    private func text(_ name: FilePath) throws -> String {
        String(decoding: try test.tree("report")[name] ?? [], as: UTF8.self)
    }

    @Test func modelsAndBaselines() throws {
        let ending = try test.run(
            "evaluate", "IN", "--corrupt", "gaussian:25", "--model", "1x-Denoise-S", "--baseline",
            "none,nlm,bayes,bm3d",
            "-j", "2", "--report", "TMP/report")
        #expect(ending.status == 0, "\(ending.standardError)")
        let rows = ending.standardOutput.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let methods = ["1x-Denoise-S", "none", "nlm", "bayes", "bm3d"]
        #expect(rows.dropFirst().prefix { !$0.contains("against") }.map { $0[2] } == methods.flatMap { [$0, $0] })
        #expect(rows.dropFirst().prefix { !$0.contains("against") }.allSatisfy { ($0[7] == "-") == ($0[2] == "none") })
        let csv = try text("report.csv").split(separator: "\n")
        #expect(methods.allSatisfy { method in csv.count { $0.contains(",\(method),") } == 2 })
        #expect(try text("report.html").contains("<th scope=\"col\">Method</th>"))
        let without = try test.run(
            "evaluate", "IN", "--corrupt", "gaussian:25", "--model", "none", "--baseline", "bm3d")
        #expect(without.standardOutput.split(separator: "\n").count == 3)
        #expect(without.standardOutput.contains("bm3d"))
    }

    @Test func thresholds() throws {
        let missed = try test.run("evaluate", "IN", "--corrupt", "gaussian:15,50", "--min-psnr", "1,99")
        #expect(missed.status == 5)
        #expect(missed.standardError.contains("gaussian:50: "))
        #expect(missed.standardError.contains("at least 99.00 dB wanted"))
        #expect(!missed.standardError.contains("gaussian:15"))
        #expect(try test.run("evaluate", "IN", "--corrupt", "gaussian:15,50", "--min-psnr", "1").status == 0)
    }

    @Test func report() throws {
        let ending = try test.run("evaluate", "IN", "--corrupt", "gaussian:25", "--report", "TMP/report")
        #expect(ending.status == 0, "\(ending.standardError)")
        #expect(ending.standardOutput.hasSuffix("/report/report.html\n"))
        let files = Set(try test.tree("report").keys)
        #expect(files.isSuperset(of: ["report.html", "report.csv", "report.json", "previews/0001-after.jpg"]))
    }

    @Test func badPictures() throws {
        try test.folder.write("text", to: "in/notes.txt")
        try test.folder.write("", to: "in/empty.png")
        let ending = try test.run("evaluate", "IN", "--corrupt", "gaussian:25")
        #expect(ending.status == 1)
        #expect(ending.standardError.contains("empty.png, gaussian:25: the file is empty"))
        #expect(!ending.standardError.contains("notes.txt"))
        #expect(ending.standardOutput.contains(" RGB              2 "))
        try createFolders(at: test.path.appending("bare"))
        #expect(try test.run("evaluate", "TMP/bare", "--corrupt", "gaussian:25").status == 3)
        #expect(try test.run("evaluate", "TMP/none", "--corrupt", "gaussian:25").status == 3)
    }

    @Test(
        arguments: [
            (["evaluate", "IN"], 2, "--corrupt says what is done"),
            (["evaluate", "IN", "--corrupt", "gaussian:0-75"], 2, "is for training"),
            (["evaluate", "IN", "--corrupt", "mud:3"], 2, "known: gaussian, grain, "),
            (["evaluate", "IN", "--corrupt", "gaussian:25", "--model", "2x-Upscale-M"], 2, "upscales by 2"),
            (["evaluate", "IN", "--corrupt", "gaussian:25", "--model", "none-such"], 4, "none-such"),
            (["evaluate", "IN", "--corrupt", "gaussian:25", "--baseline", "nlm,bm4d"], 2, "nlm,bm4d"),
            (["evaluate", "IN", "--corrupt", "gaussian:25", "--baseline", "nlm,nlm"], 2, "named twice"),
            (["evaluate", "IN", "--corrupt", "gaussian:25", "--baseline", ""], 2, "--baseline"),
            (["evaluate", "IN", "--corrupt", "gaussian:25", "--baseline", "bicubic"], 2, "does not upscale by 1"),
            (["evaluate", "IN", "--corrupt", "bicubic:2", "--baseline", "bm3d"], 2, "does not upscale by 2"),
            (["evaluate", "IN", "--corrupt", "gaussian:25", "--sigma", "auto"], 2, "noise"),
            (
                ["evaluate", "IN", "--corrupt", "gaussian:25", "--min-psnr", "1,2"], 2,
                "2 least figures for 1 corruption"
            ),
            (["evaluate", "IN", "--corrupt", "gaussian:25", "--min-psnr", "much"], 2, "much"),
            (["evaluate", "IN", "--corrupt", "gaussian:25", "--strength", "3"], 2, "strength"),
            (["evaluate", "IN", "--corrupt", "gaussian:25", "-j", "0"], 2, "-j 0"),
            (["evaluate", "IN", "--corrupt", "gaussian:300"], 2, "0 to 255"),
            (["evaluate", "IN", "--corrupt", "jpeg:0"], 2, "1 to 100"),
            (["evaluate", "IN", "--corrupt", "gaussian:nan"], 2, "a number"),
            (
                ["evaluate", "IN", "--corrupt", "gaussian:25", "--metrics", "psnr,lpips"], 2,
                "unknown metric \"lpips\", known: psnr, ssim, ms-ssim, psnr-b, mae, max"
            ),
            (["evaluate", "IN", "--corrupt", "gaussian:25", "--metrics", ""], 2, "unknown metric"),
            (["evaluate", "IN", "--restored", "IN", "--baseline", "nlm"], 2, "nothing to restore for nlm"),
            (["evaluate", "IN", "--restored", "IN", "--model", "1x-Scan-M"], 2, "--corrupt says what is done"),
            (["evaluate", "IN", "--restored", "/none"], 3, "/none"),
        ] as [([String], Int32, String)])
    func wrongUsage(arguments: [String], status: Int32, message: String) throws {
        let ending = try Program.run(
            arguments.map { $0 == "IN" ? test.path.appending("in").string : $0 }, environment: test.environment)
        #expect(ending.status == status, "\(ending)")
        #expect(ending.standardError.contains(message), "\(ending.standardError)")
        #expect(ending.standardOutput.isEmpty)
    }
}
