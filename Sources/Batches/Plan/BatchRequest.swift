public import SystemPackage

/// What is asked of a run: which inputs, where to, how.
public struct BatchRequest: Sendable {
    /// What is done where an output exists already.
    public enum ExistsPolicy: String, Sendable, Codable, CaseIterable {
        /// Done with the same input, settings and model: skipped. Ours with others: done again. Not ours: fails.
        case auto
        /// Skipped, whoever made it.
        case skip
        /// Replaced, whoever made it.
        case overwrite
        /// Fails, whoever made it.
        case fail
    }

    /// How it is told that a file is still the one in the ledger.
    public enum Check: String, Sendable, Codable, CaseIterable {
        /// By size and time of last change; by SHA-256 only where these differ.
        case stamps
        /// Always by SHA-256.
        case hashes
    }

    /// Files and folders.
    public var inputs: [FilePath]
    /// A folder; or a file, where there is one input that is a file and the name says a picture's format.
    public var output: FilePath
    /// Whether `output` was written as a folder, with a slash at its end.
    public var outputIsFolder: Bool
    public var settings: RunSettings
    /// Put between an output's name and its extension.
    public var suffix: String
    public var exists: ExistsPolicy
    public var check: Check
    /// Whether the output folder may lie inside an input folder.
    public var allowsNestedOutput: Bool
    /// Clean pictures to measure against: a folder, paired by relative name, or one file for one input file.
    public var reference: FilePath?
    /// Whether each result is judged without a reference, see `PictureRecord.remarks`.
    public var reviewsResults: Bool

    public init(
        inputs: [FilePath], output: FilePath, outputIsFolder: Bool = false, settings: RunSettings = .init(),
        suffix: String = "", exists: ExistsPolicy = .auto, check: Check = .stamps, allowsNestedOutput: Bool = false,
        reference: FilePath? = nil, reviewsResults: Bool = false
    ) {
        self.inputs = inputs
        self.output = output
        self.outputIsFolder = outputIsFolder
        self.settings = settings
        self.suffix = suffix
        self.exists = exists
        self.check = check
        self.allowsNestedOutput = allowsNestedOutput
        self.reference = reference
        self.reviewsResults = reviewsResults
    }
}
