import Files
public import SystemPackage

/// The record of one picture: what it is, what was to be done with it, and what came of that.
///
/// In JSON a path is the text of ``PathText`` (bytes that are not UTF-8 as `\xHH`), sizes are in pixels after
/// orientation, fields without a value are left out.
public struct PictureRecord: Sendable, Equatable {
    /// The input, relative to the folder it was found in.
    public var input: FilePath
    /// The set that the picture belongs to; in an evaluation.
    public var set: String?
    /// The corruption of a clean picture before it was restored, in the grammar of `--corrupt`: `gaussian:25`.
    public var corruption: String?
    /// The method that was to restore it; nil where an input's outcome was known before.
    public var method: RecordedMethod?
    /// The size of the input; nil where it could not be read.
    public var inputSize: PixelSize?
    /// The noise level that was estimated or given, on 0...255.
    public var noiseLevel: Double?
    /// Wall seconds from the first byte read to the last one written; in an evaluation to the last figure.
    public var seconds: Double?
    /// The outcome, and what there is to know of it.
    public var outcome: Outcome

    /// Creates a record; what is not known is nil.
    public init(
        input: FilePath, set: String? = nil, corruption: String? = nil, method: RecordedMethod? = nil,
        inputSize: PixelSize? = nil, noiseLevel: Double? = nil, seconds: Double? = nil, outcome: Outcome
    ) {
        self.input = input
        self.set = set
        self.corruption = corruption
        self.method = method
        self.inputSize = inputSize
        self.noiseLevel = noiseLevel
        self.seconds = seconds
        self.outcome = outcome
    }

    /// Megapixels of input per second of a picture that was written; nil in an evaluation, whose seconds are those of
    /// measuring too.
    public var megapixelsPerSecond: Double? {
        guard outcome.result?.output != nil, let inputSize, let seconds, seconds > 0 else { return nil }
        return inputSize.megapixels / seconds
    }

    /// The notes of the result, or the reason why the input was ignored.
    public var notes: [String] {
        if case .ignored(let reason) = outcome { [reason].compactMap(\.self) } else { outcome.result?.notes ?? [] }
    }

    /// The result's reasons for review, see ``PictureResult/remarks``.
    public var remarks: [String] { outcome.result?.remarks ?? [] }

    /// The result's figures, see ``PictureResult/measurements``.
    public var measurements: [Measurement] { outcome.result?.measurements ?? [] }
}
