public import SystemPackage

/// The result of a picture that has an output: the file, the words about it, and its figures.
public struct PictureResult: Sendable, Equatable {
    /// The output, relative to the output folder; nil in an evaluation, which writes none.
    public var output: FilePath?
    /// The size of the output; nil where an earlier run's ledger does not know it.
    public var size: PixelSize?
    /// The model that was chosen and the reason, where there was a choice; one of the notes.
    public var choice: String?
    /// Notes for a person: first frame of an animation, a damaged tail accepted, alpha flattened, bits rounded.
    public var notes: [String]
    /// Reasons that the picture needs review, one line each, in words: what was measured without a reference, say.
    /// The page shows the pictures that have one first.
    public var remarks: [String]
    /// The damage that was mended; nil where none was looked for.
    public var mended: MendedDamage?
    /// The correction of fading, in words; nil where there was none.
    public var tone: String?
    /// The findings without a reference, where these were asked for.
    public var selfExamination: SelfExamination?
    /// The figures against a reference, in the order in which they were measured.
    public var measurements: [Measurement]

    /// Creates a result; what is not known is nil or empty.
    public init(
        output: FilePath? = nil, size: PixelSize? = nil, choice: String? = nil, notes: [String] = [],
        remarks: [String] = [], mended: MendedDamage? = nil, tone: String? = nil,
        selfExamination: SelfExamination? = nil, measurements: [Measurement] = []
    ) {
        self.output = output
        self.size = size
        self.choice = choice
        self.notes = notes
        self.remarks = remarks
        self.mended = mended
        self.tone = tone
        self.selfExamination = selfExamination
        self.measurements = measurements
    }
}

/// The damage of a picture that was filled.
public struct MendedDamage: Sendable, Hashable, Codable {
    /// The share of the picture's pixels, 0...1.
    public var share: Double
    /// The number of pieces that do not touch.
    public var pieces: Int

    /// Creates the figures of what was mended.
    public init(share: Double, pieces: Int) {
        self.share = share
        self.pieces = pieces
    }
}

/// The size of a picture in pixels, after orientation.
public struct PixelSize: Sendable, Hashable {
    /// The width in pixels.
    public var width: Int
    /// The height in pixels.
    public var height: Int

    /// Creates a size in pixels.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// The number of pixels, in millions.
    public var megapixels: Double { Double(width) * Double(height) / 1e6 }
}

/// The method that was to restore a picture, or did.
public struct RecordedMethod: Sendable, Hashable {
    /// The name that stands for no method.
    private static let unrestoredName = "none"

    /// The name of the model, or of the classical method, or of a folder that somebody else restored. In an evaluation
    /// it tells the records of one picture apart.
    public var name: String
    /// SHA-256 in hexadecimal of a model's weights, or of what decides a method's results; nil where there is none.
    public var sha256: String?
    /// SHA-256 of the settings that decide the output's pixels, in hexadecimal; nil in an evaluation.
    public var settingsHash: String?

    /// Creates a method by its name; the hashes are in hexadecimal.
    public init(_ name: String, sha256: String? = nil, settingsHash: String? = nil) {
        self.name = name
        self.sha256 = sha256
        self.settingsHash = settingsHash
    }

    /// No method: the picture is passed through, or a corruption measured by itself.
    public static let unrestored = RecordedMethod(unrestoredName)

    /// True where nothing restored the picture.
    public var isUnrestored: Bool { name == Self.unrestoredName }
}
