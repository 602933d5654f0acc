public import Corruptions
public import Reports
import SystemPackage

/// A search with one run for each corruption of the training pictures, all measured under the same one, and the table
/// that chooses (`corrupt-search.csv`).
public struct CorruptionSearchSession: Sendable {
    private let search: TrainingSearch
    private let candidates: [TrainingSearch.Candidate]

    /// Creates the search; trains nothing.
    ///
    /// - Parameters:
    ///   - configuration: the settings of all runs; each has one of `corruptions` in place of its own.
    /// - Throws: `TrainingSearchError.noCommonCorruption`.
    public init(
        configuration: TrainingConfiguration, corruptions: [Corruption], search: TrainingSearch
    ) throws(TrainingSearchError) {
        guard !configuration.validation.corruptions.isEmpty else { throw .noCommonCorruption }
        self.search = search
        candidates = corruptions.map { corruption in
            var configuration = configuration
            configuration.sampling.corruptions = [corruption.description]
            return TrainingSearch.Candidate(
                label: corruption.description, folder: FilePath.Component(corruption.folderName) ?? "level",
                configuration: configuration)
        }
    }

    /// Trains all candidates and writes the table.
    ///
    /// - Returns: the rows and the choice; nil where it was stopped before all were trained.
    /// - Throws: the errors of `TrainingSearch.run`, `FileError`.
    public func run(
        isCancelled: () -> Bool = { false }, observe: (TrainingSearch.Event) throws -> Void = { _ in }
    ) throws -> CorruptionSearchReport? {
        var rows: [CorruptionSearchRow] = []
        let isComplete = try search.run(candidates, isCancelled: isCancelled, observe: observe) { candidate, _, psnr in
            rows.append(
                CorruptionSearchRow(corruption: candidate.label, psnr: psnr, folder: candidate.folder.string))
        }
        guard isComplete else { return nil }
        let report = CorruptionSearchReport(rows: rows)
        try report.write(to: search.folder)
        return report
    }
}
