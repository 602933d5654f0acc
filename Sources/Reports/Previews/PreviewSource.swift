public import Imaging
public import SystemPackage
public import Tensors

/// The source of the pictures of a before/after pair. They are opened in two passes: for the whole view and for the
/// crop.
public struct PreviewSource: Sendable {
    /// A function that opens a picture for reading from its first row.
    public typealias Opening = @Sendable () throws -> any RowSource

    /// Opens the picture as it was.
    public var before: Opening
    /// Opens the restored picture: as large as the one before, or larger by a whole factor.
    public var after: Opening
    /// Opens the clean picture, as large as the restored one, where there is one.
    public var reference: Opening?
    /// Reads the mask of what was mended in a picture of a width and a height; nil where nothing was looked for. A mask
    /// that cannot be read is not shown.
    public var damage: (@Sendable (_ width: Int, _ height: Int) throws -> PixelMask)?
    /// The name of the picture before, on the page.
    public var beforeName: String

    /// Creates a source of pictures that functions open.
    public init(
        before: @escaping Opening, after: @escaping Opening, reference: Opening? = nil, beforeName: String = "before"
    ) {
        self.beforeName = beforeName
        self.before = before
        self.after = after
        self.reference = reference
    }

    /// Creates a source of three files, which are read by rows: a preview needs no memory for a whole picture.
    public init(
        before: FilePath, after: FilePath, reference: FilePath? = nil, limits: PictureLimits = PictureLimits()
    ) {
        func opening(_ path: FilePath) -> Opening {
            { try PictureReader(path: path, limits: limits, damaged: .accept) }
        }
        self.init(before: opening(before), after: opening(after), reference: reference.map(opening))
    }

    /// Creates a source of three pictures in memory.
    public init(
        before: PlanarImage, after: PlanarImage, reference: PlanarImage? = nil, beforeName: String = "before"
    ) {
        func opening(_ image: PlanarImage) -> Opening { { ImageRowSource(image) } }
        self.init(
            before: opening(before), after: opening(after), reference: reference.map(opening), beforeName: beforeName)
    }
}
