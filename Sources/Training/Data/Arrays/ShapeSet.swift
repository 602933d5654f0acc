import Corruptions
import Files
import Latents
public import SystemPackage

/// A set of shapes of known factors, as an array of pictures and a table of the factors.
public struct ShapeSet: Sendable {
    /// The name of the array in its folder.
    public static let arrayName = "shapes.npy"
    /// The name of the table of factors in its folder.
    public static let tableName = "shapes.csv"

    /// The number of shapes.
    public let count: Int
    /// The seed of the factors.
    public let seed: UInt64

    /// Creates a set; nothing is drawn yet.
    public init(count: Int, seed: UInt64) { (self.count, self.seed) = (count, seed) }

    /// Writes `shapes.npy` (`[count, 32, 32, 3]`, 8 bits) and `shapes.csv` (`row`, `label`, and a column for each factor)
    /// into a folder, which is made where it is missing.
    ///
    /// - Parameter overwrites: true where files that are there already are replaced.
    /// - Throws: `LatentError.setting` where one is there, `FileError`.
    public func write(to folder: FilePath, overwrites: Bool = false) throws {
        let paths = [Self.arrayName, Self.tableName].map { folder.appending($0) }
        for path in paths where FileStamp.exists(path) && !overwrites {
            throw LatentError.setting(
                name: "\"\(path.printed)\"", found: "there already", expected: "another folder, or --overwrite")
        }
        try createFolders(at: folder)
        let array = try NPYWriter(paths[0], sampleShape: [FactorShape.side, FactorShape.side, 3], of: .bytes)
        var table = "row,label," + FactorShape.Factor.allCases.map(\.rawValue).joined(separator: ",") + "\n"
        for row in 0..<count {
            let shape = FactorShape(seed: seed, index: row)
            try array.append(bytes: shape.bytes)
            table += "\(row),\(FactorShape.formNames[shape.values[0]]),"
            table += shape.values.map(String.init).joined(separator: ",") + "\n"
        }
        try AtomicFile.write(table.utf8, to: paths[1])
        try array.commit()
    }
}
