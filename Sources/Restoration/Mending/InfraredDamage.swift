import Foundation
package import Imaging
import Tensors

extension PixelMask {
    /// The side of the blocks, in pixels, whose usual brightness in infrared is compared with.
    private static let infraredBlock = 48
    /// The share of a block's usual brightness at which a pixel is as likely damaged as not, and the share over which
    /// the odds change by a factor of e.
    private static let (infraredMiddle, infraredSpread) = (0.88, 0.02)

    /// Returns how likely each pixel is damaged, as `DamageOdds`, by what infrared tells: dyes of film let it
    /// through, dust and scratches do not, so they are darker than what lies around them.
    ///
    /// The usual brightness is the 75th percentile of blocks, interpolated between their centres: base fog, and what
    /// leaks of the picture, vary slowly. Silver stops infrared as dust does: black-and-white film and Kodachrome show the
    /// picture, and nothing useful comes of it.
    ///
    /// - Parameter open: opens the infrared at its first row, in 0...1; called twice.
    /// - Throws: what `open` and its source throw.
    /// - Complexity: two passes; 256 counts for each block of a row of blocks, and a number for each block.
    package init(infraredRows open: () throws -> any RowSource) throws {
        let first = try open()
        let (height, width, side) = (first.height, first.width, Self.infraredBlock)
        let (rows, columns) = ((height + side - 1) / side, (width + side - 1) / side)
        var usual: [Float] = []
        usual.reserveCapacity(rows * columns)
        let band = PlanarImage(channels: first.channels, height: min(side, height), width: width)
        for block in 0..<rows {
            let count = min(side, height - block * side)
            let view = band.view.cropped(rows: 0..<count, columns: 0..<width)
            try first.readRows(into: view)
            var counts = [Int](repeating: 0, count: 256 * columns)
            for y in 0..<count {
                let row = view.row(0, y)
                for x in 0..<width { counts[x / side * 256 + Self.level(row[x])] += 1 }
            }
            for column in 0..<columns {
                let pixels = count * min(side, width - column * side)
                var (level, above) = (255, 0)
                while level > 0, above + counts[column * 256 + level] <= pixels / 4 {
                    above += counts[column * 256 + level]
                    level -= 1
                }
                usual.append(Float(level) / 255)
            }
        }
        self.init(height: height, width: width)
        let second = try open()
        let line = PlanarImage(channels: first.channels, height: 1, width: width)
        /// Returns the two blocks whose centres lie around pixel `place`, and the share of the second one.
        func around(_ place: Int, _ count: Int) -> (Int, Int, Float) {
            let position = max(0, min(Float(count - 1), (Float(place) + 0.5) / Float(side) - 0.5))
            let low = Int(position)
            return (low, min(low + 1, count - 1), position - Float(low))
        }
        let across = (0..<width).map { around($0, columns) }
        for y in 0..<height {
            try second.readRows(into: line.view)
            let (upper, lower, down) = around(y, rows)
            let row = line.view.row(0, 0)
            withMutableRow(y) { target in
                for x in 0..<width {
                    let (left, right, along) = across[x]
                    func mean(_ block: Int) -> Float {
                        let (a, b) = (usual[block * columns + left], usual[block * columns + right])
                        return a + (b - a) * along
                    }
                    let expected = mean(upper) + (mean(lower) - mean(upper)) * down
                    // Where nothing comes through anyway, as beside the film, nothing is told.
                    guard expected > 0.05 else { continue }
                    let share = Double(row[x] / expected)
                    target[x] = DamageOdds.level(exp((Self.infraredMiddle - share) / Self.infraredSpread))
                }
            }
        }
    }

    private static func level(_ sample: Float) -> Int { Int(max(0, min(255, (sample * 255).rounded()))) }
}
