import Autoencoders
import Latents
import Networks
import SystemPackage
import Tensors
import TestFolders
import Testing
import Training

/// Pictures of two levels in training, by the same protocols as bounds are measured by.
@Suite struct BinarisedPatchTests {
    private let folder: TemporaryFolder
    private let images: String
    private static let greys: [UInt8] = [0, 60, 128, 200, 255]

    /// Five pictures of 12x12, each of one grey.
    init() throws {
        folder = try TemporaryFolder()
        let bytes = Self.greys.flatMap { Array(repeating: $0, count: 144) }
        images = try folder.write([0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 12, 0, 0, 0, 12] + bytes, to: "a-ubyte").string
    }

    private func configuration(_ binarisation: Binarisation?) -> TrainingConfiguration {
        var configuration = TrainingConfiguration(
            architecture: VariationalAutoencoder(channels: 1, widths: [4], latentSide: 6, likelihood: .bernoulli),
            images: [images])
        configuration.sampling.augmentation.flips = false
        configuration.sampling.stages = [.init(share: 1, patch: 12, batch: 1)]
        configuration.sampling.binarisation = binarisation
        return configuration
    }

    /// The picture and the target of some samples, by the place of their picture.
    private func samples(_ binarisation: Binarisation?, step: Int) throws -> [Int: (input: [Float], target: [Float])] {
        let given = configuration(binarisation)
        let network = try InitialWeights.network(of: given.architecture, seed: 1)
        try given.validate(network: network)
        let source = try TrainingPictures(given, network: network, maximumBytes: .max, workers: 1).samples(steps: 1)
        var found: [Int: (input: [Float], target: [Float])] = [:]
        for sample in 0..<40 {
            let images = source.fields.map { PlanarImage(channels: $0.shape.channels, height: 12, width: 12) }
            let facts = try source.makeSample(
                step: step, sample: sample, fields: images.map(\.view), workspace: PatchWorkspace())
            found[try #require(facts.picture)] = (images[0].samples, images[1].samples)
        }
        #expect(found.count == 5)
        return found
    }

    @Test func twoLevelsByEachProtocol() throws {
        for binarisation in [Binarisation.static, .threshold] {
            for (place, sample) in try samples(binarisation, step: 3) {
                let grey = PlanarImage(
                    channels: 1, height: 12, width: 12,
                    samples: Array(repeating: Float(Self.greys[place]) / 255, count: 144))
                // As `assess` has it for the same row.
                let expected = binarisation.applied(to: grey, row: place, seed: 9).samples
                #expect(sample.input == expected && sample.target == expected, "\(binarisation), \(place)")
            }
        }
        let (first, next) = (try samples(.dynamic, step: 0), try samples(.dynamic, step: 1))
        for (place, sample) in first {
            #expect(sample.input == sample.target && Set(sample.input).isSubset(of: [0, 1]))
            let mean = sample.input.reduce(0, +) / 144
            #expect(abs(mean - Float(Self.greys[place]) / 255) < 0.17, "\(place): \(mean)")
            #expect((sample.input == next[place]?.input) == [0, 4].contains(place))
        }
        let grey = try #require(try samples(nil, step: 0)[1]).input
        #expect(grey.allSatisfy { abs($0 - 60 / 255) < 1e-6 })
    }

    @Test func theKeyIsOneOfTheConfiguration() throws {
        #expect(try !configuration(nil).json().contains("binarise"))
        let given = configuration(.static)
        #expect(try TrainingConfiguration(json: given.json()) == given)
        for change in [
            { $0.sampling.corruptions = ["gaussian:10"] }, { $0.validation.pictures = [images] },
            { $0.source.pictures = .noisy(["a"]) },
        ] as [(inout TrainingConfiguration) -> Void] {
            var other = given
            change(&other)
            #expect(throws: TrainingError.self) {
                try other.validate(network: InitialWeights.network(of: other.architecture, seed: 1))
            }
        }
    }
}
