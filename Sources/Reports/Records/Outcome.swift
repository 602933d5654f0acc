/// The outcome of an input, with what there is to know of it.
public enum Outcome: Sendable, Equatable {
    /// An output was written (or, in an evaluation, measured) in this run.
    case restored(PictureResult)
    /// The output of an earlier run is still right; the result is what its ledger says of it.
    case skipped(PictureResult)
    /// No output, for a reason in one line.
    case failed(reason: String)
    /// Not a picture by its first bytes, or hidden; an evaluation gives no reason.
    case ignored(reason: String?)

    /// An outcome by its word alone, as in JSON, in counts and in closing lines.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// The word of ``Outcome/restored(_:)``.
        case restored
        /// The word of ``Outcome/skipped(_:)``.
        case skipped
        /// The word of ``Outcome/failed(reason:)``.
        case failed
        /// The word of ``Outcome/ignored(reason:)``.
        case ignored
    }

    /// The outcome's word.
    public var kind: Kind {
        switch self {
        case .restored: .restored
        case .skipped: .skipped
        case .failed: .failed
        case .ignored: .ignored
        }
    }

    /// The result, of this run or an earlier one; nil where there is no output.
    public var result: PictureResult? {
        switch self {
        case .restored(let result), .skipped(let result): result
        case .failed, .ignored: nil
        }
    }

    /// The reason why a picture failed, in one line; nil for every other outcome.
    public var failure: String? { if case .failed(let reason) = self { reason } else { nil } }
}
