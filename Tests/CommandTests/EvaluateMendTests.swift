import Files
import Foundation
import SystemPackage
import TestFolders
import Testing

/// `evaluate --task mend`.
@Suite struct EvaluateMendTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        for (name, seed) in [("a.png", 1), ("b.png", 2)] {
            try test.picture(FilePath("in/\(name)"), width: 64, height: 48, seed: UInt64(seed))
        }
    }

    @Test func baselinesAndReport() throws {
        let ending = try test.run(
            "evaluate", "IN", "--task", "mend", "--corrupt", "dust:6", "--baseline", "none,biharmonic", "--report",
            "TMP/report")
        #expect(ending.status == 0, "\(ending)")
        let rows = ending.standardOutput.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(rows.count == 3 && rows[0].first == "set")
        #expect(rows[1].prefix(4) == ["in", "dust:6", "none", "2"])
        #expect(rows[2].prefix(4) == ["in", "dust:6", "biharmonic", "2"])
        let report = try #require(try test.tree("report")["mending.json"])
        let records = try #require(try JSONSerialization.jsonObject(with: Data(report)) as? [[String: Any]])
        #expect(records.count == 4 && records.allSatisfy { $0["failure"] == nil })
        let again = try test.run("evaluate", "IN", "--task", "mend", "--corrupt", "dust:6", "--baseline", "none")
        #expect(again.standardOutput.split(separator: "\n").last.map(String.init)?.contains(rows[1][4]) == true)
    }

    @Test(arguments: [
        (["--task", "mend"], "such as dust:6"),
        (["--task", "mend", "--corrupt", "dust:6", "--baseline", "bm3d"], "are for --task restore"),
        (["--task", "mend", "--corrupt", "dust:6", "--model", "1x-Scan-M"], "are for --task restore"),
        (["--corrupt", "gaussian:5", "--baseline", "telea", "--model", "none"], "are for --task mend"),
        (["--task", "mend", "--corrupt", "dust:0"], "1 to 1000"),
    ])
    func usage(arguments: [String], message: String) throws {
        let ending = try test.run(["evaluate", "IN"] + arguments)
        #expect(ending.status == 2 || ending.status == 64, "\(ending)")
        #expect(ending.standardError.contains(message), "\(ending)")
    }

    @Test func outlinesThatAreNotThere() throws {
        let ending = try test.run("evaluate", "IN", "--task", "mend", "--corrupt", "dust:6:outlines=/no/where.json")
        #expect(ending.status == 1 && ending.standardError.contains("/no/where.json"), "\(ending)")
    }
}
