import ArgumentParser
import Batches
import Files
import Latents
import SystemPackage
import Workers

/// The vectors that a command works on, and the workers that it may take.
struct TableOptions: ParsableArguments {
    @Argument(help: .init("Vectors, a row each: NPY, IDX or CSV.", valueName: "z.npy"))
    var vectors: PathArgument

    @Option(help: .init("What the rows are; by default index.csv beside the vectors.", valueName: "file.csv"))
    var index: PathArgument?

    @Option(help: .init("Labels: CSV, IDX or NPY.", valueName: "file"))
    var labels: PathArgument?

    @Option(name: [.short, .long], help: .init("Workers; by default one for each processor.", valueName: "N"))
    var jobs: JobCount?

    func validate() throws { _ = try jobs.checked() }

    /// The vectors, read.
    ///
    /// - Throws: `NumberArrayError`, `LatentError`.
    func table() throws -> LatentTable {
        try LatentTable(reading: vectors.path, index: index?.path, labels: labels?.path)
    }

    /// The loop that work is shared out by.
    var loop: ParallelLoop { get throws { .threads(try jobs.checked()) } }
}

/// The place that a command writes a table to.
struct TableOutputOptions: ParsableArguments {
    @Option(help: .init("A table of all rows to write.", valueName: "file.csv"))
    var out: PathArgument?

    @Flag(help: "Replace a file that is there already.")
    var overwrite = false

    /// Checks, before any work, that nothing is replaced that must stay.
    ///
    /// - Throws: `CommandFailure`.
    func check() throws { try CommandFailure.unlessReplaceable(out?.path, overwrite: overwrite) }

    /// Writes the table where one was asked for.
    ///
    /// - Throws: `FileError`.
    func write(_ text: @autoclosure () -> String) throws {
        guard let out else { return }
        try AtomicFile.write(text().utf8, to: out.path)
        Console.standardOutput.write("\(out.path.printed)\n")
    }
}

/// The settings of classifiers that labels are told by.
struct ProbeOptions: ParsableArguments {
    @Option(
        help: .init(
            "Parts of the cross-validation, 2 or more; with --labels-per-class the draws of them.", valueName: "N"))
    var folds = 5

    @Option(
        help: .init(
            "In place of cross-validation: how many labels of each class are known; all other rows are asked for.",
            valueName: "N"))
    var labelsPerClass: Int?

    @Option(help: .init("Nearest neighbours that have a say.", valueName: "N"))
    var neighbours = 5

    func validate() throws {
        let least = labelsPerClass == nil ? 2 : 1
        guard folds >= least else { throw ValidationError("--folds \(folds): expected \(least) or more") }
        if let labelsPerClass, labelsPerClass < 1 {
            throw ValidationError("--labels-per-class \(labelsPerClass): expected 1 or more")
        }
        guard neighbours >= 1 else { throw ValidationError("--neighbours \(neighbours): expected 1 or more") }
    }
}
