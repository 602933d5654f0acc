import Autoencoders
import Networks
import Restoration
import Tensors
import TestSupport
import Testing
import Training

/// Pictures to latents and back.
@Suite struct LatentModelTests {
    static let members: [any Architecture] = [
        ConvolutionalAutoencoder(widths: [6, 9], latentChannels: 5),
        DenseAutoencoder(patch: 8, widths: [20], latentChannels: 7, dropout: 0.2),
        DenseAutoencoder(patch: 8, widths: [], latentChannels: 7, dropout: 0.2),
        SparseAutoencoder(patch: 6, units: 11),
        VariationalAutoencoder(widths: [6, 9], latentSide: 2, latentChannels: 4),
    ]

    /// Both halves one after the other give what the whole network gives, and what a restored picture is.
    @Test(arguments: members.indices) func halvesMakeTheWhole(_ index: Int) throws {
        let network = try InitialWeights.network(of: Self.members[index], seed: 2)
        let autoencoder = try LatentModel(network)
        #expect(autoencoder.side == network.grid)
        let picture = noise(channels: 3, height: 3 * network.grid, width: 2 * network.grid, seed: 1)
        let (latent, result) = try autoencoder.encode(picture)
        #expect(latent.shape == [autoencoder.channels, 3, 2])
        #expect(result.height == picture.height && result.width == picture.width)
        let decoded = try autoencoder.decode(latent)
        #expect(zip(decoded.samples, result.samples).allSatisfy { abs($0 - $1) < 1e-5 })

        let model = Model(name: "test", card: ModelCard(name: "test"), network: network)
        let restored = try Restorer(model: model, memoryLimit: 1 << 28).restore(picture, workers: 2)
        #expect(zip(restored.samples, result.samples).allSatisfy { abs($0 - $1) < 1e-5 })
        // A picture that is no multiple is reflected up to one.
        let cut = noise(channels: 3, height: 2 * network.grid - 1, width: network.grid + 2, seed: 1)
        #expect(try autoencoder.encode(cut).latent.shape == [autoencoder.channels, 2, 2])
    }

