import ArgumentParser
import Batches
import Files
import SystemPackage

/// `retouch data fashion`.
struct FashionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fashion",
        abstract: "Write Fashion-MNIST as arrays and tables of labels.",
        usage: "retouch data fashion <out> [options]",
        discussion: """
            Writes OUT/train.npy and OUT/test.npy, 8-bit grey of 28x28 pixels, and beside them train.csv and test.csv with \
            the name of each picture's class. Debian has the set in the package dataset-fashion-mnist; --from names a folder \
            with its four IDX files, compressed or not. Nothing is downloaded.

            EXAMPLES
              retouch data fashion fashion/
            """)

    @OptionGroup var options: DataSetOptions

    func run() throws { try options.run(.fashion) }
}

/// `retouch data digits`.
struct DigitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digits",
        abstract: "Write scikit-learn's handwritten digits as an array and a table of labels.",
        usage: "retouch data digits <out> [options]",
        discussion: """
            Writes OUT/digits.npy, 8-bit grey of 8x8 pixels, and OUT/digits.csv with the label of each. --from names \
            digits.csv.gz of scikit-learn, or a CSV of that form: 64 numbers of 0 to 16 and the label in each row. Nothing \
            is downloaded.

            EXAMPLES
              retouch data digits digits/ --from digits.csv.gz
            """)

    @OptionGroup var options: DataSetOptions

    func run() throws { try options.run(.digits) }
}

/// The places that a known set comes from and goes to.
struct DataSetOptions: ParsableArguments {
    @Argument(help: .init("The folder to write to.", valueName: "out"))
    var out: PathArgument

    @Option(help: .init("The set's files; by default where Debian installs them.", valueName: "path"))
    var from: PathArgument?

    @Flag(help: "Replace files that are there already.")
    var overwrite = false

    func run(_ set: KnownDataSet) throws {
        let written = try DataSetConversion(set, from: from?.path, to: out.path, overwrites: overwrite).run()
        for (path, count) in written { Console.standardOutput.write("\(count) pictures: \(path.printed)\n") }
    }
}
