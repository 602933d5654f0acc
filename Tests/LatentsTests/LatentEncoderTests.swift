import Autoencoders
import Foundation
import Latents
import Networks
import Restoration
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Testing

/// Vectors of pictures against layers that PyTorch computed in Float64, for every member of the family.
@Suite struct LatentEncoderTests {
    private struct Fixture {
        let file: SafetensorsFile
        let network: Network
        let picture: PlanarImage

        init(_ name: String) throws {
            file = try SafetensorsFile(reading: fixtureFolder.appending("networks/\(name).safetensors"))
            let configuration = try Architectures.configuration(json: file.metadata["configuration", default: ""])
            network = try configuration.makeNetwork(weights: WeightSource(file, prefix: "weights/"))
            let input = try #require(file.tensor(named: "input"))
            picture = PlanarImage(
                channels: input.shape[1], height: input.shape[2], width: input.shape[3], samples: input.elements)
        }

        /// A layer of the reference, `[C, H, W]`.
        func layer(_ name: String) throws -> Tensor {
            let tensor = try #require(file.tensor(named: "layer/\(name)"), "\(name)")
            return Tensor(shape: Array(tensor.shape.dropFirst()), elements: tensor.elements)
        }
    }

    private static func isNear(_ found: [Float], _ expected: some Collection<Float>) -> Bool {
        found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 }
    }

    /// Latents as they are, pixel by pixel, and on average.
    @Test(arguments: [
        "autoencoder-transposed", "autoencoder-upsample", "autoencoder-odd-grey", "dense-deep", "dense-one-layer",
        "dense-linear", "sparse",
    ])
    func latentsAreThoseOfPyTorch(_ name: String) throws {
        let fixture = try Fixture(name)
        var expected = try fixture.layer("code")
        // Of the sparse one the reference's layer comes before the sigmoid, as that of the dense one with activations.
        let latent = try #require(fixture.network.graph.latent)
        #expect(fixture.network.graph.shape(of: latent).channels == expected.shape[0])
        if name == "sparse" || name == "dense-one-layer" {
            expected.elements = expected.elements.map { 1 / (1 + exp(-$0)) }
        }
        let whole = try LatentEncoder(fixture.network).encode(fixture.picture)
        #expect(whole.shape == expected.shape && whole.places.isEmpty)
        #expect(Self.isNear(whole.means, expected.elements), "\(name)")

        let (channels, pixels) = (expected.shape[0], expected.shape[1] * expected.shape[2])
        let tiles = try LatentEncoder(fixture.network, extent: .tiles)
        let vectors = try tiles.encode(fixture.picture)
        #expect(vectors.shape == [channels, 1, 1] && vectors.count == pixels)
        for pixel in 0..<pixels {
            let place = LatentTable.Place(
                top: pixel / expected.shape[2] * tiles.side, left: pixel % expected.shape[2] * tiles.side)
            #expect(vectors.places[pixel] == place)
            for channel in 0..<channels {
                let difference = vectors.means[pixel * channels + channel] - expected.elements[channel * pixels + pixel]
                #expect(abs(difference) < 1e-5)
            }
        }
        let mean = try LatentEncoder(fixture.network, extent: .mean).encode(fixture.picture)
        #expect(Self.isNear(mean.means, Self.means(expected)))
    }

    /// Means and variances of sampled latents, square by square.
    @Test(arguments: ["vae-gaussian", "vae-bernoulli"]) func distributionsAreThoseOfPyTorch(_ name: String) throws {
        let fixture = try Fixture(name)
        // Each square by itself, as it was trained: a line of means and logarithms of variances.
        let file = try SafetensorsFile(reading: fixtureFolder.appending("latents/figures.safetensors"))
        let expected = try #require(file.tensor(named: name))
        let (channels, pixels) = (expected.shape[1] / 2, expected.shape[0])
        let vectors = try LatentEncoder(fixture.network, extent: .tiles, variances: true).encode(fixture.picture)
        let variances = try #require(vectors.variances)
        #expect(vectors.count == pixels && vectors.shape == [channels, 1, 1])
        for pixel in 0..<pixels {
            for channel in 0..<channels {
                let mean = expected.elements[pixel * 2 * channels + channel]
                let logarithm = expected.elements[(2 * pixel + 1) * channels + channel]
                #expect(abs(vectors.means[pixel * channels + channel] - mean) < 1e-5)
                #expect(abs(variances[pixel * channels + channel] / exp(logarithm) - 1) < 1e-5)
            }
        }
        let pooled = try LatentEncoder(fixture.network, extent: .mean, variances: true).encode(fixture.picture)
        let sums = (0..<channels).map { channel in
            (0..<pixels).reduce(Float(0)) { $0 + variances[$1 * channels + channel] } / Float(pixels * pixels)
        }
        #expect(Self.isNear(try #require(pooled.variances), sums))
        // A picture of several squares has no one latent.
        let error = #expect(throws: LatentError.self) { try LatentEncoder(fixture.network).encode(fixture.picture) }
        #expect("\(try #require(error))".contains("--tiles"))
        let side = try #require(fixture.network.patchSide)
        let square = fixture.picture.cropped(top: 0, left: 0, height: side, width: side)
        let alone = try LatentEncoder(fixture.network).encode(square)
        #expect(Self.isNear(alone.means, vectors.means.prefix(channels)))
    }

    /// What restores gives the mean of its bottleneck features, or of what its last convolution reads.
    @Test(arguments: [
        ("unet-no-map", "bottom"), ("unet-two-blocks", "bottom"), ("unet-map-unknown", "bottom"),
        ("unet-bias", "bottom"),
        ("plain-x2-bicubic", "activation2"), ("plain-x4-bicubic", "activation1"),
    ])
    func featuresAreThoseOfPyTorch(_ name: String, layer: String) throws {
        let fixture = try Fixture(name)
        let encoder = try LatentEncoder(fixture.network)
        #expect(encoder.kind == .features && encoder.extent == .mean)
        let expected = Self.means(try fixture.layer(layer))
        #expect(Self.isNear(try encoder.encode(fixture.picture).means, expected), "\(name)")
        #expect(throws: LatentError.self) { try LatentEncoder(fixture.network, extent: .tiles) }
        #expect(throws: LatentError.self) { try LatentEncoder(fixture.network, variances: true) }
    }

    private static func means(_ value: Tensor) -> [Float] {
        let pixels = value.shape[1] * value.shape[2]
        return (0..<value.shape[0]).map { channel in
            Float(
                value.elements[channel * pixels..<(channel + 1) * pixels].reduce(0.0) { $0 + Double($1) }
                    / Double(pixels))
        }
    }

    /// Grey, colour and transparency come to the network's channels; what is no multiple of its grid is reflected.
    @Test func picturesOfAllKinds() throws {
        let network = try Fixture("dense-deep").network
        let encoder = try LatentEncoder(network)
        let grey = noise(channels: 1, height: 6, width: 6, seed: 3)
        let samples = grey.samples
        let colour = PlanarImage(channels: 3, height: 6, width: 6, samples: samples + samples + samples)
        let expected = try encoder.encode(colour).means
        #expect(try encoder.encode(grey).means == expected)
        let opaque = PlanarImage(
            channels: 2, height: 6, width: 6, samples: samples + Array(repeating: Float(1), count: 36))
        #expect(try encoder.encode(opaque).means == expected)
        let clear = PlanarImage(
            channels: 2, height: 6, width: 6, samples: samples + Array(repeating: Float(0), count: 36))
        let white = PlanarImage(channels: 1, height: 6, width: 6, samples: Array(repeating: 1, count: 36))
        #expect(try encoder.encode(clear).means == encoder.encode(white).means)
        #expect(
            try encoder.encode(grey.cropped(top: 0, left: 0, height: 5, width: 6)).shape == encoder.encode(grey).shape)
        #expect(throws: LatentError.self) { try LatentEncoder(Fixture("plain-one-layer").network) }
    }

    /// Decoded, a latent is the picture that the whole network makes, cut to the size of the one that was encoded.
    @Test func decodedAgain() throws {
        let fixture = try Fixture("vae-gaussian")
        let side = try #require(fixture.network.patchSide)
        let model = Model(name: "a", card: ModelCard(name: "a"), network: fixture.network, sha256: "1234")
        let picture = fixture.picture.cropped(top: 0, left: 0, height: side - 1, width: side)
        let encoder = try LatentEncoder(fixture.network)
        let vectors = try encoder.encode(picture)
        let source = LatentSource(
            model: model, encoder: encoder, shape: vectors.shape, pictureSize: (side - 1, side))
        let folder = try TemporaryFolder()
        try folder.write(source.json, to: "z.json")
        #expect(try LatentSource(beside: folder.path.appending("z.npy")) == source)
        #expect(try LatentSource(beside: folder.path.appending("y.npy")) == nil)
        let decoder = try LatentDecoder(model, dimension: vectors.dimension, source: source)
        let decoded = try decoder.decode(vectors.means)
        let expected = try LatentModel(fixture.network).encode(picture).result
        #expect(decoded.height == side - 1 && zip(decoded.samples, expected.samples).allSatisfy { abs($0 - $1) < 1e-5 })

        let other = Model(name: "b", card: ModelCard(name: "b"), network: fixture.network, sha256: "5678")
        let error = #expect(throws: LatentError.self) {
            try LatentDecoder(other, dimension: vectors.dimension, source: source)
        }
        #expect("\(try #require(error))".contains("made by a (weights 1234)"))
        #expect(throws: LatentError.self) { try LatentDecoder(model, dimension: vectors.dimension + 1) }
        #expect(throws: LatentError.self) { try decoder.decode([1]) }
        let restoring = Model(name: "c", card: ModelCard(name: "c"), network: try Fixture("unet-bias").network)
        #expect(throws: LatentError.self) { try LatentDecoder(restoring, dimension: 5) }
        try folder.write("{}", to: "z.json")
        #expect(throws: NumberArrayError.self) { try LatentSource(beside: folder.path.appending("z.npy")) }
    }
}
