package import Corruptions
import Files
import Foundation
import Networks
package import SystemPackage

/// A set of clean pictures whose figures are averaged together, and what is done to them where a file of sets fixes
/// that.
package struct EvaluationSet: Sendable {
    /// A clean picture.
    package struct Picture: Sendable, Equatable {
        /// The name, relative to the set's folder.
        package var name: FilePath
        /// The path of the file.
        package var path: FilePath
        /// The part of the picture that is taken; nil for all of it.
        package var window: Window?
        /// The path of the picture's true mask, where it is damaged as it is and others have looked at it: 255 damaged,
        /// 0 whole, what lies between counts neither way.
        package var mask: FilePath?

        /// Creates a picture of a set.
        package init(name: FilePath, path: FilePath, window: Window? = nil) {
            self.name = name
            self.path = path
            self.window = window
        }
    }

    /// The name in tables and records.
    package var name: String
    /// The folder, or the one picture.
    package var place: FilePath
    /// The pictures in order.
    package var pictures: [Picture]
    /// The corruptions of the pictures; nil where they are left to the plan.
    package var corruptions: [Corruption]?
    /// The seed of the corruptions; nil where it is left to the plan.
    package var seed: UInt32?
    /// The form in which corrupted pictures are restored; nil where it is left to the plan.
    package var inputForm: EvaluationPlan.InputForm?

    /// The name of a folder of restored pictures of this set.
    package var fileName: String { name.replacing("/", with: "-") }

    /// Creates a set of pictures, its corruptions left to the plan.
    package init(name: String, place: FilePath, pictures: [Picture]) {
        self.name = name
        self.place = place
        self.pictures = pictures
    }

    /// Creates a set of all files under `place`, or of the one picture there.
    ///
    /// - Parameter name: the set's name; by default the folder's, `Set5/HR` for a folder `HR` in one of sets for
    ///   super-resolution.
    /// - Throws: `FileError` where the place cannot be read, `EvaluationError.unreadableFolder` where a part of it
    ///   cannot: the mean of a part of a set is not the set's.
    package init(_ place: FilePath, name: String? = nil) throws {
        self.place = place
        if FileStamp.isFolder(place) {
            let walk = try FolderWalk(place)
            if let problem = walk.problems.first { throw EvaluationError.unreadableFolder(reason: "\(problem)") }
            pictures = walk.files.map { Picture(name: $0.relativePath, path: $0.path) }
        } else {
            _ = try FileStamp(of: place)
            pictures = [Picture(name: place.lastComponent.map { FilePath().appending($0) } ?? place, path: place)]
        }
        self.name = name ?? Self.name(of: place)
    }

    /// Returns the sets at `place`: that of a folder or picture, or those that a file `*.json` lists:
    ///
    ///     {"sets": [{"name": "mine", "pictures": "folder", "corrupt": ["gaussian:15,25"],
    ///                "seed": 0, "input": "float", "side": 512,
    ///                "windows": [{"picture": "a.png", "left": 0, "top": 64, "side": 128}]}]}
    ///
    /// `pictures`, and files that corruptions read, are relative to the file's folder; all but `pictures` may be left
    /// out. `side` takes a square from the middle of each picture, `windows` the named squares alone; `"masks": "folder"`
    /// has true masks of pictures that are damaged as they are, and leaves those out that have none.
    ///
    /// - Throws: what `init(_:name:)` throws; `EvaluationError.setFile` for a file that says something else.
    package static func sets(at place: FilePath) throws -> [EvaluationSet] {
        guard place.extension?.lowercased() == "json", !FileStamp.isFolder(place) else {
            return [try EvaluationSet(place)]
        }
        func fault(_ reason: String) -> EvaluationError { .setFile(path: place, reason: reason) }
        let document: Document
        do {
            document = try JSONDecoder().decode(
                Document.self, from: Data(FileBytes.read(place, limit: FileBytes.jsonByteLimit)))
        } catch let error as DecodingError {
            throw fault(Self.text(of: error))
        } catch ModelFileError.missingFile {
            throw FileError.system(.open, path: place, errno: .noSuchFileOrDirectory)
        } catch ModelFileError.tooLarge(_, let found, let limit) {
            throw fault("it has \(found) bytes or more, expected at most \(limit)")
        } catch ModelFileError.unreadable(_, let reason) {
            throw fault("it cannot be read: \(reason)")
        }
        guard !document.sets.isEmpty else { throw fault("\"sets\" is empty") }
        var names: Set<String> = []
        // Everything that the file says is checked before a folder is walked.
        let sets = try document.sets.map { entry -> EvaluationSet in
            let folder = place.removingLastComponent().pushing(FilePath(entry.pictures))
            var set = EvaluationSet(name: entry.name ?? Self.name(of: folder), place: folder, pictures: [])
            guard FilePath.Component(set.fileName)?.kind == .regular else {
                throw fault("\"\(set.name)\" cannot be a set's name")
            }
            guard names.insert(set.fileName).inserted else { throw fault("two sets are named \(set.name)") }
            set.seed = entry.seed
            if let input = entry.input {
                guard let form = EvaluationPlan.InputForm(rawValue: input) else {
                    let known = EvaluationPlan.InputForm.allCases.map(\.rawValue).joined(separator: " or ")
                    throw fault("\"input\" of \(set.name) is \"\(input)\", expected \(known)")
                }
                set.inputForm = form
            }
            if let corrupt = entry.corrupt {
                let folder = place.removingLastComponent()
                do {
                    set.corruptions = try corrupt.flatMap { try Corruption.parse($0) }
                        .map { $0.readingFiles(in: folder) }
                } catch {
                    throw fault("\"corrupt\" of \(set.name): \(error)")
                }
                if corrupt.isEmpty { throw fault("\"corrupt\" of \(set.name) is empty") }
            }
            if let fault = Self.fault(of: entry) { throw EvaluationError.setFile(path: place, reason: fault) }
            return set
        }
        return try zip(sets, document.sets).map { set, entry in
            var set = set
            set.pictures = try EvaluationSet(set.place, name: set.name).pictures
            if let masks = entry.masks {
                let folder = place.removingLastComponent().pushing(FilePath(masks))
                set.pictures = set.pictures.compactMap { picture in
                    var picture = picture
                    picture.mask = folder.pushing(picture.name)
                    return picture.mask.map { FileStamp.exists($0) } == true ? picture : nil
                }
            }
            if let side = entry.side {
                for index in set.pictures.indices { set.pictures[index].window = .middle(side: side) }
            }
            if let windows = entry.windows {
                let known = Dictionary(set.pictures.map { ($0.name, $0) }) { first, _ in first }
                set.pictures = try windows.map { window in
                    guard let picture = known[FilePath(window.picture)] else {
                        throw fault("a window of \(set.name) is of \"\(window.picture)\", which is not there")
                    }
                    var part = picture
                    part.name = FilePath("\(picture.name.string)@\(window.left),\(window.top)")
                    part.window = .at(left: window.left, top: window.top, side: window.side)
                    return part
                }
            }
            return set
        }
    }

    /// Returns the folder's name; sets for super-resolution keep their originals in a folder `HR`, whose name is taken
    /// together with that of the folder above it.
    private static func name(of place: FilePath) -> String {
        let folders = place.lexicallyNormalized().components.suffix(2).map(\.string)
        return folders.last == "HR" ? folders.joined(separator: "/") : folders.last ?? place.string
    }

    private struct Document: Decodable {
        struct Entry: Decodable {
            var name: String?
            var pictures: String
            var corrupt: [String]?
            var seed: UInt32?
            var input: String?
            var masks: String?
            var side: Int?
            var windows: [Window]?
        }
        struct Window: Decodable {
            var picture: String
            var left: Int
            var top: Int
            var side: Int
        }
        var sets: [Entry]
    }

    /// Returns what is wrong with the squares of an entry, in words.
    private static func fault(of entry: Document.Entry) -> String? {
        let (sides, places) = (1...EvaluationSet.Window.longestSide, 0...EvaluationSet.Window.longestSide)
        if entry.side != nil, entry.windows != nil { return "\"side\" and \"windows\" of one set" }
        if let side = entry.side, !sides.contains(side) { return "\"side\" is \(side), expected \(sides)" }
        for window in entry.windows ?? [] {
            guard sides.contains(window.side), places.contains(window.left), places.contains(window.top) else {
                return "a window of \"\(window.picture)\" lies at \(window.left),\(window.top) with a side of "
                    + "\(window.side), expected \(places) and \(sides)"
            }
        }
        if let windows = entry.windows, windows.isEmpty { return "\"windows\" is empty" }
        return nil
    }

    private static func text(of error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? "\"\($0.stringValue)\"" }
            return path.isEmpty ? "it" : path.joined(separator: " ")
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(place(context)) has no \"\(key.stringValue)\""
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            "\(place(context)) is no \(type)"
        default: "it is no JSON"
        }
    }
}
