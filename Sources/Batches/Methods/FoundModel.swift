import Autoencoders
import Files
import Kernels
public import Networks
public import Restoration
public import SystemPackage

/// A model that was found and not loaded, with what its folder and its card say of it.
public struct FoundModel: Sendable {
    /// The folder of the model.
    public let folder: FilePath
    /// The name of the folder, links resolved; the card's where it has none.
    public let name: String
    /// The card of the model.
    public let card: ModelCard

    /// Finds a model and reads its card.
    ///
    /// - Parameters:
    ///   - asked: a name that `library` knows, or a folder.
    ///   - scale: the factor by which the model is to upscale; nil where its own will do.
    /// - Throws: `ModelFileError`; `MethodError.otherScale` where the model upscales by another factor.
    public init(named asked: String, scale: Int? = nil, in library: ModelLibrary = .standard()) throws {
        folder = try library.folder(of: asked)
        card = try ModelCard(reading: folder.appending(Model.cardFileName))
        name = folder.resolved().lastComponent?.string ?? card.name
        if let scale, scale != card.scale {
            throw MethodError.otherScale(found: card.scale, expected: scale, model: name)
        }
    }

    /// Returns the model for a run; its digest is of the weights' file as it lies there, and is the card's if that has
    /// one.
    ///
    /// - Throws: `InstructionSet.Error` where the environment forces one that is not there; `ModelFileError`.
    public func batchModel(_ settings: RestorationSettings, memoryLimit: Int) throws -> BatchModel {
        _ = try InstructionSet.selected()
        return BatchModel(
            name: name, sha256: try checkedDigest(),
            roundedOperations: settings.precision == .fast ? card.roundedOperations : [],
            greyModelSHA256: try card.greyFolder(beside: folder).map(Self.digest(ofWeightsIn:))
        ) {
            try Restorer(model: model(), settings: settings, memoryLimit: memoryLimit)
        }
    }

    /// Returns the digest of the weights as they lie there, which is the card's if that has one: a damaged file stops
    /// a run before it begins, though it is loaded when it is needed.
    func checkedDigest() throws -> String {
        let sha256 = try Self.digest(ofWeightsIn: folder)
        try card.checkWeights(sha256: sha256)
        return sha256
    }

    /// Loads the model.
    func model() throws -> Model { try loadModel(at: folder) }

    private static func digest(ofWeightsIn folder: FilePath) throws -> String {
        let weights = folder.appending(Model.weightsFileName)
        // A pipe would be waited for, a device be read for ever.
        if let stat = try? Stat(weights), stat.type != .regular {
            throw ModelFileError.unreadable(path: weights.string, reason: "it is no ordinary file")
        }
        do { return try SHA256Digest(ofFile: weights).hex } catch {
            throw ModelFileError.unreadable(path: weights.printed, reason: "\(error)")
        }
    }
}
