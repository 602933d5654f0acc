public import Files
import Imaging
public import Latents
public import SystemPackage
public import Workers

/// Decodes vectors into a folder of pictures, 8-bit PNG, each named after the picture that its vector was made of.
public struct ReconstructionRun: Sendable {
    /// The outcome of a run.
    public struct Result: Sendable, Equatable {
        /// The number of pictures that were written.
        public var written = 0
        /// The vectors without a picture, each with the reason.
        public var failures: [String] = []
    }

    private let table: LatentTable
    private let decoder: LatentDecoder
    private let folder: FilePath
    private let overwrites: Bool
    private let software: String?
    private let interruption: Interruption

    /// Creates a run that writes into `folder`, which is made where it is missing.
    ///
    /// - Parameter overwrites: true where pictures that are there already are replaced; else their vectors fail.
    public init(
        _ table: LatentTable, decoder: LatentDecoder, folder: FilePath, overwrites: Bool = false,
        software: String? = nil, interruption: Interruption = .init()
    ) {
        self.table = table
        self.decoder = decoder
        self.folder = folder
        self.overwrites = overwrites
        self.software = software
        self.interruption = interruption
    }

    /// The name of each row's picture, below the folder: that of the original with the place of a part behind and the
    /// extension `png`; `row-12.png` where it has no name, one that leads out of the folder, or that of another row.
    public var names: [FilePath] {
        var seen: Set<FilePath> = []
        return table.entries.enumerated().map { row, entry in
            if var path = PathText.path(from: entry.path), !path.isEmpty, path.isRelative,
                path.components.allSatisfy({ $0.kind == .regular })
            {
                path.extension = nil
                if let last = path.lastComponent, let place = entry.place {
                    path = path.removingLastComponent().appending("\(last.string)-\(place.top)-\(place.left)")
                }
                path.extension = "png"
                if seen.insert(path).inserted { return path }
            }
            return FilePath("row-\(row).png")
        }
    }

    /// Decodes all vectors.
    ///
    /// - Throws: `FileError` where the folder cannot be made.
    public func run(on team: WorkerTeam) throws(FileError) -> Result {
        try NamedPictures(names: names, folder: folder, overwrites: overwrites, software: software)
            .write("row", on: team, interruption: interruption) { row in try decoder.decode(table.row(row)) }
    }
}
