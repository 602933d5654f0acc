/// Borrowed activations in the layout of the compute kernels: Float32 `[blocks][height + 2][width + 2][16]`.
///
/// Channels lie in blocks of 16, one 64-byte line a pixel and block; around every block's picture runs a border of one
/// pixel. Contract: the border and the lanes beyond `channels` hold zeros (a 3x3 convolution reads the border as its
/// zero padding; the kernels write the interior only, and zeros into the unused lanes). Whoever makes a view keeps its
/// memory alive and calls `zeroBorder()` once for a new shape. Two views written at the same time do not overlap.
public struct BlockedView: @unchecked Sendable {
    /// The number of channels in a block.
    public static let block = 16

    /// The address of channel 0 of pixel (0, 0), inside the border.
    public var base: UnsafeMutablePointer<Float>
    /// The number of channels.
    public let channels: Int
    /// The number of rows, without the border.
    public let height: Int
    /// The number of columns, without the border.
    public let width: Int
    /// The number of elements from a row to the next.
    public let rowStride: Int
    /// The number of elements from a block to the next.
    public let blockStride: Int

    /// A view of `elementCount(channels:height:width:)` elements from `storage` on, 64-byte aligned.
    public init(storage: UnsafeMutablePointer<Float>, channels: Int, height: Int, width: Int) {
        precondition(channels >= 0 && height >= 0 && width >= 0)
        precondition(UInt(bitPattern: storage) % 64 == 0, "blocked activations lie on 64-byte lines")
        self.channels = channels
        self.height = height
        self.width = width
        rowStride = Self.rowStride(width: width)
        blockStride = rowStride * (height + 2)
        base = storage + rowStride + Self.block
    }

    private init(
        part of: BlockedView, base: UnsafeMutablePointer<Float>, channels: Int, height: Int, width: Int
    ) {
        self.base = base
        self.channels = channels
        self.height = height
        self.width = width
        rowStride = of.rowStride
        blockStride = of.blockStride
    }

    /// The part of the view that covers `rows` and `columns`, all channels: what lies around it stands where a view of
    /// its own would have its border.
    public func cropped(rows: Range<Int>, columns: Range<Int>) -> BlockedView {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= height)
        precondition(columns.lowerBound >= 0 && columns.upperBound <= width)
        return BlockedView(
            part: self, base: pixel(block: 0, row: rows.lowerBound, column: columns.lowerBound), channels: channels,
            height: rows.count, width: columns.count)
    }

    /// The view of the first `count` channels, for reading: the lanes beyond them hold what they hold.
    public func channels(prefix count: Int) -> BlockedView {
        precondition(count >= 0 && count <= channels)
        return BlockedView(part: self, base: base, channels: count, height: height, width: width)
    }

    static func rowStride(width: Int) -> Int { (width + 2) * block }

    /// The number of elements of memory that a view needs, border included.
    public static func elementCount(channels: Int, height: Int, width: Int) -> Int {
        blockCount(channels: channels) * (height + 2) * rowStride(width: width)
    }

    /// The number of blocks that hold `channels` channels.
    public static func blockCount(channels: Int) -> Int { (channels + block - 1) / block }

    /// The number of blocks of 16 channels.
    public var blocks: Int { Self.blockCount(channels: channels) }

    /// The 16 channels of one pixel; row and column may be -1 or the extent, on the border.
    @inlinable
    public func pixel(block: Int, row: Int, column: Int) -> UnsafeMutablePointer<Float> {
        base + block * blockStride + row * rowStride + column * 16
    }

    /// Sets the border to zeros.
    public func zeroBorder() {
        for block in 0..<blocks {
            let top = pixel(block: block, row: -1, column: -1)
            top.update(repeating: 0, count: rowStride)
            for row in 0..<height {
                pixel(block: block, row: row, column: -1).update(repeating: 0, count: Self.block)
                let right = pixel(block: block, row: row, column: width)
                right.update(repeating: 0, count: rowStride - (width + 1) * Self.block)
            }
            pixel(block: block, row: height, column: -1).update(repeating: 0, count: rowStride)
        }
    }

    /// Sets row `row` of every block to zeros, from the border on its left to that on its right.
    public func zeroRow(_ row: Int) {
        for block in 0..<blocks {
            pixel(block: block, row: row, column: -1).update(repeating: 0, count: (width + 2) * Self.block)
        }
    }

    /// Moves `count` rows from row `source` on to row 0 and those that follow, borders and all blocks.
    public func moveRowsUp(from source: Int, count: Int) {
        precondition(source >= 0 && count >= 0 && source + count <= height)
        for block in 0..<blocks {
            let target = pixel(block: block, row: 0, column: -1)
            // The rows may overlap: `update` copes with it.
            target.update(from: target + source * rowStride, count: count * rowStride)
        }
    }

    /// Returns true where both are pictures of the same channels, height and width.
    public func hasShape(of other: BlockedView) -> Bool {
        channels == other.channels && height == other.height && width == other.width
    }
}
