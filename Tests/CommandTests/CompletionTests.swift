import Files
import SystemPackage
import TestFolders
import Testing

/// The scripts that complete the command in a shell.
@Suite struct CompletionTests {
    let test: CommandFolder

    init() throws { test = try CommandFolder() }

    /// What the parser leaves out stands in every script: the default subcommand, and the names of models.
    @Test(arguments: [
        ("bash", "\"_retouch_restore\"\n"), ("zsh", "\"_retouch_restore\"\n"),
        ("fish", "set unparsed_tokens $unparsed_tokens[1] restore $unparsed_tokens[2..]"),
    ])
    func scriptsKnowTheDefaultSubcommandAndModels(shell: String, line: String) throws {
        let ending = try Program.run(["--generate-completion-script", shell])
        #expect(ending.status == 0)
        #expect(ending.standardOutput.contains(line))
        #expect(ending.standardOutput.contains("---completion restore -- --model"))
        #expect(ending.standardOutput.contains("---completion sample -- positional@0"))
    }

    private static let bash = FilePath("/bin/bash")

    /// The words that bash offers behind a line, whose last word is being typed.
    @Test(
        .enabled(if: FileStamp.exists(bash)),
        arguments: [
            ("retouch re", "restore reconstruct"), ("retouch --mo", "--model"),
            ("retouch in out --sh", "--sharpen"), ("retouch inspect --det", "--details"),
            ("retouch --model 4x-", "4x-Photo-M 4x-Upscale-M"), ("retouch in out --model au", "auto"),
            ("retouch evaluate in --model no", "none"), ("retouch models 2x-P", "2x-Photo-M"),
            ("retouch --model TMP/mod", "TMP/models/"), ("retouch --model TMP/models/1x-S", "TMP/models/1x-Scan-M/"),
        ])
    func bashOffers(line: String, expected: String) throws {
        let script = try Program.run(["--generate-completion-script", "bash"]).standardOutput
        let place = test.path.string
        let words = line.replacing("TMP", with: place).split(separator: " ").map(String.init)
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let asking = """
            PATH='\(Program.path.removingLastComponent())':$PATH
            export RETOUCH_MODELS='\(place)/models'
            COMP_WORDS=(\(quoted)) COMP_CWORD=\(words.count - 1) COMP_LINE='\(words.joined(separator: " "))'
            COMP_POINT=${#COMP_LINE}
            _retouch retouch '\(words.last ?? "")' '\(words.dropLast().last ?? "")'
            echo "${COMPREPLY[*]}"
            """
        let file = try test.folder.write("\(script)\n\(asking)\n", to: "ask.bash")
        let offered = try Program([], under: [Self.bash.string, file.string]).wait().standardOutput
        let wanted = expected.replacing("TMP", with: place)
        #expect(Set(offered.split(whereSeparator: \.isWhitespace)) == Set(wanted.split(separator: " ")))
    }
}
