import Autoencoders
import Files
import Kernels
public import Networks
public import Restoration
public import SystemPackage

/// A model that was found and not loaded: what is known of it from its folder and its card.
public struct FoundModel: Sendable {
    public let folder: FilePath
    public let name: String
    public let card: ModelCard

    /// - Parameters:
    ///   - asked: a name that `library` knows, or a folder.
    ///   - scale: by which the model is to enlarge; nil where its own will do.
    /// - Throws: `ModelFileError`; `MethodError.otherScale` where the model enlarges by another factor.
    public init(named asked: String, scale: Int? = nil, in library: ModelLibrary = .standard()) throws {
        folder = try library.folder(of: asked)
        card = try ModelCard(reading: folder.appending(Model.cardFileName))
        name = folder.resolved().lastComponent?.string ?? card.name
        if let scale, scale != card.scale {
            throw MethodError.otherScale(found: card.scale, expected: scale, model: name)
        }
    }

    /// The model for a run; its digest is of the weights' file as it lies there, and is the card's if that has one.
    ///
    /// - Throws: `InstructionSet.Error` where the environment forces one that is not there; `ModelFileError`.
    public func batchModel(_ settings: RestorationSettings, memoryLimit: Int) throws -> BatchModel {
        _ = try InstructionSet.selected()
        let sha256 = try Self.digest(ofWeightsIn: folder)
        // Known here, a damaged file stops the run before it begins, though it is loaded when it is needed.
        try card.checkWeights(sha256: sha256)
        return BatchModel(
            name: name, sha256: sha256,
            roundedOperations: settings.precision == .fast ? card.roundedOperations : [],
            greyModelSHA256: try card.greyFolder(beside: folder).map(Self.digest(ofWeightsIn:))
        ) { [folder] in
            try Restorer(model: loadModel(at: folder), settings: settings, memoryLimit: memoryLimit)
        }
    }

    private static func digest(ofWeightsIn folder: FilePath) throws -> String {
        let weights = folder.appending(Model.weightsFileName)
        do { return try SHA256Digest(ofFile: weights).hex } catch {
            throw ModelFileError.unreadable(path: weights.printed, reason: "\(error)")
        }
    }
}
