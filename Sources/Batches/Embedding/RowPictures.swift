import Files
import Imaging
public import Latents
import Synchronization
public import SystemPackage
public import Tensors
public import Workers

/// The pictures that a table's rows were made of, found again in a folder or an array by the rows' names.
public struct RowPictures: Sendable {
    private let folder: FilePath?
    private let array: NumberArray?

    /// Looks for pictures in a folder, or in an array of pictures (NPY, IDX, CSV).
    ///
    /// - Throws: `NumberArrayError`; `LatentError.setting` for an array that holds none.
    public init(_ path: FilePath) throws {
        if FileStamp.isFolder(path) {
            (folder, array) = (path, nil)
            return
        }
        let array = try NumberArray(reading: path)
        guard array.pictureShape(side: 1, channels: 1) != nil else {
            throw LatentError.setting(
                name: "\"\(path.printed)\"", found: "of the shape \(array.shape)", expected: "an array of pictures")
        }
        (folder, self.array) = (nil, array)
    }

    /// Returns what `body` makes of the picture of each of these rows; nil where there is none, or it cannot be read.
    ///
    /// - Parameter rows: what is known of a row, and its number, by which an array's picture is found that has no name.
    public func pictures(
        of rows: [(entry: LatentTable.Entry, number: Int)], on team: WorkerTeam,
        _ body: @escaping @Sendable (PlanarImage) -> PlanarImage
    ) -> [PlanarImage?] {
        let found = Mutex([PlanarImage?](repeating: nil, count: rows.count))
        let white = array?.white ?? 1
        team.forEach(rows.count) { _, index in
            let picture = picture(of: rows[index].entry, row: rows[index].number, white: white)
            found.withLock { $0[index] = picture.map(body) }
        }
        return found.withLock { $0 }
    }

    private func picture(of entry: LatentTable.Entry, row: Int, white: Float) -> PlanarImage? {
        let path = PathText.path(from: entry.path) ?? ""
        if let array, let shape = array.pictureShape(side: 1, channels: 1) {
            // The name of an array's picture ends in its number.
            let number = path.lastComponent.flatMap { Int($0.string) } ?? row
            return (0..<array.count).contains(number) ? array.picture(number, shape: shape, white: white) : nil
        }
        guard let folder, !path.isEmpty, path.isRelative, path.components.allSatisfy({ $0.kind == .regular }) else {
            return nil
        }
        return try? Picture(reading: folder.pushing(path)).image
    }
}
