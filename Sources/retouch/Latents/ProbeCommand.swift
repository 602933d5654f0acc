import ArgumentParser
import Foundation
import Latents
import Reports

/// `retouch probe`.
struct ProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Measure how well labels can be told from vectors.",
        usage: "retouch probe <z.npy> [options]",
        discussion: """
            Trains two simple classifiers on parts of the labelled rows and asks them for the others: logistic regression \
            (on numbers of mean 0 and deviation 1), and the majority of the nearest neighbours. Every class has the same \
            share in each part. Rows without a label are left out. With --labels-per-class that many labels of each class are \
            known, and all other rows are asked for, with several draws: the same of each file with the same labels.

            EXAMPLES
              retouch probe latents/z.npy --labels labels.csv --folds 2
              retouch probe latents/z.npy --labels-per-class 10
            """)

    @OptionGroup var input: TableOptions

    @OptionGroup var classifiers: ProbeOptions

    @Option(help: .init("Of the regression: how much data count against the weights' size.", valueName: "C"))
    var strength = 1.0

    @Option(help: .init("Of the parts.", valueName: "N"))
    var seed: UInt64 = 0

    func validate() throws {
        try classifiers.validate()
        guard strength > 0, strength.isFinite else {
            throw ValidationError("--strength \(strength): expected above 0")
        }
    }

    func run() throws {
        var settings = Probe.Settings()
        (settings.folds, settings.neighbours, settings.strength) = (
            classifiers.folds, classifiers.neighbours, strength
        )
        (settings.labelsPerClass, settings.seed) = (classifiers.labelsPerClass, seed)
        let probe = try Probe(input.table(), settings: settings, loop: input.loop)
        func row(_ name: String, _ accuracy: Probe.Accuracy) -> [String] {
            [name, String(format: "%.4f", accuracy.mean), String(format: "%.4f", accuracy.deviation)]
        }
        let table = TextTable(
            [
                ["CLASSIFIER", "ACCURACY", "DEVIATION"], row("logistic regression", probe.logistic),
                row("\(classifiers.neighbours) nearest neighbours", probe.neighbours),
                ["most frequent class", String(format: "%.4f", probe.baseline), ""],
            ], rightColumns: 1..<3)
        Console.standardOutput.write(table.text)
        Console.standardOutput.write(
            "\(probe.rowCount) labelled rows, \(probe.classNames.count) classes, "
                + (classifiers.labelsPerClass.map { "\($0) labels of each known, \(classifiers.folds) draws\n" }
                    ?? "\(classifiers.folds) folds\n"))
    }
}
