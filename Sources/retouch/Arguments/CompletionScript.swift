import ArgumentParser

/// A script that completes the command in a shell, as the parser writes it and with what it leaves out: a line without
/// a subcommand is completed as one of the default subcommand.
struct CompletionScript {
    /// The text of the script.
    let text: String

    /// Returns the script as the parser wrote it for a shell, with the default subcommand; nil where `written` is no
    /// script of a shell that is known.
    init?(written: String) {
        let (name, standard) = (Retouch._commandName, RestoreCommand._commandName)
        let names = Retouch.configuration.subcommands.map { $0._commandName } + ["help"]
        let shell = Shell.allCases.first { written.hasPrefix($0.opening(name)) }
        guard let edit = shell?.edit(command: name, standard: standard, subcommands: names),
            let place = written.firstRange(of: edit.anchor)
        else { return nil }
        text = written[..<place.lowerBound] + edit.replacement + written[place.upperBound...] + edit.end
    }

    /// A text of a script, the text in its place, and what the script ends with.
    private struct Edit {
        var anchor: String
        var replacement: String
        var end = ""
    }

    private enum Shell: CaseIterable {
        case bash, zsh, fish

        /// The text that a shell's script begins with.
        func opening(_ command: String) -> String {
            switch self {
            case .bash: "#!/bin/bash\n"
            case .zsh: "#compdef \(command)\n"
            case .fish: "function __\(command)_should_offer_completions_for_flags_or_options"
            }
        }

        func edit(command: String, standard: String, subcommands: [String]) -> Edit {
            let names = subcommands.joined(separator: " ")
            switch self {
            case .bash:
                // The words begin at the subcommand; what the root took out of them is put back.
                let offer = "COMPREPLY+=($(compgen -W '\(names)' -- \"${cur}\"))"
                return Edit(
                    anchor: "        \(offer)\n",
                    replacement: """
                                [[ "${COMP_CWORD}" -eq 1 ]] && \(offer)
                                unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")
                                non_repeating_flags=()
                                non_repeating_options=()
                                "_\(command)_\(standard)"

                        """
                )
            case .zsh:
                let pattern = subcommands.joined(separator: "|")
                let specifications = "    local -ar arg_specs=(\n        '--version[Show the version.]'\n"
                return Edit(
                    anchor: specifications,
                    replacement: """
                            if (( CURRENT > 2 )) && [[ "${words[2]}" != (\(pattern)) ]] || [[ "${words[2]}" == -* ]]; then
                                "_\(command)_\(standard)"
                                return
                            elif (( CURRENT == 2 )); then
                                "_\(command)_\(standard)" && ret=0
                            fi
                        \(specifications)
                        """
                )
            case .fish:
                let parse = "    set -l unparsed_tokens (__\(command)_tokens -pc)\n"
                return Edit(
                    anchor: parse + "    switch $unparsed_tokens[1]\n",
                    replacement: """
                        \(parse)    set -l first $unparsed_tokens[2]
                            test (count $unparsed_tokens) -gt 1; or set first (commandline -t | string match -- '-*')
                            if test -n "$first"; and not contains -- $first \(names)
                                set unparsed_tokens $unparsed_tokens[1] \(standard) $unparsed_tokens[2..]
                            end
                            switch $unparsed_tokens[1]

                        """,
                    end: "\ncomplete -c '\(command)' -n '__\(command)_should_offer_completions_for_positional "
                        + "\"\(command)\" -eq 1' -F"
                )
            }
        }
    }
}