    /// A sampled latent's square is restored as if it were alone, whatever lies beside it and whatever the tiles asked for.
    @Test func squaresOfAVariationalOneStandAlone() throws {
        let network = try InitialWeights.network(of: Self.members[4], seed: 3)
        let side = try #require(network.patchSide)
        #expect(side == 8)
        let picture = noise(channels: 3, height: 3 * side, width: 3 * side, seed: 1)
        let model = Model(name: "test", card: ModelCard(name: "test"), network: network)
        let square = PlanarImage(channels: 3, height: side, width: side)
        square.view.copySamples(from: picture.view.cropped(rows: side..<2 * side, columns: side..<2 * side))
        let alone = try Restorer(model: model, memoryLimit: 1 << 28).restore(square, workers: 1)
        for tileSize in [0, 16] {
            let restorer = try Restorer(
                model: model, settings: RestorationSettings(tileSize: tileSize), memoryLimit: 1 << 28)
            let whole = try restorer.restore(picture, workers: 2)
            for c in 0..<3 {
                for y in 0..<side {
                    for x in 0..<side { #expect(whole.view.row(c, side + y)[side + x] == alone.view.row(c, y)[x]) }
                }
            }
        }
    }

    @Test func drawnPicturesAndInterpolations() throws {
        let autoencoder = try LatentModel(InitialWeights.network(of: Self.members[4], seed: 4))
        let few = try autoencoder.samples(count: 2, seed: 5)
        let many = try autoencoder.samples(count: 5, seed: 5)
        #expect(many.count == 5 && zip(few, many).allSatisfy { $0.samples == $1.samples })
        #expect(many[0].samples != many[1].samples && many[0].height == 8)
        #expect(try autoencoder.samples(count: 1, seed: 6)[0].samples != many[0].samples)
        let mean = try autoencoder.decode(Tensor(shape: [4, 1, 1]))
        #expect(try autoencoder.samples(count: 1, seed: 5, spread: 0)[0].samples == mean.samples)

        let ends = [
            noise(channels: 3, height: 10, width: 9, seed: 7), noise(channels: 3, height: 10, width: 9, seed: 8),
        ]
        let way = try autoencoder.interpolation(from: ends[0], to: ends[1], count: 4)
        #expect(way.count == 4 && way.allSatisfy { $0.height == 10 && $0.width == 9 })
        #expect(zip(way[0].samples, try autoencoder.encode(ends[0]).result.samples).allSatisfy { abs($0 - $1) < 1e-5 })
        #expect(zip(way[3].samples, try autoencoder.encode(ends[1]).result.samples).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    /// Nats and variances of each channel against sums over the latents of single squares.
    @Test func useOfTheLatent() throws {
        let network = try InitialWeights.network(of: Self.members[4], seed: 4)
        let autoencoder = try LatentModel(network)
        let pictures = [
            noise(channels: 3, height: 16, width: 8, seed: 1), noise(channels: 3, height: 8, width: 24, seed: 2),
        ]
        let use = try #require(try autoencoder.use(of: pictures))
        // A sampled latent's means are what restoring takes.
        let latents = try pictures.map { try autoencoder.encode($0).latent }
        for channel in 0..<4 {
            let means = latents.flatMap { latent -> [Double] in
                let pixels = latent.shape[1] * latent.shape[2]
                return latent.elements[channel * pixels..<(channel + 1) * pixels].map(Double.init)
            }
            #expect(means.count == 5)
            let mean = means.reduce(0, +) / 5
            let variance = means.reduce(0) { $0 + $1 * $1 } / 5 - mean * mean
            #expect(abs(use.variances[channel] - variance) < 1e-9)
            // Half of the mean's square is the least that the divergence can be.
            #expect(use.divergences[channel] >= means.reduce(0) { $0 + $1 * $1 } / 10)
        }
        #expect(use.activeCount == use.variances.count { $0 > 0.01 })
        #expect(try LatentModel(InitialWeights.network(of: Self.members[1], seed: 4)).use(of: pictures) == nil)
    }

    /// Of one linear layer a unit's feature are its weights.
    @Test func featuresAreWeights() throws {
        let network = try InitialWeights.network(of: Self.members[3], seed: 6)
        let features = try LatentModel(network).features()
        #expect(features.count == 11)
        let decoder = try #require(network.graph.nodes.first { $0.name == "decoder" })
        let layer = try #require(decoder.operation as? Convolution)
        for (unit, feature) in features.enumerated() {
            for sample in 0..<108 {
                // Channel, row and column of the patch.
                let (c, y, x) = (sample / 36, sample / 6 % 6, sample % 6)
                let weight = layer.weights.elements[sample * 11 + unit]
                #expect(abs(feature.view.row(c, y)[x] - weight) < 1e-5)
            }
        }
    }

    @Test func whatHasNoLatent() throws {
        let network = try InitialWeights.network(of: UNet(widths: [4, 8], blocks: 1), seed: 1)
        #expect(throws: RestorationError.noLatent) { try LatentModel(network) }
        let dense = try LatentModel(InitialWeights.network(of: Self.members[1], seed: 1))
        #expect(throws: RestorationError.noPrior) { try dense.samples(count: 1, seed: 1) }
        // The latent of another model.
        #expect(throws: RestorationError.latentShape(found: [5, 1, 1], channels: 7)) {
            try dense.decode(Tensor(shape: [5, 1, 1]))
        }
        #expect(throws: RestorationError.latentShape(found: [7], channels: 7)) { try dense.decode(Tensor(shape: [7])) }
        #expect(throws: RestorationError.channels(found: 1, expected: "3")) {
            try dense.encode(noise(channels: 1, height: 8, width: 8, seed: 1))
        }
        #expect(throws: RestorationError.self) {
            try dense.interpolation(
                from: noise(channels: 3, height: 8, width: 8, seed: 1),
                to: noise(channels: 3, height: 8, width: 16, seed: 1), count: 3)
        }
        var broken = noise(channels: 3, height: 8, width: 8, seed: 1).samples
        broken[5] = .nan
        #expect(throws: RestorationError.notFinite(x: 0, y: 0)) {
            try dense.encode(PlanarImage(channels: 3, height: 8, width: 8, samples: broken))
        }
    }
}
