import Files
public import SystemPackage

/// A training run for each of several settings, in folders of their own below one; those that were stopped go on.
public struct TrainingSearch: Sendable {
    /// One of the settings that are tried.
    public struct Candidate: Sendable {
        /// What it is called in what is told.
        public var label: String
        /// Where it is trained, below the search's folder.
        public var folder: FilePath.Component
        public var configuration: TrainingConfiguration

        public init(label: String, folder: FilePath.Component, configuration: TrainingConfiguration) {
            self.label = label
            self.folder = folder
            self.configuration = configuration
        }
    }

    /// What a search tells while it goes on.
    public enum Event: Sendable {
        /// The next candidate has its turn; one that has begun before goes on with the settings of then.
        case began(Candidate, isResumed: Bool)
        case session(TrainingSession.Event)
    }

    public let folder: FilePath
    public let resources: TrainingSession.Resources

    public init(folder: FilePath, resources: TrainingSession.Resources) {
        self.folder = folder
        self.resources = resources
    }

    /// The name that records of the search have.
    var name: String { folder.lastComponent?.string ?? "" }

    /// Runs all candidates in their order.
    ///
    /// - Parameters:
    ///   - isCancelled: asked between two steps.
    ///   - trained: gets each that is done, with the mean PSNR of its last validation in decibels.
    /// - Returns: whether all have come to their ends.
    /// - Throws: `TrainingSearchError.noValidation`, what `TrainingSession` throws, and what the closures throw.
    public func run(
        _ candidates: [Candidate], isCancelled: () -> Bool = { false }, observe: (Event) throws -> Void = { _ in },
        trained: (Candidate, TrainingSession, Double) throws -> Void
    ) throws -> Bool {
        for candidate in candidates {
            guard !candidate.configuration.validation.isEmpty else { throw TrainingSearchError.noValidation }
            let path = folder.appending(candidate.folder)
            let exists = CheckpointFile(folder: path).exists
            let session =
                exists
                ? try TrainingSession(resuming: path, resources: resources) { try observe(.session($0)) }
                : try TrainingSession(
                    configuration: candidate.configuration, folder: path, resources: resources
                ) { try observe(.session($0)) }
            guard !session.configuration.validation.isEmpty else { throw TrainingSearchError.noValidation }
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

/// Why a search makes no sense.
public enum TrainingSearchError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nothing to choose by.
    case noValidation
    /// The levels would each be measured under themselves.
    case noCommonCorruption
    /// An architecture that has no latent.
    case noLatent(architecture: String, known: [String])
    /// More units than samples that a latent stands for.
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
