import Autoencoders
import Latents
import Networks
import Reports
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Testing
import Training

/// Arrays, tables and labels as data.
@Suite struct ArrayTests {
    private static let numbers = (0..<24).map { Float($0 * 7 % 251) }

    /// Tables are one pixel, sequences a row of pixels; samples follow from seed, step and place alone.
    @Test func rowsAreSamples() throws {
        let array = NumberArray(shape: [2, 3, 4], elements: Self.numbers)
        let labels = try ClassLabels(["b", "a"])
        let source = try ArraySamples(picture: array, labels: labels, seed: 5)
        #expect(source.size(forSide: 64) == (1, 4))
        #expect(source.fields.map(\.shape.channels) == [3, 3, 2])
        let images = source.fields.map { PlanarImage(channels: $0.shape.channels, height: 1, width: 4) }
        var seen: Set<Int> = []
        for sample in 0..<32 {
            let facts = source.makeSample(
                step: 1, sample: sample, fields: images.map(\.view), workspace: PatchWorkspace())
            let row = try #require(facts.picture)
            seen.insert(row)
            #expect(images[0].samples == Array(Self.numbers[row * 12..<row * 12 + 12]))
            #expect(images[1].samples == images[0].samples)
            #expect(images[2].samples == (row == 1 ? [1, 1, 1, 1, 0, 0, 0, 0] : [0, 0, 0, 0, 1, 1, 1, 1]))
            let again = source.makeSample(
                step: 1, sample: sample, fields: images.map(\.view), workspace: PatchWorkspace())
            #expect(again == facts)
        }
        #expect(seen == [0, 1])
        #expect(throws: TrainingError.self) { try ArraySamples(picture: array, labels: ClassLabels(["a"]), seed: 1) }
        #expect(throws: TrainingError.self) {
            try ArraySamples(
                picture: array, target: NumberArray(shape: [2, 3], elements: Array(0..<6).map(Float.init)), seed: 1)
        }
    }

    /// A classifier of table rows learns from labels through the same loop as pictures.
    @Test func aTableIsLearnt() throws {
        var random = RandomStream(seed: 8, 1)
        var (elements, names): ([Float], [String]) = ([], [])
        for _ in 0..<300 {
            let (x, y) = (Float(random.normal()), Float(random.normal()))
            elements += [x, y]
            names.append(x * y > 0 ? "same" : "other")
        }
        let source = try ArraySamples(
            picture: NumberArray(shape: [300, 2], elements: elements), labels: ClassLabels(names), seed: 2)
        var graph = Graph(inputChannels: 2)
        func layer(_ outputs: Int, _ inputs: Int) -> Convolution {
            Convolution(
                weights: noise([outputs, inputs, 1, 1], seed: UInt64(outputs), in: -0.7...0.7),
                bias: Tensor(shape: [outputs]))
        }
        let hidden = try graph.append(Tanh(), graph.append(layer(16, 2), graph.picture, name: "hidden"), name: "tanh")
        try graph.setOutput(graph.append(layer(2, 16), hidden, name: "class"), named: "class")
        try graph.append(layer(2, 16), hidden, name: "last")
        let gradients = try NetworkGradients(
            Network(graph), samples: source,
            objective: [ObjectiveTerm(.classes, value: "class", target: .sample("label"))], workers: 2)
        var configuration = TrainingConfiguration(architecture: UNet.small, images: ["x"])
        configuration.sampling.stages = [.init(share: 1, patch: 1, batch: 32)]
        (configuration.optimisation.rate, configuration.optimisation.warmup) = (2e-2, 10)
        configuration.validation.every = 50
        let folder = try TemporaryFolder()
        let run = try TrainingRun(configuration, steps: 300, source: gradients, folder: folder.path)
        _ = try run.run()
        let last = try #require(run.rows.last).loss
        #expect(last < 0.25, "\(last), by chance 0.69")
    }

    /// Pictures of an array are pictures of a pool, with labels beside them.
    @Test func picturesOfArraysAreTrainedOn() throws {
        let folder = try TemporaryFolder()
        // Four pictures of 8x8, each of one grey.
        let greys: [UInt8] = [0, 80, 160, 240]
        let pictures = try folder.write(
            [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0, 8] + greys.flatMap { Array(repeating: $0, count: 64) },
            to: "pictures-idx3-ubyte")
        let labels = try folder.write([0, 0, 8, 1, 0, 0, 0, 4, 5, 6, 5, 6], to: "labels-idx1-ubyte")
        var configuration = TrainingConfiguration(
            architecture: UNet(channels: 3, widths: [4], blocks: 1, noiseMap: false), images: [pictures.string])
        configuration.sampling.corruptions = ["none"]
        configuration.sampling.stages = [.init(share: 1, patch: 8, batch: 4)]
        configuration.source.labels = labels.string
        #expect(try TrainingConfiguration(json: configuration.json()) == configuration)
        let network = try InitialWeights.network(of: configuration.architecture, seed: 1)
        try configuration.validate(network: network)
        let data = try TrainingPictures(configuration, network: network, maximumBytes: 4 * 192, workers: 1)
        #expect(data.count == 4 && data.list.pictures.map(\.width) == [8, 8, 8, 8])
        let source = data.samples(steps: 10)
        #expect(source.fields.map(\.name) == ["picture", "target", "label"])
        let views = source.fields.map { PlanarImage(channels: $0.shape.channels, height: 8, width: 8).view }
        for sample in 0..<16 {
            _ = try source.makeSample(step: 0, sample: sample, fields: views, workspace: PatchWorkspace())
            let index = try #require(greys.firstIndex(of: UInt8(views[0].row(2, 3)[4] * 255 + 0.5)))
            #expect(views[2].row(index % 2, 7)[7] == 1 && views[2].row(1 - index % 2, 0)[0] == 0)
        }
        #expect(throws: TrainingDataError.self) {
            try TrainingPictures(configuration, network: network, maximumBytes: 4 * 192 - 1, workers: 1)
        }
        configuration.sampling.stages[0].patch = 16
        #expect(throws: TrainingDataError.self) {
            try TrainingPictures(configuration, network: network, maximumBytes: .max, workers: 1)
        }
    }
}
