import Files
import SystemPackage
import TestFolders
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Pictures restored by others, and files of sets.
@Suite struct EvaluateSetsTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        for (name, seed) in [("a.png", 1), ("b.png", 2), ("inner/c.png", 3)] {
            try test.picture(FilePath("in/\(name)"), width: 40, height: 30, seed: UInt64(seed))
        }
    }

    private func rows(_ ending: Program.Ending) -> [[String]] {
        ending.standardOutput.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    @Test func picturesRestoredByOthersStandBesideModels() throws {
        // What the program itself makes of the corrupted pictures, rounded to 8 bits on the way, must get its figures.
        #expect(try test.run("corrupt", "IN", "TMP/noisy", "--corrupt", "gaussian:15").status == 0)
        #expect(try test.run("TMP/noisy", "TMP/theirs", "--model", "1x-Scan-M").status == 0)
        try test.folder.write("no picture", to: "theirs/notes.txt")
        let ending = try test.run(
            "evaluate", "IN", "--corrupt", "gaussian:15", "--input", "8bit", "--model", "none", "--restored",
            "TMP/theirs",
            "--report", "TMP/report")
        #expect(ending.status == 0, "\(ending)")
        let row = try #require(rows(ending).first { $0.contains("theirs") && $0.contains("RGB") })
        #expect(Array(row[..<6]) == ["in", "gaussian:15", "theirs", "awgn-8bit", "RGB", "3"])
        let compared = try test.run("compare", "IN", "TMP/theirs", "--json")
        #expect(compared.status == 0)
        // Of the pictures alone: what was done to them first plays no part.
        let average = try test.run("compare", "IN", "TMP/theirs")
        let line = try #require(average.standardOutput.split(separator: "\n").first { $0.hasPrefix("Average") })
        let psnr = try #require(Double(line.split(separator: " ")[2]))
        let after = try #require(Double(row[7]))
        #expect(abs(after - psnr) < 0.006, "\(after), \(psnr)")
        #expect(
            try test.tree("report")["report.csv"].map { String(decoding: $0, as: UTF8.self) }?.contains("theirs")
                == true)
    }

    @Test func aFileOfSetsThatIsNone() throws {
        // More than a file of JSON may have, sparse, and what never ends.
        try test.folder.write("{", to: "large.json")
        #expect(truncate(test.path.appending("large.json").string, 17 << 20) == 0)
        let large = try test.run("evaluate", "TMP/large.json", "--corrupt", "gaussian:15")
        #expect(large.status == 2, "\(large)")
        #expect(large.standardError.contains("expected at most 16777216"), "\(large)")
        #expect(large.peakBytes < 200 << 20)
        #expect(mkfifo(test.path.appending("pipe.json").string, 0o600) == 0)
        let pipe = try test.run("evaluate", "TMP/pipe.json", "--corrupt", "gaussian:15")
        #expect(pipe.status == 2, "\(pipe)")
        #expect(pipe.standardError.contains("no ordinary file"))
        #expect(try test.run("evaluate", "TMP/nowhere.json", "--corrupt", "gaussian:15").status == 3)
    }

    @Test func setsOfAFile() throws {
        try test.picture("more/d.png", width: 40, height: 30, seed: 5)
        try test.folder.write(
            """
            {"sets": [
              {"name": "first", "pictures": "in", "corrupt": ["gaussian:15,25"], "seed": 3, "input": "8bit"},
              {"pictures": "more/d.png", "corrupt": ["grain:10"]}
            ]}
            """, to: "sets.json")
        let ending = try test.run("evaluate", "TMP/sets.json", "--model", "1x-Scan-M", "--report", "TMP/report")
        #expect(ending.status == 0, "\(ending)")
        let found = rows(ending).filter { $0.contains("RGB") }.map { Array($0[..<6]) }
        #expect(
            found == [
                ["first", "gaussian:15", "1x-Scan-M", "awgn-8bit", "RGB", "3"],
                ["first", "gaussian:25", "1x-Scan-M", "awgn-8bit", "RGB", "3"],
                ["d.png", "grain:10:blur=1:tone=colour", "1x-Scan-M", "synthetic", "RGB", "1"],
            ])
        // One report, which tells the sets apart.
        let csv = String(decoding: try test.tree("report")["report.csv"] ?? [], as: UTF8.self)
        #expect(csv.contains("\nfirst/inner/c.png,") && csv.contains("\nd.png/d.png,"))
        #expect(csv.contains(",first,gaussian:15,") && csv.contains(",d.png,grain:10:blur=1:tone=colour,"))
        // The same set by options has the same figures.
        let byOptions = try test.run(
            "evaluate", "IN", "--corrupt", "gaussian:15,25", "--seed", "3", "--input", "8bit", "--model", "1x-Scan-M")
        #expect(
            rows(byOptions).filter { $0.contains("RGB") }.map { $0[6...] }
                == rows(ending).filter { $0.first == "first" && $0.contains("RGB") }.map { $0[6...] })
        let both = try test.run("evaluate", "TMP/sets.json", "--corrupt", "gaussian:5")
        #expect(both.status == 2 && both.standardError.contains("first says itself"), "\(both)")
    }

    @Test(arguments: [
        (#"{"sets": []}"#, "\"sets\" is empty"), ("{", "no JSON"), (#"{"sets": [{}]}"#, "has no \"pictures\""),
        (#"{"sets": [{"pictures": "in", "corrupt": ["mud:1"]}]}"#, "mud"),
        (#"{"sets": [{"pictures": "in", "corrupt": []}]}"#, "is empty"),
        (#"{"sets": [{"name": "..", "pictures": "in"}]}"#, "cannot be a set's name"),
        (#"{"sets": [{"pictures": "in", "corrupt": ["gaussian:900"]}]}"#, "900"),
        (#"{"sets": [{"pictures": "in", "input": "12bit"}]}"#, "expected float or 8bit"),
        (#"{"sets": [{"pictures": "in"}, {"pictures": "in"}]}"#, "two sets are named in"),
        (#"{"sets": [{"pictures": "in", "seed": "x"}]}"#, "\"seed\" is no"),
    ]) func filesThatSayNonsense(text: String, expected: String) throws {
        try test.folder.write(text, to: "sets.json")
        let ending = try test.run("evaluate", "TMP/sets.json", "--model", "none")
        #expect(ending.status == 2 && ending.standardError.contains(expected), "\(ending)")
        #expect(ending.standardError.contains("sets.json: "))
    }

    @Test func setsThatAreNotThere() throws {
        #expect(try test.run("evaluate", "TMP/none.json").status == 3)
        try test.folder.write(
            #"{"sets": [{"pictures": "nowhere", "corrupt": ["gaussian:15"]}]}"#, to: "sets.json")
        let ending = try test.run("evaluate", "TMP/sets.json", "--model", "none")
        #expect(ending.status == 3 && ending.standardError.contains("nowhere"), "\(ending)")
    }
}
