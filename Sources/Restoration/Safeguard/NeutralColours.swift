import Tensors

/// Keeps neutral what is neutral: where the channels of the original are equal, those of what goes out are; where they
/// differ by no more than a level or two, they go on differing as they did.
///
/// A pixel counts as neutral as the most neutral of the four squares of 2x2 pixels that it belongs to, and a square as
/// its most colourful pixel: a chance pixel of equal channels amid colour does not count, and an edge of a grey part
/// does. In JPEG files grey differs from grey by a level.
enum NeutralColours {
    /// The channel difference, on 0...1, up to which colour stays as it was.
    private static let kept: Float = 1.5 / 255
    /// The channel difference, on 0...1, from which colour is the result's.
    private static let free: Float = 4.5 / 255

    /// Writes the greatest difference of a row's channels, pixel by pixel, to `spreads`.
    ///
    /// - Parameter row: a view of three channels, of which the first row is read.
    static func measure(_ row: PlanarView, to spreads: UnsafeMutablePointer<Float>) {
        let (r, g, b) = (row.row(0, 0), row.row(1, 0), row.row(2, 0))
        for x in 0..<row.width {
            let (high, low) = (r[x] > g[x] ? r[x] : g[x], r[x] < g[x] ? r[x] : g[x])
            spreads[x] = (high > b[x] ? high : b[x]) - (low < b[x] ? low : b[x])
        }
    }

    /// Takes colour off `row`, one row of what goes out, where the original has none.
    ///
    /// - Parameters:
    ///   - original: the row as it was.
    ///   - above, here, below: how far the channels of the original differ in the row above, in this one and in the one
    ///     below; at the edges of the picture, in this one again.
    static func apply(
        to row: PlanarView, original: PlanarView, above: UnsafePointer<Float>, here rowSpreads: UnsafePointer<Float>,
        below: UnsafePointer<Float>
    ) {
        let width = row.width
        let (r, g, b) = (row.row(0, 0), row.row(1, 0), row.row(2, 0))
        let (originalR, originalG, originalB) = (original.row(0, 0), original.row(1, 0), original.row(2, 0))
        // The most colourful of the two pixels of each column above, and of each below; of the last column of squares.
        func column(_ x: Int) -> (above: Float, below: Float) {
            (max(above[x], rowSpreads[x]), max(rowSpreads[x], below[x]))
        }
        var here = column(0)
        var left = here
        for x in 0..<width {
            let right = x + 1 < width ? column(x + 1) : here
            let spread = min(
                min(max(left.above, here.above), max(left.below, here.below)),
                min(max(right.above, here.above), max(right.below, here.below)))
            (left, here) = (here, right)
            guard spread < free else { continue }
            let mean = (r[x] + g[x] + b[x]) / 3
            if spread == 0 {
                (r[x], g[x], b[x]) = (mean, mean, mean)
                continue
            }
            let originalMean = (originalR[x] + originalG[x] + originalB[x]) / 3
            let share = spread > kept ? (spread - kept) / (free - kept) : 0
            func mixed(_ result: Float, _ before: Float) -> Float {
                let own = before - originalMean
                return mean + own + share * (result - mean - own)
            }
            (r[x], g[x], b[x]) = (
                mixed(r[x], originalR[x]), mixed(g[x], originalG[x]), mixed(b[x], originalB[x])
            )
        }
    }
}
