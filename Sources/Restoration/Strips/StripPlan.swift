import Kernels
import Networks

/// How a picture whose rows are too wide for the memory goes by: strip of columns by strip, each in rows from top to
/// bottom, while the picture and what was made of it lie on the disk.
///
/// A strip owns the columns of its *core* and reads a *halo* on both sides, cut off at the picture's edges. Cores begin
/// on the network's tile grid and the halo is at least its bit radius, so every plan gives the same bits.
struct StripPlan: Equatable {
    /// Sides of the padded picture, multiples of the network's grid.
    let height: Int
    let width: Int
    let coreWidth: Int
    let halo: Int
    /// Rows of the widest strip that come in together.
    let rowsAtATime: Int
    /// Bytes that a worker uses.
    let byteCount: Int
    /// Bytes of them for the strip itself.
    let stripByteCount: Int

    /// The fewest strips that fit; nil where they do not, or tiles are surely better.
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
        /// What the strip owns.
        let columns: Range<Int>
        /// What it reads.
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

    /// Pixels computed over pixels owned.
    var workFactor: Double { Double(strips.reduce(0) { $0 + $1.paddedColumns.count }) / Double(width) }

    // MARK: Whole rows

    /// How many rows of the picture's whole width are at hand at once while they come in or go out.
    static func fullRowCapacity(width: Int) -> Int { max(1, (1 << 18) / width) }

    /// Bytes of these rows, of the picture and of the result.
    private static func fullRowsByteCount(channels: Int, width: Int, scale: Int) -> Int {
        (fullRowCapacity(width: width) * width + fullRowCapacity(width: width * scale) * width * scale) * channels
            * MemoryLayout<Float>.stride
    }
}
