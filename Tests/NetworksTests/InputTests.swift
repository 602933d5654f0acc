import Kernels
import Networks
import Tensors
import TestSupport
import Testing

/// Graphs into which more goes than a picture, and operations that share parameters.
@Suite struct InputTests {
    private static func weights(_ shape: Int...) -> Tensor {
        noise(shape, seed: UInt64(shape.reduce(3, +)), in: -1...1)
    }

    /// A picture, noise of its size and a condition of a quarter of it, each with layers of its own.
    private static func graph() throws -> Graph {
        var graph = try Graph(
            inputChannels: 3,
            others: [
                .init("noise", channels: 2), .init("condition", channels: 5, resolution: Resolution(1, over: 4)),
            ])
        let condition = try #require(graph.input(named: "condition"))
        let noise = try #require(graph.input(named: "noise"))
        var x = try graph.append(Convolution(weights: weights(4, 3, 3, 3)), graph.picture, name: "first")
        x = try graph.append(ReLU(), x, name: "relu")
        let y = try graph.append(Convolution(weights: weights(4, 2, 3, 3)), noise, name: "noisy")
        x = try graph.append(Sum(), x, y, name: "sum")
        var c = try graph.append(Convolution(weights: weights(4, 5, 3, 3)), condition, name: "conditioning")
        c = try graph.append(Nearest(factor: 4), c, name: "larger")
        x = try graph.append(Product(), x, c, name: "gated")
        try graph.append(Sum(subtracts: true), x, y, name: "result")
        return graph
    }

    private static func inputs(_ graph: Graph, height: Int, width: Int) -> [Tensor] {
        graph.inputs.enumerated().map { index, input in
            let resolution = input.shape.resolution
            return noise(
                [input.shape.channels, resolution.side(forPicture: height), resolution.side(forPicture: width)],
                seed: UInt64(30 + index), in: -1...1)
        }
    }

    @Test(arguments: InstructionSet.available) func allInputsCount(isa: InstructionSet) throws {
        let graph = try Self.graph()
        let network = try Network(graph)
        #expect(network.grid == 4)
        let (height, width) = (40, 28)
        let inputs = Self.inputs(graph, height: height, width: width)
        let expected = try #require(
            graph.referenceValues(of: inputs[0], others: Array(inputs[1...]), noiseLevel: 0).last)
        let images = inputs.map(\.image)
        let executor = Executor(
            network: network, maximumHeight: height, maximumWidth: width, instructionSet: isa)
        let output = PlanarImage(channels: 4, height: height, width: width)
        executor.run(input: images[0].view, output: output.view, others: images[1...].map(\.view))
        let tolerance = roundingTolerance(depth: 45, layers: 6, peak: expected.peak)
        #expect(difference(output.tensor, expected, tolerance: tolerance) == nil)
    }

    @Test(arguments: InstructionSet.available) func rowsGiveTheBitsOfTheWhole(isa: InstructionSet) throws {
        let graph = try Self.graph()
        let network = try Network(graph)
        let tall = 15 * network.tileGrid
        let images = Self.inputs(graph, height: tall, width: 28).map(\.image)
        let whole = PlanarImage(channels: 4, height: tall, width: 28)
        Executor(network: network, maximumHeight: tall, maximumWidth: 28, instructionSet: isa)
            .run(input: images[0].view, output: whole.view, others: images[1...].map(\.view))
        for rows in [4, 12, 40] {
            let executor = StreamingExecutor(
                network: network, height: tall, width: 28, rowsAtATime: rows, instructionSet: isa)
            let result = PlanarImage(channels: 4, height: tall, width: 28)
            for chunk in 0..<executor.rowCounts.chunkCount {
                let own = executor.rowCounts.pictureRows(ofChunk: chunk)
                let views = zip(graph.inputs, images).map { input, image in
                    let resolution = input.shape.resolution
                    let first = resolution.side(forPicture: own.lowerBound)
                    return image.view.cropped(
                        rows: first..<resolution.side(forPicture: own.upperBound), columns: 0..<image.width)
                }
                executor.run(
                    chunk: chunk, input: views[0],
                    output: result.view.cropped(
                        rows: executor.rowCounts.resultRows(ofChunk: chunk), columns: 0..<28),
                    others: Array(views[1...]))
            }
            #expect(bitDifference(result.samples, whole.samples) == nil, "\(rows) rows")
        }
    }

    @Test func inputsAreTold() throws {
        #expect(throws: GraphError.duplicateInput("a")) {
            try Graph(inputChannels: 1, others: [.init("a", channels: 1), .init("a", channels: 2)])
        }
        #expect(throws: GraphError.duplicateInput("picture")) {
            try Graph(inputChannels: 1, others: [.init("picture", channels: 1)])
        }
        let graph = try Self.graph()
        #expect(graph.input(named: "class") == nil)
        // What is behind a value still wants the condition, what is before it as well.
        let value = graph.value(ofNode: 3)
        #expect(try graph.prefix(through: value).inputs == graph.inputs)
        #expect(throws: GraphError.self) { try graph.suffix(from: value) }
        var simple = try Graph(inputChannels: 1, others: [.init("condition", channels: 1)])
        let half = try simple.append(
            StridedConvolution(weights: Self.weights(1, 1, 2, 2)), simple.picture, name: "half")
        let twice = try simple.append(Nearest(), half, name: "twice")
        try simple.append(Product(), twice, try #require(simple.input(named: "condition")), name: "gated")
        let suffix = try simple.suffix(from: half)
        #expect(suffix.inputs[1].shape == ValueShape(channels: 1, resolution: Resolution(2, over: 1)))
        #expect(suffix.shape(of: suffix.result) == ValueShape(channels: 1, resolution: Resolution(2, over: 1)))
    }

    @Test func sharedParametersStandOnce() throws {
        var graph = Graph(inputChannels: 2)
        let layer = Convolution(weights: Self.weights(2, 2, 3, 3), bias: Self.weights(2))
        let other = Convolution(weights: noise([2, 2, 3, 3], seed: 77), bias: noise([2], seed: 78))
        let x = try graph.append(layer, graph.picture, name: "first")
        let y = try graph.append(other, x, name: "second", sharing: "first")
        try graph.append(other, y, name: "third", sharing: "second")
        #expect(graph.parameterCount == 38)
        #expect(graph.nodes.map(\.parameterStem) == ["first", "first", "first"])
        // The parameters are the first one's, whatever the operation held.
        #expect(graph.nodes[2].operation.parameters.map(\.tensor) == layer.parameters.map(\.tensor))
        #expect(throws: GraphError.unknownName("nobody")) {
            try graph.append(other, y, name: "fourth", sharing: "nobody")
        }
        #expect(throws: GraphError.self) {
            try graph.append(Convolution(weights: Self.weights(2, 2, 3, 3)), y, name: "fourth", sharing: "first")
        }
        let suffix = try graph.suffix(from: x)
        #expect(suffix.parameterCount == 38 && suffix.nodes.map(\.parameterStem) == ["second", "second"])
    }
}
