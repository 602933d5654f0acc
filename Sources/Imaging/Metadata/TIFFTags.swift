/// The bytes that only a TIFF has a place for: tags of its first directory that EXIF does not know, and Photoshop's
/// image resources.
public struct TIFFTags: Sendable, Equatable {
    var isLittleEndian: Bool
    /// The tags, their values in the order of `isLittleEndian`.
    var values: [TIFFValue]
    /// The content of the Photoshop tag, without thumbnails.
    var photoshop: [UInt8]?
    /// The size in pixels of the picture that they were read with, as it was stored.
    var width: Int
    var height: Int

    /// The number of tags that say something of the picture, and not of its place among a file's pages.
    public var count: Int {
        values.count { $0.tag != TIFFTag.newSubfileType && $0.tag != TIFFTag.pageNumber } + (photoshop == nil ? 0 : 1)
    }
}
