import Files
import Imaging
import Latents
public import SystemPackage
public import Workers

/// Writes the pictures of an array into a folder, 8-bit PNG, named by their numbers; those with a label in the folder of
/// that name.
public struct UnpackingRun: Sendable {
    private let array: NumberArray
    private let shape: (channels: Int, height: Int, width: Int, isInterleaved: Bool)
    private let names: [FilePath]
    private let folder: FilePath
    private let overwrites: Bool
    private let software: String?

    /// Reads an array of pictures (NPY, IDX or CSV) and its labels.
    ///
    /// - Parameters:
    ///   - count: the number of first pictures that are written; nil for all.
    ///   - overwrites: true where pictures that are there already are replaced.
    /// - Throws: `NumberArrayError`; `LatentError.setting` where the array holds no pictures, or the labels are not theirs.
    public init(
        _ path: FilePath, labels: FilePath? = nil, folder: FilePath, count: Int? = nil, overwrites: Bool = false,
        software: String? = nil
    ) throws {
        array = try NumberArray(reading: path)
        guard let shape = array.pictureShape(side: 1, channels: 1) else {
            throw LatentError.setting(
                name: "\"\(path.printed)\"", found: "of the shape \(array.shape)", expected: "an array of pictures")
        }
        self.shape = shape
        let numbers = (0..<array.count).map { FilePath("\($0)") }
        let classes = try labels.map { try ClassLabels.labels(in: $0, of: numbers, refusesUnknown: true) }
        let digits = "\(array.count - 1)".count
        names = (0..<min(array.count, count ?? .max)).map { index in
            let number = "\(index)"
            let name = String(repeating: "0", count: digits - number.count) + number + ".png"
            // A label is a text of the user's: what could lead elsewhere is no folder.
            guard let label = classes?[index], let part = FilePath.Component(label), part.kind == .regular else {
                return FilePath(name)
            }
            return FilePath().appending(part).appending(name)
        }
        self.folder = folder
        self.overwrites = overwrites
        self.software = software
    }

    /// Writes all pictures.
    ///
    /// - Throws: `FileError` where a folder cannot be made.
    public func run(on team: WorkerTeam) throws -> ReconstructionRun.Result {
        let white = array.white
        return try NamedPictures(names: names, folder: folder, overwrites: overwrites, software: software)
            .write("picture", on: team) { index in array.picture(index, shape: shape, white: white) }
    }
}
