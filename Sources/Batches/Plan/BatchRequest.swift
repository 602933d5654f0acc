public import Files
public import SystemPackage

/// The request for a run: its inputs, its output, and its settings.
public struct BatchRequest: Sendable {
    /// The policy for outputs that exist already.
    public enum ExistsPolicy: String, Sendable, Codable, CaseIterable {
        /// An output of the same input, settings and model is skipped, one of other settings, model or input made
        /// again, and one that is not ours fails.
        case auto
        /// Outputs are skipped, whoever made them.
        case skip
        /// Outputs are replaced, whoever made them.
        case overwrite
        /// Pictures whose outputs exist fail, whoever made them.
        case fail
    }

    /// The check that a file is still the one in the ledger.
    public enum Check: String, Sendable, Codable, CaseIterable {
        /// Files are compared by size and time of last change; by SHA-256 only where these differ.
        case stamps
        /// Files are always compared by SHA-256.
        case hashes
    }

    /// The input files and folders.
    public var inputs: [FilePath]
    /// The names in the run of inputs that have another one than their path's last part.
    public var inputNames: [FilePath: FilePath] = [:]
    /// The input that `StreamInput.placeholder` among the inputs stands for; where it is nil, that is a file's name.
    public var stream: StreamInput?
    /// The open file that takes the one picture of the run in place of `output`, which is the folder for temporary
    /// files then; nil where outputs are files.
    public var outputStream: FileDescriptor?
    /// The output, a folder; or a file, where there is one input that is a file and the name has a picture's extension.
    public var output: FilePath
    /// True where `output` was written as a folder, with a slash at its end.
    public var outputIsFolder: Bool
    /// The settings that decide the bytes of the outputs.
    public var settings: RunSettings
    /// The programs that decode formats that are not read; nil where such files fail.
    public var decoders: ExternalDecoders?
    /// The text put between an output's name and its extension.
    public var suffix: String
    /// The policy for outputs that exist already.
    public var exists: ExistsPolicy
    /// The check that a file is still the one in the ledger.
    public var check: Check
    /// True where the output folder may lie inside an input folder.
    public var allowsNestedOutput: Bool
    /// The properties of the inputs' files that outputs take over.
    public var preserved: Set<PreservedProperty>
    /// The clean pictures to measure against: a folder, paired by relative name, or one file for one input file; nil
    /// where nothing is measured.
    public var reference: FilePath?
    /// True where each result is judged without a reference, see `PictureResult.remarks`.
    public var reviewsResults: Bool
    /// The request to mend damage before restoring; nil where nothing is mended.
    public var mending: MendingRequest?
    /// The folders of which no file is an input, wherever they lie, beside the output and the masks of `mending`.
    public var foldersLeftOut: [FilePath] = []

    /// Creates a request; a plan checks it.
    public init(
        inputs: [FilePath], output: FilePath, outputIsFolder: Bool = false, settings: RunSettings = .init(),
        suffix: String = "", exists: ExistsPolicy = .auto, check: Check = .stamps, allowsNestedOutput: Bool = false,
        preserved: Set<PreservedProperty> = [.mode], reference: FilePath? = nil, reviewsResults: Bool = false,
        decoders: ExternalDecoders? = nil, mending: MendingRequest? = nil
    ) {
        self.inputs = inputs
        self.output = output
        self.outputIsFolder = outputIsFolder
        self.settings = settings
        self.suffix = suffix
        self.exists = exists
        self.check = check
        self.allowsNestedOutput = allowsNestedOutput
        self.preserved = preserved
        self.reference = reference
        self.reviewsResults = reviewsResults
        self.decoders = decoders
        self.mending = mending
    }
}
