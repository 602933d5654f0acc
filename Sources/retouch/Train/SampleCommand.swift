import ArgumentParser
import Autoencoders
import Files
import Imaging
import Networks
import Restoration
import SystemPackage
import Tensors

/// `retouch sample`.
struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Draw pictures from a variational autoencoder.",
        usage: "retouch sample <model> <out.png> [options]",
        discussion: """
            Draws latents from the standard normal distribution and decodes each into a small picture; all of them stand \
            side by side in OUT.

            EXAMPLE
              retouch train --architecture vae --images DIR --patch 32 --batch 64 --minutes 10 --out models/1x-Mine
              retouch sample models/1x-Mine sheet.png --count 64 --seed 1
            """)

    @Argument(help: .init("A model of the architecture vae.", valueName: "name|folder"), completion: .models())
    var model: String

    @Argument(help: .init("The sheet to write, a PNG.", valueName: "out.png"))
    var out: PathArgument

    @Option(help: .init("Pictures to draw, 1 to 10000.", valueName: "N"))
    var count = 64

    @Option(help: .init("Of the draws.", valueName: "N"))
    var seed: UInt64 = 0

    @Option(
        help: .init("What latents are multiplied by, below 1 for pictures nearer to the mean.", valueName: "factor"))
    var spread: Double = 1

    func validate() throws {
        guard 1...10_000 ~= count else { throw ValidationError("--count \(count): expected 1 to 10000") }
        guard spread.isFinite, spread >= 0 else { throw ValidationError("--spread \(spread): expected 0 or more") }
    }

    func run() throws {
        let latents = try LatentModel(named: model)
        let pictures = try latents.samples(count: count, seed: seed, spread: Float(spread))
        let columns = max(1, Int(Double(count).squareRoot().rounded(.up)))
        try ContactSheet.image(of: pictures, columns: columns).write(to: out.path)
    }
}

/// `retouch interpolate`.
struct InterpolateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "interpolate",
        abstract: "Show what lies between two pictures in an autoencoder's latent space.",
        usage: "retouch interpolate <model> <first> <last> <out.png> [options]",
        discussion: """
            Encodes both pictures, goes from one latent to the other in a straight line, and decodes on the way; all stand \
            in a row in OUT. The pictures have one size; small ones, of the size that the model was trained with, show most.
            """)

    @Argument(
        help: .init("A model of the architectures conv, dense, sparse or vae.", valueName: "name|folder"),
        completion: .models())
    var model: String

    @Argument(help: .init("The picture to begin with.", valueName: "first"))
    var first: PathArgument

    @Argument(help: .init("The picture to end with.", valueName: "last"))
    var last: PathArgument

    @Argument(help: .init("The row to write, a PNG.", valueName: "out.png"))
    var out: PathArgument

    @Option(help: .init("Pictures of the row, 2 to 1000.", valueName: "N"))
    var count = 9

    func validate() throws {
        guard 2...1000 ~= count else { throw ValidationError("--count \(count): expected 2 to 1000") }
    }

    func run() throws {
        let latents = try LatentModel(named: model)
        let ends = try [first, last].map { path throws(CommandFailure) -> PlanarImage in
            do {
                return try Picture(reading: path.path).image.converted(toChannels: latents.network.inputChannels)
            } catch {
                throw CommandFailure(status: .noInput, message: "\"\(path.path.printed)\": \(error)")
            }
        }
        let pictures = try latents.interpolation(from: ends[0], to: ends[1], count: count)
        try ContactSheet.image(of: pictures, columns: count).write(to: out.path)
    }
}

extension LatentModel {
    /// Loads the latent model by its name or folder.
    ///
    /// - Throws: `ModelFileError`, `RestorationError.noLatent`.
    init(named name: String) throws {
        try self.init(loadModel(at: ModelLibrary.standard().folder(of: name)).network)
    }
}

extension PlanarImage {
    /// Writes an 8-bit PNG, whole or not at all.
    fileprivate func write(to path: FilePath) throws {
        do { _ = try Picture(self).write(to: path, as: .png) } catch {
            throw CommandFailure(status: .output, message: "\"\(path.printed)\" cannot be written: \(error)")
        }
    }
}
