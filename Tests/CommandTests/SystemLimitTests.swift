import Files
import Imaging
import SystemPackage
import TestFolders
import Testing

/// Limits of the shell that the program runs in: a clear line and exit code 74, and the next run does the rest.
@Suite struct SystemLimitTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        try test.picture("in/a.png", width: 200, height: 150)
        try test.picture("in/b.jpg", as: .jpeg, width: 200, height: 150, seed: 2)
    }

    private func run(_ limit: String) throws -> Program.Ending {
        try test.start(
            ["IN", "OUT", "--model", "1x-Scan-M"], under: ["/bin/sh", "-c", "ulimit \(limit); exec \"$0\" \"$@\""]
        ).wait()
    }

    private func check(_ ending: Program.Ending, _ limit: String) throws -> Int32 {
        // Under the smallest ones the system's loader does not even begin the program.
        #expect([0, 74, 127].contains(ending.status), "\(limit): \(ending)")
        #expect(!ending.standardError.contains("Backtracing"), "\(limit): \(ending)")
        let rest = try test.run("IN", "OUT", "--model", "1x-Scan-M")
        #expect(rest.status == 0, "after \(limit): \(rest)")
        #expect(try test.temporaries().isEmpty, "\(limit)")
        test.folder.remove("out")
        return ending.status
    }

    @Test func memory() throws {
        let found = try stride(from: 60_000, through: 300_000, by: 10_000).map { kilobytes in
            let limit = "-v \(kilobytes)"
            let ending = try run(limit)
            if ending.status == 74, ending.closingLine.isEmpty {
                #expect(ending.standardError.contains("too little memory within ulimit -v"), "\(ending)")
            }
            return try check(ending, limit)
        }
        #expect(found.contains(74) && found.contains(0), "\(found)")
    }

    @Test func openFiles() throws {
        // What the tests themselves have open is the program's too.
        let found = try (Array(3...16) + [256]).map { count in
            let ending = try run("-n \(count)")
            if ending.status == 74 { #expect(ending.standardError.contains("Too many open files"), "\(ending)") }
            return try check(ending, "-n \(count)")
        }
        #expect(found.contains(74) && found.last == 0, "\(found)")
    }
}
