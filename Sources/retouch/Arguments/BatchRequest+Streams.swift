import Batches
import Files
import Foundation
import SystemPackage

extension BatchRequest {
    /// Puts standard input and standard output in the places of `-` among inputs and as output; reads standard input to
    /// its end.
    ///
    /// - Throws: `CommandFailure` for terminals, what `StreamInput.init` throws.
    mutating func openStreams(maximumPixels: Int, interruption: Interruption) throws {
        if output == StreamInput.placeholder {
            if Console.standardOutput.isTerminal {
                throw CommandFailure(
                    status: .usage,
                    message: "standard output is a terminal, which shows no picture: send it to a file or a pipe, "
                        + "or name the output")
            }
            Console.takeStandardOutput()
            outputStream = .standardOutput
            output = StreamInput.folder
        }
        stream = try StreamInput.standardInput(
            among: inputs, maximumPixels: maximumPixels, interruption: interruption)
    }
}

extension StreamInput {
    /// The folder for what streams need on disk: `$TMPDIR`, or `/tmp`.
    static var folder: FilePath {
        let named = ProcessInfo.processInfo.environment["TMPDIR"].map { FilePath($0) }
        return named.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }

    /// Returns standard input, read to its end, where `-` is among the inputs; else nil.
    ///
    /// - Throws: `CommandFailure` for a terminal, what `init` throws.
    static func standardInput(
        among inputs: [FilePath], maximumPixels: Int, interruption: Interruption
    ) throws -> StreamInput? {
        guard inputs.contains(placeholder) else { return nil }
        guard !Console.isTerminal(.standardInput) else {
            throw CommandFailure(
                status: .usage, message: "standard input is a terminal: send a picture into it, or name a file")
        }
        return try StreamInput(
            reading: .standardInput, inFolder: folder, byteLimit: byteLimit(maximumPixels: maximumPixels),
            isCancelled: { interruption.isRequested })
    }
}
