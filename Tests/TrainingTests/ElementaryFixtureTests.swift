import Kernels
import Networks
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Testing
import Training

/// Results and gradients of the operations of attention and autoregressive networks, as PyTorch computed them in
/// Float64 (`PyTorch/fixtures/elementary.py`).
@Suite struct ElementaryFixtureTests {
    static let files = fixtureNames(in: "elementary")

    private static func operation(
        _ file: String, _ item: PyTorchCases.Case, _ fixture: PyTorchCases
    ) throws -> any GraphOperation {
        switch file {
        case "gelu": return GELU()
        case "tanh": return Tanh()
        case "softmax": return Softmax()
        case "product": return Product()
        case "concatenation": return Concatenation()
        case "channel-slice":
            return ChannelSlice(first: try #require(item.first), count: try #require(item.count))
        case "layer-normalisation":
            return LayerNormalisation(
                gain: try fixture.tensor("gain", of: item), shift: try fixture.tensor("shift", of: item),
                epsilon: try #require(item.epsilon))
        case "matrix-product":
            return MatrixProduct(
                item.form == "comparing" ? .comparing : .gathering, side: try #require(item.side),
                scale: try #require(item.scale))
        case "masked-convolution":
            return MaskedConvolution(
                weights: try fixture.tensor("weight", of: item), bias: try fixture.tensor("bias", of: item),
                includesCentre: item.includesCentre == true)
        default:
            Issue.record("no operation for \(file)")
            return Tanh()
        }
    }

    /// What goes in lies in the channels of one picture, one input after the other, so that its gradient is theirs.
    private static func graph(_ operation: any GraphOperation, _ inputs: [Tensor]) throws -> Graph {
        var graph = Graph(inputChannels: inputs.reduce(0) { $0 + $1.shape[0] })
        guard inputs.count == 2 else {
            try graph.append(operation, graph.picture, name: "layer")
            return graph
        }
        let first = try graph.append(
            ChannelSlice(first: 0, count: inputs[0].shape[0]), graph.picture, name: "input")
        let second = try graph.append(
            ChannelSlice(first: inputs[0].shape[0], count: inputs[1].shape[0]), graph.picture, name: "other")
        try graph.append(operation, first, second, name: "layer")
        return graph
    }

    @Test(arguments: files) func resultsAndGradientsArePyTorchs(file: String) throws {
        let fixture = try PyTorchCases("elementary/\(file)")
        #expect(fixture.cases.count >= 3)
        for item in fixture.cases {
            let operation = try Self.operation(file, item, fixture)
            let roles = ["input", "other"].filter { fixture.has($0, of: item) }
            let inputs = try roles.map { try fixture.picture($0, of: item) }
            let network = try Network(Self.graph(operation, inputs))
            let picture = Tensor(
                shape: [network.inputChannels] + inputs[0].shape.dropFirst(), elements: inputs.flatMap(\.elements))
            let factors = try fixture.picture("output-gradient", of: item)
            let expected = try fixture.picture("output", of: item)
            let loops = network.graph.referenceValues(of: picture, noiseLevel: 0)[network.graph.nodes.count]
            expectNear(loops.elements, expected, tolerance: 2e-6, "\(file) \(item.name), plain loops")
            for isa in InstructionSet.available {
                let about = "\(file) \(item.name) \(isa)"
                let trainable = TrainableNetwork(
                    network, workers: 1, algorithm: .direct, isa: isa, pictureNeedsGradient: true)
                let output = PlanarImage(
                    channels: factors.shape[0], height: factors.shape[1], width: factors.shape[2])
                _ = trainable.accumulate(
                    samples: 1, height: picture.shape[1], width: picture.shape[2],
                    fill: { _, _, input, _ in
                        input.copySamples(from: picture.image.view)
                        return 0
                    },
                    loss: { result, _, gradient in
                        output.view.copySamples(from: result)
                        gradient.copySamples(from: factors.image.view)
                        return 0
                    })
                expectNear(output.samples, expected, tolerance: 4e-6, "\(about), result")
                var found = try #require(trainable.inputGradient).allSamples[...]
                for (role, input) in zip(roles, inputs) {
                    let gradient = try fixture.picture("\(role)-gradient", of: item)
                    expectNear(
                        Array(found.prefix(input.elements.count)), gradient, tolerance: 1e-5, "\(about), \(role)")
                    found = found.dropFirst(input.elements.count)
                }
                for parameter in trainable.parameters {
                    let role = String(parameter.name.dropFirst("layer.".count))
                    expectNear(
                        parameter.range.map { trainable.gradient.base[$0] },
                        try fixture.tensor("\(role)-gradient", of: item), tolerance: 1e-5, "\(about), \(role)")
                }
            }
        }
    }

    /// Squares of one pixel are none: an operation of that side would be given the whole value.
    @Test func productsOverSinglePixelsAreRefused() throws {
        for side in [0, 1, 65] {
            let product = MatrixProduct(.comparing, side: side)
            let shapes = [ValueShape(channels: 3), ValueShape(channels: 3)]
            #expect(throws: GraphError.self) { try product.shape(of: shapes) }
        }
    }
}
