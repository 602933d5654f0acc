import Files
public import SystemPackage

/// An error of the training pictures; known before the first step wherever it can be.
public enum TrainingDataError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A picture that is not used, with the reason.
    public struct SkippedPicture: Equatable, Sendable {
        /// The name of the picture.
        public var name: FilePath
        /// The reason, for a message.
        public var reason: String

        /// Creates the record of a picture that is not used.
        public init(name: FilePath, reason: String) {
            self.name = name
            self.reason = reason
        }
    }

    /// A folder or array that cannot be read.
    case unreadableFolder(reason: String)
    /// Folders of which no picture can be used.
    case noPictures(folders: [FilePath], skipped: [SkippedPicture])
    /// A picture that had been read and cannot be read again, or has changed.
    case changed(name: FilePath, reason: String)
    /// Pictures of a run that is to go on that are not those that it began with.
    case otherPictures(reason: String)
    /// Inputs without a target and targets without an input, and names that fit several.
    case unpaired(inputs: [FilePath], targets: [FilePath], ambiguous: [FilePath])
    /// A pair whose sides do not have the whole ratio, target to input, that all pairs share.
    case pairSizes(name: FilePath, found: String, expected: String)
    /// A picture of a pair that cannot be used.
    case unusablePair(SkippedPicture)
    /// A side of the patches that the pictures or the corruption do not allow.
    case patchSide(found: Int, expected: String)

    public var description: String {
        switch self {
        case .unreadableFolder(let reason): reason
        case .noPictures(let folders, let skipped):
            "no picture in \(folders.map { "\"\($0.printed)\"" }.joined(separator: ", ")) can be trained on"
                + Self.list(skipped.map(Self.text))
        case .changed(let name, let reason): "\"\(name.printed)\" was changed during training: \(reason)"
        case .otherPictures(let reason):
            "the pictures are not those that training began with: \(reason); --from begins a new run with its weights"
        case .unpaired(let inputs, let targets, let ambiguous):
            [("inputs without a target", inputs), ("targets without an input", targets), ("ambiguous", ambiguous)]
                .filter { !$0.1.isEmpty }
                .map { "\($0.1.count) \($0.0)" + Self.list($0.1.map { "\"\($0.printed)\"" }) }.joined(separator: "; ")
        case .pairSizes(let name, let found, let expected): "\"\(name.printed)\": \(found), expected \(expected)"
        case .unusablePair(let skipped): Self.text(skipped)
        case .patchSide(let found, let expected): "patches of side \(found), expected \(expected)"
        }
    }

    private static func text(_ skipped: SkippedPicture) -> String { "\"\(skipped.name.printed)\": \(skipped.reason)" }

    private static func list(_ texts: [String]) -> String {
        guard !texts.isEmpty else { return "" }
        return ": " + texts.prefix(10).joined(separator: ", ")
            + (texts.count > 10 ? " and \(texts.count - 10) more" : "")
    }
}
