import Autoencoders
import Networks
import Tensors
import Testing
import Training

@Suite struct InitialiserTests {
    private static func drawn(_ initialisation: Initialisation, _ shape: [Int]) -> Tensor {
        var random = RandomStream(seed: 7)
        return initialisation.tensor(shape: shape, using: &random)
    }

    struct Moments: Sendable {
        var distribution: Initialisation.Distribution
        var variance: Double
        var kurtosis: Double
    }

    static let distributions: [Moments] = [
        Moments(distribution: .heNormal, variance: 2.0 / 432, kurtosis: 3),
        Moments(distribution: .heUniform, variance: 2.0 / 432, kurtosis: 1.8),
        Moments(distribution: .xavierNormal, variance: 2.0 / 2736, kurtosis: 3),
        Moments(distribution: .xavierUniform, variance: 2.0 / 2736, kurtosis: 1.8),
    ]

    /// 110 592 numbers: mean and variance deviate by 0.3 % and 0.43 % of the deviation; five times that is allowed.
    @Test(arguments: distributions) func moments(expected: Moments) {
        let (variance, kurtosis) = (expected.variance, expected.kurtosis)
        let elements = Self.drawn(Initialisation(expected.distribution), [256, 48, 3, 3]).elements.map(Double.init)
        let count = Double(elements.count)
        let mean = elements.reduce(0, +) / count
        let found = elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let fourth = elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) * ($1 - mean) } / count
        #expect(abs(mean) < 0.015 * variance.squareRoot())
        #expect(abs(found / variance - 1) < 0.0215)
        #expect(abs(fourth / (variance * variance) / kurtosis - 1) < 0.05)
    }

    /// Depth grows: with the weights of a shallower network a deeper one computes what that does, and what it adds learns.
    @Test func aDeeperNetworkBeginsAsAShallowerOne() throws {
        let shallow = UNet(widths: [8, 12], blocks: 1)
        let network = try InitialWeights.network(of: shallow, seed: 3)
        let trainable = TrainableNetwork(network, workers: 1)
        let tensors = trainable.tensors(from: trainable.weights)
        let file = try SafetensorsFile(bytes: SafetensorsFile.bytes(tensors: tensors, metadata: [:]))
        func grown(_ blocks: Int, seed: UInt64) throws -> Network {
            let architecture = UNet(widths: [8, 12], blocks: blocks)
            return try architecture.makeNetwork(weights: InitialWeights.source(file, for: architecture, seed: seed))
        }
        let picture = Tensor(shape: [3, 16, 24], elements: (0..<3 * 16 * 24).map { Float($0 * 37 % 101) / 101 })
        let expected = network.graph.referenceValues(of: picture, noiseLevel: 0.2).last?.elements
        for blocks in [2, 3] {
            let deep = try grown(blocks, seed: 4)
            #expect(deep.parameterCount > network.parameterCount)
            #expect(deep.graph.referenceValues(of: picture, noiseLevel: 0.2).last?.elements == expected)
        }
        // The other way, weights would be left over; and a first block is never made up.
        let deepFile = try SafetensorsFile(
            bytes: SafetensorsFile.bytes(
                tensors: tensors.map { ($0.name.replacing("block0", with: "block1"), $0.tensor) }, metadata: [:]))
        #expect(throws: ModelFileError.self) {
            try shallow.makeNetwork(weights: InitialWeights.source(deepFile, for: shallow, seed: 1))
        }
        // Half of what is added is drawn from the seed, as in a fresh network, so that the other half gets a gradient.
        let architecture = UNet(widths: [8, 12], blocks: 2)
        for name in ["bottom.block1.convolution0.weight", "decoder0.block1.convolution0.weight"] {
            let shape = [name.hasPrefix("bottom") ? 12 : 8, name.hasPrefix("bottom") ? 12 : 8, 3, 3]
            let tensors = try [
                InitialWeights.source(file, for: architecture, seed: 4),
                InitialWeights.source(for: architecture, seed: 4),
                InitialWeights.source(file, for: architecture, seed: 5),
            ].map { try $0.tensor(name, shape: shape) }
            #expect(tensors[0].elements == tensors[1].elements && tensors[0].elements != tensors[2].elements)
        }
    }

    @Test(arguments: [[8, 3, 3, 3], [40, 2, 3, 3], [16, 16, 1, 1], [1, 5, 2, 2], [7, 1, 1, 1]])
    func orthogonality(shape: [Int]) {
        let tensor = Self.drawn(Initialisation(.orthogonal), shape)
        let (rows, columns) = (shape[0], shape[1] * shape[2] * shape[3])
        let (vectors, length) = (min(rows, columns), max(rows, columns))
        func element(_ vector: Int, _ i: Int) -> Double {
            Double(tensor.elements[rows <= columns ? vector * columns + i : i * columns + vector])
        }
        for a in 0..<vectors {
            for b in 0..<vectors {
                let product = (0..<length).reduce(0) { $0 + element(a, $1) * element(b, $1) }
                #expect(abs(product - (a == b ? 1 : 0)) < 1e-6)
            }
        }
    }

    @Test func scaleAndIdentity() {
        #expect(Self.drawn(Initialisation(.constant(2), scale: 0.5), [3]).elements == [1, 1, 1])
        #expect(Self.drawn(Initialisation(.heNormal, scale: 0), [2, 2, 3, 3]).elements.allSatisfy { $0 == 0 })
        let identity = Self.drawn(Initialisation(.constant(0), addsIdentity: true), [2, 3, 3, 3]).elements
        for i in identity.indices { #expect(identity[i] == (i == 4 || i == 27 + 9 + 4 ? 1 : 0)) }
    }

    /// What the reference's `initialise` does, member by member.
    @Test func everyArchitectureHasItsOwn() throws {
        let small = UNet(widths: [8, 16], blocks: 1)
        #expect(small.initialisation(of: "encoder0.block0.convolution0.weight", shape: []).scale == 1)
        #expect(small.initialisation(of: "encoder0.block0.convolution1.weight", shape: []).scale == 0.1)
        #expect(small.initialisation(of: "output.weight", shape: []).scale == 0.1)
        let plain = PlainStack(width: 8, layers: 4, activation: .prelu, scale: 2, skip: .bicubic)
        #expect(plain.initialisation(of: "activation0.slope", shape: [8]).distribution == .constant(0.25))
        #expect(plain.initialisation(of: "convolution1.bias", shape: [8]).distribution == .constant(0))
        #expect(!plain.initialisation(of: "convolution0.weight", shape: []).addsIdentity)
        #expect(plain.initialisation(of: "convolution2.weight", shape: []).addsIdentity)
        #expect(plain.initialisation(of: "convolution3.weight", shape: []).scale == 0.1)
        let autoencoder = ConvolutionalAutoencoder(widths: [8, 16])
        #expect(autoencoder.initialisation(of: "expand.bias", shape: [16]).distribution == .constant(0))
        for architecture in [small, plain, autoencoder] as [any Architecture] {
            func weights(seed: UInt64) throws -> [String: [Float]] {
                var tensors: [String: [Float]] = [:]
                let source = InitialWeights.source(for: architecture, seed: seed)
                _ = try architecture.makeNetwork(
                    weights: WeightSource { name, shape in
                        let tensor = (try? source.tensor(name, shape: shape)) ?? Tensor(shape: [0], elements: [])
                        tensors[name] = tensor.elements
                        return tensor
                    })
                return tensors
            }
            let first = try weights(seed: 1)
            #expect(try weights(seed: 1) == first)
            #expect(try weights(seed: 2) != first)
            _ = try InitialWeights.network(of: architecture, seed: 3)
        }
    }
}
