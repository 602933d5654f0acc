import Corruptions
import Files
import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing

@Suite struct GenerateCommandTests {
    let test: CommandFolder

    init() throws { test = try CommandFolder() }

    @Test func picturesOfEveryKind() throws {
        let ending = try test.run("generate", "all", "OUT", "--count", "2", "--size", "40x24", "--seed", "7")
        #expect(ending.status == 0, "\(ending.standardError)")
        let kinds = GeneratedPicture.Kind.allCases
        #expect(ending.standardOutput == "\(2 * kinds.count) generated, 0 skipped, 0 failed\n")
        #expect(
            Set(try test.tree("out").keys)
                == Set(kinds.flatMap { kind in [7, 8].map { FilePath("\(kind.rawValue)-\($0).png") } }))
        for kind in kinds {
            let picture = try Picture(reading: test.path.pushing(FilePath("out/\(kind.rawValue)-8.png")))
            #expect(picture.format == PixelFormat(color: .rgb))
            let expected = GeneratedPicture(kind, seed: 8).image(height: 24, width: 40)
            #expect(picture.image.samples == expected.samples, "\(kind)")
        }
    }

    @Test func whatWasDrawnIsSkippedAndOthersStay() throws {
        func run(_ more: String...) throws -> Program.Ending {
            try test.run(["generate", "checker,line-art", "OUT", "--count", "3", "--size", "20x20"] + more)
        }
        #expect(try run().closingLine == "6 generated, 0 skipped, 0 failed")
        #expect(try run().closingLine == "0 generated, 6 skipped, 0 failed")
        #expect(try run("--seed", "1").closingLine == "2 generated, 4 skipped, 0 failed")
        try test.folder.write("precious", to: "out/checker-0.png")
        let ending = try run()
        #expect(ending.status == 1)
        #expect(ending.closingLine == "0 generated, 5 skipped, 1 failed")
        #expect(ending.standardError.contains("is another picture; --exists overwrite replaces it"))
        #expect(try test.folder.read(test.path.pushing("out/checker-0.png")) == Array("precious".utf8))
        #expect(try run("--exists", "skip").closingLine == "0 generated, 6 skipped, 0 failed")
        #expect(try run("--exists", "fail").closingLine == "0 generated, 0 skipped, 6 failed")
        #expect(try run("--exists", "overwrite").closingLine == "6 generated, 0 skipped, 0 failed")
        #expect(try run().closingLine == "0 generated, 6 skipped, 0 failed")
        #expect(try test.temporaries().isEmpty)
    }

    @Test(
        arguments: [
            (["mud", "OUT"], 2, "unknown kind 'mud'; there are checker, lines"), (["text"], 2, "out"),
            (["text,", "OUT"], 2, "unknown kind ''"), (["text", "OUT", "--size", "0x4"], 2, "--size 0x4"),
            (["text", "OUT", "--size", "12"], 2, "--size 12"), (["text", "OUT", "--count", "0"], 2, "--count 0"),
            (["text", "OUT", "--seed", "-1"], 2, "seed"),
            (["text", "OUT", "--seed", "18446744073709551615"], 2, "too large"),
            (["text", "/proc/retouch"], 74, "/proc/retouch"),
        ] as [([String], Int32, String)])
    func wrongUsage(arguments: [String], status: Int32, message: String) throws {
        let ending = try test.run(["generate"] + arguments)
        #expect(ending.status == status, "\(ending)")
        #expect(ending.standardError.contains(message), "\(ending.standardError)")
        #expect(!FileStamp.exists(test.path.appending("out")))
    }
}
