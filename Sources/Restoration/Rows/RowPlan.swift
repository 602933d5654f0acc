import Networks

/// How a picture goes by in rows: nothing is computed twice, and every value of the network keeps the rows that are still
/// needed.
struct RowPlan: Equatable {
    /// Sides of the padded picture, multiples of the network's grid.
    let height: Int
    let width: Int
    /// Rows that come in together.
    let rowsAtATime: Int
    /// Bytes that a worker uses.
    let byteCount: Int

    /// Pixels that come in together where the plan chooses: enough that beginning and ending a step costs little beside
    /// it, and few enough that what one step makes is in a cache when the next one reads it, and that reading and writing
    /// go on beside it in small pictures too (measured: Benchmarks/NOTES.md, 2026-11-27).
    private static let pixelsAtATime = 1 << 17

    /// Whether pictures go by rows at all: not where tiles are asked for, the eight orientations, more channels than the
    /// network takes at once, or squares one by one.
    private static func applies(_ memory: MemoryNeeds) -> Bool {
        memory.settings.tileSize == 0 && !memory.settings.selfEnsemble && memory.network.patchSide == nil
            && memory.network.inputChannels >= memory.colours
    }

    /// The memory that a picture takes at least in rows; nil where it does not go by rows.
    static func leastByteCount(height: Int, width: Int, memory: MemoryNeeds, workers: Int) -> Int? {
        guard applies(memory) else { return nil }
        return memory.byteCount(
            height: height, width: width, rowsAtATime: memory.network.tileGrid, workers: workers)
    }

    /// The plan for a picture; nil where it does not go by rows, or takes more memory than there is.
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
