import Filters
import Imaging
import Tensors
import TestSupport
import Testing

/// Smooth filling by pull and push, against the definition on whole levels.
@Suite struct PyramidFillingTests {
    /// A level as plain lists: means, and whether there is one.
    private struct Level {
        var values: [[Float]]
        var isWhole: [[Bool]]

        init(_ values: [[Float]], isWhole: [[Bool]]) { (self.values, self.isWhole) = (values, isWhole) }

        func halved() -> Level {
            let (height, width) = ((values.count + 1) / 2, (values[0].count + 1) / 2)
            var half = Level(
                Array(repeating: Array(repeating: 0, count: width), count: height),
                isWhole: Array(repeating: Array(repeating: false, count: width), count: height))
            for y in 0..<height {
                for x in 0..<width {
                    var found: [Float] = []
                    for (dy, dx) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                        let (row, column) = (2 * y + dy, 2 * x + dx)
                        if row < values.count, column < values[0].count, isWhole[row][column] {
                            found.append(values[row][column])
                        }
                    }
                    half.isWhole[y][x] = !found.isEmpty
                    half.values[y][x] = found.isEmpty ? 0 : found.reduce(0, +) / Float(found.count)
                }
            }
            return half
        }

        mutating func fill(from coarse: [[Float]]) {
            for y in values.indices {
                for x in values[0].indices where !isWhole[y][x] {
                    var sum: Float = 0
                    for (row, dy) in [(y / 2, Float(0.75)), (y % 2 == 0 ? y / 2 - 1 : y / 2 + 1, 0.25)] {
                        for (column, dx) in [(x / 2, Float(0.75)), (x % 2 == 0 ? x / 2 - 1 : x / 2 + 1, 0.25)] {
                            sum += dy * dx * coarse[row.clamped(coarse.count)][column.clamped(coarse[0].count)]
                        }
                    }
                    values[y][x] = sum
                }
            }
        }
    }

    private func filled(_ picture: [[Float]], isWhole: [[Bool]], levels: Int) -> [[Float]] {
        var level = Level(picture, isWhole: isWhole)
        if levels > 0 {
            level.fill(from: filled(level.halved().values, isWhole: level.halved().isWhole, levels: levels - 1))
        }
        return level.values
    }

    private func list(_ image: PlanarImage, _ channel: Int) -> [[Float]] {
        (0..<image.height).map { y in (0..<image.width).map { image.view.row(channel, y)[$0] } }
    }

    private func take(
        _ image: PlanarImage, holes: PlanarImage, kept: Int = 0, levels: Int, rowsAtATime: Int, taken: Int
    ) -> PlanarImage {
        let filling = PyramidFilling(
            height: image.height, width: image.width, channels: image.channels - kept, keptChannels: kept,
            rowsAtATime: rowsAtATime, levelCount: levels)
        let result = PlanarImage(channels: image.channels, height: image.height, width: image.width)
        var y = 0
        while y < image.height {
            let rows = y..<min(image.height, y + taken)
            for row in rows {
                while filling.givenRows < filling.rowsNeeded(for: row) {
                    let given = filling.givenRows..<min(image.height, filling.givenRows + rowsAtATime)
                    filling.append(
                        image.view.cropped(rows: given, columns: 0..<image.width),
                        holes: holes.view.cropped(rows: given, columns: 0..<image.width))
                }
                filling.take(into: result.view.cropped(rows: row..<row + 1, columns: 0..<image.width))
            }
            y = rows.upperBound
        }
        return result
    }

    @Test(arguments: [(37, 61, 3), (64, 64, 4), (130, 45, 5), (1, 1, 2), (9, 1, 3), (300, 20, 3)])
    func isWhatItsDefinitionSays(height: Int, width: Int, levels: Int) {
        var random = SeededNumbers(seed: UInt64(height + width))
        let image = noise(channels: 3, height: height, width: width, seed: 1)
        let holes = PlanarImage(channels: 1, height: height, width: width)
        for y in 0..<height {
            for x in 0..<width {
                // Specks, and a band through the picture narrower than the coarsest square.
                let isBand = (y + x / 2) % 61 < min(9, 1 << levels - 1)
                holes.view.row(0, y)[x] = height > 1 && (isBand || random.fraction() < 0.1) ? 1 : 0
            }
        }
        let isWhole = list(holes, 0).map { $0.map { $0 == 0 } }
        let result = take(image, holes: holes, kept: 1, levels: levels, rowsAtATime: 32, taken: 5)
        for c in 0..<2 {
            let expected = filled(list(image, c), isWhole: isWhole, levels: levels)
            for y in 0..<height {
                for x in 0..<width {
                    if isWhole[y][x] { #expect(result.view.row(c, y)[x] == image.view.row(c, y)[x]) }
                    #expect(abs(result.view.row(c, y)[x] - expected[y][x]) < 1e-5)
                }
            }
        }
        #expect(list(result, 2) == list(image, 2), "a kept channel stays")
        for (rows, taken) in [(1, 1), (7, 64), (height, height)] {
            let other = take(image, holes: holes, kept: 1, levels: levels, rowsAtATime: rows, taken: min(taken, rows))
            #expect(other.samples == result.samples, "\(rows) rows at a time")
        }
    }

    /// What is larger than the coarsest squares is filled from beside, from above, or with grey.
    @Test func squaresWithoutAnythingWhole() {
        let (height, width) = (40, 64)
        let image = PlanarImage(channels: 1, height: height, width: width)
        let holes = PlanarImage(channels: 1, height: height, width: width)
        for y in 0..<height {
            for x in 0..<width {
                image.view.row(0, y)[x] = x < 8 ? 0.2 : 0.6
                holes.view.row(0, y)[x] = (y < 16 && (8..<56).contains(x)) || (16..<32).contains(y) ? 1 : 0
            }
        }
        let result = take(image, holes: holes, levels: 3, rowsAtATime: 8, taken: 8)
        #expect(abs(result.view.row(0, 4)[30] - 0.4) < 0.06)
        #expect(abs(result.view.row(0, 24)[30] - 0.4) < 0.1)
        #expect(
            (0..<height).allSatisfy { y in (0..<width).allSatisfy { (0.19...0.61).contains(result.view.row(0, y)[$0]) }
            })
        holes.view.fill(with: 1)
        let grey = take(image, holes: holes, levels: 3, rowsAtATime: 8, taken: 8)
        #expect(grey.samples.allSatisfy { $0 == 0.5 })
    }

    @Test func itsMemoryFollowsTheRowsAtATime() {
        let whole = PyramidFilling.byteCount(height: 10_000, width: 10_000, channels: 3, rowsAtATime: 10_000)
        let few = PyramidFilling.byteCount(height: 10_000, width: 10_000, channels: 3, rowsAtATime: 32)
        #expect(whole > 3 * 4 * 100_000_000 && few < 40_000_000)
    }
}

extension Int {
    fileprivate func clamped(_ count: Int) -> Int { Swift.max(0, Swift.min(count - 1, self)) }
}
