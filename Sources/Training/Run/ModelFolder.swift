import Autoencoders
import Files
import Foundation
public import Networks
public import SystemPackage
public import Tensors

/// The folder of a model: weights and card, each written whole or not at all.
public enum ModelFolder {
    /// Writes `model.safetensors` and `model.json` of `tensors` for `configuration`'s architecture.
    ///
    /// - Parameter card: the facts about the training; sizes, digest and the network's properties are filled in.
    /// - Throws: `FileError`.
    public static func write(
        _ tensors: [(name: String, tensor: Tensor)], configuration: TrainingConfiguration, network: Network,
        card: ModelCard, to folder: FilePath
    ) throws {
        let bytes = SafetensorsFile.bytes(
            tensors: tensors,
            metadata: [
                "format": Model.formatName, "configuration": try ArchitectureValue.text(configuration.architecture),
            ])
        var card = card
        card.cardVersion = 1
        card.architecture = type(of: configuration.architecture).name
        card.scale = network.scale
        card.inputChannels = network.inputChannels
        card.outputChannels = network.outputChannels
        card.receptiveRadius = network.receptiveRadius
        card.multiplyAddsPerPixel = network.multiplyAddsPerPixel.rounded()
        card.parameters = network.parameterCount
        card.resources = [
            ModelCard.Resource(
                platform: "retouch", type: "safetensors", size: bytes.count, sha256: try SHA256Digest(of: bytes).hex)
        ]
        for (name, content) in [(Model.weightsFileName, bytes), (Model.cardFileName, try card.json())] {
            try AtomicFile.write(content, to: folder.appending(name))
        }
    }
}
