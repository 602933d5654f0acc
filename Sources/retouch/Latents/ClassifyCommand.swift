import ArgumentParser
import Autoencoders
import Batches
import Foundation
import Networks
import Reports
import SystemPackage
import Workers

/// `retouch classify`.
struct ClassifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify",
        abstract: "Tell the classes of pictures, and how many are right where labels are known.",
        usage: "retouch classify <model> <data> [options]",
        discussion: """
            MODEL was made by `retouch train --classifier`. DATA is a folder of pictures, or an array of them: NPY, IDX as \
            MNIST has them (.gz too), or CSV, one picture a row. Labels to compare with are the folders that pictures lie \
            in, or what --labels holds. The table of --out has a line a picture: name, label (what was found), chance, and \
            known, the label that was known before.

            EXAMPLES
              retouch classify models/1x-Classes photos/ --out labels.csv
              retouch classify models/1x-Classes test.npy --labels test.csv
            """)

    @Argument(help: .init("A model that tells classes.", valueName: "name|folder"), completion: .models())
    var model: String

    @Argument(help: .init("A folder of pictures, or an array of them.", valueName: "data"))
    var data: PathArgument

    @Option(help: .init("Labels to compare with: CSV, IDX or NPY.", valueName: "file"))
    var labels: PathArgument?

    @OptionGroup var output: TableOutputOptions

    @OptionGroup(title: "Reading") var reading: ReadingOptions

    func validate() throws { try reading.validate() }

    func run() throws {
        let interruption = Interruption()
        Signals.watch(interruption)
        try output.check()
        let run = try ClassificationRun(
            data.path, labels: labels?.path, model: loadModel(at: ModelLibrary.standard().folder(of: model)),
            byteLimit: reading.byteLimit, maximumPixels: reading.maxPixels, damaged: reading.damaged,
            interruption: interruption)
        try CommandFailure.unlessFound(run.count, in: data.path, warnings: run.warnings)
        let result = try run.run(on: WorkerTeam(workers: reading.workers))
        for failure in result.failures { Console.standardError.write("failed: \(failure)\n") }
        if result.wasInterrupted {
            throw CommandFailure(status: .interrupted, message: "interrupted; nothing is written")
        }
        tell(result)
        try output.write(result.csv())
        try CommandFailure.unlessSuccess(result.failures.isEmpty ? .success : .someFailed)
    }

    private func tell(_ result: ClassificationRun.Result) {
        guard let accuracy = result.accuracy else {
            let counts = result.rows.reduce(into: [:]) { $0[$1.found, default: 0] += 1 }
            let lines = result.names.map { [$0, "\(counts[$0] ?? 0)"] }
            Console.standardOutput.write(TextTable([["CLASS", "PICTURES"]] + lines, rightColumns: 1..<2).text)
            return
        }
        let shares = result.shares
        let table = TextTable(
            [["CLASS", "PICTURES", "RIGHT", "MISTAKEN FOR IT"]]
                + shares.map { share in
                    let right = share.count > 0 ? Double(share.right) / Double(share.count) : 0
                    return [share.name, "\(share.count)", String(format: "%.4f", right), "\(share.mistaken)"]
                }, rightColumns: 1..<4)
        Console.standardOutput.write(table.text)
        let count = shares.reduce(0) { $0 + $1.count }
        Console.standardOutput.write(
            "accuracy \(String(format: "%.4f", accuracy)) on \(count) labelled pictures of \(result.rows.count)\n")
    }
}
