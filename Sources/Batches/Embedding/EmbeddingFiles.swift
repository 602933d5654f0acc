import Files
import Latents
import Networks
import SystemPackage

/// The files that an embedding writes: vectors, variances, what the rows are, and what made them. Either all that was
/// added is in them, or none appears.
///
/// Contract: one thread at a time.
final class EmbeddingFiles {
    private let request: EmbeddingRequest
    private let model: Model
    private let encoder: LatentEncoder
    private var vectors: NPYWriter?
    private var variances: NPYWriter?
    private var index: [UInt8]
    private(set) var shape: [Int] = []
    /// The size of all pictures so far; nil where they differ or there are none.
    private var size: (height: Int, width: Int)?
    private var hasOneSize = true

    init(_ request: EmbeddingRequest, model: Model, encoder: LatentEncoder) {
        self.request = request
        self.model = model
        self.encoder = encoder
        index = Array(LatentTable.heading(hasPlaces: encoder.extent == .tiles).utf8)
    }

    var rowCount: Int { vectors?.rowCount ?? 0 }

    /// Adds the vectors of a picture.
    ///
    /// - Throws: `LatentError.setting` where they have another shape than those before, `FileError`.
    func add(_ found: LatentEncoder.Vectors, path: String, label: String, height: Int, width: Int) throws {
        if shape.isEmpty {
            shape = found.shape
            vectors = try NPYWriter(request.out, columns: found.dimension)
            if let place = request.variances { variances = try NPYWriter(place, columns: found.dimension) }
        }
        guard found.shape == shape else {
            throw LatentError.setting(
                name: "the latent", found: "of the shape \(found.shape)",
                expected: "\(shape) as of the first picture; --tiles or --mean takes pictures of several sizes")
        }
        if size == nil, hasOneSize { size = (height, width) }
        if let known = size, known != (height, width) { (size, hasOneSize) = (nil, false) }
        for row in 0..<found.count {
            let range = row * found.dimension..<(row + 1) * found.dimension
            let number = rowCount
            try vectors?.append(found.means[range])
            if let numbers = found.variances { try variances?.append(numbers[range]) }
            let entry = LatentTable.Entry(
                path: path, label: label, place: found.places.isEmpty ? nil : found.places[row])
            index += LatentTable.line(of: entry, row: number, hasPlaces: encoder.extent == .tiles).utf8
        }
    }

    /// Checks that an index that is there already is the same, or may be replaced.
    ///
    /// - Throws: `LatentError.setting`.
    static func check(_ index: [UInt8], of request: EmbeddingRequest) throws(LatentError) {
        guard !request.overwrites, FileStamp.exists(request.index) else { return }
        guard let found = try? FileBytes.read(request.index, limit: index.count), found == index
        else {
            throw .setting(
                name: "\"\(request.index.printed)\"", found: "the index of other rows",
                expected: "another folder or --index, or --overwrite")
        }
    }

    /// Puts all files in their places.
    ///
    /// - Throws: `LatentError.setting`, `FileError`.
    func commit() throws {
        guard let vectors else { return }
        try Self.check(index, of: request)
        try AtomicFile.write(index, to: request.index)
        let source = LatentSource(model: model, encoder: encoder, shape: shape, pictureSize: size)
        try AtomicFile.write(source.json, to: LatentSource.path(beside: request.out))
        try variances?.commit()
        try vectors.commit()
    }
}
