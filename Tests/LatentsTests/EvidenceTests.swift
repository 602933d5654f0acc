import Autoencoders
import Foundation
import Latents
import Networks
import Restoration
import SystemPackage
import Tensors
import TestFolders
import Testing

/// Bounds on the evidence of pictures, against PyTorch, integration and identities.
@Suite struct EvidenceTests {
    private static func fixture(_ name: String) throws -> (network: Network, picture: PlanarImage) {
        let file = try SafetensorsFile(reading: fixtureFolder.appending("networks/\(name).safetensors"))
        let configuration = try Architectures.configuration(json: file.metadata["configuration", default: ""])
        let network = try configuration.makeNetwork(weights: WeightSource(file, prefix: "weights/"))
        let input = try #require(file.tensor(named: "input"))
        let image = PlanarImage(
            channels: input.shape[1], height: input.shape[2], width: input.shape[3], samples: input.elements)
        return (network, image.cropped(top: 0, left: 0, height: network.grid, width: network.grid))
    }

    private static func figures(_ name: String) throws -> [String: Double] {
        let path = fixtureFolder.appending("latents/evidence.json").string
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
        return try #require((json as? [String: Any])?[name] as? [String: Double], "\(name)")
    }

    /// Each figure within four standard errors of both programs' draws.
    @Test(arguments: ["gaussian", "bernoulli"]) func boundsAreThoseOfPyTorch(_ name: String) throws {
        let expected = try Self.figures(name)
        func figure(_ key: String) throws -> Double { try #require(expected[key], "\(key)") }
        var (network, picture) = try Self.fixture("vae-\(name)")
        var likelihood = PictureLikelihood.gaussian(deviation: 0.5)
        if name == "bernoulli" {
            likelihood = .bernoulli
            picture = Binarisation.threshold.applied(to: picture, row: 0, seed: 0)
        }
        let estimator = try EvidenceEstimator(network, likelihood: likelihood)
        let (draws, counts) = (20_000, [1, 10, 50, 20_000])
        let found = try estimator.estimate(picture, counts: counts, random: RandomStream(seed: 5))
        #expect(abs(found.divergence - (try figure("divergence"))) < 1e-4)
        for (count, bound) in zip(counts, found.weighted).prefix(3) {
            let own = try figure("deviation \(count)") / Double(draws / count).squareRoot()
            let error = try figure("error \(count)")
            let (value, tolerance) = (try figure("bound \(count)"), 4 * (own * own + error * error).squareRoot())
            #expect(abs(bound - value) < tolerance, "\(count): \(bound), expected \(value) within \(tolerance)")
        }
        // Tighter with more samples, for these draws too.
        #expect(zip(found.weighted, found.weighted.dropFirst()).allSatisfy { $0 < $1 })
        #expect(found.bound < found.weighted[1])
        #expect(
            try estimator.estimate(picture, counts: counts, random: RandomStream(seed: 5)) == found)
    }

