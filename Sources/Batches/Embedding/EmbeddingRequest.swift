import Files
import Latents
public import SystemPackage

/// The request to make vectors of pictures: where the pictures are, and where the vectors go.
public struct EmbeddingRequest: Sendable {
    /// A folder of pictures, a picture, or an array of pictures (NPY, IDX, CSV; compressed by gzip or not).
    public var data: FilePath
    /// The array of the vectors, an NPY file.
    public var out: FilePath
    /// The array of the variances, an NPY file; nil where none are asked for.
    public var variances: FilePath?
    /// The table of what each row is.
    public var index: FilePath
    /// A file with labels; nil where the first folders of the names are the labels.
    public var labels: FilePath?
    /// True where files that are there already are replaced.
    public var overwrites: Bool

    /// Creates a request; `index` is `index.csv` beside `out` by default.
    public init(
        data: FilePath, out: FilePath, variances: FilePath? = nil, index: FilePath? = nil, labels: FilePath? = nil,
        overwrites: Bool = false
    ) {
        self.data = data
        self.out = out
        self.variances = variances
        self.index = index ?? out.removingLastComponent().appending(LatentTable.indexName.string)
        self.labels = labels
        self.overwrites = overwrites
    }

    /// Checks that nothing is replaced that must stay: the arrays, and what was made with them.
    ///
    /// - Throws: `LatentError.setting`.
    func checkOutputs() throws(LatentError) {
        var seen: Set<FilePath> = []
        for path in [out, variances, index, LatentSource.path(beside: out)].compactMap(\.self) {
            guard seen.insert(path.lexicallyNormalized()).inserted,
                path.lexicallyNormalized() != data.lexicallyNormalized()
            else {
                throw .setting(name: "\"\(path.printed)\"", found: "named twice", expected: "a file for each output")
            }
        }
        for path in [out, variances].compactMap(\.self) {
            guard !FileStamp.isFolder(path) else {
                throw .setting(name: "\"\(path.printed)\"", found: "a folder", expected: "a file ending in .npy")
            }
            guard path.extension == "npy" else {
                throw .setting(
                    name: "\"\(path.printed)\"", found: "another kind of file", expected: "one ending in .npy")
            }
            guard overwrites || !FileStamp.exists(path) else {
                throw .setting(
                    name: "\"\(path.printed)\"", found: "there already", expected: "another name, or --overwrite")
            }
        }
    }
}
