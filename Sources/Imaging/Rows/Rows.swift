public import Tensors

/// A picture that is handed out from top to bottom, as many rows at a time as are asked for.
public protocol RowSource: AnyObject {
    /// Pixels.
    var width: Int { get }
    var height: Int { get }
    /// Samples a pixel: colour, then alpha where there is one.
    var channels: Int { get }
    /// Fills `view` with the next `view.height` rows as values in 0...1.
    ///
    /// `view` has the source's width and channels, and no more rows than are left.
    func readRows(into view: PlanarView) throws
}

/// A picture that is taken from top to bottom, as many rows at a time as come.
public protocol RowSink: AnyObject {
    var width: Int { get }
    var height: Int { get }
    var channels: Int { get }
    /// Takes the next `view.height` rows of values; what lies outside 0...1 is clamped.
    func writeRows(from view: PlanarView) throws
}

/// The rows of an image in memory.
public final class ImageRowSource: RowSource {
    private let image: PlanarImage
    private var next = 0

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

/// Collects rows into an image in memory, values as they come.
public final class ImageRowSink: RowSink {
    /// Complete once `height` rows were written.
    public let image: PlanarImage
    private var next = 0

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
