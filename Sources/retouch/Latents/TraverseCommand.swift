import ArgumentParser
import Autoencoders
import Batches
import Files
import Foundation
import Imaging
import Latents
import Networks
import Reports
import Restoration
import SystemPackage
import Tensors
import Workers

/// `retouch traverse`.
struct TraverseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "traverse",
        abstract: "Show what each number of a picture's latent does.",
        usage: "retouch traverse <model> <picture> <out.png> [options]",
        discussion: """
            Encodes the picture, moves one number of its latent at a time through its range while all others stay, and \
            decodes: a row of OUT for each number, those that change the picture most first. The range is three standard \
            deviations on either side of the mean: of the standard normal distribution, for a vae, or of the latents of \
            --data, which other autoencoders need.

            EXAMPLES
              retouch traverse models/1x-VAE a.png rows.png
              retouch traverse models/1x-Conv a.png rows.png --data small/ --rows 20
            """)

    @Argument(help: .init("An autoencoder.", valueName: "name|folder"), completion: .models())
    var model: String

    @Argument(help: .init("The picture to begin with.", valueName: "picture"))
    var picture: PathArgument

    @Argument(help: .init("The sheet to write, a PNG.", valueName: "out.png"))
    var out: PathArgument

    @Option(help: .init("Pictures of a row, 2 to 100.", valueName: "N"))
    var count = 9

    @Option(help: .init("Rows, the numbers that matter most.", valueName: "N"))
    var rows = 16

    @Option(help: .init("How far to go on either side, in standard deviations.", valueName: "N"))
    var reach: Double = 3

    @Option(help: .init("Pictures whose latents say what range numbers have: a folder or an array.", valueName: "data"))
    var data: PathArgument?

    @Option(name: [.short, .long], help: .init("Workers; by default one for each processor.", valueName: "N"))
    var jobs: JobCount?

    /// The most numbers that a latent may have.
    private static let mostNumbers = 16_384

    func validate() throws {
        _ = try jobs.checked()
        guard 2...100 ~= count else { throw ValidationError("--count \(count): expected 2 to 100") }
        guard 1...1000 ~= rows else { throw ValidationError("--rows \(rows): expected 1 to 1000") }
        guard reach > 0, reach.isFinite else { throw ValidationError("--reach \(reach): expected above 0") }
    }

    func run() throws {
        let model = try loadModel(at: ModelLibrary.standard().folder(of: model))
        let image = try PlanarImage(reading: picture.path, for: model.network)
        let latents = try LatentModel(model.network)
        let encoder = try LatentEncoder(model.network, extent: .whole)
        let own = try encoder.encode(image)
        guard own.dimension <= Self.mostNumbers else {
            throw LatentError.setting(
                name: "the latent", found: "of \(own.dimension) numbers",
                expected: "at most \(Self.mostNumbers); a smaller picture has fewer")
        }
        let workers = try jobs.checked()
        var (centres, deviations) = (
            [Float](repeating: 0, count: own.dimension), [Float](repeating: 1, count: own.dimension)
        )
        if let data {
            let encoded = try EncodedData(
                reading: data.path, shape: own.shape, model: model, on: WorkerTeam(workers: workers))
            (centres, deviations) = encoded.moments
        } else if !latents.isVariational {
            throw CommandFailure(
                status: .usage, message: "the latents of this model have no known range; --data says what it is")
        }
        let source = LatentSource(
            model: model, encoder: encoder, shape: own.shape, pictureSize: (image.height, image.width))
        let traversal = try LatentTraversal(
            LatentDecoder(model, dimension: own.dimension, source: source), from: own.means, centres: centres,
            deviations: deviations, reach: Float(reach), count: count, most: rows, loop: .threads(workers))
        try ContactSheet.image(of: traversal.rows.flatMap(\.pictures), columns: count).write(to: out.path)
        let table = TextTable(
            [["ROW", "NUMBER", "CHANGE"]]
                + traversal.rows.enumerated().map { ["\($0)", "\($1.number)", String(format: "%.3e", $1.change)] },
            rightColumns: 0..<3)
        Console.standardOutput.write(table.text)
    }
}
