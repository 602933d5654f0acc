import ArgumentParser
import Autoencoders
import Batches
import Files
import Latents
import Networks
import SystemPackage
import Workers

/// `retouch embed`.
struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Make a vector of each picture: its latent, or features of a model that restores.",
        usage: "retouch embed <model> <data> --out <z.npy> [options]",
        discussion: """
            DATA is a folder of pictures, or an array of them: NPY, IDX as MNIST has them (.gz too), or CSV, one picture a \
            row. Z.NPY gets a row of Float32 a picture, and beside it index.csv says what the rows are (row, path, label), \
            z.json what made them. Labels are the folders that pictures lie in, or what --labels holds: CSV with the \
            columns name and label, or an array of numbers.

            EXAMPLES
              retouch embed models/1x-VAE photos/ --out latents/z.npy
              retouch embed models/1x-VAE t10k-images-idx3-ubyte.gz --out z.npy
              retouch embed 1x-Denoise-S photos/ --labels labels.csv --out z.npy
            """)

    @Argument(
        help: .init("A model: an autoencoder, or one that restores.", valueName: "name|folder"), completion: .models())
    var model: String

    @Argument(help: .init("A folder of pictures, or an array of them.", valueName: "data"))
    var data: PathArgument

    @Option(help: .init("The vectors to write.", valueName: "z.npy"))
    var out: PathArgument

    @Option(help: .init("The variances of variational latents to write, too.", valueName: "v.npy"))
    var variances: PathArgument?

    @Option(help: .init("The table of rows to write; by default index.csv beside the vectors.", valueName: "file.csv"))
    var index: PathArgument?

    @Option(help: .init("Labels: CSV, IDX or NPY.", valueName: "file"))
    var labels: PathArgument?

    @Flag(help: "A vector for each square of a picture that a latent's pixel stands for.")
    var tiles = false

    @Flag(help: "The mean over the latent's pixels, for pictures of any size.")
    var mean = false

    @Flag(help: "Replace files that are there already.")
    var overwrite = false

    @OptionGroup(title: "Reading") var reading: ReadingOptions

    func validate() throws {
        try reading.validate()
        if tiles, mean { throw ValidationError("--tiles and --mean exclude each other") }
    }

    func run() throws {
        let interruption = Interruption()
        Signals.watch(interruption)
        let model = try loadModel(at: ModelLibrary.standard().folder(of: model))
        let encoder = try LatentEncoder(
            model.network, extent: tiles ? .tiles : mean ? .mean : nil, variances: variances != nil)
        let request = EmbeddingRequest(
            data: data.path, out: out.path, variances: variances?.path, index: index?.path, labels: labels?.path,
            overwrites: overwrite)
        let run = try EmbeddingRun(
            request, model: model, encoder: encoder, byteLimit: reading.byteLimit, maximumPixels: reading.maxPixels,
            damaged: reading.damaged, interruption: interruption)
        for warning in run.warnings { Console.standardError.write("warning: \(warning)\n") }
        let result = try run.run(on: WorkerTeam(workers: reading.workers))
        for failure in result.failures { Console.standardError.write("failed: \(failure)\n") }
        if result.wasInterrupted {
            throw CommandFailure(status: .interrupted, message: "interrupted; nothing is written")
        }
        guard result.rowCount > 0 else {
            throw CommandFailure(
                status: .noInput, message: "no picture in \"\(data.path.printed)\" that a vector could be made of")
        }
        Console.standardOutput.write(
            "\(result.rowCount) vectors of \(result.shape.reduce(1, *)) numbers "
                + "(\(result.shape.map(String.init).joined(separator: "x"))): \(out.path.printed)\n")
        try CommandFailure.unlessSuccess(result.failures.isEmpty ? .success : .someFailed)
    }
}

/// `retouch reconstruct`.
struct ReconstructCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconstruct",
        abstract: "Make pictures of latents again.",
        usage: "retouch reconstruct <model> <z.npy> <out> [options]",
        discussion: """
            Decodes each row of an array into a PNG in the folder OUT, named after its picture in index.csv. Latents that \
            another model made are refused, by z.json beside the array; arrays without it are taken as they are.

            EXAMPLES
              retouch reconstruct models/1x-VAE latents/z.npy again/
            """)

    @Argument(help: .init("The autoencoder that made the latents.", valueName: "name|folder"), completion: .models())
    var model: String

    @Argument(help: .init("Latents, a row each.", valueName: "z.npy"))
    var latents: PathArgument

    @Argument(help: .init("The folder to write to.", valueName: "out"))
    var out: PathArgument

    @Option(help: .init("The table of rows; by default index.csv beside the latents.", valueName: "file.csv"))
    var index: PathArgument?

    @Option(name: [.short, .long], help: .init("Workers; by default one for each processor.", valueName: "N"))
    var jobs: JobCount?

    @Flag(help: "Replace pictures that are there already.")
    var overwrite = false

    func validate() throws { _ = try jobs.checked() }

    func run() throws {
        let interruption = Interruption()
        Signals.watch(interruption)
        let model = try loadModel(at: ModelLibrary.standard().folder(of: model))
        let table = try LatentTable(reading: latents.path, index: index?.path)
        let decoder = try LatentDecoder(
            model, dimension: table.dimension, source: LatentSource(beside: latents.path))
        let result = try ReconstructionRun(
            table, decoder: decoder, folder: out.path, overwrites: overwrite, software: "Retouch \(Version.current)",
            interruption: interruption
        ).run(on: WorkerTeam(workers: jobs.checked()))
        for failure in result.failures { Console.standardError.write("failed: \(failure)\n") }
        Console.standardOutput.write(
            "\(result.written) reconstructed, \(result.failures.count) failed: \(out.path.printed)\n")
        if interruption.isRequested { throw CommandFailure(status: .interrupted, message: nil) }
        try CommandFailure.unlessSuccess(result.failures.isEmpty ? .success : .someFailed)
    }
}
