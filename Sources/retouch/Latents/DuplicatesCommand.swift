import ArgumentParser
import Batches
import Files
import Foundation
import Reports
import SystemPackage
import Workers

/// `retouch duplicates`.
struct DuplicatesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duplicates",
        abstract: "Find near copies in a folder: the same photograph at another size, cropped, brighter or darker.",
        usage: "retouch duplicates <folder> [options]",
        discussion: """
            Lists groups of pictures that show the same photograph, the largest first, each of the others with the picture \
            that it is a copy of, how much of it it shows, and how well their structure agrees. Copies may be smaller or \
            larger, cropped to half of the height and width, brighter, darker, and compressed; turned and mirrored ones are \
            not found. Nothing is deleted.

            EXAMPLES
              retouch duplicates photos/
              retouch duplicates photos/ --json --out duplicates.json
            """)

    @Argument(help: .init("A folder of pictures, or an array of them.", valueName: "folder"))
    var folder: PathArgument

    @Flag(help: "Print JSON instead of lines.")
    var json = false

    @Option(help: .init("Write JSON to this file, too.", valueName: "file.json"))
    var out: PathArgument?

    @Flag(help: "Replace a file that is there already.")
    var overwrite = false

    @OptionGroup(title: "Reading") var reading: ReadingOptions

    func validate() throws { try reading.validate() }

    func run() throws {
        let interruption = Interruption()
        Signals.watch(interruption)
        try CommandFailure.unlessReplaceable(out?.path, overwrite: overwrite)
        let data = try PictureData(
            folder.path, byteLimit: reading.byteLimit, maximumPixels: reading.maxPixels, damaged: reading.damaged,
            interruption: interruption)
        let run = DuplicateRun(data, interruption: interruption)
        try CommandFailure.unlessFound(run.count, in: folder.path, warnings: run.warnings)
        guard let result = try run.run(on: WorkerTeam(workers: reading.workers)) else {
            throw CommandFailure(status: .interrupted, message: "interrupted")
        }
        for failure in result.failures { Console.standardError.write("failed: \(failure)\n") }
        for name in result.notCompared {
            Console.standardError.write("warning: \"\(name)\" is flat or very long, and not compared\n")
        }
        if let out { try AtomicFile.write(Text.json(result).utf8, to: out.path) }
        Console.standardOutput.write(json ? try Text.json(result) : Self.text(result))
        try CommandFailure.unlessSuccess(result.failures.isEmpty ? .success : .someFailed)
    }

    private static func text(_ result: DuplicateRun.Result) -> String {
        var text = ""
        for group in result.groups {
            let rows = group.pictures.map { copy in
                [
                    copy.name, "\(copy.width)x\(copy.height)",
                    copy.share.map { String(format: "%.0f %%", 100 * $0) } ?? "",
                    copy.correlation.map { String(format: "%.2f", $0) } ?? "", copy.of.map { "of \($0)" } ?? "",
                ]
            }
            text += TextTable(rows, rightColumns: 1..<4).text + "\n"
        }
        let count = result.groups.reduce(0) { $0 + $1.pictures.count }
        return text
            + "\(result.groups.count) group\(result.groups.count == 1 ? "" : "s") of near copies, \(count) of "
            + "\(result.pictures) pictures\n"
    }
}
