import Files
import Foundation
import Reports
import SystemPackage
import TestFolders
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite struct InterruptionTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        for index in 0..<8 {
            try test.picture(FilePath("in/\(index % 3)/\(index).png"), width: 300, height: 250, seed: UInt64(index))
        }
    }

    @Test(arguments: [SIGINT, SIGTERM]) func theFirstSignalEndsInOrder(signal: Int32) throws {
        let program = try test.start("IN", "OUT", "-x", "-j", "2", "--report", "TMP/report")
        while try test.temporaries().isEmpty, kill(program.processID, 0) == 0 { usleep(500) }
        program.signal(signal)
        let ending = try program.wait()
        #expect(ending.status == 130, "\(ending)")
        // What was not done is counted, and named in the report.
        let done = try test.tree("out").count
        #expect(ending.closingLine == "\(done) restored, 0 skipped, 0 failed, \(8 - done) not done", "\(ending)")
        func report(_ ending: String) throws -> String {
            String(
                decoding: try test.folder.read(test.path.pushing(FilePath("report/report.\(ending)"))), as: UTF8.self)
        }
        let json = try RunReport(json: Data(report("json").utf8))
        #expect(json.notDone?.count == 8 - done)
        #expect(Set(json.records.map { $0.input.string } + (json.notDone ?? [])).count == 8)
        #expect(try report("csv").components(separatedBy: ",notDone,").count == 9 - done)
        for page in ["html", "md"] { #expect(try report(page).contains("\(8 - done) not done: interrupted")) }
        #expect(try test.temporaries().isEmpty)
        let rest = try test.run("IN", "OUT", "-x")
        #expect(rest.status == 0)
        #expect(rest.closingLine.hasSuffix(" skipped, 0 failed"))
        #expect(try test.tree("out").count == 8)
    }

    @Test func theSecondSignalEndsAtOnce() throws {
        let program = try test.start("IN", "OUT", "-x")
        while try test.temporaries().isEmpty, kill(program.processID, 0) == 0 { usleep(500) }
        program.signal(SIGTERM)
        program.signal(SIGINT)
        let ending = try program.wait(atMost: 10)
        #expect(ending.status == 130)
        #expect(try test.temporaries().isEmpty)
    }

    /// Killed at random moments and run again, the outputs are those of an unbroken run, to the byte.
    @Test func killedAndResumedIsTheSame() throws {
        try killAndResume(times: 3)
    }

    @Test(.enabled(if: areTestsLong)) func killedAndResumedTwentyTimes() throws {
        try killAndResume(times: 20)
    }

    private func killAndResume(times: Int) throws {
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try test.run("IN", "TMP/whole", "-x").status == 0)
        let length = start.duration(to: clock.now)
        let whole = try test.tree("whole")
        #expect(whole.count == 8)
        var numbers = SeededNumbers(state: UInt64(times))
        for round in 0..<times {
            // The first half of the rounds go on with one output folder, the others begin anew.
            if round >= times / 2 { test.folder.remove("out") }
            let program = try test.start("IN", "OUT", "-x")
            let share = Double(numbers.next(below: 1000)) / 1000
            usleep(UInt32((length * share) / .microseconds(1)))
            program.signal(SIGKILL)
            _ = try program.wait()
            // No output that is there is half an output.
            if FileStamp.isFolder(test.path.appending("out")) {
                for (name, bytes) in try test.tree("out") { #expect(bytes == whole[name], "round \(round)") }
            }
            let ending = try test.run("IN", "OUT", "-x")
            #expect(ending.status == 0, "round \(round): \(ending)")
            #expect(try test.tree("out") == whole, "round \(round)")
            #expect(try test.temporaries().isEmpty, "round \(round)")
        }
    }
}