    /// A decoder that is linear: the evidence is a normal density, which many samples reach.
    @Test func manySamplesReachTheEvidence() throws {
        let weights: [Float] = [0.5, -0.2, 0.7, 0.3]
        let biases: [Float] = [0.4, 0.6, 0.2, 0.5]
        let deviation = 0.3
        var graph = Graph(inputChannels: 1)
        var h = try graph.append(Unshuffle(), graph.picture, name: "patches")
        h = try graph.append(
            Convolution(
                weights: Tensor(shape: [2, 4, 1, 1], elements: [0.8, -0.4, 0.3, 0.5, 0.2, 0.1, -0.3, 0.2]),
                bias: Tensor(shape: [2], elements: [0.1, -0.6])), h, name: "encoder")
        h = try graph.append(GaussianSampling(), h, name: "latent.sample")
        h = try graph.append(
            Convolution(
                weights: Tensor(shape: [4, 1, 1, 1], elements: weights), bias: Tensor(shape: [4], elements: biases)),
            h, name: "decoder")
        try graph.append(Shuffle(factor: 2), h, name: "picture")
        let picture: [Float] = [0.7, 0.3, 0.9, 0.1]
        // x is normal with covariance w w' + deviation², whose inverse and determinant have closed forms.
        let d = zip(picture, biases).map { Double($0) - Double($1) }
        let square = weights.reduce(0.0) { $0 + Double($1) * Double($1) }
        let along = zip(weights, d).reduce(0.0) { $0 + Double($1.0) * $1.1 }
        let variance = deviation * deviation
        let distance = (d.reduce(0) { $0 + $1 * $1 } - along * along / (variance + square)) / variance
        let determinant = 3 * log(variance) + log(variance + square)
        let evidence = -(distance + determinant + 4 * log(2 * .pi)) / 2
        let estimator = try EvidenceEstimator(Network(graph), likelihood: .gaussian(deviation: deviation))
        let found = try estimator.estimate(
            PlanarImage(channels: 1, height: 2, width: 2, samples: picture), counts: [1, 100, 50_000],
            random: RandomStream(seed: 1))
        #expect(abs(found.weighted[2] - evidence) < 0.01, "\(found), evidence \(evidence)")
        #expect(
            found.weighted[0] < found.weighted[1] && found.weighted[1] < found.weighted[2] && found.bound < evidence)
        #expect(abs(found.bound - found.weighted[0]) < 0.05)
    }

    /// A deviation that is learnt is read from the decoder.
    @Test func aLearntDeviationCounts() throws {
        let member = VariationalAutoencoder(
            channels: 1, widths: [4], latentSide: 2, latentChannels: 3, likelihood: .learntGaussian, deviation: 0.2)
        var random = RandomStream(seed: 3)
        let network = try member.makeNetwork(
            weights: WeightSource { name, shape in
                name == "logDeviation.values"
                    ? Tensor(repeating: log(0.2), shape: shape)
                    : Tensor(
                        shape: shape, elements: (0..<shape.reduce(1, *)).map { _ in Float(random.normal()) * 0.2 })
            })
        let picture = PlanarImage(channels: 1, height: 4, width: 4, samples: (0..<16).map { Float($0) / 15 })
        func estimate(_ likelihood: PictureLikelihood) throws -> EvidenceEstimator.Estimate {
            try EvidenceEstimator(network, likelihood: likelihood).estimate(
                picture, counts: [1, 4], random: RandomStream(seed: 2))
        }
        let (learnt, constant) = (
            try estimate(.learntGaussian(output: "logDeviation")), try estimate(.gaussian(deviation: 0.2))
        )
        #expect(abs(learnt.bound - constant.bound) < 1e-3 && abs(learnt.weighted[1] - constant.weighted[1]) < 1e-3)
    }

    @Test func likelihoodsByHand() {
        func image(_ samples: [Float]) -> PlanarImage {
            PlanarImage(channels: 1, height: 1, width: samples.count, samples: samples)
        }
        let normal = PictureLikelihood.gaussian(deviation: 0.5).logarithm(
            of: image([1, 0]), given: image([0.5, 0]), logDeviations: nil)
        #expect(abs(normal - (-0.5 - 2 * log(0.5) - log(2 * .pi))) < 1e-12)
        let chances = PictureLikelihood.bernoulli.logarithm(
            of: image([1, 0, 1]), given: image([0.5, 0.25, 0]), logDeviations: nil)
        #expect(abs(chances - (log(0.5) + log(0.75) - 100)) < 1e-9)
        #expect(PictureLikelihood.bernoulli.isDiscrete && !PictureLikelihood.gaussian(deviation: 1).isDiscrete)
    }

    @Test func levelsAreDrawn() {
        let grey = PlanarImage(channels: 1, height: 60, width: 60, samples: (0..<3600).map { Float($0 % 60) / 59 })
        func drawn(_ way: Binarisation, row: Int = 0, seed: UInt64 = 0) -> [Float] {
            way.applied(to: grey, row: row, seed: seed).samples
        }
        #expect(drawn(.none) == grey.samples)
        #expect(drawn(.threshold) == grey.samples.map { $0 > 0.5 ? 1 : 0 })
        #expect(drawn(.static, seed: 1) == drawn(.static, seed: 2) && drawn(.static) != drawn(.static, row: 1))
        #expect(drawn(.dynamic, seed: 1) != drawn(.dynamic, seed: 2) && drawn(.dynamic) != drawn(.static))
        for way in [Binarisation.static, .dynamic] {
            let levels = drawn(way)
            #expect(levels.allSatisfy { $0 == 0 || $0 == 1 })
            for column in stride(from: 0, to: 60, by: 12) {
                let share = (0..<60).reduce(0) { $0 + levels[$1 * 60 + column] } / 60
                #expect(abs(share - Float(column) / 59) < 0.25, "\(way), column \(column): \(share)")
            }
        }
    }

    @Test func otherModelsAreRefused() throws {
        let (network, _) = try Self.fixture("dense-deep")
        let plain = #expect(throws: LatentError.self) { try EvidenceEstimator(network, likelihood: .bernoulli) }
        #expect("\(try #require(plain))".contains("expected a variational autoencoder"))
        let (variational, _) = try Self.fixture("vae-gaussian")
        let learnt = #expect(throws: LatentError.self) {
            try EvidenceEstimator(variational, likelihood: .learntGaussian(output: "logDeviation"))
        }
        #expect("\(try #require(learnt))".contains("without a learnt deviation"))
    }
}
