extension CameraNoise {
    /// The interpolation of the two colours that a sensor's pixel does not see from its neighbours.
    ///
    /// The mosaic is Bayer's: even rows red, green, red, green; odd rows green, blue, green, blue.
    public enum Demosaicing: String, Sendable, CaseIterable {
        /// The mean of the nearest two or four.
        case bilinear
        /// Malvar, He and Cutler, "High-quality linear interpolation for demosaicing of Bayer-patterned color images"
        /// (2004): bilinear, corrected by the gradients of the colour that the pixel sees, with the weights of their
        /// figure 2.
        case malvar
    }
}

extension CameraNoise.Demosaicing {
    /// The number of pixels in every direction that it reads.
    static let radius = 2

    /// Writes red, green and blue of `count` pixels of one row.
    ///
    /// - Parameters:
    ///   - rows: the row and the two above and below it, each with two samples more on either side: pixel x lies at
    ///     x + 2.
    ///   - phaseY: 0 in a row of red and green, 1 in a row of green and blue.
    ///   - phaseX: the phase of the first pixel, 0 in a column of red and green.
    func write(
        _ rows: [UnsafeMutablePointer<Float>], phaseY: Int, phaseX: Int, red: UnsafeMutablePointer<Float>,
        green: UnsafeMutablePointer<Float>, blue: UnsafeMutablePointer<Float>, count: Int
    ) {
        let (above2, above, row, below, below2) = (rows[0], rows[1], rows[2], rows[3], rows[4])
        // The row's own colour besides green, and the one of the rows beside it.
        let (own, other) = phaseY == 0 ? (red, blue) : (blue, red)
        // Pixels of the own colour come at even places of red rows and at odd places of blue ones.
        let first = (phaseX + phaseY) & 1
        switch self {
        case .bilinear:
            for x in stride(from: first, to: count, by: 2) {
                let p = x + 2
                own[x] = row[p]
                green[x] = 0.25 * (row[p - 1] + row[p + 1] + above[p] + below[p])
                other[x] = 0.25 * (above[p - 1] + above[p + 1] + below[p - 1] + below[p + 1])
            }
            for x in stride(from: 1 - first, to: count, by: 2) {
                let p = x + 2
                own[x] = 0.5 * (row[p - 1] + row[p + 1])
                green[x] = row[p]
                other[x] = 0.5 * (above[p] + below[p])
            }
        case .malvar:
            for x in stride(from: first, to: count, by: 2) {
                let p = x + 2
                let cross = row[p - 1] + row[p + 1] + above[p] + below[p]
                let corners = above[p - 1] + above[p + 1] + below[p - 1] + below[p + 1]
                let far = row[p - 2] + row[p + 2] + above2[p] + below2[p]
                own[x] = row[p]
                green[x] = 0.5 * row[p] + 0.25 * cross - 0.125 * far
                other[x] = 0.75 * row[p] + 0.25 * corners - 0.1875 * far
            }
            for x in stride(from: 1 - first, to: count, by: 2) {
                let p = x + 2
                let corners = above[p - 1] + above[p + 1] + below[p - 1] + below[p + 1]
                let (across, down) = (row[p - 2] + row[p + 2], above2[p] + below2[p])
                let common = 0.625 * row[p] - 0.125 * corners
                own[x] = common + 0.5 * (row[p - 1] + row[p + 1]) - 0.125 * across + 0.0625 * down
                green[x] = row[p]
                other[x] = common + 0.5 * (above[p] + below[p]) - 0.125 * down + 0.0625 * across
            }
        }
    }
}
