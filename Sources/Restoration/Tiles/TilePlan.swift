/// The plan by which a picture is cut into bands of rows, and each band into tiles side by side.
///
/// All lengths are pixels of the input. A tile owns its *core*; around it lies the *halo*, context that is read and
/// thrown away, cut off at the picture's edges. Core origins lie on the network's grid and the halo is at least the
/// network's bit radius (rounded up to the grid), so every plan gives the same bits.
package struct TilePlan: Equatable, Sendable {
    /// The picture's sides, multiples of the grid.
    package let height: Int
    package let width: Int
    package let coreHeight: Int
    package let coreWidth: Int
    package let halo: Int

    package init(height: Int, width: Int, coreHeight: Int, coreWidth: Int, halo: Int) {
        self.height = height
        self.width = width
        self.coreHeight = coreHeight
        self.coreWidth = coreWidth
        self.halo = halo
    }

    /// One tile of a plan.
    package struct Tile: Equatable, Sendable {
        /// The rows that the tile owns.
        package let rows: Range<Int>
        /// The columns that the tile owns.
        package let columns: Range<Int>
        /// The rows that it reads: the core and its halo inside the picture.
        package let paddedRows: Range<Int>
        /// The columns that it reads.
        package let paddedColumns: Range<Int>
    }

    package var bandCount: Int { (height + coreHeight - 1) / coreHeight }
    package var columnCount: Int { (width + coreWidth - 1) / coreWidth }

    /// Returns the rows that band `index` owns.
    package func rows(ofBand index: Int) -> Range<Int> {
        index * coreHeight..<min(height, (index + 1) * coreHeight)
    }

    /// Returns the rows that band `index` reads.
    package func paddedRows(ofBand index: Int) -> Range<Int> { padded(rows(ofBand: index), within: height) }

    package func tiles(ofBand index: Int) -> [Tile] {
        let rows = rows(ofBand: index)
        return (0..<columnCount).map { column in
            let columns = column * coreWidth..<min(width, (column + 1) * coreWidth)
            return tile(rows: rows, columns: columns)
        }
    }

    /// Returns the tile that owns some rows and columns.
    func tile(rows: Range<Int>, columns: Range<Int>) -> Tile {
        Tile(
            rows: rows, columns: columns, paddedRows: padded(rows, within: height),
            paddedColumns: padded(columns, within: width))
    }

    private func padded(_ range: Range<Int>, within limit: Int) -> Range<Int> {
        max(0, range.lowerBound - halo)..<min(limit, range.upperBound + halo)
    }

    /// The most rows that a tile of this plan reads.
    package var paddedHeight: Int { min(height, coreHeight + 2 * halo) }
    /// The most columns that a tile of this plan reads.
    package var paddedWidth: Int { min(width, coreWidth + 2 * halo) }

    /// The pixels computed over the pixels owned, 1 where nothing is computed twice.
    package var workFactor: Double {
        let rows = (0..<bandCount).reduce(0) { $0 + paddedRows(ofBand: $1).count }
        let columns = tiles(ofBand: 0).reduce(0) { $0 + $1.paddedColumns.count }
        return Double(rows) * Double(columns) / (Double(height) * Double(width))
    }
}

extension TilePlan {
    /// The limits that a plan must respect.
    package struct Limits {
        /// The grid of which core origins are multiples.
        package var grid: Int
        package var halo: Int
        /// The number of workers that share one band's tiles.
        package var sharers: Int
        /// The bytes that a plan may use.
        package var byteCount: Int
        /// The bytes that a plan uses.
        package var byteCountOfPlan: (TilePlan) -> Int

        package init(
            grid: Int, halo: Int, sharers: Int, byteCount: Int, byteCountOfPlan: @escaping (TilePlan) -> Int
        ) {
            self.grid = grid
            self.halo = halo
            self.sharers = sharers
            self.byteCount = byteCount
            self.byteCountOfPlan = byteCountOfPlan
        }
    }

    /// The most pixels in a padded tile where the plan chooses. D-S takes about 92 bytes a pixel. On a 12-megapixel
    /// picture with 2 workers the halo of tiles of 4 megapixels adds a tenth to the work, that of 2 megapixels a third;
    /// larger ones take memory for little (measured on 2 cores, 2026-11-23).
    package static let maximumTilePixels = 1 << 22

    /// Returns the plan with the least work for the slowest worker, among those that fit the memory.
    ///
    /// - Parameter tileSize: the side of the cores where the caller asks for one, rounded up to the grid; else 0.
    /// - Throws: `RestorationError.memory` where even the smallest plan does not fit.
    package static func choose(
        height: Int, width: Int, tileSize: Int, limits: Limits
    ) throws(RestorationError) -> TilePlan {
        func roundedUp(_ length: Int) -> Int { (length + limits.grid - 1) / limits.grid * limits.grid }
        func plan(_ coreHeight: Int, _ coreWidth: Int) -> TilePlan {
            TilePlan(
                height: height, width: width, coreHeight: min(height, roundedUp(coreHeight)),
                coreWidth: min(width, roundedUp(coreWidth)), halo: limits.halo)
        }
        if tileSize > 0 {
            let plan = plan(tileSize, tileSize)
            let needed = limits.byteCountOfPlan(plan)
            guard needed <= limits.byteCount else { throw .memory(needed: needed, limit: limits.byteCount) }
            return plan
        }
        var best: TilePlan?
        var bestCost = Double.infinity
        var leastBytes = Int.max
        for columns in counts(of: width) {
            for bands in counts(of: height) {
                let plan = plan((height + bands - 1) / bands, (width + columns - 1) / columns)
                let byteCount = limits.byteCountOfPlan(plan)
                leastBytes = min(leastBytes, byteCount)
                guard byteCount <= limits.byteCount else { continue }
                let tooLarge = plan.paddedHeight * plan.paddedWidth > maximumTilePixels
                let cost = plan.cost(sharers: limits.sharers) * (tooLarge ? 4 : 1)
                if cost < bestCost {
                    best = plan
                    bestCost = cost
                }
            }
        }
        guard let best else { throw .memory(needed: leastBytes, limit: limits.byteCount) }
        return best
    }

    /// Returns the numbers of parts that a side may be cut into: few, then in steps that grow, down to parts of about
    /// 16 pixels.
    private static func counts(of side: Int) -> [Int] {
        var counts: [Int] = []
        var count = 1
        while count <= max(1, side / 16) {
            counts.append(count)
            count += max(1, count / 8)
        }
        return counts
    }

    /// Returns the pixels that the busiest of `sharers` workers computes, all bands together.
    private func cost(sharers: Int) -> Double {
        let widths = tiles(ofBand: 0).map(\.paddedColumns.count)
        var loads = [Int](repeating: 0, count: max(1, sharers))
        for width in widths {
            let least = loads.indices.min { loads[$0] < loads[$1] } ?? 0
            loads[least] += width
        }
        let rows = (0..<bandCount).reduce(0) { $0 + paddedRows(ofBand: $1).count }
        return Double(rows) * Double(loads.max() ?? 0)
    }
}
