import Files
import SystemPackage
import Testing

@Suite("With one processor for many workers")
struct OneProcessorTests {
    private static let taskset: FilePath = "/usr/bin/taskset"

    /// Workers may then run one after the other: whoever waited for one that has not begun would hang.
    @Test(.enabled(if: FileStamp.exists(taskset)), arguments: ["1", "3", "64"])
    func nothingHangs(jobs: String) throws {
        let test = try CommandFolder()
        for index in 0..<3 {
            try test.picture(FilePath("in/\(index).png"), width: 200, height: 150, seed: UInt64(index))
        }
        #expect(try test.run("IN", "OUT").status == 0)
        let program = try test.start(
            "IN", "TMP/pinned", "-j", jobs, "-t", "32", under: [Self.taskset.string, "--cpu-list", "0"])
        let ending = try program.wait(atMost: 120)
        #expect(ending.status == 0, "\(ending.standardError)")
        #expect(try test.tree("pinned") == test.tree("out"))
    }
}
