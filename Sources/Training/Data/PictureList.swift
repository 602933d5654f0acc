public import Files
import Foundation
public import SystemPackage

/// The pictures of a run as its folder lists them in `pictures.json`, with which a run that goes on checks that they
/// are still the same.
public struct PictureList: Sendable, Equatable, Codable {
    /// A picture of the list.
    public struct Entry: Sendable, Equatable, Codable {
        /// The name as it is printed, relative to its folder where there is one.
        public var name: String
        /// The width in pixels.
        public var width: Int
        /// The height in pixels.
        public var height: Int
        /// The digest of the samples as training sees them, 8 bits, `[channels, height, width]`.
        public var sha256: SHA256Digest
    }

    /// The pictures, in the order of the pools.
    public var pictures: [Entry]

    init(_ pools: [PicturePool]) {
        pictures = pools.flatMap(\.pictures).map {
            Entry(name: $0.name.printed, width: $0.width, height: $0.height, sha256: $0.digest)
        }
    }

    /// The name of the file in the run's folder.
    public static let fileName = "pictures.json"

    /// Writes the list into a run's folder.
    ///
    /// - Throws: `FileError`.
    public func write(to folder: FilePath) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write(encoder.encode(pictures), to: folder.appending(Self.fileName))
    }

    /// Compares with the list in a run's folder; without one there is nothing to compare with.
    ///
    /// - Throws: `TrainingDataError.otherPictures` where a picture was changed, added or taken away, or their order is
    ///   another: the run would not go on as it began.
    public func check(against folder: FilePath) throws {
        let path = folder.appending(Self.fileName)
        guard FileStamp.exists(path) else { return }
        let before: [Entry]
        do {
            before = try JSONDecoder().decode([Entry].self, from: Data(contentsOf: URL(fileURLWithPath: path.string)))
        } catch {
            throw TrainingDataError.otherPictures(reason: "\"\(path.printed)\" cannot be read")
        }
        guard pictures != before else { return }
        // Names may repeat where two folders were given.
        let (old, new) = (Set(before.map(\.name)), Set(pictures.map(\.name)))
        let changes =
            before.filter { !new.contains($0.name) }.map { "\"\($0.name)\" is missing" }
            + pictures.filter { !old.contains($0.name) }.map { "\"\($0.name)\" is new" }
            + zip(pictures, before).filter { $0.name == $1.name && $0 != $1 }.map { "\"\($0.0.name)\" has changed" }
        throw TrainingDataError.otherPictures(
            reason: (changes.first ?? "their order is another")
                + (changes.count > 1 ? ", and \(changes.count - 1) more" : ""))
    }
}
