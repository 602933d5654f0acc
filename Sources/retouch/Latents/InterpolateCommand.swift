import ArgumentParser
import Autoencoders
import Batches
import Files
import Imaging
import Latents
import Networks
import Restoration
import SystemPackage
import Tensors
import Workers

/// `retouch interpolate`.
struct InterpolateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "interpolate",
        abstract: "Show what lies between two pictures in an autoencoder's latent space, or along a direction.",
        usage: """
            retouch interpolate <model> <first> <last> <out.png> [options]
            retouch interpolate <model> <picture> <out.png> --from <pictures> --to <pictures> [options]
            """,
        discussion: """
            Encodes both pictures, goes from one latent to the other, and decodes on the way; all stand in a row in OUT. The \
            pictures have one size; small ones, of the size that the model was trained with, show most.

            With --from and --to the way is that from the mean latent of one group of pictures to that of another, added to \
            the latent of one picture: from pictures without an attribute to pictures with it, for example.

            EXAMPLES
              retouch interpolate models/1x-VAE a.png b.png row.png --path spherical
              retouch interpolate models/1x-VAE a.png row.png --from dark/ --to bright/
            """)

    @Argument(
        help: .init(
            "A model of an architecture with a latent: \(Architectures.namesWithLatent.joined(separator: ", ")).",
            valueName: "name|folder"),
        completion: .models())
    var model: String

    @Argument(
        help: .init("The picture to begin with, the one to end with, and the row to write, a PNG.", valueName: "paths"))
    var paths: [PathArgument]

    @Option(help: .init("Pictures of the row, 2 to 1000.", valueName: "N"))
    var count = 9

    @Option(help: "Straight, or around the origin.")
    var path = LatentModel.Path.linear

    @Option(help: .init("Pictures that the direction leads away from: a folder or an array.", valueName: "data"))
    var from: PathArgument?

    @Option(help: .init("Pictures that the direction leads to.", valueName: "data"))
    var to: PathArgument?

    @Option(
        help: .init("How far along the direction the row goes; 1 is from one mean to the other.", valueName: "factor"))
    var strength: Double = 1

    func validate() throws {
        guard 2...1000 ~= count else { throw ValidationError("--count \(count): expected 2 to 1000") }
        guard strength.isFinite else { throw ValidationError("--strength \(strength): expected a number") }
        guard (from == nil) == (to == nil) else { throw ValidationError("--from and --to go together") }
        let expected = from == nil ? 3 : 2
        guard paths.count == expected else {
            throw ValidationError(
                from == nil
                    ? "\(paths.count) paths: expected the first picture, the last one and the row to write"
                    : "\(paths.count) paths: expected a picture and the row to write")
        }
    }

    func run() throws {
        let model = try loadModel(at: ModelLibrary.standard().folder(of: model))
        let latents = try LatentModel(model.network)
        let ends = try paths.dropLast().map { try PlanarImage(reading: $0.path, for: model.network) }
        let pictures: [PlanarImage]
        if let from, let to {
            pictures = try direction(model, from: from.path, to: to.path, picture: ends[0])
        } else {
            pictures = try latents.interpolation(from: ends[0], to: ends[1], count: count, path: path)
        }
        try ContactSheet.image(of: pictures, columns: count).write(to: paths[paths.count - 1].path)
    }

    private func direction(
        _ model: Model, from: FilePath, to: FilePath, picture: PlanarImage
    ) throws -> [PlanarImage] {
        let team = WorkerTeam(workers: Machine.defaultWorkerCount)
        let own = try LatentEncoder(model.network, extent: .whole).encode(picture)
        let means = try [from, to].map {
            try EncodedData(reading: $0, shape: own.shape, model: model, on: team).mean
        }
        let decoder = try LatentDecoder(
            model, dimension: own.dimension,
            source: LatentSource(
                model: model, encoder: LatentEncoder(model.network, extent: .whole), shape: own.shape,
                pictureSize: (picture.height, picture.width)))
        return try (0..<count).map { place in
            let share = Float(strength) * Float(place) / Float(count - 1)
            return try decoder.decode(own.means.indices.map { own.means[$0] + share * (means[1][$0] - means[0][$0]) })
        }
    }
}

extension PlanarImage {
    /// Reads a picture with the channels that a network takes.
    ///
    /// - Throws: `CommandFailure`.
    init(reading path: FilePath, for network: Network) throws(CommandFailure) {
        do { self = try Picture(reading: path).image.converted(toChannels: network.inputChannels) } catch {
            throw CommandFailure(status: .noInput, message: "\"\(path.printed)\": \(error)")
        }
    }

    /// Writes an 8-bit PNG, whole or not at all.
    func write(to path: FilePath) throws {
        do { _ = try Picture(self).write(to: path, as: .png) } catch {
            throw CommandFailure(status: .output, message: "\"\(path.printed)\" cannot be written: \(error)")
        }
    }
}
