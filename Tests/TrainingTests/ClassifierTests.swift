import Autoencoders
import Files
import Latents
import Networks
import SystemPackage
import Tensors
import TestFolders
import Testing
import Training
import Workers

/// Classifiers: the encoder of a model with a head that learns labels.
@Suite struct ClassifierTests {
    private let folder: TemporaryFolder
    private let images: String
    private let labels: String
    private let resources = TrainingSession.Resources(workers: 2, memoryLimit: 64 << 20)
    private static let encoder = VariationalAutoencoder(channels: 1, widths: [4], latentSide: 4, latentChannels: 3)

    /// Sixteen pictures of 8x8: even ones are bright at the left, odd ones at the right.
    init() throws {
        folder = try TemporaryFolder()
        var bytes: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 16, 0, 0, 0, 8, 0, 0, 0, 8]
        for picture in 0..<16 {
            for pixel in 0..<64 {
                let isBright = (pixel % 8 < 4) == (picture % 2 == 0)
                bytes.append(UInt8(isBright ? 150 + 5 * picture : picture))
            }
        }
        images = try folder.write(bytes, to: "a-ubyte").string
        labels = try folder.write(
            "label\n" + (0..<16).map { $0 % 2 == 0 ? "left\n" : "right\n" }.joined(), to: "labels.csv"
        ).string
    }

    private func configuration(steps: Int) -> TrainingConfiguration {
        var configuration = TrainingConfiguration(architecture: Self.encoder, images: [images])
        configuration.source.labels = labels
        configuration.sampling.augmentation.flips = false
        configuration.sampling.stages = [.init(share: 1, patch: 8, batch: 8)]
        configuration.optimisation.rate = 1e-2
        (configuration.length, configuration.validation.every) = (.steps(steps), 50)
        return configuration
    }

    private func train(_ configuration: TrainingConfiguration, _ name: FilePath) throws -> Model {
        let place = folder.path.pushing(name)
        #expect(
            try TrainingSession(configuration: configuration, folder: place, resources: resources).run())
        return try loadModel(at: place)
    }

    private func tensors(_ name: FilePath) throws -> SafetensorsFile {
        try SafetensorsFile(reading: folder.path.pushing(name).appending("model.safetensors"))
    }

    @Test func configurationsRoundTrip() throws {
        let classifier = Classifier(encoder: UNet.small, side: 32, units: 7, classes: 3)
        let text = try Architectures.json(classifier)
        #expect(try Architectures.configuration(json: text) as? Classifier == classifier)
        for (old, new) in [
            (#""architecture":"unet""#, #""architecture":"gan""#), (#""blocks":1"#, #""bricks":1"#),
            (#""classes":3"#, #""classes":1"#), (#""side":32"#, #""side":65"#), (#","units":7"#, ""),
        ] {
            #expect(text.contains(old), "\(old)")
            #expect(throws: ModelFileError.self, "\(new)") {
                try Architectures.configuration(json: text.replacing(old, with: new))
            }
        }
        let own = Classifier(encoder: classifier, side: 16, classes: 2)
        #expect(throws: ModelFileError.self) { try own.validate() }
        let graph = try InitialWeights.network(of: classifier, seed: 1).graph
        #expect(graph.nodes.map(\.name).suffix(5) == ["square", "head", "head.relu", "classes", "everywhere"])
        #expect(throws: ModelFileError.self) {
            try InitialWeights.network(of: Classifier(encoder: Self.encoder, side: 12, classes: 2), seed: 1)
        }
    }

    /// A frozen encoder stays as it was to the bit, a free one does not; what they learn tells the classes.
    @Test func encodersAreFrozenOrFineTuned() throws {
        _ = try train(configuration(steps: 2), "1x-VAE")
        let before = try tensors("1x-VAE")
        for isFrozen in [true, false] {
            var given = configuration(steps: 60)
            given.initialModel = folder.path.appending("1x-VAE").string
            let asked = try given.classifying(units: 4, freezesEncoder: isFrozen)
            #expect(try TrainingConfiguration(json: asked.json()) == asked)
            let name: FilePath = isFrozen ? "frozen" : "free"
            let model = try train(asked, name)
            #expect(model.card.classes == ["left", "right"] && model.card.task == .classify)
            let after = try tensors(name)
            let kept = after.entries.map(\.name).filter { !$0.hasPrefix("head") && !$0.hasPrefix("classes") }
            #expect(kept.contains("latent.weight") && !kept.contains("expand.weight"))
            for name in kept {
                #expect((after.tensor(named: name) == before.tensor(named: name)) == isFrozen, "\(name), \(isFrozen)")
            }
            let classifier = try PictureClassifier(model)
            for place in 0..<2 {
                // Three squares of which the last one is reflected.
                let picture = PlanarImage(
                    channels: 1, height: 8, width: 20,
                    samples: (0..<160).map { ($0 % 20 % 8 < 4) == (place == 0) ? 0.7 : 0.05 })
                let found = try classifier.classify(picture)
                #expect(classifier.names[found.index] == ["left", "right"][place], "\(found), \(isFrozen)")
                #expect(found.chance > 0.2 && found.chance <= 1)
            }
            #expect(throws: LatentError.self) { try PictureClassifier(loadModel(at: folder.path.appending("1x-VAE"))) }
            // What its head reads are its features.
            #expect(try LatentEncoder(model.network).channels == 4)
        }
        var other = configuration(steps: 1)
        other.initialModel = folder.path.appending("1x-VAE").string
        other = try other.classifying()
        other.architecture = Classifier(
            encoder: VariationalAutoencoder(channels: 1, widths: [4], latentSide: 4, latentChannels: 2), side: 8,
            classes: 2)
        #expect(throws: ModelFileError.self) { try train(other, "other") }
        // A damaged model is refused, and nothing of it learnt anew: its file ends with a number.
        let weights: FilePath = "1x-VAE/model.safetensors"
        var bytes = try folder.read(folder.path.pushing(weights))
        bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [255, 255, 255, 255])
        try folder.write(bytes, to: weights)
        var damaged = configuration(steps: 1)
        damaged.initialModel = folder.path.appending("1x-VAE").string
        damaged = try damaged.classifying()
        #expect(throws: ModelFileError.self) { try train(damaged, "damaged") }
    }

    /// Few labels: pictures without one are never drawn, and each class has as many.
    @Test func fewLabelsAreDrawn() throws {
        var given = configuration(steps: 1)
        given.source.labelsPerClass = 2
        var drawn: Set<Int> = []
        for seed in 0..<2 {
            given.seed = UInt64(seed)
            let asked = try given.classifying()
            let network = try InitialWeights.network(of: asked.architecture, seed: 1)
            let data = try TrainingPictures(asked, network: network, maximumBytes: .max, workers: 1)
            let source = data.samples(steps: 1)
            let views = source.fields.map {
                PlanarImage(
                    channels: $0.shape.channels, height: 8 / $0.shape.resolution.denominator,
                    width: 8 / $0.shape.resolution.denominator
                ).view
            }
            var pictures: Set<Int> = []
            for sample in 0..<64 {
                let facts = try source.makeSample(
                    step: 0, sample: sample, fields: views, workspace: PatchWorkspace())
                let picture = try #require(facts.picture)
                pictures.insert(picture)
                #expect(views[2].row(picture % 2, 0)[0] == 1 && views[2].row(1 - picture % 2, 0)[0] == 0)
            }
            #expect(pictures.count == 4 && pictures.count { $0 % 2 == 0 } == 2, "\(pictures)")
            drawn.formUnion(pictures)
        }
        #expect(drawn.count > 4)
        given.source.labelsPerClass = 9
        #expect(throws: LatentError.self) {
            let asked = try given.classifying()
            let network = try InitialWeights.network(of: asked.architecture, seed: 1)
            return try TrainingPictures(asked, network: network, maximumBytes: .max, workers: 1)
        }
    }

    @Test func whatMakesNoClassifierIsRefused() throws {
        func error(_ change: (inout TrainingConfiguration) -> Void) throws -> String {
            var given = configuration(steps: 1)
            change(&given)
            do {
                _ = try train(given.classifying(), "none")
                return ""
            } catch { return "\(error)" }
        }
        let one = try folder.write("label\n" + String(repeating: "a\n", count: 16), to: "one.csv").string
        let stranger = try folder.write("name,label\n0,a\n1,b\n99,a\n", to: "stranger.csv").string
        let empty = try folder.write("name,kind\n0,a\n", to: "empty.csv").string
        #expect(
            try error { $0.source.labels = one } == "labels is of one class, 'a', expected two classes or more: "
                + "folders that pictures lie in, or a file")
        #expect(try error { $0.source.labels = stranger }.contains("'99' of no picture"))
        #expect(try error { $0.source.labels = empty }.contains("no column label"))
        #expect(try error { $0.source.labels = nil }.hasPrefix("labels is missing"))
        #expect(try error { $0.validation.pictures = [images] }.hasPrefix("validation is given"))
        #expect(try error { $0.objective.loss = .meanSquaredError }.hasPrefix("loss is given"))
        #expect(try error { $0.sampling.stages[0].patch = 12 }.contains("a multiple of 8"))
        #expect(try error { $0.source.labelsPerClass = 0 }.hasPrefix("labelsPerClass is 0"))
    }
}
