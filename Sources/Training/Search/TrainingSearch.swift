import Files
public import SystemPackage

/// A search: a training run for each of several settings, in folders of their own below one; runs that were stopped go
/// on.
public struct TrainingSearch: Sendable {
    /// One of the settings that are tried.
    public struct Candidate: Sendable {
        /// The name in messages.
        public var label: String
        /// The folder of its run, below the search's folder.
        public var folder: FilePath.Component
        /// The settings of the run.
        public var configuration: TrainingConfiguration

        /// Creates a candidate.
        public init(label: String, folder: FilePath.Component, configuration: TrainingConfiguration) {
            self.label = label
            self.folder = folder
            self.configuration = configuration
        }
    }

    /// An event of a search, reported while it goes on.
    public enum Event: Sendable {
        /// The next candidate begins; one that was begun before goes on with the settings of that time.
        case began(Candidate, isResumed: Bool)
        /// An event of the candidate's session.
        case session(TrainingSession.Event)
    }

    /// The folder of the search.
    public let folder: FilePath
    /// The resources of each session.
    public let resources: TrainingSession.Resources

    /// Creates a search in `folder`.
    public init(folder: FilePath, resources: TrainingSession.Resources) {
        self.folder = folder
        self.resources = resources
    }

    /// The name of the search in its records.
    var name: String { folder.lastComponent?.string ?? "" }

    /// Runs all candidates in their order.
    ///
    /// - Parameters:
    ///   - isCancelled: called between two steps.
    ///   - trained: called with each candidate that is done, and the mean PSNR of its last validation in decibels.
    /// - Returns: true where all have come to their ends.
    /// - Throws: `TrainingSearchError.noValidation`, the errors of `TrainingSession` and of the closures.
    public func run(
        _ candidates: [Candidate], isCancelled: () -> Bool = { false }, observe: (Event) throws -> Void = { _ in },
        trained: (Candidate, TrainingSession, Double) throws -> Void
    ) throws -> Bool {
        for candidate in candidates {
            guard !candidate.configuration.validation.pictures.isEmpty else { throw TrainingSearchError.noValidation }
            let path = folder.appending(candidate.folder)
            let exists = CheckpointFile(folder: path).exists
            let session =
                exists
                ? try TrainingSession(resuming: path, resources: resources) { try observe(.session($0)) }
                : try TrainingSession(
                    configuration: candidate.configuration, folder: path, resources: resources
                ) { try observe(.session($0)) }
            guard !session.configuration.validation.pictures.isEmpty else { throw TrainingSearchError.noValidation }
            try observe(.began(candidate, isResumed: exists))
            guard try session.run(isCancelled: isCancelled, observe: { try observe(.session($0)) }) else {
                return false
            }
            guard let psnr = session.psnr else { throw TrainingSearchError.noValidation }
            try trained(candidate, session, psnr)
        }
        return true
    }
}

/// An error of a search whose result would mean nothing.
public enum TrainingSearchError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Settings without validation, so that there is nothing to choose by.
    case noValidation
    /// Settings without a validation corruption: each run would be measured under its own corruption.
    case noCommonCorruption
    /// An architecture that has no latent.
    case noLatent(architecture: String, known: [String])
    /// A latent with more units than the patch that it stands for has samples.
    case largeLatent(units: Int, samples: Int)

    public var description: String {
        switch self {
        case .noValidation: "a search has no validation pictures to choose by"
        case .noCommonCorruption: "a search of corruptions has no validation corruption, under which all are measured"
        case .noLatent(let architecture, let known):
            "the architecture '\(architecture)' has no latent, expected one of \(known.joined(separator: ", "))"
        case .largeLatent(let units, let samples):
            "a latent of \(units) units stands for \(samples) samples; expected at most as many"
        }
    }
}
