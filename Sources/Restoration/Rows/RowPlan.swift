import Networks

/// The plan by which a picture's rows are streamed through a network: nothing is computed twice, and every value of the
/// network keeps the rows that are still needed.
struct RowPlan: Equatable {
    /// The sides of the padded picture, multiples of the network's grid.
    let height: Int
    let width: Int
    /// The number of rows that are streamed together.
    let rowsAtATime: Int
    /// The bytes that the picture uses.
    let byteCount: Int

    /// The pixels that are streamed together where the plan chooses: enough that beginning and ending a step costs
    /// little beside it, and few enough that what one step makes is in a cache when the next one reads it, and that
    /// reading and writing go on beside it in small pictures too (measured: Benchmarks/NOTES.md, 2026-11-27).
    static let pixelsAtATime = 1 << 17

    /// True where pictures can be streamed in rows: not where tiles or the eight orientations are asked for, where the
    /// network takes fewer channels at once than the picture has, or takes squares one by one.
    private static func applies(_ memory: MemoryNeeds) -> Bool {
        memory.settings.tileSize == 0 && !memory.settings.selfEnsemble && memory.network.patchSide == nil
            && memory.network.inputChannels >= memory.colours
    }

    /// Returns the least memory in bytes that a picture takes in rows; nil where it cannot be streamed in rows.
    static func leastByteCount(height: Int, width: Int, memory: MemoryNeeds, workers: Int) -> Int? {
        guard applies(memory) else { return nil }
        return memory.byteCount(
            height: height, width: width, rowsAtATime: memory.network.tileGrid, workers: workers)
    }

    /// Plans a picture; nil where it cannot be streamed in rows, or takes more memory than there is.
    init?(height: Int, width: Int, memory: MemoryNeeds, workers: Int, byteCount limit: Int) {
        guard Self.applies(memory) else { return nil }
        let step = memory.network.tileGrid
        var rows = (Self.pixelsAtATime / width + step - 1) / step * step
        rows = min(max(rows, step), (height + step - 1) / step * step)
        while true {
            let byteCount = memory.byteCount(height: height, width: width, rowsAtATime: rows, workers: workers)
            if byteCount <= limit {
                self.height = height
                self.width = width
                rowsAtATime = rows
                self.byteCount = byteCount
                return
            }
            guard rows > step else { return nil }
            rows = (rows / 2 + step - 1) / step * step
        }
    }
}
