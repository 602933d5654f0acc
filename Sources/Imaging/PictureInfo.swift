/// What a file's header says about its picture, known before any row is decoded.
public struct PictureInfo: Sendable, Equatable {
    public var container: PictureContainer
    /// Pixels, after the orientation has been applied.
    public var width: Int
    public var height: Int
    /// The quality that a JPEG was saved with, worked out each time; nil for other files.
    public var jpegQuality: JPEGQuality? { quantisationTable.flatMap { JPEGQuality(table: $0) } }
    /// Of the rows that are handed out: a palette counts as RGB (as grey, where all its colours are), fewer than
    /// 8 bits as 8, CMYK as RGB.
    public var format: PixelFormat
    public var metadata: Metadata
    /// The steps of a JPEG's luma, 64 in zigzag order, for a picture shown as it is stored; nil where it was turned (the
    /// steps and the lattice of blocks would have to turn with it) and for other files.
    public var lumaSteps: [Int]? { isTurned ? nil : quantisationTable }
    /// The same of every JPEG, turned or not: how coarse its luma is.
    public var quantisationTable: [Int]?
    var isTurned: Bool
    public var notes: [PictureNote]
    /// Whether the file has to be held in memory whole, for its format or its orientation.
    public var isWhole: Bool
    /// Memory that decoding takes beside the rows asked for.
    public var decodingBytes: Int
}
