import Autoencoders
import Networks
import Reports
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Testing
import Training

/// Arrays, tables and labels as data; NPY and IDX files were written by NumPy.
@Suite struct ArrayTests {
    private static let numbers = (0..<24).map { Float($0 * 7 % 251) }

    private func fixture(_ name: String) throws -> NumberArray {
        try NumberArray(reading: fixtureFolder.appending("arrays").appending(name))
    }

    @Test func arraysAreRead() throws {
        for name in ["u1.npy", "u8-idx3-ubyte"] {
            #expect(try fixture(name) == NumberArray(shape: [2, 3, 4], elements: Self.numbers))
        }
        #expect(try fixture("i2-big.npy").elements == Self.numbers.map { $0 - 100 })
        for name in ["f8.npy", "f32.idx"] {
            for (found, expected) in zip(try fixture(name).elements, Self.numbers) {
                #expect(abs(found - expected / 251) < 1e-7)
            }
        }
        let error = #expect(throws: NumberArrayError.self) { try fixture("columns.npy") }
        #expect("\(try #require(error))".contains("C order"))
    }

    /// Cut or changed files are errors, whatever they claim; nothing is allocated for what is not there.
    @Test func damagedArraysAreErrors() throws {
        let folder = try TemporaryFolder()
        for name in ["u1.npy", "f8.npy", "u8-idx3-ubyte", "f32.idx"] {
            let bytes = try folder.read(fixtureFolder.appending("arrays").appending(name))
            for count in 0..<bytes.count {
                let path = try folder.write(Array(bytes.prefix(count)), to: "cut")
                #expect(throws: NumberArrayError.self, "\(name) cut at \(count)") { try NumberArray(reading: path) }
            }
            var random = RandomStream(seed: 3, 1)
            for _ in 0..<300 {
                var changed = Array(bytes)
                changed[random.integer(below: min(bytes.count, 140))] ^= UInt8(1 << random.integer(below: 8))
                let path = try folder.write(changed, to: "changed")
                _ = try? NumberArray(reading: path)
            }
        }
        // A billion samples in twenty bytes.
        let path = try folder.write([0, 0, 8, 3, 0x40, 0, 0, 0, 0x40, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4], to: "huge")
        #expect(throws: NumberArrayError.self) { try NumberArray(reading: path) }
    }

    @Test func tablesAreRead() throws {
        let folder = try TemporaryFolder()
        let text = "name,height,\"kind, of it\",width\r\na,1.5,x,-2\nb,2,\"y \"\"z\"\"\",3e2\n"
        let path = try folder.write(text, to: "table.csv")
        let table = try NumberTable(reading: path)
        #expect(table.columns == ["height", "width"] && table.rowCount == 2)
        #expect(table.elements == [1.5, -2, 2, 300])
        #expect(table.texts == ["name": ["a", "b"], "kind, of it": ["x", "y \"z\""]])
        #expect(table.column("width") == ["-2", "300"] && table.column("depth") == nil)
        #expect(try NumberArray(reading: path) == NumberArray(shape: [2, 2], elements: [1.5, -2, 2, 300]))
        for bad in ["", "a,b\n1\n", "x\ny\n", "1,inf\n\u{0}"] {
            let path = try folder.write(bad, to: "bad.csv")
            #expect(throws: NumberArrayError.self, "\(bad)") { try NumberArray(reading: path) }
        }
    }

    @Test func labelsAreFound() throws {
        #expect(try ClassLabels(["10", "9", "", "b", "a"]).names == ["9", "10", "a", "b"])
        #expect(try ClassLabels(["10", "9", "", "b", "a"]).classes == [1, 0, nil, 3, 2])
        #expect(
            try ClassLabels(foldersOf: ["cat/1.png", "dog/x/2.png", "3.png"]).classes == [0, 1, nil])
        #expect(throws: TrainingError.self) { try ClassLabels(foldersOf: ["1.png"]) }
        let folder = try TemporaryFolder()
        let table = try folder.write("name,label\nx/a,7\nb.png,12\n", to: "labels.csv")
        let labels = try ClassLabels(table, of: ["x/a.png", "b.png", "c.png"])
        #expect(labels.names == ["7", "12"] && labels.classes == [0, 1, nil])
        #expect(throws: TrainingError.self) { try ClassLabels(table, of: ["c.png"]) }
        let array = fixtureFolder.appending("arrays/labels-idx1-ubyte")
        #expect(try ClassLabels(array, of: ["a", "b"]).names == ["1", "3"])
        #expect(throws: TrainingError.self) { try ClassLabels(array, of: ["a"]) }
    }

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
