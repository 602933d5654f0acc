import Tensors

/// The squared differences of two pictures summed over cells of 16x16 pixels, to find the regions worth a view.
struct DifferenceMap {
    private static let cell = 16
    private let width: Int
    private let height: Int
    private let columns: Int
    private let rows: Int
    private var sums: [Float]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        columns = (width + Self.cell - 1) / Self.cell
        rows = (height + Self.cell - 1) / Self.cell
        sums = [Float](repeating: 0, count: columns * rows)
    }

    /// Adds row `y`; `other` has the resolution divided by `scale`.
    mutating func add(_ row: PlanarImage, against other: PlanarImage, scale: Int, row y: Int) {
        let line = y / Self.cell * columns
        for c in 0..<min(row.channels, other.channels) {
            let (a, b) = (row.view.row(c, 0), other.view.row(c, 0))
            for x in 0..<width {
                let difference = a[x] - b[x / scale]
                sums[line + x / Self.cell] += difference * difference
            }
        }
        withExtendedLifetime((row, other)) {}
    }

    /// Returns the squares of `side` pixels with the greatest sums, greatest first, without overlap, on cells, within
    /// the picture, on multiples of `multiple`. There are fewer where no more fit, or nothing differs elsewhere; never
    /// none.
    ///
    /// - Complexity: O(cells * count).
    func worstRegions(count: Int, side: Int, multiple: Int) -> [PixelRectangle] {
        let cells = max(1, side / Self.cell)
        let tops = max(0, rows - cells)
        let lefts = max(0, columns - cells)
        // Sums over everything above and to the left: a square's sum is four of them.
        var integral = [Double](repeating: 0, count: (columns + 1) * (rows + 1))
        for row in 0..<rows {
            var line = 0.0
            for column in 0..<columns {
                line += Double(sums[row * columns + column])
                integral[(row + 1) * (columns + 1) + column + 1] = integral[row * (columns + 1) + column + 1] + line
            }
        }
        func sum(_ top: Int, _ left: Int) -> Double {
            let (bottom, right) = (min(rows, top + cells) * (columns + 1), min(columns, left + cells))
            let above = top * (columns + 1)
            return integral[bottom + right] - integral[above + right] - integral[bottom + left] + integral[above + left]
        }
        func fitted(_ value: Int, _ extent: Int) -> Int {
            max(0, min(value, extent - side)) / multiple * multiple
        }
        func region(_ top: Int, _ left: Int) -> PixelRectangle {
            PixelRectangle(
                x: fitted(left * Self.cell, width), y: fitted(top * Self.cell, height),
                width: min(side, width) / multiple * multiple,
                height: min(side, height) / multiple * multiple)
        }
        var found: [PixelRectangle] = []
        while found.count < count {
            var best: (region: PixelRectangle, sum: Double)?
            for top in 0...tops {
                for left in 0...lefts {
                    let sum = sum(top, left)
                    guard sum > best?.sum ?? -1 else { continue }
                    let region = region(top, left)
                    if !found.contains(where: region.overlaps) { best = (region, sum) }
                }
            }
            guard let best, found.isEmpty || best.sum > 0 else { break }
            found.append(best.region)
        }
        return found.isEmpty ? [region(0, 0)] : found
    }
}
