import Networks

/// The tiles of a picture that hold holes: what a network that fills them is run on.
///
/// A picture is cut into bands of rows. In each band, cells with holes that lie near one another make a tile; around it
/// lies the halo, context that is read and thrown away, cut off at the picture's edges. Cells lie on the network's grid
/// and the halo is at least its bit radius, so a hole is filled alike to the bit wherever the tiles' edges lie.
struct HoleTiles {
    /// The bands, whose sides are the picture's rounded up to the network's grid.
    let bands: TilePlan
    /// The most columns of a tile.
    private let mostColumns: Int
    /// The side of a cell.
    private let cell: Int

    init(network: Network, height: Int, width: Int) {
        let (height, width) = (roundedUp(height, to: network.grid), roundedUp(width, to: network.grid))
        cell = network.tileGrid
        // A band of wide pictures is lower, since whole rows are held; the halo is the least work in high ones.
        let rows = max(128, min(512, (1 << 22) / width))
        let count = (height + rows - 1) / rows
        bands = TilePlan(
            height: height, width: width, coreHeight: roundedUp((height + count - 1) / count, to: cell),
            coreWidth: width, halo: roundedUp(network.bitRadius, to: cell))
        mostColumns = roundedUp(512, to: cell)
    }

    /// The most rows and columns that a tile reads.
    var largest: (height: Int, width: Int) {
        (bands.paddedHeight, min(bands.width, mostColumns + 2 * bands.halo))
    }

    /// Returns the tiles of band `index`, from left to right.
    func tiles(ofBand index: Int, of mask: MaskRuns) -> [TilePlan.Tile] {
        let rows = bands.rows(ofBand: index)
        // The rows of each column of cells between which holes lie.
        var extents = [Range<Int>?](repeating: nil, count: (bands.width + cell - 1) / cell)
        for y in rows where y < mask.height {
            mask.forEachRun(ofRow: y) { run in
                for column in run.lowerBound / cell...(run.upperBound - 1) / cell {
                    extents[column] =
                        extents[column].map { min($0.lowerBound, y)..<max($0.upperBound, y + 1) } ?? y..<y + 1
                }
            }
        }
        var tiles: [TilePlan.Tile] = []
        var open: (columns: Range<Int>, rows: Range<Int>)?
        func close() {
            guard let found = open else { return }
            let top = rows.lowerBound + (found.rows.lowerBound - rows.lowerBound) / cell * cell
            let bottom = min(
                rows.upperBound, rows.lowerBound + roundedUp(found.rows.upperBound - rows.lowerBound, to: cell))
            let columns = found.columns.lowerBound * cell..<min(bands.width, found.columns.upperBound * cell)
            tiles.append(bands.tile(rows: top..<bottom, columns: columns))
            open = nil
        }
        for (column, extent) in extents.enumerated() {
            guard let extent else { continue }
            if let found = open {
                // Two tiles whose halos overlap cost no less than one.
                let isNear = (column - found.columns.upperBound) * cell <= 2 * bands.halo
                if isNear, (column + 1 - found.columns.lowerBound) * cell <= mostColumns {
                    open = (
                        found.columns.lowerBound..<column + 1,
                        min(found.rows.lowerBound, extent.lowerBound)..<max(found.rows.upperBound, extent.upperBound)
                    )
                    continue
                }
                close()
            }
            open = (column..<column + 1, extent)
        }
        close()
        return tiles
    }
}
