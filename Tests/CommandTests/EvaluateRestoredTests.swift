import Files
import Foundation
import Imaging
import SystemPackage
import TestFolders
import Testing

/// `evaluate` with pictures of others, several sets, metrics, and what it remembers.
@Suite struct EvaluateRestoredTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        for (name, seed) in [("a.png", 1), ("b.png", 2), ("inner/c.png", 3)] {
            try test.picture(FilePath("in/\(name)"), width: 40, height: 30, seed: UInt64(seed))
            try test.picture(FilePath("theirs/\(name)"), width: 40, height: 30, seed: UInt64(seed + 10))
        }
    }

    /// Of the table of means.
    private func rows(_ ending: Program.Ending) -> [[String]] {
        ending.standardOutput.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            .prefix { !$0.contains("against") }.map(\.self)
    }

    @Test func alone() throws {
        let ending = try test.run("evaluate", "IN", "--restored", "TMP/theirs", "--report", "TMP/report")
        #expect(ending.status == 0, "\(ending.standardError)")
        let rows = rows(ending)
        #expect(rows.count == 4)
        #expect(rows[1][..<7] == ["in", "-", "theirs", "stored-8bit", "RGB", "3", "-"])
        // The same figure as `compare` prints.
        let compared = try test.run("compare", "IN", "TMP/theirs")
        let average = try #require(
            compared.standardOutput.split(separator: "\n").first { $0.hasPrefix("Average: PSNR: ") })
        #expect(average.dropFirst(15).hasPrefix(rows[1][7].dropLast()))
        let files = Set(try test.tree("report").keys)
        #expect(files.isSuperset(of: ["report.html", "previews/0001-before.jpg"]))
        #expect(!files.contains("previews/0001-reference.jpg"))
    }

    @Test func besideAModel() throws {
        let ending = try test.run(
            "evaluate", "IN", "--corrupt", "gaussian:25", "--baseline", "none", "--restored", "TMP/theirs",
            "--restored",
            "IN", "--metrics", "max,mae,ssim")
        #expect(ending.status == 0, "\(ending.standardError)")
        let rows = rows(ending)
        #expect(rows.dropFirst().map { $0[2] } == ["1x-Scan-M", "none", "theirs", "in"].flatMap { [$0, $0] })
        #expect(
            ending.standardOutput.contains(
                "SSIM before  SSIM after  MAE before  MAE after  MAX before  MAX after  equal"))
        // What equals the clean pictures is infinitely good, counted and in no mean.
        let equal = try #require(rows.first { $0[2] == "in" })
        #expect(equal[7...] == ["inf", "-", equal[9], "1.0000", equal[11], "0.00", equal[13], "0.00", "3"])
        #expect(Set(rows.dropFirst().filter { $0[4] == "RGB" }.map { $0[6] }).count == 1)
    }

    @Test func oneMissingShiftsNothing() throws {
        let whole = try test.run("evaluate", "IN", "--restored", "TMP/theirs", "--report", "TMP/whole")
        #expect(whole.status == 0)
        test.folder.remove("theirs/b.png")
        try test.picture("theirs/z.png", width: 40, height: 30, seed: 9)
        let refused = try test.run("evaluate", "IN", "--restored", "TMP/theirs")
        #expect(refused.status == 2)
        #expect(refused.standardOutput.isEmpty)
        #expect(refused.standardError.contains("/in/b.png\" has no partner"))
        #expect(refused.standardError.contains("/theirs/z.png\" has no partner"))
        let allowed = try test.run(
            "evaluate", "IN", "--restored", "TMP/theirs", "--allow-missing", "--report", "TMP/part")
        #expect(allowed.status == 0)
        #expect(rows(allowed)[1][5] == "2")
        func figures(_ folder: FilePath) throws -> [String] {
            String(decoding: try test.tree(folder)["report.csv"] ?? [], as: UTF8.self).split(separator: "\n").map {
                let fields = $0.split(separator: ",", omittingEmptySubsequences: false)
                return ([fields[0]] + fields.suffix(8)).joined(separator: ",")
            }
        }
        let lines = try figures("whole")
        #expect(try figures("part") == lines.filter { !$0.hasPrefix("b.png") })
    }

    @Test func whatCannotBeMeasured() throws {
        try test.picture("theirs/a.png", width: 41, height: 30, seed: 4)
        try test.picture("theirs/b.png", width: 40, height: 30, format: PixelFormat(color: .grey), seed: 4)
        let ending = try test.run("evaluate", "IN", "--restored", "TMP/theirs")
        #expect(ending.status == 1)
        #expect(
            ending.standardError.contains(
                "theirs/a.png\": cannot compare a picture of 41x30 with a reference of 40x30"))
        #expect(ending.standardError.contains("cannot compare a grey picture with a coloured reference"))
        #expect(rows(ending)[1][5] == "1")
    }

    @Test func brokenPictures() throws {
        try test.folder.write("", to: "theirs/d.png")
        let ending = try test.run("evaluate", "IN", "--restored", "TMP/theirs")
        #expect(ending.status == 1)
        #expect(ending.standardError.contains("theirs/d.png\": the file is empty"))
        #expect(rows(ending)[1][5] == "3")
    }

    @Test func foldersForCorruptions() throws {
        let without = try test.run(
            "evaluate", "IN", "--corrupt", "gaussian:15,50", "--restored", "TMP/theirs", "--model", "none")
        #expect(without.status == 3)
        #expect(without.standardError.contains("theirs/gaussian-15"))
        #expect(try test.run("corrupt", "IN", "TMP/sets", "--corrupt", "gaussian:15,50").status == 0)
        let ending = try test.run(
            "evaluate", "IN", "--corrupt", "gaussian:15,50", "--restored", "TMP/sets", "--model", "none")
        #expect(ending.status == 0, "\(ending.standardError)")
        let rows = rows(ending)
        #expect(rows.dropFirst().map { $0[1] } == ["gaussian:15", "gaussian:15", "gaussian:50", "gaussian:50"])
        // Each level's own folder: other draws of the same noise, less what clipping takes away.
        #expect(rows.dropFirst().allSatisfy { (-2...2).contains(Double($0[8]) ?? 9) })
    }

    @Test func mixedSizesAndColours() throws {
        try test.picture("in/grey.png", width: 31, height: 17, format: PixelFormat(color: .grey), seed: 7)
        try test.picture("in/tiny.png", width: 5, height: 3, seed: 8)
        let ending = try test.run("evaluate", "IN", "--corrupt", "gaussian:25", "--baseline", "none")
        #expect(ending.status == 0, "\(ending.standardError)")
        // Grey pictures have lines of their own; pictures below SSIM's window have PSNR alone.
        #expect(
            rows(ending).dropFirst().filter { $0[2] == "none" }.map { [$0[4], $0[5]] } == [
                ["RGB", "4"], ["Y", "4"], ["grey", "1"],
            ])
    }

    @Test func aModelThatMakesNoNumbers() throws {
        var model = TestModel()
        model.overflows = true
        try model.write(to: "models/1x-Scan-M", in: test.folder)
        let ending = try test.run("evaluate", "IN", "--corrupt", "gaussian:25")
        #expect(ending.status == 1, "\(ending)")
        #expect(ending.standardError.contains("a.png, gaussian:25: "))
        #expect(ending.standardOutput.isEmpty)
    }

    @Test func aSetIsMeasuredAsAlone() throws {
        try test.picture("more/d.png", width: 20, height: 30, seed: 4)
        try test.folder.write(
            #"{"sets": [{"name": "One", "pictures": "in"}, {"name": "Two", "pictures": "more"}]}"#, to: "sets.json")
        let ending = try test.run("evaluate", "TMP/sets.json", "--corrupt", "gaussian:25")
        #expect(ending.status == 0, "\(ending.standardError)")
        let tables = ending.standardOutput.components(separatedBy: "\n\n")
        #expect(tables.count == 2)
        #expect(tables[0].contains("\nOne  gaussian:25  1x-Scan-M  awgn      RGB              3 "))
        #expect(tables[1].contains("\nTwo  gaussian:25  1x-Scan-M  awgn      RGB              1 "))
        let one = try test.run("evaluate", "IN", "--corrupt", "gaussian:25")
        #expect(rows(one)[1][4...] == rows(ending)[1][4...])
    }

    @Test func otherRestoredSets() throws {
        try test.picture("more/d.png", width: 20, height: 30, seed: 4)
        try test.folder.write(
            #"{"sets": [{"name": "theirs", "pictures": "in"}, {"pictures": "more"}]}"#, to: "sets.json")
        let whole = try test.run("evaluate", "TMP/sets.json", "--restored", "TMP/")
        #expect(whole.status == 0, "\(whole.standardError)")
        #expect(rows(whole).filter { $0.first == "more" }.first?.last == "1")
        #expect(rows(whole).filter { $0.first == "theirs" }.first?[5] == "3")
    }

    @Test func goesOnWhereItEnded() throws {
        let command = ["evaluate", "IN", "--corrupt", "gaussian:25", "--baseline", "none", "--report", "TMP/report"]
        func run(_ extra: String...) throws -> Program.Ending {
            try Program.run(
                (command + extra).map {
                    $0 == "IN"
                        ? test.path.appending("in").string
                        : $0.hasPrefix("TMP/") ? test.path.string + $0.dropFirst(3) : $0
                }, environment: test.environment)
        }
        let first = try run()
        #expect(first.status == 0 && first.standardError.isEmpty)
        let again = try run()
        #expect(again.standardError == "6 of 6 were measured before\n")
        #expect(again.standardOutput == first.standardOutput)
        // A journal whose last line was torn, and a picture that was changed.
        let journal = try test.folder.read(test.path.pushing("report/.retouch/evaluation.jsonl"))
        try test.folder.write(Array(journal.dropLast(40)), to: "report/.retouch/evaluation.jsonl")
        #expect(try run().standardError == "5 of 6 were measured before\n")
        try test.picture("in/a.png", width: 40, height: 31, seed: 5)
        let changed = try run()
        #expect(changed.standardError == "4 of 6 were measured before\n")
        #expect(
            changed.standardOutput.split(separator: "\n").dropLast()
                != first.standardOutput.split(separator: "\n").dropLast())
        #expect(try run("--seed", "1").standardError.isEmpty)
        #expect(try run("--strength", "0.5").standardError == "3 of 6 were measured before\n")
        #expect(try run("--metrics", "mae").standardError.isEmpty)
    }
}
