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
        func opening(_ image: PlanarImage) -> Opening { { ImageRows(image) } }
        self.init(
            before: opening(before), after: opening(after), reference: reference.map(opening), beforeName: beforeName)
    }
}

/// A source of the rows of a picture in memory, from top to bottom.
final class ImageRows: RowSource {
    private let image: PlanarImage
    private var next = 0

    init(_ image: PlanarImage) { self.image = image }

    var height: Int { image.height }
    var width: Int { image.width }
    var channels: Int { image.channels }

    func readRows(into view: PlanarView) throws {
        precondition(view.width == width && view.channels == channels && next + view.height <= height)
        for c in 0..<channels {
            for y in 0..<view.height { view.row(c, y).update(from: image.view.row(c, next + y), count: width) }
        }
        next += view.height
        withExtendedLifetime(image) {}
    }
}
