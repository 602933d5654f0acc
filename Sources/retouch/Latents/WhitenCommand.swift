import ArgumentParser
import Batches
import Files
import Latents
import SystemPackage
import Workers

/// `retouch data whiten`.
struct WhitenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whiten",
        abstract: "Write pictures whitened: what neighbouring samples share is taken off.",
        usage: "retouch data whiten <pictures> <out> [options]",
        discussion: """
            Takes from grey versions of the pictures what neighbours say of each other; edges stay. The filter is computed of \
            the pictures themselves, or of --reference: pictures to validate on take that of the pictures to train on. \
            Sparse autoencoders learn edges from such pictures, and the average brightness from others.

            EXAMPLES
              retouch data whiten photos/ white/
              retouch data whiten held-out/ white-held-out/ --reference photos/
            """)

    @Argument(help: .init("A folder of pictures, or an array of them.", valueName: "pictures"))
    var pictures: PathArgument

    @Argument(help: .init("The folder to write to.", valueName: "out"))
    var out: PathArgument

    @Option(help: .init("The pictures that the filter is computed of.", valueName: "data"))
    var reference: PathArgument?

    @Option(help: .init("Side of the filter in pixels, odd, 3 to 21.", valueName: "N"))
    var side = 11

    @Flag(help: "Replace pictures that are there already.")
    var overwrite = false

    @OptionGroup(title: "Reading") var reading: ReadingOptions

    func validate() throws { try reading.validate() }

    func run() throws {
        func data(_ path: FilePath) throws -> PictureData {
            let data = try PictureData(
                path, byteLimit: reading.byteLimit, maximumPixels: reading.maxPixels, damaged: reading.damaged)
            try CommandFailure.unlessFound(data.count, in: path, warnings: data.warnings)
            return data
        }
        let team = try WorkerTeam(workers: reading.workers)
        let run = try WhiteningRun(
            data(pictures.path), reference: reference.map { try data($0.path) }, side: side, folder: out.path,
            overwrites: overwrite, software: "Retouch \(Version.current)", byteLimit: reading.byteLimit / 4, on: team)
        let result = try run.run(on: team)
        for failure in result.failures { Console.standardError.write("failed: \(failure)\n") }
        Console.standardOutput.write(
            "\(result.written) written, \(result.failures.count) failed: \(out.path.printed)\n")
        try CommandFailure.unlessSuccess(result.failures.isEmpty ? .success : .someFailed)
    }
}
