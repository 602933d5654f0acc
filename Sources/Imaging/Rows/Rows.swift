public import Tensors

/// A picture that is read from top to bottom, as many rows at a time as are asked for.
public protocol RowSource: AnyObject {
    /// The width in pixels.
    var width: Int { get }
    /// The height in pixels.
    var height: Int { get }
    /// The number of samples in a pixel: colour, then alpha where there is one.
    var channels: Int { get }
    /// Fills `view` with the next `view.height` rows as values in 0...1.
    ///
    /// `view` has the source's width and channels, and no more rows than are left.
    func readRows(into view: PlanarView) throws
}

/// A picture that is written from top to bottom, any number of rows at a time.
public protocol RowSink: AnyObject {
    /// The width in pixels.
    var width: Int { get }
    /// The height in pixels.
    var height: Int { get }
    /// The number of samples in a pixel: colour, then alpha where there is one.
    var channels: Int { get }
    /// Writes the next `view.height` rows of values; values outside 0...1 may be clamped.
    func writeRows(from view: PlanarView) throws
}

/// A source of the rows of an image in memory.
public final class ImageRowSource: RowSource {
    private let image: PlanarImage
    private var next = 0

    /// Creates a source of the rows of `image`.
    public init(_ image: PlanarImage) { self.image = image }

    public var width: Int { image.width }
    public var height: Int { image.height }
    public var channels: Int { image.channels }

    public func readRows(into view: PlanarView) {
        precondition(view.width == width && view.channels == channels && view.height <= height - next)
        view.copySamples(from: image.view.cropped(rows: next..<next + view.height, columns: 0..<width))
        next += view.height
    }
}

/// A sink that collects rows into an image in memory, values unchanged.
public final class ImageRowSink: RowSink {
    /// The image, complete once `height` rows were written.
    public let image: PlanarImage
    private var next = 0

    /// Creates a sink with an image `[channels, height, width]`.
    public init(channels: Int, height: Int, width: Int) {
        image = PlanarImage(channels: channels, height: height, width: width)
    }

    public var width: Int { image.width }
    public var height: Int { image.height }
    public var channels: Int { image.channels }

    public func writeRows(from view: PlanarView) {
        precondition(view.width == width && view.channels == channels && view.height <= height - next)
        image.view.cropped(rows: next..<next + view.height, columns: 0..<width).copySamples(from: view)
        next += view.height
    }
}
