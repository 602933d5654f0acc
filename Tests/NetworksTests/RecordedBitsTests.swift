import Autoencoders
import Kernels
import Networks
import SystemPackage
import Tensors
import TestFolders
import Testing

/// What networks make of a picture keeps its bits, whatever changes in how graphs are lowered and run.
///
/// The C library's exp takes part in networks with sigmoids: another one may round otherwise.
@Suite struct RecordedBitsTests {
    /// Samples made by a formula, in both directions and all channels different.
    private static func picture(channels: Int, height: Int, width: Int) -> PlanarImage {
        let samples = (0..<channels * height * width).map { index in
            let (c, y, x) = (index / (height * width), index / width % height, index % width)
            return (Float((7 * x + 13 * y + 29 * c + x * y) % 256) + 0.5) / 256
        }
        return PlanarImage(channels: channels, height: height, width: width, samples: samples)
    }

    /// The hash of what a network makes of about 96 x 80 pixels.
    private static func hash(_ network: Network, _ isa: InstructionSet) throws -> String {
        func side(_ wanted: Int) -> Int { (wanted + network.grid - 1) / network.grid * network.grid }
        let picture = picture(channels: network.inputChannels, height: side(96), width: side(80))
        return try RecordedBits.hash(of: result(of: network, on: picture, noiseLevel: 25 / 255, isa: isa).samples)
    }

    /// Where the processor has BF16, the same instruction set gives other bits if they are asked for.
    private static func fastKind(_ isa: InstructionSet) -> String { "\(isa)\(isa.hasBFloat16 ? "-bf16" : "") fast" }

    @Test func shippedModelsMakeWhatTheyMade() throws {
        var found: [(result: String, kind: String, hash: String)] = []
        for entry in ModelLibrary(folders: [repository.appending("models")]).entries() {
            let model = try loadModel(at: entry.folder)
            for isa in InstructionSet.available {
                found.append((model.name, "\(isa) float32", try Self.hash(model.network, isa)))
                guard let operations = model.card.fast?.operations else { continue }
                let fast = model.multiplyingBFloat16(in: operations)
                found.append((model.name, Self.fastKind(isa), try Self.hash(fast.network, isa)))
            }
        }
        #expect(!found.isEmpty)
        #expect(try RecordedBits("models").differences(found) == [])
    }

    @Test func networksOfEveryMemberMakeWhatTheyMade() throws {
        var found: [(result: String, kind: String, hash: String)] = []
        for name in fixtureNames(in: "networks") {
            let file = try SafetensorsFile(reading: fixtureFolder.appending("networks/\(name).safetensors"))
            let configuration = try Architectures.configuration(json: file.metadata["configuration", default: ""])
            let network = try configuration.makeNetwork(weights: WeightSource(file, prefix: "weights/"))
            for isa in InstructionSet.available {
                found.append((name, "\(isa) float32", try Self.hash(network, isa)))
                found.append((name, "\(isa) direct", try Self.hash(network.computed(by: .direct), isa)))
                found.append(
                    (name, Self.fastKind(isa), try Self.hash(network.computed(by: .winogradBFloat16), isa)))
            }
        }
        #expect(!found.isEmpty)
        #expect(try RecordedBits("members").differences(found) == [])
    }
}
