import Imaging
import Quality
import Testing

/// A mask of rows of text: # is 255, ? is 128, anything else 0.
private func mask(_ rows: String...) -> PixelMask {
    PixelMask(
        height: rows.count, width: rows[0].count,
        values: rows.flatMap { $0.map { $0 == "#" ? 255 : $0 == "?" ? 128 : 0 } })
}

@Suite("Figures of masks")
struct MaskFiguresTests {
    @Test func countedByHand() throws {
        // Two objects, of six and of four pixels, a speck that is none, and two pixels that count neither way.
        let truth = mask("###...#", "###....", ".....??", "##.....", "##.....")
        let found = mask("##.....", "#..#...", "......#", ".#.....", "......#")
        let figures = try MaskFigures(of: found, truth: truth)
        #expect((figures.found, figures.missed, figures.wrong, figures.whole) == (4, 7, 2, 20))
        #expect((figures.objects, figures.foundObjects) == (2, 1))
        #expect(figures.precision == 4.0 / 6 && figures.recall == 4.0 / 11)
        #expect(figures.f1 == 8.0 / 17 && figures.objectRecall == 0.5 && figures.wrongShare == 2.0 / 22)
        let twice = figures + figures
        #expect(twice.f1 == figures.f1 && twice.objects == 4 && twice.whole == 40)
        #expect(figures + MaskFigures() == figures)
    }

    @Test func nothingToFindAndNothingFound() throws {
        let none = PixelMask(height: 3, width: 4)
        let clean = try MaskFigures(of: none, truth: none)
        #expect(clean.precision == nil && clean.recall == nil && clean.f1 == nil && clean.objectRecall == nil)
        #expect(clean.wrongShare == 0)
        let all = PixelMask(height: 3, width: 4) { _, _ in true }
        #expect(try MaskFigures(of: all, truth: none).wrongShare == 1)
        #expect(try MaskFigures(of: all, truth: all).f1 == 1)
        #expect(try MaskFigures(of: all, truth: all).wrongShare == nil)
        #expect(try MaskFigures(of: none, truth: all).f1 == 0)
        #expect(throws: QualityError.size(foundWidth: 4, foundHeight: 3, expectedWidth: 3, expectedHeight: 4)) {
            try MaskFigures(of: none, truth: PixelMask(height: 4, width: 3))
        }
    }
}
