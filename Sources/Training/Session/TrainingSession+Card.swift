import Autoencoders
import Foundation
import Latents
import Networks
import Quality
import Reports
import SystemPackage

extension TrainingSession {
    /// Writes the averaged weights and the card of the model.
    func writeModel() throws {
        try ModelFolder.write(
            preparation.trainable.tensors(from: run.average), configuration: configuration,
            network: preparation.network, card: card(), to: folder)
    }

    private func card() throws -> ModelCard {
        let configuration = configuration
        let pictureCount = preparation.pictures.count
        var card = ModelCard(name: folder.lastComponent?.string ?? "model", task: try configuration.task)
        let tellsClasses = configuration.objectiveTerms.contains { if case .classes = $0.kind { true } else { false } }
        if tellsClasses {
            let names = preparation.pictures.labels?.labels.names ?? []
            let count = preparation.network.outputChannels
            card.classes = names.count == count ? names : (0..<count).map { "class \($0)" }
        }
        card.date = String(Date().ISO8601Format().prefix(10))
        card.trainedBy = resources.program
        card.seed = Int(exactly: configuration.seed)
        card.trainingIterations = run.step
        card.trainingBatchSize = configuration.sampling.stages.last?.batch
        card.trainingHRSize = configuration.sampling.stages.last?.patch
        let corruption = configuration.sampling.corruptions.joined(separator: " or ")
        card.description =
            switch configuration.source.pictures {
            case .clean: "Trained on \(pictureCount) pictures under \(corruption)."
            case .pairs: "Trained on \(pictureCount) pairs of pictures."
            case .noisy: "Trained on \(pictureCount) noisy pictures, without clean ones."
            }
        let optimisation = configuration.optimisation
        card.training = .init(
            recipe: "see training.json: \(objectiveText), \(optimisation.optimiser.name) \(optimisation.rate), "
                + "\(optimisation.schedule)", initialisedFrom: configuration.initialModel)
        card.trainingData = configuration.cardData(pictureCount: pictureCount)
        card.quality = rows.last.flatMap { quality(of: $0, otherwise: corruption) }
        return card
    }

    /// Returns the PSNR of the last validation under each corruption, rounded to 0.01 dB; nil where nothing was
    /// measured.
    private func quality(of row: TrainingRow, otherwise corruption: String) -> [ModelCard.Quality]? {
        guard let psnr = row.psnr else { return nil }
        func rounded(_ decibels: Double) -> Double { (decibels * 100).rounded() / 100 }
        func quality(_ corruption: String, _ psnr: Double, _ before: Double?) -> ModelCard.Quality {
            .init(
                set: "validation", protocol: configuration.validationProtocol(of: corruption).name,
                corruption: corruption, psnr: rounded(psnr), before: before.map(rounded))
        }
        return row.corruptions?.map { quality($0.corruption, $0.psnr, $0.psnrBefore) }
            ?? [quality(configuration.validation.corruptions.first ?? corruption, psnr, row.psnrBefore)]
    }

    /// The terms of the objective with their weights.
    private var objectiveText: String {
        configuration.objectiveTerms.map { ($0.weight == 1 ? "" : "\($0.weight)*") + $0.kind.description }
            .joined(separator: "+")
    }
}
