/// A borrowed rectangle of Float32 samples, one channel after the other: element (c, y, x) lies at
/// `base + c * channelStride + y * rowStride + x`.
///
/// Contract: a view keeps its `owner` alive, so the view of a `PlanarImage` may outlive the image's last mention;
/// whoever makes a view without an owner keeps its memory alive while the view is used. Strides are in elements;
/// `rowStride >= width`. Two views that are written at the same time do not overlap.
public struct PlanarView: @unchecked Sendable {
    /// The address of element (0, 0, 0).
    public var base: UnsafeMutablePointer<Float>
    /// The number of channels.
    public var channels: Int
    /// The number of rows.
    public var height: Int
    /// The number of columns.
    public var width: Int
    /// The distance between two channels in elements.
    public var channelStride: Int
    /// The distance between two rows in elements, `width` or more.
    public var rowStride: Int
    /// The object that holds the memory, if the view is to keep it alive.
    private let owner: AnyObject?

    /// Creates a view of memory that `owner`, or without one the caller, keeps alive.
    public init(
        base: UnsafeMutablePointer<Float>, channels: Int, height: Int, width: Int, channelStride: Int, rowStride: Int,
        owner: AnyObject? = nil
    ) {
        precondition(rowStride >= width)
        self.base = base
        self.channels = channels
        self.height = height
        self.width = width
        self.channelStride = channelStride
        self.rowStride = rowStride
        self.owner = owner
    }

    /// Returns the address of the first sample of row `y` of channel `c`.
    @inlinable
    public func row(_ c: Int, _ y: Int) -> UnsafeMutablePointer<Float> { base + c * channelStride + y * rowStride }

    /// Returns the part of the view that covers `rows` and `columns`, all channels.
    public func cropped(rows: Range<Int>, columns: Range<Int>) -> PlanarView {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= height)
        precondition(columns.lowerBound >= 0 && columns.upperBound <= width)
        var part = self
        part.base = base + rows.lowerBound * rowStride + columns.lowerBound
        part.height = rows.count
        part.width = columns.count
        return part
    }

    /// Returns the view of `count` channels from `first` on.
    public func channels(from first: Int, count: Int) -> PlanarView {
        precondition(first >= 0 && first + count <= channels)
        var part = self
        part.base = base + first * channelStride
        part.channels = count
        return part
    }

    /// Moves `count` rows from row `source` on to row 0 and those that follow, in all channels.
    public func moveRowsUp(from source: Int, count: Int) {
        precondition(source >= 0 && count >= 0 && source + count <= height)
        for c in 0..<channels {
            for y in 0..<count { row(c, y).update(from: row(c, source + y), count: width) }
        }
    }

    /// Copies all samples of `source`, which has the same channels, height and width.
    public func copySamples(from source: PlanarView) {
        precondition(source.channels == channels && source.height == height && source.width == width)
        for c in 0..<channels {
            for y in 0..<height { row(c, y).update(from: source.row(c, y), count: width) }
        }
    }

    /// Sets all samples to `value`.
    public func fill(with value: Float) {
        for c in 0..<channels {
            for y in 0..<height { row(c, y).update(repeating: value, count: width) }
        }
    }

    /// True where all channels hold the same samples; one pass over them at most.
    public var hasEqualChannels: Bool {
        for y in 0..<height {
            let first = row(0, y)
            for c in 1..<max(1, channels) {
                let other = row(c, y)
                var differs = false
                for x in 0..<width { differs = differs || other[x] != first[x] }
                if differs { return false }
            }
        }
        return true
    }
}
