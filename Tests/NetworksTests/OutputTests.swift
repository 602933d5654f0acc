import Kernels
import Networks
import Tensors
import TestSupport
import Testing

/// Graphs from which more goes out than a result.
@Suite struct OutputTests {
    private static func layer(_ outputs: Int, _ inputs: Int, side: Int = 3) -> Convolution {
        Convolution(weights: noise([outputs, inputs, side, side], seed: UInt64(outputs + 40 * inputs), in: -1...1))
    }

    /// A trunk with a result, a mask, and a small head; the result is appended before the others.
    private static func graph(heads: Bool = true) throws -> Graph {
        var graph = Graph(inputChannels: 3)
        var x = try graph.append(layer(6, 3), graph.picture, name: "first")
        x = try graph.append(ReLU(), x, name: "relu")
        let result = try graph.append(layer(3, 6), x, name: "second")
        guard heads else { return graph }
        let down = try graph.append(
            StridedConvolution(weights: noise([4, 6, 2, 2], seed: 9, in: -1...1)), x, name: "down")
        try graph.setOutput(down, named: "half")
        let mask = try graph.append(Sigmoid(), graph.append(layer(1, 6, side: 1), x, name: "mask logit"), name: "mask")
        try graph.setOutput(mask, named: "mask")
        try graph.setOutput(x, named: "trunk")
        try graph.setOutput(result, named: Graph.resultName)
        return graph
    }

    @Test(arguments: InstructionSet.available) func allOutputsAreWritten(isa: InstructionSet) throws {
        let graph = try Self.graph()
        let network = try Network(graph)
        #expect(network.outputChannels == 3 && graph.outputs.map(\.name) == ["half", "mask", "trunk"])
        let (height, width) = (12, 20)
        let picture = noise([3, height, width], seed: 2, in: -1...1)
        let expected = graph.referenceValues(of: picture)
        let result = PlanarImage(channels: 3, height: height, width: width)
        for names in [["mask"], ["trunk", "half"], ["half", "mask", "trunk"]] {
            let executor = Executor(
                network: network, maximumHeight: 24, maximumWidth: 32, instructionSet: isa, outputs: names)
            let images = names.map { name in
                let shape = graph.shape(of: graph.value(named: name) ?? graph.picture)
                return PlanarImage(
                    channels: shape.channels, height: shape.resolution.side(forPicture: height),
                    width: shape.resolution.side(forPicture: width))
            }
            executor.run(input: picture.image.view, output: result.view, outputs: images.map(\.view))
            for (name, image) in zip(names, images) {
                let value = try #require(graph.value(named: name))
                let index = try #require(graph.node(making: value)) + 1
                #expect(
                    difference(
                        image.tensor, expected[index],
                        tolerance: roundingTolerance(depth: 60, layers: 4, peak: expected[index].peak)) == nil)
            }
            #expect(
                difference(
                    result.tensor, expected[3],
                    tolerance: roundingTolerance(depth: 60, layers: 4, peak: expected[3].peak))
                    == nil)
        }
    }

    /// What nobody asks for is not computed: bits, cost and reach of the result are those of a graph without it.
    @Test func whatNobodyWantsIsNotComputed() throws {
        let (heads, plain) = (try Network(Self.graph()), try Network(Self.graph(heads: false)))
        #expect(heads.multiplyAddsPerPixel == plain.multiplyAddsPerPixel && heads.bitRadius == plain.bitRadius)
        #expect(heads.parameterCount > plain.parameterCount)
        let picture = noise([3, 24, 16], seed: 2, in: -1...1).image
        let found = [heads, plain].map { network in
            let result = PlanarImage(channels: 3, height: 24, width: 16)
            Executor(network: network, maximumHeight: 24, maximumWidth: 16).run(
                input: picture.view, output: result.view)
            return result.samples
        }
        #expect(bitDifference(found[0], found[1]) == nil)
        #expect(heads.graph.acceptsNoiseLevel == false && heads.patchSide == nil)
    }

    /// What goes out of the operations behind a value goes out of their graph.
    @Test func suffixesKeepTheirOutputs() throws {
        let graph = try Self.graph()
        let suffix = try graph.suffix(from: try #require(graph.value(named: "trunk")))
        #expect(suffix.outputs.map(\.name) == ["half", "mask"])
        #expect(suffix.shape(of: suffix.result).channels == 3)
        let prefix = try graph.prefix(through: try #require(graph.value(named: "second")))
        #expect(prefix.shape(of: prefix.result).channels == 3 && prefix.outputs.isEmpty)
    }

    @Test func outputsAreTold() throws {
        var graph = try Self.graph()
        #expect(throws: GraphError.duplicateOutput("mask")) { try graph.setOutput(graph.picture, named: "mask") }
        var small = Graph(inputChannels: 1)
        let value = graph.result
        #expect(throws: GraphError.self) { try small.setOutput(value, named: "x") }
        #expect(graph.value(named: "nobody") == nil)
        #expect(graph.value(named: "relu") == graph.value(named: "trunk"))
        try graph.setOutput(try #require(graph.value(named: "mask")), named: Graph.resultName)
        #expect(try Network(graph).outputChannels == 1)
    }
}
