import Files
import Foundation
import SystemPackage

/// A program run on a file in a folder of its own, where the file has a plain name: no program takes it for an option or
/// a pattern, those that go by endings know it, and what it leaves lying about goes with the folder.
struct DecoderCall {
    /// The folder, in which the program left its files.
    let folder: WorkFolder
    private let program: String
    private let printed: FilePath

    /// The resources of a program.
    struct Limits: Sendable {
        /// The bytes of memory of the worker that waits for it.
        var memory: Int
        /// The most pixels that a picture may have.
        var maximumPixels: Int
        /// The seconds that it may take.
        var seconds: Int

        /// The bytes that a program may map beside the picture: itself, its libraries, the stacks of its threads.
        private static let beside = 1 << 30
        /// The bytes that a file may have beside its samples.
        private static let fileMargin = 16 << 20

        /// The same as the system bounds them. A picture has at most four samples of 16 bits a pixel.
        var ofProcess: ChildProcess.Limits {
            func sum(_ value: Int, times factor: Int, plus margin: Int) -> Int {
                let (product, overflow) = value.multipliedReportingOverflow(by: factor)
                return overflow || product > Int.max - margin ? Int.max : product + margin
            }
            return ChildProcess.Limits(
                memory: sum(memory, times: 1, plus: Self.beside), seconds: seconds,
                fileSize: sum(maximumPixels, times: 8, plus: Self.fileMargin))
        }
    }

    /// The most bytes of what a program prints that are looked at.
    private static let printedLimit = 65_536

    /// Runs `program` to its end.
    ///
    /// - Parameters:
    ///   - arguments: with `{in}` for the file at `path`; `places` says what else stands for what.
    ///   - ending: the extension of the file's plain name.
    ///   - parent: the folder that its own folder is made in.
    /// - Throws: `ExternalDecoderError`, `FileError`.
    init(
        _ program: String, _ arguments: [String], places: [String: String], on path: FilePath, ending: String,
        in parent: FilePath, limits: Limits, isCancelled: () -> Bool
    ) throws {
        guard let found = ChildProcess.find(program) else { throw ExternalDecoderError.notFound(program: program) }
        self.program = program
        folder = try WorkFolder(in: parent)
        let input = ending.isEmpty ? "picture" : "picture.\(ending)"
        // A nameless file, of what came through a pipe, has a path in this process alone, which is whole as it is.
        let resolved = path.resolved()
        try SystemCalls.link(folder.path.appending(input), to: FileStamp.exists(resolved) ? resolved : path)
        printed = folder.path.appending("printed")
        let words = arguments.map { argument in
            places.merging(["{in}": input]) { $1 }.reduce(argument) {
                $0.replacingOccurrences(of: $1.key, with: $1.value)
            }
        }
        var variables = ExternalDecoders.variables
        variables["TMPDIR"] = folder.path.string
        let ending = try ChildProcess.run(
            found, words, in: folder.path, output: printed, variables: variables, limits: limits.ofProcess,
            isCancelled: isCancelled)
        guard ending == .exited(0) else {
            throw ExternalDecoderError.failed(
                program: program, reason: Self.text(ending, limits), printed: lastLine)
        }
    }

    private static func text(_ ending: ChildProcess.Ending, _ limits: Limits) -> String {
        switch ending {
        case .exited(let status): "failed with status \(status)"
        case .signalled(let signal) where signal == SIGXFSZ:
            "wrote a file larger than \(limits.maximumPixels) pixels take, and was stopped"
        case .signalled(let signal): "was ended by signal \(signal)"
        case .tooSlow: "took more than \(limits.seconds) s, and was stopped"
        case .tooMuchWritten: "wrote more than \(limits.maximumPixels) pixels take, and was stopped"
        case .cancelled: "was stopped"
        }
    }

    /// The lines that the program printed and that have something in them, the last ones where there are many.
    var printedLines: [String] {
        guard let descriptor = try? FileDescriptor.open(printed, .readOnly, options: .closeOnExec) else { return [] }
        let bytes = try? descriptor.closeAfter {
            let end = try descriptor.seek(offset: 0, from: .end)
            return try [UInt8](unsafeUninitializedCapacity: Self.printedLimit) { buffer, count in
                count = try descriptor.read(
                    fromAbsoluteOffset: max(0, end - Int64(Self.printedLimit)),
                    into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
        return (bytes ?? []).split { $0 == 10 || $0 == 13 }.map { String(decoding: $0, as: UTF8.self) }
            .filter { $0.contains { !$0.isWhitespace } }
    }

    /// The last line that the program printed, made safe to print again.
    private var lastLine: String? { printedLines.last.map { PathText.printable(String($0.prefix(200))) } }
}
