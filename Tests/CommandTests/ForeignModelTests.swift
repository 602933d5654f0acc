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

/// Model folders from anywhere, and a journal that somebody edited.
@Suite struct ForeignModelTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        try test.picture("in/a.png", seed: 1)
    }

    @Test func noCharacterOfACardSteersTheTerminal() throws {
        let card = test.path.pushing("models/1x-Scan-M/model.json")
        let text = String(decoding: try test.folder.read(card), as: UTF8.self)
        let steering = "Esc\u{1B}]0;title\u{07}\u{1B}[31m\u{9B}2J\u{202E}\u{7F}"
        let escaped = "Esc\\u001b]0;title\\u0007\\u001b[31m\u{9B}2J\u{202E}\u{7F}"
        try test.folder.write(
            text.replacing("A model for tests", with: escaped).replacing("1x-Test", with: escaped),
            to: "models/1x-Scan-M/model.json")
        for arguments in [
            ["models"], ["models", "1x-Scan-M"], ["models", "--json"], ["models", "1x-Scan-M", "--json"],
        ] {
            let ending = try test.run(arguments)
            let output = ending.standardOutput + ending.standardError
            #expect(output.contains("Esc"), "\(output)")
            for scalar in output.unicodeScalars where scalar != "\n" {
                #expect(
                    !steering.dropFirst(3).unicodeScalars.filter { $0.value < 0x20 || $0.value > 0x7E }.contains(scalar)
                )
            }
        }
        let listed = try test.run("models").standardOutput
        #expect(listed.contains(#"Esc\x1b]0;title\x07\x1b[31m\xc2\x9b2J"#), "\(listed)")
    }

    @Test func argumentsAndNamesSteerNothing() throws {
        let ending = try test.run("IN", "OUT", "--model", "\u{1B}[31mred")
        #expect(ending.status == 4)
        #expect(!ending.standardError.unicodeScalars.contains("\u{1B}"))
        #expect(ending.standardError.contains(#"\x1b[31mred"#))
        #expect(!(try test.run("--\u{1B}[31mred").standardError).unicodeScalars.contains("\u{1B}"))
    }

    @Test func pipesAndDevicesAreNoModels() throws {
        for (name, make): (FilePath, (FilePath) throws -> Void) in [
            ("pipe", { path in #expect(path.withPlatformString { mkfifo($0, 0o600) } == 0) }),
            ("zero", { path in #expect(path.withPlatformString { symlink("/dev/zero", $0) } == 0) }),
            ("folder", { path in try createFolders(at: path) }),
        ] {
            for file in ["model.safetensors", "model.json"] {
                let folder = FilePath("own").pushing(name).appending("1x-\(file.suffix(4))")
                try TestModel().write(to: folder, in: test.folder)
                let path = test.path.pushing(folder).appending(file)
                test.folder.remove(folder.appending(file))
                try make(path)
                let ending = try test.start(["IN", "OUT", "--model", path.removingLastComponent().string]).wait(
                    atMost: 20)
                #expect(ending.status == 4, "\(name) \(file): \(ending)")
                #expect(ending.standardError.contains("cannot be read: it is no ordinary file"))
                #expect(ending.peakBytes < 300 << 20)
            }
        }
    }

    @Test func aJournalMayHoldAnything() throws {
        let arguments = [
            "evaluate", "IN", "--corrupt", "gaussian:25", "--model", "none", "--report", "TMP/report", "--metrics",
            "psnr",
        ]
        #expect(try test.run(arguments).status == 0)
        let journal = FilePath("report/.retouch/evaluation.jsonl")
        let text = String(decoding: try test.folder.read(test.path.pushing(journal)), as: UTF8.self)
        let number = try #require(text.firstRange(of: "\"seconds\":"))
        let end = try #require(text[number.upperBound...].firstIndex { ",}".contains($0) })
        for value in ["1e308", "-1e308", "1e15", "\"nan\"", "\"inf\"", "1e999", "-5", "null", "\"x\""] {
            try test.folder.write(text[..<number.upperBound] + value + String(text[end...]), to: journal)
            let ending = try test.run(arguments)
            #expect(ending.status == 0, "\(value): \(ending)")
        }
        for (field, value) in [
            ("inputWidth", "9223372036854775807"), ("inputHeight", "-9223372036854775808"), ("outputWidth", "0"),
            ("outputHeight", "9223372036854775807"), ("noiseLevel", "1e308"), ("megapixelsPerSecond", "-1e308"),
        ] {
            let place = try #require(text.firstRange(of: "\"record\":{"))
            let without = text.replacing(try Regex("\"\(field)\":[-0-9.e]+,?"), with: "")
            let rest = without[(without.firstRange(of: "\"record\":{") ?? place).upperBound...]
            try test.folder.write(
                without[..<(without.firstRange(of: "\"record\":{") ?? place).upperBound] + "\"\(field)\":\(value),"
                    + String(rest), to: journal)
            let ending = try test.run(arguments)
            #expect(ending.status == 0, "\(field) \(value): \(ending)")
        }
    }

    @Test func aLedgerMayHoldAnything() throws {
        #expect(try test.run("IN", "OUT", "--model", "1x-Scan-M").status == 0)
        let ledger = FilePath("out/.retouch/ledger.jsonl")
        let text = String(decoding: try test.folder.read(test.path.pushing(ledger)), as: UTF8.self)
        for (field, value) in [
            ("seconds", "1e308"), ("megapixelsPerSecond", "1e308"), ("megapixelsPerSecond", "-1e308"),
            ("megapixelsPerSecond", "0"), ("inputWidth", "-9223372036854775808"), ("inputWidth", "9223372036854775807"),
            ("outputWidth", "9223372036854775807"), ("outputWidth", "-9223372036854775808"), ("byteCount", "-1"),
            ("modified", "-9223372036854775808"),
        ] {
            try test.folder.write(
                text.replacing(try Regex("\"\(field)\":[-0-9.e]+"), with: "\"\(field)\":\(value)"), to: ledger)
            for arguments in [
                ["IN", "OUT", "--model", "1x-Scan-M", "--report", "TMP/report"],
                ["IN", "OUT", "--model", "1x-Scan-M", "--dry-run", "--exists", "overwrite"],
                ["IN", "OUT", "--model", "1x-Scan-M", "--reference", "IN"],
            ] {
                let ending = try test.run(arguments)
                #expect(ending.status <= 1, "\(field) \(value): \(ending)")
            }
        }
    }
}
