import ArgumentParser
import Batches
import Corruptions
import Files
import Imaging
import Latents
import SystemPackage
import Training
import Workers

/// `retouch data`.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Make data of known factors, arrays of known sets, pictures of arrays, and whitened pictures.",
        usage: "retouch data <shapes|fashion|digits|pictures|whiten> ...",
        subcommands: [
            ShapesCommand.self, FashionCommand.self, DigitsCommand.self, PicturesCommand.self, WhitenCommand.self,
        ])
}

/// `retouch data shapes`.
struct ShapesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shapes",
        abstract: "Draw shapes of known factors, to measure what a latent knows of them.",
        usage: "retouch data shapes <out> [options]",
        discussion: """
            Writes OUT/shapes.npy, 8-bit RGB of 32x32 pixels, and OUT/shapes.csv with the factors of each row: form (3), \
            size (6), angle (40), x (16), y (16) and hue (8), each drawn by itself; the label is the form. The same seed draws \
            the same shapes on every machine, and always will.

            EXAMPLES
              retouch data shapes shapes/ --count 1000
            """)

    @Argument(help: .init("The folder to write to.", valueName: "out"))
    var out: PathArgument

    @Option(help: .init("Shapes to draw, 1 to 2000000.", valueName: "N"))
    var count = 20_000

    @Option(help: .init("Of the factors.", valueName: "N"))
    var seed: UInt64 = 0

    @Flag(help: "Replace files that are there already.")
    var overwrite = false

    func validate() throws {
        guard 1...2_000_000 ~= count else { throw ValidationError("--count \(count): expected 1 to 2000000") }
    }

    func run() throws {
        let set = ShapeSet(count: count, seed: seed)
        try set.write(to: out.path, overwrites: overwrite)
        Console.standardOutput.write("\(count) shapes: \(out.path.appending(ShapeSet.arrayName).printed)\n")
    }
}

/// `retouch data pictures`.
struct PicturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pictures",
        abstract: "Write the pictures of an array as PNG.",
        usage: "retouch data pictures <array> <out> [options]",
        discussion: """
            ARRAY is NPY, IDX as MNIST has them (.gz too), or CSV with a picture a row. With --labels each picture goes into \
            the folder of its label. train and embed take such arrays as they are; this is for looking at them.

            EXAMPLES
              retouch data pictures shapes/shapes.npy pictures/ --count 100
              retouch data pictures t10k-images-idx3-ubyte.gz out/ --labels t10k-labels-idx1-ubyte.gz
            """)

    @Argument(help: .init("The array of pictures.", valueName: "array"))
    var array: PathArgument

    @Argument(help: .init("The folder to write to.", valueName: "out"))
    var out: PathArgument

    @Option(help: .init("Labels: CSV, IDX or NPY.", valueName: "file"))
    var labels: PathArgument?

    @Option(help: .init("Only the first pictures.", valueName: "N"))
    var count: Int?

    @Option(name: [.short, .long], help: .init("Workers; by default one for each processor.", valueName: "N"))
    var jobs: JobCount?

    @Flag(help: "Replace pictures that are there already.")
    var overwrite = false

    func validate() throws {
        _ = try jobs.checked()
        if let count, count < 1 { throw ValidationError("--count \(count): expected 1 or more") }
    }

    func run() throws {
        let run = try UnpackingRun(
            array.path, labels: labels?.path, folder: out.path, count: count, overwrites: overwrite,
            software: "Retouch \(Version.current)")
        let result = try run.run(on: WorkerTeam(workers: jobs.checked()))
        for failure in result.failures { Console.standardError.write("failed: \(failure)\n") }
        Console.standardOutput.write(
            "\(result.written) written, \(result.failures.count) failed: \(out.path.printed)\n")
        try CommandFailure.unlessSuccess(result.failures.isEmpty ? .success : .someFailed)
    }
}
