import Autoencoders
import Foundation
import Kernels
import Latents
import Networks
public import Reports
import Restoration
import SystemPackage

/// A search with one run for each dimension of an autoencoder's latent, and the page that compares them with principal
/// components (`latent-search.html` and `.csv`).
public struct LatentSearchSession: Sendable {
    private let search: TrainingSearch
    private let dimensions: [Int]
    private let candidates: [TrainingSearch.Candidate]

    /// Creates the search, and checks the dimensions; trains nothing.
    ///
    /// - Parameters:
    ///   - configuration: the settings of all runs; each has one of `dimensions` in place of its own.
    ///   - dimensions: units of the latent, all different and above 0.
    /// - Throws: `TrainingSearchError.noLatent` and `.largeLatent`, `ModelFileError` for a dimension that makes no
    ///   network.
    public init(configuration: TrainingConfiguration, dimensions: [Int], search: TrainingSearch) throws {
        _ = try InstructionSet.selected()
        self.search = search
        let dimensions = dimensions.sorted()
        self.dimensions = dimensions
        func candidate(_ dimension: Int) throws -> TrainingSearch.Candidate {
            var configuration = configuration
            configuration.architecture = try configuration.architecture.withLatent(of: dimension)
            return TrainingSearch.Candidate(
                label: "dimension \(dimension)", folder: FilePath.Component("latent-\(dimension)") ?? "latent",
                configuration: configuration)
        }
        if let smallest = dimensions.first, let largest = dimensions.last {
            let network = try InitialWeights.network(of: candidate(smallest).configuration.architecture, seed: 0)
            let side = try LatentModel(network).side
            let samples = side * side * network.inputChannels
            guard largest <= samples else { throw TrainingSearchError.largeLatent(units: largest, samples: samples) }
        }
        candidates = try dimensions.map(candidate)
    }

    /// Trains all candidates and writes the page and the table.
    ///
    /// - Returns: the rows and the choice; nil where it was stopped before all were trained.
    /// - Throws: the errors of `TrainingSearch.run`, `FileError`.
    public func run(
        isCancelled: () -> Bool = { false }, observe: (TrainingSearch.Event) throws -> Void = { _ in }
    ) throws -> LatentSearchReport? {
        var rows: [LatentSearchRow] = []
        var components: LatentSearch?
        let isComplete = try search.run(candidates, isCancelled: isCancelled, observe: observe) {
            candidate, session, psnr in
            let known = try components ?? session.latentSearch(largest: dimensions.last ?? 1)
            components = known
            let dimension = dimensions[rows.count]
            rows.append(
                LatentSearchRow(
                    dimension: dimension, psnr: psnr, principalPSNR: known.principalPSNR(components: dimension),
                    explained: known.components.explained(by: dimension), folder: candidate.folder.string))
        }
        guard isComplete else { return nil }
        let report = LatentSearchReport(
            name: search.name, program: search.resources.software, date: Date(), rows: rows,
            chosen: LatentSearch.chosen(rows))
        try report.write(to: search.folder)
        return report
    }
}

extension TrainingSession {
    /// Returns the principal components of this run's patches, of the size that a latent stands for.
    ///
    /// - Parameter largest: the largest dimension that will be asked for.
    /// - Throws: `RestorationError.noLatent`, and the errors of making a patch.
    public func latentSearch(largest: Int) throws -> LatentSearch {
        try LatentSearch(
            patches: preparation.pictures.source(steps: nil), side: LatentModel(preparation.network).side,
            largest: largest,
            subjects: preparation.validator?.subjects.map(\.clean) ?? [])
    }
}

extension Architecture {
    /// Returns this architecture with a latent of so many units.
    ///
    /// - Throws: `TrainingSearchError.noLatent`; `ModelFileError` where that makes no network.
    fileprivate func withLatent(of units: Int) throws -> any Architecture {
        guard let field = Self.latentField else {
            throw TrainingSearchError.noLatent(
                architecture: Self.name, known: Architectures.all.filter { $0.latentField != nil }.map { $0.name })
        }
        var values = try JSONDecoder().decode([String: JSONValue].self, from: Data(Architectures.json(self).utf8))
        values[field] = .integer(units)
        return try Architectures.configuration(json: String(decoding: JSONEncoder().encode(values), as: UTF8.self))
    }
}
