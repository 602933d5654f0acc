import Autoencoders
import Corruptions
public import Networks
public import Quality
import SystemPackage

extension TrainingConfiguration {
    /// The task that the network is trained for, as far as goal and corruptions tell; nil for pictures to restore that
    /// come corrupted, and where nothing is done to them.
    ///
    /// - Throws: `CorruptionError`.
    public var task: ModelCard.Task? {
        get throws {
            guard !(architecture is Classifier) else { return .classify }
            guard objective.goal == .restoration else { return .damage }
            guard source.masks == nil else { return .mend }
            guard case .clean = source.pictures else { return nil }
            let drawn = try CorruptionDistribution(sampling.corruptions)
            if drawn.reduction > 1 { return .upscale }
            if drawn.isNothing { return nil }
            return drawn.isWhiteNoise ? .denoise : drawn.isJPEG ? .jpeg : .scan
        }
    }

    /// Returns the protocol by which pictures under `corruption`, one of those that are validated, are measured.
    public func validationProtocol(of corruption: String) -> MeasurementProtocol {
        guard let parsed = try? Corruption.parse(corruption), parsed.count == 1 else { return .synthetic }
        return parsed[0].reduction > 1
            ? .srRGB(scale: parsed[0].reduction)
            : .ofCorruption(isWhiteNoise: parsed[0].isWhiteNoise, isJPEG: parsed[0].isJPEG)
    }

    /// Returns the card's description of the pictures: that of the source, or the folders' names.
    public func cardData(pictureCount: Int) -> [ModelCard.TrainingData] {
        guard source.trainingData.isEmpty else { return source.trainingData }
        let paths = source.paths
        return paths.map { path in
            .init(
                name: FilePath(path).lastComponent?.string ?? path,
                note: paths.count == 1 ? "\(pictureCount) pictures" : nil)
        }
    }
}
