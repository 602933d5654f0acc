import Restoration
import Testing

@Suite("A plan of tiles")
struct TilePlanTests {
    private func limits(grid: Int = 16, halo: Int = 96, sharers: Int = 1, byteCount: Int = .max) -> TilePlan.Limits {
        TilePlan.Limits(grid: grid, halo: halo, sharers: sharers, byteCount: byteCount) {
            $0.paddedHeight * $0.paddedWidth * 200
        }
    }

    @Test(
        "Cores cover the picture once, on the grid, with all the halo that there is",
        arguments: [(16, 16), (1008, 704), (3008, 4000), (16, 8000), (8000, 16)], [0, 1, 17, 128, 512, 5000])
    func coresCover(sides: (height: Int, width: Int), tileSize: Int) throws {
        for sharers in [1, 2, 5] {
            let plan = try TilePlan.choose(
                height: sides.height, width: sides.width, tileSize: tileSize, limits: limits(sharers: sharers))
            var nextRow = 0
            for band in 0..<plan.bandCount {
                let tiles = plan.tiles(ofBand: band)
                #expect(plan.rows(ofBand: band).lowerBound == nextRow)
                nextRow = plan.rows(ofBand: band).upperBound
                var nextColumn = 0
                for tile in tiles {
                    #expect(tile.columns.lowerBound == nextColumn)
                    nextColumn = tile.columns.upperBound
                    for (core, padded, side) in [
                        (tile.rows, tile.paddedRows, sides.height), (tile.columns, tile.paddedColumns, sides.width),
                    ] {
                        #expect(core.lowerBound % 16 == 0 && !core.isEmpty)
                        #expect(padded.lowerBound == max(0, core.lowerBound - plan.halo))
                        #expect(padded.upperBound == min(side, core.upperBound + plan.halo))
                        #expect(padded.lowerBound % 16 == 0 && padded.upperBound % 16 == 0)
                    }
                    #expect(tile.paddedRows.count <= plan.paddedHeight)
                    #expect(tile.paddedColumns.count <= plan.paddedWidth)
                }
                #expect(nextColumn == sides.width)
            }
            #expect(nextRow == sides.height)
            #expect(plan.workFactor >= 1)
        }
    }

    @Test func tileSizeIsRoundedUpToTheGrid() throws {
        let plan = try TilePlan.choose(height: 1008, width: 704, tileSize: 100, limits: limits())
        #expect(plan.coreHeight == 112 && plan.coreWidth == 112)
    }

    @Test func aSmallPictureIsOneTile() throws {
        let plan = try TilePlan.choose(height: 576, width: 576, tileSize: 0, limits: limits())
        #expect(plan.bandCount == 1 && plan.columnCount == 1 && plan.workFactor == 1)
    }

    @Test func sharersGetColumnsEach() throws {
        let plan = try TilePlan.choose(height: 1088, width: 1920, tileSize: 0, limits: limits(sharers: 2))
        #expect(plan.columnCount % 2 == 0)
        #expect(plan.workFactor < 1.3)
    }

    @Test func memoryIsKeptOrRefused() throws {
        let whole = 4000 * 3008 * 200
        for byteCount in [whole, whole / 4, whole / 16, 60_000_000] {
            let plan = try TilePlan.choose(
                height: 3008, width: 4000, tileSize: 0, limits: limits(byteCount: byteCount))
            #expect(plan.paddedHeight * plan.paddedWidth * 200 <= byteCount)
        }
        #expect(throws: RestorationError.self) {
            try TilePlan.choose(height: 3008, width: 4000, tileSize: 0, limits: limits(byteCount: 1_000_000))
        }
        #expect(throws: RestorationError.memory(needed: (512 + 192) * (512 + 192) * 200, limit: 1_000_000)) {
            try TilePlan.choose(height: 3008, width: 4000, tileSize: 512, limits: limits(byteCount: 1_000_000))
        }
    }
}
