import Autoencoders
import Networks
import SystemPackage
import TestFolders
import Testing
import Training

/// A member of the family is whole: `ArchitectureTests` has its configuration, and here it has fixtures of its layers and of
/// its gradients from the reference implementation, and a training with the loss that it goes below.
@Suite struct MemberTests {
    /// The architectures of the fixtures in a folder.
    private static func architectures(ofFixtures folder: FilePath.Component) throws -> Set<String> {
        let path = fixtureFolder.appending(folder)
        return Set(
            try fixtureNames(in: folder).map { name in
                let file = try SafetensorsFile(reading: path.appending("\(name).safetensors"))
                return type(of: try Architectures.configuration(json: file.metadata["configuration", default: ""])).name
            })
    }

    @Test func everyMemberIsWhole() throws {
        let layers = try Self.architectures(ofFixtures: "networks")
        let steps = try Self.architectures(ofFixtures: "steps")
        // What restores has tests of its own there.
        let learning = Set(LearningTests.members.map { type(of: $0.architecture).name } + ["unet", "plain"])
        for member in Architectures.all {
            #expect(layers.contains(member.name), "no fixture of the layers of \(member.name)")
            #expect(steps.contains(member.name), "no fixture of the gradients of \(member.name)")
            #expect(learning.contains(member.name), "no training of \(member.name)")
            let names = try InitialWeights.network(of: member.standard, seed: 1).graph.nodes.map(\.name)
            #expect(names.contains("latent") == (member.latentField != nil), "the latentField of \(member.name)")
        }
    }
}
