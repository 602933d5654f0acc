/// The properties of a picture from its file's header, known before any row is decoded.
public struct PictureInfo: Sendable, Equatable {
    /// The file format.
    public var container: PictureContainer
    /// The width in pixels, after the orientation has been applied.
    public var width: Int
    /// The height in pixels, after the orientation has been applied.
    public var height: Int
    /// The quality that a JPEG was saved with, computed at each access; nil for other files.
    public var jpegQuality: JPEGQuality? { quantisationTable.flatMap { JPEGQuality(table: $0) } }
    /// The format of the decoded rows: a palette counts as RGB (as grey, where all its colours are), fewer than 8 bits
    /// as 8, CMYK as RGB.
    public var format: PixelFormat
    /// The metadata of the file.
    public var metadata: Metadata
    /// The quantisation steps of a JPEG's luma, 64 in zigzag order, for a picture shown as it is stored; nil where it
    /// was turned (the steps and the lattice of blocks would have to turn with it) and for other files.
    public var lumaSteps: [Int]? { isTurned ? nil : quantisationTable }
    /// The quantisation steps of every JPEG's luma, turned or not; nil for other files.
    public var quantisationTable: [Int]?
    var isTurned: Bool
    /// The remarks on how the file was read.
    public var notes: [PictureNote]
    /// True where the file has to be held in memory whole, for its format or its orientation.
    public var isWhole: Bool
    /// The memory in bytes that decoding takes beside the rows asked for.
    public var decodingBytes: Int
    /// The number of a TIFF's pages, of which the first is read; 1 for other files.
    public var pageCount = 1
    /// The place of the infrared that a scanner saw beside the picture, for `PictureReader(infraredOf:)`; nil where the
    /// file has none.
    public var infrared: InfraredChannel?
}
