import ArgumentParser
import Autoencoders
import Batches
import Files
import Foundation
import Imaging
import Latents
import Networks
import Restoration
import SystemPackage
import Tensors
import Workers

/// `retouch sample`.
struct SampleCommand: ParsableCommand {
    /// The distribution that latents are drawn from: `normal`, or `gmm:K`.
    enum Prior: Equatable, ExpressibleByArgument {
        case normal
        case mixture(components: Int)

        init?(argument: String) {
            if argument == "normal" {
                self = .normal
            } else if argument.hasPrefix("gmm:"), let components = Int(argument.dropFirst(4)), components >= 1 {
                self = .mixture(components: components)
            } else {
                return nil
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Draw pictures from an autoencoder.",
        usage: "retouch sample <model> <out.png> [options]",
        discussion: """
            Draws latents and decodes each into a small picture; all of them stand side by side in OUT. Latents of a vae are \
            drawn from the standard normal distribution; with --prior gmm:10 those of any autoencoder are drawn from a \
            mixture of ten normal distributions that is fitted to the latents of --data.

            EXAMPLES
              retouch sample models/1x-Mine sheet.png --count 64 --seed 1
              retouch sample models/1x-Conv sheet.png --prior gmm:10 --data small/
            """)

    @Argument(help: .init("An autoencoder.", valueName: "name|folder"), completion: .models())
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

    @Option(help: .init("What latents are drawn from: normal, or gmm:K, a mixture of K.", valueName: "normal|gmm:K"))
    var prior = Prior.normal

    @Option(
        help: .init("The pictures whose latents the mixture is fitted to: a folder or an array.", valueName: "data"))
    var data: PathArgument?

    @Option(help: "Of the mixture: numbers by themselves, or together; by default together up to 64 numbers.")
    var covariance: GaussianMixture.Covariance?

    /// The numbers up to which covariances are full by default.
    private static let mostNumbers = 64
    /// The most pictures that a mixture is fitted to.
    private static let mostPictures = 20_000

    func validate() throws {
        guard 1...10_000 ~= count else { throw ValidationError("--count \(count): expected 1 to 10000") }
        guard spread.isFinite, spread >= 0 else { throw ValidationError("--spread \(spread): expected 0 or more") }
        guard (prior == .normal) == (data == nil) else {
            throw ValidationError(
                data == nil ? "--prior gmm:K is fitted to the latents of --data" : "--data goes with --prior gmm:K")
        }
        guard prior != .normal || covariance == nil else {
            throw ValidationError("--covariance goes with --prior gmm:K")
        }
    }

    func run() throws {
        let model = try loadModel(at: ModelLibrary.standard().folder(of: model))
        let pictures: [PlanarImage]
        if case .mixture(let components) = prior, let data {
            pictures = try mixed(model, components: components, data: data.path)
        } else {
            pictures = try LatentModel(model.network).samples(count: count, seed: seed, spread: Float(spread))
        }
        let columns = max(1, Int(Double(count).squareRoot().rounded(.up)))
        try ContactSheet.image(of: pictures, columns: columns).write(to: out.path)
    }

    /// Returns pictures of latents that are drawn from a mixture.
    private func mixed(_ model: Model, components: Int, data path: FilePath) throws -> [PlanarImage] {
        let team = WorkerTeam(workers: Machine.defaultWorkerCount)
        let encoded = try EncodedData(reading: path, most: Self.mostPictures, model: model, on: team)
        let dimension = encoded.table.dimension
        let decoder = try LatentDecoder(model, dimension: dimension, source: encoded.source)
        let covariance = covariance ?? (dimension <= Self.mostNumbers ? .full : .diagonal)
        let mixture = try GaussianMixture(
            encoded.table.elements, dimension: dimension, components: components, covariance: covariance, seed: seed,
            loop: .threads(team.workerCount))
        Console.standardOutput.write(
            "\(components) components, \(covariance.rawValue), fitted to \(encoded.table.count) latents of "
                + "\(dimension) numbers: mean log-likelihood \(String(format: "%.3f", mixture.logLikelihood))\n")
        return try (0..<count).map { index in
            // Each picture by itself: the first ones stay as they are when more are asked for.
            var random = RandomStream(seed: seed, index)
            return try decoder.decode(mixture.sample(using: &random, spread: spread))
        }
    }
}
