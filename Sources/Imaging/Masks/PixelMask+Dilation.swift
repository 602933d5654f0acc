extension PixelMask {
    /// Returns the mask in which every pixel has the largest value within `radius` rows and columns of it: `radius`
    /// dilations by a square of 3x3 pixels.
    ///
    /// - Complexity: `radius` passes over the mask in each direction, and two rows besides; in place where nobody else
    ///   holds the mask.
    public consuming func dilated(radius: Int = 1) -> PixelMask {
        precondition(radius >= 0)
        guard width > 0, height > 0 else { return self }
        for _ in 0..<radius {
            for y in 0..<height { withMutableRow(y, Self.dilateRow) }
            dilateColumns()
        }
        return self
    }

    private static func dilateRow(_ row: UnsafeMutableBufferPointer<UInt8>) {
        var before = row[0]
        for x in 0..<row.count {
            let here = row[x]
            row[x] = max(before, here, row[min(x + 1, row.count - 1)])
            before = here
        }
    }

    /// Each row becomes the largest of itself, the one above and the one below, all as they were.
    private mutating func dilateColumns() {
        var above = Array(values[..<width])
        for y in 0..<height {
            let lower = min(y + 1, height - 1)
            let below = Array(values[lower * width..<(lower + 1) * width])
            withMutableRow(y) { row in
                for x in 0..<row.count {
                    let here = row[x]
                    row[x] = max(above[x], here, below[x])
                    above[x] = here
                }
            }
        }
    }
}
