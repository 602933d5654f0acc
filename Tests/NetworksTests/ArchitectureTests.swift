import Autoencoders
import Kernels
import Networks
import Tensors
import Testing

/// Figures of the named values, and configurations that make no network.
@Suite struct ArchitectureTests {
    static let figures:
        [(
            name: String, architecture: any Architecture, parameters: Int, multiplyAdds: Double, radius: Int,
            bitRadius: Int, tileGrid: Int
        )] = [
            ("D-S", UNet.small, 1_039_920, 41_676, 94, 128, 32),
            ("D-M", UNet.medium, 1_897_008, 77_964, 186, 280, 32),
            ("D-L", UNet.large, 3_823_680, 147_792, 186, 280, 32),
            ("S2", PlainStack.enlarging2, 173_244, 172_464, 10, 18, 4),
            ("S4", PlainStack.enlarging4, 399_472, 398_400, 12, 22, 4),
            ("DnCNN", PlainStack.dnCNN, 557_443, 556_416, 17, 33, 4),
        ]

    @Test(arguments: figures.indices) func namedValuesHaveTheirFigures(_ index: Int) throws {
        let (name, architecture, parameters, multiplyAdds, radius, bitRadius, tileGrid) = Self.figures[index]
        let network = try architecture.makeNetwork(weights: WeightSource(seed: 1))
        #expect(network.parameterCount == parameters, "\(name)")
        #expect(network.multiplyAddsPerPixel == multiplyAdds, "\(name)")
        #expect(network.receptiveRadius == radius, "\(name)")
        #expect(network.bitRadius == bitRadius && network.tileGrid == tileGrid, "\(name)")
        let direct = network.computed(by: .direct)
        #expect(direct.bitRadius == radius && direct.tileGrid == network.grid, "\(name)")
    }

    static let architectures: [any Architecture] = [
        UNet.small, UNet(channels: 1, widths: [8], blocks: 3, noiseMap: false), PlainStack.enlarging2,
        PlainStack.dnCNN, ConvolutionalAutoencoder(),
        ConvolutionalAutoencoder(widths: [9], decoder: .upsample, bias: false),
    ]

    @Test(arguments: architectures.indices) func configurationsRoundTrip(_ index: Int) throws {
        func check<Found: Architecture>(_ architecture: Found) throws {
            let found = try Architectures.configuration(json: Architectures.json(architecture))
            #expect(found as? Found == architecture)
        }
        try check(Self.architectures[index])
    }

