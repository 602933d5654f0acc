import Corruptions
package import Filters
import Networks
import Quality
package import Restoration
import Tensors
import Workers

/// A method that is measured on corrupted pictures.
package enum EvaluationMethod: Sendable {
    /// No method: the corruption alone is measured.
    case unrestored
    /// A model with its settings.
    case model(Restorer)
    /// A classical method, which gets the standard deviation of the noise: that of the distribution it was sampled from
    /// where that is white, else an estimate from the picture.
    case filter(FilterKind)
    /// Pictures that somebody else restored.
    case restored(RestoredPictures)

    /// The name in tables and records.
    package var name: String {
        switch self {
        case .unrestored: "none"
        case .model(let restorer): restorer.model.name
        case .filter(let kind): kind.rawValue
        case .restored(let pictures): pictures.name
        }
    }

    /// The SHA-256 of a model's weights; nil for other methods.
    var modelSHA256: String? {
        if case .model(let restorer) = self { restorer.model.sha256 } else { nil }
    }

    /// Checks that the method can undo `corruption`.
    func validate(_ corruption: Corruption) throws(EvaluationError) {
        switch self {
        case .unrestored, .restored: return
        case .model(let restorer):
            guard restorer.scale != corruption.reduction else { return }
            throw .scale(
                corruption: corruption.description, reduction: corruption.reduction, method: name,
                scale: restorer.scale)
        case .filter(let kind):
            do { _ = try kind.makeFilter(scale: corruption.reduction) } catch {
                throw .filter(corruption: corruption.description, reason: "\(error)")
            }
        }
    }

    /// Restores a picture; also returns the noise level that the method got, on 0...1, nil where it got none.
    ///
    /// What somebody else restored is not made here: see `RestoredPictures`.
    func restore(
        _ corrupted: PlanarImage, corruption: Corruption, knowledge: EvaluationPlan.NoiseKnowledge, on worker: Worker
    ) throws -> (image: PlanarImage?, noiseLevel: Double?) {
        switch self {
        case .unrestored, .restored: return (nil, nil)
        case .model(let restorer):
            let level = knowledge.level(of: corrupted, corruption: corruption)
            let bounds = ResidualBounds(
                NoiseProfile(of: corrupted), given: restorer.settings.givenSigma ?? Float(level ?? 0),
                steps: corruption.lumaSteps,
                strength: max(1, restorer.settings.strength))
            let image = try restorer.restore(
                corrupted, estimatedSigma: level.map(Float.init), within: bounds, on: worker)
            return (image, level)
        case .filter(let kind):
            let known: EvaluationPlan.NoiseKnowledge = corruption.whiteSigma == nil ? .estimated : .given
            let filter = try kind.makeFilter(scale: corruption.reduction)
            // What makes pictures larger leaves noise alone.
            let level = filter.scale > 1 ? 0 : known.level(of: corrupted, corruption: corruption) ?? 0
            let image = try filter.apply(to: corrupted, noiseSigma: min(1, level), sharing: worker.loop)
            return (image, filter.scale > 1 ? nil : level)
        }
    }
}
