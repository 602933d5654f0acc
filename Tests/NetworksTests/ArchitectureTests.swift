import Autoencoders
import Kernels
import Networks
import Tensors
import TestSupport
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
            ("S2", PlainStack.upscaling2, 173_244, 172_464, 10, 18, 4),
            ("S4", PlainStack.upscaling4, 399_472, 398_400, 12, 22, 4),
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
        UNet.small, UNet(channels: 1, widths: [8], blocks: 3, noiseMap: false),
        UNet(widths: [5, 8], blocks: 2, block: .bottleneck),
        UNet(widths: [5, 18], blocks: 1, block: .separable),
        PlainStack.upscaling2,
        PlainStack.dnCNN, ConvolutionalAutoencoder(),
        ConvolutionalAutoencoder(widths: [9], decoder: .upsample, bias: false), DenseAutoencoder(),
        DenseAutoencoder(
            channels: 1, patch: 8, widths: [], latentChannels: 65, activation: .sigmoid, output: .sigmoid, dropout: 0.5,
            bias: false),
        SparseAutoencoder(), SparseAutoencoder(channels: 1, patch: 5, units: 9, target: 0.2, weight: 3),
        SparseAutoencoder(channels: 1, patch: 5, units: 9, decay: 0.5),
        VariationalAutoencoder(),
        VariationalAutoencoder(
            channels: 1, widths: [8, 9], latentSide: 3, latentChannels: 3, likelihood: .bernoulli, deviation: 0.2,
            beta: 4,
            warmupSteps: 100, freeBits: 0.25),
        VariationalAutoencoder(channels: 1, widths: [], latentSide: 28, latentChannels: 2, units: [9, 8]),
    ]

    /// Every member is among the configurations that are tested here.
    @Test func everyMemberIsTested() {
        for type in Architectures.all {
            #expect(Self.architectures.contains { Swift.type(of: $0) == type }, "\(type.name)")
        }
    }

    @Test(arguments: architectures.indices) func configurationsRoundTrip(_ index: Int) throws {
        func check<Found: Architecture>(_ architecture: Found) throws {
            let found = try Architectures.configuration(json: Architectures.json(architecture))
            #expect(found as? Found == architecture)
        }
        try check(Self.architectures[index])
    }

    /// The weights of a fresh network as a file.
    private static func file(of architecture: any Architecture) throws -> (network: Network, file: SafetensorsFile) {
        var tensors: [(name: String, tensor: Tensor)] = []
        let source = WeightSource(seed: 5)
        let network = try architecture.makeNetwork(
            weights: WeightSource { name, shape in
                let tensor = (try? source.tensor(name, shape: shape)) ?? Tensor(shape: shape)
                tensors.append((name, tensor))
                return tensor
            })
        return (network, try SafetensorsFile(bytes: SafetensorsFile.bytes(tensors: tensors, metadata: [:])))
    }

    /// Training may begin with the weights of a network with a noise level, or for colour: without the level a network
    /// computes what it does at level 0, for grey what it makes of three equal channels, averaged.
    @Test func weightsOfRelatedNetworksAreAdapted() throws {
        let (whole, file) = try Self.file(of: UNet(widths: [8, 12], blocks: 1))
        func adapted(channels: Int, noiseMap: Bool, from file: SafetensorsFile) throws -> Network {
            try UNet(channels: channels, widths: [8, 12], blocks: 1, noiseMap: noiseMap).makeNetwork(
                weights: WeightSource(file, adapting: UNet.adapted))
        }
        func result(_ network: Network, _ picture: Tensor, _ level: Float) -> [Float] {
            network.graph.referenceValues(of: picture, noiseLevel: level).last?.elements ?? []
        }
        let picture = noise([3, 16, 24], seed: 6)
        let blind = try adapted(channels: 3, noiseMap: false, from: file)
        #expect(whole.parameterCount - blind.parameterCount == 8 * 9)
        #expect(result(blind, picture, 0) == result(whole, picture, 0))
        #expect(result(whole, picture, 0.5) != result(whole, picture, 0))

        let grey = noise([1, 16, 24], seed: 7)
        let threefold = Tensor(shape: [3, 16, 24], elements: grey.elements + grey.elements + grey.elements)
        let blindFile = try Self.file(of: UNet(widths: [8, 12], blocks: 1, noiseMap: false)).file
        for (noiseMap, file, level) in [(true, file, Float(0.3)), (false, file, 0), (false, blindFile, 0)] {
            let found = result(try adapted(channels: 1, noiseMap: noiseMap, from: file), grey, level)
            let colour = try adapted(channels: 3, noiseMap: noiseMap, from: file)
            let expected = result(colour, threefold, level)
            #expect(found.count == 16 * 24)
            for i in found.indices {
                let mean = (expected[i] + expected[i + 384] + expected[i + 768]) / 3
                #expect(abs(found[i] - mean) < 1e-5)
            }
        }
        // Nothing else may differ, and nothing does without being asked for.
        let told = try adapted(channels: 3, noiseMap: true, from: file)
        #expect(result(told, picture, 0.2) == result(whole, picture, 0.2))
        #expect(throws: ModelFileError.self) { try adapted(channels: 3, noiseMap: true, from: blindFile) }
        #expect(throws: ModelFileError.self) {
            try UNet(widths: [8, 12], blocks: 1, noiseMap: false).makeNetwork(weights: WeightSource(file))
        }
        #expect(throws: ModelFileError.self) {
            try UNet(widths: [8, 16], blocks: 1, noiseMap: false).makeNetwork(
                weights: WeightSource(file, adapting: UNet.adapted))
        }
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
        #expect(throws: ModelFileError.unknownArchitecture(found: "gan", known: Architectures.all.map { $0.name })) {
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
            #"{"architecture":"conv","channels":3,"widths":[8],"latentChannels":4,"decoder":"upsample","bias":true}"#
        #expect(field(autoencoder) == nil)
        #expect(field(autoencoder.replacing("\"latentChannels\":4", with: "\"latentChannels\":0")) == "latentChannels")
        #expect(field(autoencoder.replacing("upsample", with: "nearest")) == "decoder")
        #expect(field(autoencoder.replacing("true", with: "null")) == "bias")
        let dense =
            #"{"architecture":"dense","channels":3,"patch":8,"widths":[9],"latentChannels":4,"activation":"relu","output":"linear","dropout":0.5,"bias":true}"#
        #expect(field(dense) == nil)
        #expect(field(dense.replacing("[9]", with: "[]")) == nil)
        #expect(field(dense.replacing("\"patch\":8", with: "\"patch\":65")) == "patch")
        #expect(field(dense.replacing("\"dropout\":0.5", with: "\"dropout\":1")) == "dropout")
        #expect(field(dense.replacing("[9]", with: "[99999]")) == "widths")
        #expect(field(dense.replacing("\"latentChannels\":4", with: "\"latentChannels\":0")) == "latentChannels")
        #expect(field(dense.replacing("relu", with: "tanh")) == "activation")
        let sparse = #"{"architecture":"sparse","channels":3,"patch":8,"units":9,"target":0.05,"weight":1}"#
        #expect(field(sparse) == nil)
        for target in ["0", "1", "-0.1", "1.5"] { #expect(field(sparse.replacing("0.05", with: target)) == "target") }
        #expect(field(sparse.replacing("\"weight\":1", with: "\"weight\":-1")) == "weight")
        #expect(field(sparse.replacing("\"weight\":1", with: "\"weight\":1,\"decay\":-1")) == "decay")
        let variational =
            #"{"architecture":"vae","channels":3,"widths":[9],"latentSide":2,"latentChannels":4,"likelihood":"gaussian","deviation":0.1,"beta":1,"warmupSteps":0,"freeBits":0}"#
        #expect(field(variational) == nil)
        #expect(field(variational.replacing("gaussian", with: "laplace")) == "likelihood")
        #expect(field(variational.replacing("\"latentSide\":2", with: "\"latentSide\":17")) == "latentSide")
        #expect(field(variational.replacing("\"deviation\":0.1", with: "\"deviation\":0")) == "deviation")
        #expect(field(variational.replacing("\"beta\":1", with: "\"beta\":-1")) == "beta")
        #expect(field(variational.replacing("\"warmupSteps\":0", with: "\"warmupSteps\":-1")) == "warmupSteps")
        #expect(field(variational.replacing("\"freeBits\":0", with: "\"freeBits\":-0.5")) == "freeBits")
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
        try graph.append(Convolution(weights: weights), graph.picture, name: "a")
        #expect(throws: GraphError.duplicateName("a")) {
            try graph.append(Convolution(weights: weights), graph.picture, name: "a")
        }
        #expect(throws: GraphError.channels(operation: "convolution", found: 4, expected: 3)) {
            try graph.append(Convolution(weights: weights), graph.result, name: "b")
        }
        #expect(throws: GraphError.inputCount(operation: "sum", found: 1, expected: 2)) {
            try graph.append(Sum(), graph.picture, name: "c")
        }
        let foreign = graph.result
        var other = Graph(inputChannels: 3)
        #expect(throws: GraphError.unknownValue(index: 1)) { try other.append(ReLU(), foreign, name: "d") }
        try other.append(Unshuffle(), other.picture, name: "e")
        #expect(throws: GraphError.resolution(operation: "the result", found: Resolution(1, over: 2), expected: .one)) {
            try Network(other)
        }
        #expect(throws: GraphError.self) {
            try other.append(
                Convolution(weights: noise([4, 12, 5, 5], seed: 1)), other.result, name: "f")
        }
        #expect(throws: GraphError.self) {
            try other.append(Nearest(factor: 65), other.picture, name: "g")
        }
    }
}