    /// Weights with a noise level begin a network without one: it computes what they compute at level 0.
    @Test func noiseLevelIsLeftOut() throws {
        let told = UNet(widths: [8, 12], blocks: 1)
        let blind = UNet(widths: [8, 12], blocks: 1, noiseMap: false)
        var tensors: [(name: String, tensor: Tensor)] = []
        let source = WeightSource(seed: 5)
        let recorded = WeightSource { name, shape in
            let tensor = (try? source.tensor(name, shape: shape)) ?? Tensor(shape: shape)
            tensors.append((name, tensor))
            return tensor
        }
        let whole = try told.makeNetwork(weights: recorded)
        let file = try SafetensorsFile(bytes: SafetensorsFile.bytes(tensors: tensors, metadata: [:]))
        #expect(UNet.noiseLevelWeights == ["input.weight"])
        let shortened = try blind.makeNetwork(
            weights: WeightSource(file, withoutLastInputOf: UNet.noiseLevelWeights))
        #expect(whole.parameterCount - shortened.parameterCount == 8 * 9)
        let picture = noise([3, 16, 24], seed: 6)
        let expected = whole.graph.referenceValues(of: picture).last
        let found = shortened.graph.referenceValues(of: picture).last
        #expect(found?.elements == expected?.elements)
        #expect(whole.graph.referenceValues(of: picture, noiseLevel: 0.5).last?.elements != expected?.elements)
        // Nothing else may differ, and the whole file still makes the whole network.
        #expect(throws: ModelFileError.self) { try blind.makeNetwork(weights: WeightSource(file)) }
        #expect(throws: ModelFileError.self) {
            try UNet(widths: [8, 16], blocks: 1, noiseMap: false).makeNetwork(
                weights: WeightSource(file, withoutLastInputOf: UNet.noiseLevelWeights))
        }
        let again = try told.makeNetwork(weights: WeightSource(file, withoutLastInputOf: UNet.noiseLevelWeights))
        #expect(again.graph.referenceValues(of: picture).last?.elements == expected?.elements)
    }

    @Test func wrongConfigurationsAreRefused() {
        let unet = #"{"architecture":"unet","channels":3,"widths":[8],"blocks":1,"noiseMap":true}"#
        #expect(throws: Never.self) { try Architectures.configuration(json: unet) }
        func field(_ text: String) -> String? {
            do {
                _ = try Architectures.configuration(json: text)
                return nil
            } catch ModelFileError.badConfiguration(let field, _, _) {
                return field
            } catch {
                return "\(error)"
            }
        }
        #expect(field("") == "text")
        #expect(field("[]") == "text")
        #expect(field(unet + "x") == "text")
        #expect(field("{}") == "architecture")
        #expect(field(#"{"architecture":1}"#) == "architecture")
        #expect(field(#"{"architecture":"unet"}"#) == "channels")
        #expect(field(#"{"architecture":"unet","architecture":"plain"}"#) == "architecture")
        #expect(field(unet.replacing("\"blocks\":1", with: "\"blocks\":0")) == "blocks")
        #expect(field(unet.replacing("\"blocks\":1", with: "\"blocks\":99999999999")) == "blocks")
        #expect(field(unet.replacing("\"blocks\":1", with: "\"blocks\":\"1\"")) == "blocks")
        #expect(field(unet.replacing("\"blocks\":1", with: "\"blocs\":1")) == "blocs")
        #expect(field(unet.replacing("[8]", with: "[]")) == "widths")
        #expect(field(unet.replacing("[8]", with: "[8,0]")) == "widths")
        #expect(field(unet.replacing("[8]", with: "[1,2,3,4,5,6,7]")) == "widths")
        #expect(field(unet.replacing("\"channels\":3", with: "\"channels\":0")) == "channels")
        #expect(throws: ModelFileError.unknownArchitecture(found: "gan", known: ["unet", "plain", "autoencoder"])) {
            try Architectures.configuration(json: #"{"architecture":"gan"}"#)
        }
        let plain =
            #"{"architecture":"plain","channels":3,"width":8,"layers":2,"activation":"relu","bias":true,"scale":2,"skip":"bicubic"}"#
        #expect(field(plain) == nil)
        #expect(field(plain.replacing("bicubic", with: "residual")) == "skip")
        #expect(field(plain.replacing("bicubic", with: "cubic")) == "skip")
        #expect(field(plain.replacing("\"scale\":2", with: "\"scale\":1")) == "skip")
        #expect(field(plain.replacing("\"scale\":2", with: "\"scale\":5")) == "scale")
        #expect(field(plain.replacing("relu", with: "gelu")) == "activation")
        #expect(field(plain.replacing("\"layers\":2", with: "\"layers\":0")) == "layers")
        #expect(field(plain.replacing("\"width\":8", with: "\"width\":-8")) == "width")
        let autoencoder =
            #"{"architecture":"autoencoder","channels":3,"widths":[8],"latentChannels":4,"decoder":"upsample","bias":true}"#
        #expect(field(autoencoder) == nil)
        #expect(field(autoencoder.replacing("\"latentChannels\":4", with: "\"latentChannels\":0")) == "latentChannels")
        #expect(field(autoencoder.replacing("upsample", with: "nearest")) == "decoder")
        #expect(field(autoencoder.replacing("true", with: "null")) == "bias")
    }

    @Test func weightsAreReproducible() throws {
        let first = try UNet(widths: [4], blocks: 1).makeNetwork(weights: WeightSource(seed: 5))
        let second = try UNet(widths: [4], blocks: 1).makeNetwork(weights: WeightSource(seed: 5))
        let other = try UNet(widths: [4], blocks: 1).makeNetwork(weights: WeightSource(seed: 6))
        let picture = noise([3, 4, 4], seed: 1).image
        let expected = result(of: first, on: picture).samples
        #expect(bitDifference(result(of: second, on: picture).samples, expected) == nil)
        #expect(bitDifference(result(of: other, on: picture).samples, expected) != nil)
    }

    @Test func graphsRefuseWhatDoesNotFit() throws {
        var graph = Graph(inputChannels: 3)
        let weights = noise([4, 3, 3, 3], seed: 1)
        try graph.append(.convolution(Convolution(weights: weights)), graph.picture, name: "a")
        #expect(throws: GraphError.duplicateName("a")) {
            try graph.append(.convolution(Convolution(weights: weights)), graph.picture, name: "a")
        }
        #expect(throws: GraphError.channels(operation: "convolution", found: 4, expected: 3)) {
            try graph.append(.convolution(Convolution(weights: weights)), graph.result, name: "b")
        }
        #expect(throws: GraphError.inputCount(operation: "sum", found: 1, expected: 2)) {
            try graph.append(.sum(Sum()), graph.picture, name: "c")
        }
        let foreign = graph.result
        var other = Graph(inputChannels: 3)
        #expect(throws: GraphError.unknownValue(index: 1)) { try other.append(.relu(ReLU()), foreign, name: "d") }
        try other.append(.unshuffle(Unshuffle()), other.picture, name: "e")
        #expect(throws: GraphError.resolution(operation: "the result", found: Resolution(1, over: 2), expected: .one)) {
            try Network(other)
        }
        #expect(throws: GraphError.self) {
            try other.append(
                .convolution(Convolution(weights: noise([4, 12, 5, 5], seed: 1))), other.result, name: "f")
        }
        #expect(throws: GraphError.self) {
            try other.append(.nearest(Nearest(factor: 9)), other.picture, name: "g")
        }
    }
}
