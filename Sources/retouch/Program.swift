import ArgumentParser

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The root of the commands.
struct Retouch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retouch",
        abstract: "Restores folders of photographs: removes noise, grain and JPEG blocks, and upscales.",
        usage: """
            retouch [restore] <in> ... <out> [options]
            retouch <subcommand>
            """,
        discussion: """
            retouch IN OUT restores every picture under the folder IN into the folder OUT, which gets the same tree. \
            Originals are only ever read. Run it again and only what is new or changed is done.

            Exit codes: 0 all well, also when everything had been done before; 1 some pictures failed; 2 wrong usage; \
            3 no picture to work on; 4 the model is missing or damaged; 5 a threshold was missed (evaluate, compare); \
            74 the output could not be written, trying again may help; 130 interrupted.
            """,
        version: "retouch \(Version.current)",
        subcommands: [
            RestoreCommand.self, EvaluateCommand.self, CompareCommand.self, InspectCommand.self, TrainCommand.self,
            CorruptCommand.self, GenerateCommand.self, DataCommand.self, AnomaliesCommand.self, DuplicatesCommand.self,
            ModelsCommand.self,
            BenchCommand.self,
        ],
        groupedSubcommands: [
            CommandGroup(
                name: "Latents",
                subcommands: [
                    EmbedCommand.self, ReconstructCommand.self, NeighboursCommand.self, ClusterCommand.self,
                    OutliersCommand.self, ProbeCommand.self, MapCommand.self, AssessCommand.self, ClassifyCommand.self,
                    SampleCommand.self,
                    InterpolateCommand.self, TraverseCommand.self,
                ])
        ],
        defaultSubcommand: RestoreCommand.self)
}

/// Runs the command and ends the process with its exit code.
enum Program {
    static func run() -> Never {
        // A reader that goes away (`retouch ... | head`) must not kill a run.
        signal(SIGPIPE, SIG_IGN)
        // A file that grows beyond `ulimit -f` is an error of writing, which leaves nothing half done.
        signal(SIGXFSZ, SIG_IGN)
        reserveStandardDescriptors()
        AddressSpace.watch()
        let arguments = RawArguments.current
        guard !arguments.isEmpty else {
            Console.standardError.write(Retouch.helpMessage() + "\n")
            end(.usage)
        }
        do {
            var command = try Retouch.parseAsRoot(arguments)
            try command.run()
            end(.success)
        } catch let failure as CommandFailure {
            if let message = failure.message { Console.standardError.write("retouch: \(message)\n") }
            end(failure.status)
        } catch let code as ExitCode {
            end(ExitStatus(rawValue: code.rawValue) ?? .someFailed)
        } catch {
            let status = ExitStatus(of: error)
            // Help, version and completion scripts come as errors that are none.
            if Retouch.exitCode(for: error) == .success {
                let message = Retouch.fullMessage(for: error)
                Console.standardOutput.write((CompletionScript(written: message)?.text ?? message) + "\n")
                end(.success)
            }
            // The parser's own errors come with the usage, ours say all in one line.
            let isOfParser = Retouch.exitCode(for: error) == .validationFailure
            let text = isOfParser ? Retouch.fullMessage(for: error) : "retouch: \(error)"
            Console.standardError.write(text + "\n")
            end(status)
        }
    }

    /// Opens what the caller closed of standard input, output and error, in a way that fails when it is used: else the
    /// next file that is opened would be taken for it, and messages or a picture written into it.
    private static func reserveStandardDescriptors() {
        for number: Int32 in 0...2 where fcntl(number, F_GETFD) == -1 && errno == EBADF {
            _ = open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY)
        }
    }

    /// Ends the process. What standard output did not take is an error, whatever else was done.
    private static func end(_ status: ExitStatus) -> Never {
        var status = status
        if let failure = Console.standardOutput.failure {
            Console.standardError.write("retouch: cannot write to standard output: \(failure)\n")
            status = status.combined(with: .output)
        }
        exit(status.rawValue)
    }
}
