public import Kernels
public import SystemPackage

/// A network that is ready to run, with what is known about it.
public struct Model: Sendable {
    /// The folder that holds `model.safetensors` and `model.json`; nil for a network made in memory.
    public let folder: FilePath?
    /// The folder's name, such as `1x-Denoise-S`.
    public let name: String
    /// The card: the facts that `model.json` states about the model.
    public let card: ModelCard
    /// The network with its weights.
    public let network: Network
    /// The digest of `model.safetensors` in lower-case hexadecimal; empty for a network made in memory.
    public let sha256: String
    /// The model for grey pictures that the card names; nil where there is none.
    public var greyModel: Model? { greyModels.first }
    /// None or one: a value does not hold another of its kind.
    private let greyModels: [Model]

    /// Creates a model of a network and its card.
    public init(
        folder: FilePath? = nil, name: String, card: ModelCard, network: Network, sha256: String = "",
        greyModel: Model? = nil
    ) {
        self.folder = folder
        self.name = name
        self.card = card
        self.network = network
        self.sha256 = sha256
        greyModels = greyModel.map { [$0] } ?? []
    }

    /// Returns the same model with another algorithm for its network's convolutions.
    public func computed(by algorithm: ConvolutionAlgorithm, float32: Set<String> = []) -> Model {
        Model(
            folder: folder, name: name, card: card, network: network.computed(by: algorithm, float32: float32),
            sha256: sha256, greyModel: greyModel)
    }

    /// The same model with BF16 products in the operations where its card has measured what they cost; nil where the
    /// card has no such entry, or the processor no such instructions (`ModelCard.fastUnavailability`).
    public var fast: Model? {
        guard card.fastUnavailability == nil, let fast = card.fast else { return nil }
        return multiplyingBFloat16(in: fast.operations)
    }

    /// Returns the same model with BF16 products in these operations, by Winograd where they take it.
    public func multiplyingBFloat16(in operations: [String]) -> Model {
        let all = network.operations(multiplyingBFloat16By: .winogradBFloat16).map(\.name)
        return computed(by: .winogradBFloat16, float32: Set(all).subtracting(operations))
    }

    /// The name of the file with the weights.
    public static let weightsFileName = "model.safetensors"
    /// The name of the file with the card.
    public static let cardFileName = "model.json"
    /// The value of the metadata's `format`.
    public static let formatName = "retouch-1"
}
