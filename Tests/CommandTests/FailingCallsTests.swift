import Files
import Foundation
import Imaging
import SystemPackage
import TestFolders
import Testing

#if canImport(Glibc)
    import Glibc

    /// Every call by which a run changes files made to fail in turn: the next run ends well, with the bytes of a run that
    /// nothing broke.
    ///
    /// The calls are those of the program itself, codecs included: `Tests/Fixtures/failing-calls` is loaded into it, made by
    /// the compiler that Swift brings along.
    @Suite struct FailingCallsTests {
        let test: CommandFolder
        private let library: FilePath

        init() throws {
            test = try CommandFolder()
            library = test.path.appending("failing.so")
            try test.picture("in/a.png", width: 40, height: 30)
            try test.picture("in/b.jpg", as: .jpeg, width: 40, height: 30, seed: 2)
            try test.picture("in/c.tif", as: .tiff, width: 40, height: 30, seed: 3)
            try test.folder.write("<x:xmpmeta/>", to: "in/b.xmp")
            let source = fixtureFolder.appending("failing-calls/failing_calls.c")
            let compiler = Process()
            compiler.executableURL = URL(filePath: "/usr/bin/env")
            compiler.arguments = [
                "clang", "-shared", "-fPIC", "-O1", "-o", library.string, source.string, "-ldl",
            ]
            try compiler.run()
            compiler.waitUntilExit()
            #expect(compiler.terminationStatus == 0)
        }

        private func run(into folder: String, failing call: Int?, how: String = "") throws -> Program.Ending {
            var environment = [
                "LD_PRELOAD": library.string, "FAILING_FOLDER": test.path.appending("out").string,
                "FAILING_COUNT": test.path.appending("count").string, "FAILING_HOW": how,
            ]
            if let call { environment["FAILING_CALL"] = "\(call)" }
            return try test.run(
                ["IN", folder, "--model", "1x-Scan-M", "-j", "1"], environment: environment)
        }

        @Test(arguments: ["short", "\(ENOSPC)", "\(EIO)"]) func theNextRunIsWhole(how: String) throws {
            #expect(try run(into: "TMP/whole", failing: nil).status == 0)
            let whole = try test.tree("whole")
            #expect(whole.count == 4)
            #expect(try run(into: "OUT", failing: nil).status == 0)
            let count = try #require(
                Int(String(decoding: try test.folder.read(test.path.appending("count")), as: UTF8.self)))
            // A write at least, a flush and a name for each picture, and their lines in the ledger.
            #expect(count >= 15)
            for call in 0..<count {
                test.folder.remove("out")
                let broken = try run(into: "OUT", failing: call, how: how)
                if how == "short" {
                    #expect(broken.status == 0, "call \(call): \(broken)")
                } else {
                    // A picture that failed is told; what is there is whole.
                    #expect([0, 74].contains(broken.status), "call \(call): \(broken)")
                }
                for (name, bytes) in try test.tree("out") { #expect(bytes == whole[name], "call \(call): \(name)") }
                #expect(try test.temporaries().isEmpty, "call \(call)")
                let next = try run(into: "OUT", failing: nil)
                #expect(next.status == 0, "call \(call): \(next)")
                #expect(try test.tree("out") == whole, "call \(call)")
            }
        }
    }
#endif
