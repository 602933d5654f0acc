import Autoencoders
import Foundation
import Kernels
import Networks
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Testing

/// Networks that the PyTorch reference computed in Float64, layer by layer.
@Suite struct FixtureTests {
    static let names = fixtureNames(in: "networks")

    struct Fixture {
        let file: SafetensorsFile
        let network: Network
        let noiseLevel: Float
        /// The reference's modules in the order in which they ran.
        let order: [String]
        let input: Tensor

        init(_ name: String) throws {
            file = try SafetensorsFile(reading: fixtureFolder.appending("networks/\(name).safetensors"))
            let metadata = file.metadata
            let configuration = try Architectures.configuration(json: metadata["configuration", default: ""])
            network = try configuration.makeNetwork(weights: WeightSource(file, prefix: "weights/"))
            noiseLevel = try #require(Float(metadata["noiseLevel", default: ""]))
            order = try JSONDecoder().decode([String].self, from: Data(metadata["order", default: ""].utf8))
            #expect(metadata["scale"] == "\(network.scale)")
            #expect(metadata["grid"] == "\(network.grid)")
            input = try Fixture.picture(file, "input")
        }

        /// `[1, C, H, W]` as `[C, H, W]`.
        static func picture(_ file: SafetensorsFile, _ name: String) throws -> Tensor {
            let tensor = try #require(file.tensor(named: name))
            try #require(tensor.shape.count == 4 && tensor.shape[0] == 1)
            return Tensor(shape: Array(tensor.shape.dropFirst()), elements: tensor.elements)
        }

        func output() throws -> Tensor { try Fixture.picture(file, "output") }

        func layer(_ name: String) throws -> Tensor { try Fixture.picture(file, "layer/\(name)") }

        /// The graph's value that the reference's module makes; a level's is that of its last block. The fixtures are of
        /// version 0.1, which called the latent "code".
        func value(of module: String) throws -> Int {
            let nodes = network.graph.nodes
            let name = module.hasPrefix("code") ? "latent" + module.dropFirst(4) : module
            let index =
                nodes.firstIndex { $0.name == name }
                ?? nodes.lastIndex {
                    $0.name.hasPrefix("\(name).block") && $0.name.dropFirst(name.count + 6).allSatisfy(\.isNumber)
                }
            return try #require(index, "no operation makes \(name)") + 1
        }

        func tolerance(_ expected: Tensor) -> Float {
            roundingTolerance(
                depth: network.graph.sumDepth, layers: network.graph.nodes.count, peak: expected.peak)
        }
    }

    @Test(arguments: names) func referenceMatchesEveryLayer(_ name: String) throws {
        let fixture = try Fixture(name)
        let values = fixture.network.graph.referenceValues(of: fixture.input, noiseLevel: fixture.noiseLevel)
        for layer in fixture.order {
            let expected = try fixture.layer(layer)
            let found = try values[fixture.value(of: layer)]
            #expect(difference(found, expected, tolerance: fixture.tolerance(expected)) == nil, "\(layer)")
        }
        let expected = try fixture.output()
        #expect(difference(values[values.count - 1], expected, tolerance: fixture.tolerance(expected)) == nil)
    }

    @Test(arguments: names, InstructionSet.available)
    func executorMatchesOutputAndLayers(_ name: String, isa: InstructionSet) throws {
        let fixture = try Fixture(name)
        let picture = fixture.input.image
        let executor = Executor(
            network: fixture.network, maximumHeight: picture.height, maximumWidth: picture.width, instructionSet: isa)
        let scale = fixture.network.scale
        let output = PlanarImage(
            channels: fixture.network.outputChannels, height: scale * picture.height, width: scale * picture.width)
        let made = executor.trace(input: picture.view, output: output.view, noiseLevel: fixture.noiseLevel)
        // What is fused never lies in memory, so only the reference's layers that a step makes can be compared here.
        var compared = 0
        for layer in fixture.order {
            let value = try fixture.value(of: layer)
            guard let step = made.first(where: { $0.graphValue == value }) else { continue }
            let expected = try fixture.layer(layer)
            #expect(difference(step.value, expected, tolerance: fixture.tolerance(expected)) == nil, "\(layer)")
            compared += 1
        }
        #expect(compared >= 1)
        let expected = try fixture.output()
        #expect(difference(output.tensor, expected, tolerance: fixture.tolerance(expected)) == nil)
    }
}
