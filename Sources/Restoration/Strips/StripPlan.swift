import Kernels
import Networks

/// The plan for a picture whose rows are too wide for the memory: strip of columns by strip, each streamed in rows from
/// top to bottom, while the picture and its result are spilled to disk.
///
/// A strip owns the columns of its *core* and reads a *halo* on both sides, cut off at the picture's edges. Cores begin
/// on the network's tile grid and the halo is at least its bit radius, so every plan gives the same bits.
struct StripPlan: Equatable {
    /// The sides of the padded picture, multiples of the network's grid.
    let height: Int
    let width: Int
    let coreWidth: Int
    let halo: Int
    /// The number of rows of the widest strip that are streamed together.
    let rowsAtATime: Int
    /// The bytes that the picture uses.
    let byteCount: Int
    /// The bytes of them for the strip itself.
    let stripByteCount: Int

    /// Plans the fewest strips that fit; nil where none do.
    init?(height: Int, width: Int, halo: Int, memory: MemoryNeeds, workers: Int, byteCount limit: Int) {
        let grid = memory.network.tileGrid
        let joining = Self.fullRowsByteCount(channels: memory.channels, width: width, scale: memory.network.scale)
        var count = 2
        while width / count >= grid {
            let coreWidth = (width / count + grid) / grid * grid
            let padded = min(width, coreWidth + 2 * halo)
            if let rows = RowPlan(
                height: height, width: padded, memory: memory, workers: workers, byteCount: limit - joining)
            {
                self.height = height
                self.width = width
                self.coreWidth = coreWidth
                self.halo = halo
                rowsAtATime = rows.rowsAtATime
                byteCount = joining + rows.byteCount
                stripByteCount = rows.byteCount
                return
            }
            count += max(1, count / 8)
        }
        return nil
    }

    struct Strip: Equatable {
        /// The columns that the strip owns.
        let columns: Range<Int>
        /// The columns that it reads.
        let paddedColumns: Range<Int>
    }

    var strips: [Strip] {
        stride(from: 0, to: width, by: coreWidth).map { first in
            let columns = first..<min(width, first + coreWidth)
            return Strip(
                columns: columns,
                paddedColumns: max(0, columns.lowerBound - halo)..<min(width, columns.upperBound + halo))
        }
    }

    /// The pixels computed over the pixels owned.
    var workFactor: Double { Double(strips.reduce(0) { $0 + $1.paddedColumns.count }) / Double(width) }

    // MARK: Whole rows

    /// Returns the number of rows of the picture's whole width that are held while they are read or written.
    static func fullRowCapacity(width: Int) -> Int { max(1, (1 << 18) / width) }

    /// Returns the bytes of these rows, of the picture and of the result.
    private static func fullRowsByteCount(channels: Int, width: Int, scale: Int) -> Int {
        (fullRowCapacity(width: width) * width + fullRowCapacity(width: width * scale) * width * scale) * channels
            * MemoryLayout<Float>.stride
    }
}
