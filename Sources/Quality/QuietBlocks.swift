public import Tensors

/// How much the quietest parts of a JPEG's picture vary.
///
/// Rounding the coefficients of its blocks takes the fine part of grain away, and with it most of what ``NoiseEstimate``
/// goes by; but a photograph has a sky, a wall or something out of focus somewhere, whose blocks come out nearly even from
/// clean pictures and do not from grainy ones. Where there is no such place, grass from edge to edge say, texture is taken
/// for grain here as elsewhere.
public enum QuietBlocks {
    /// The standard deviation of luma on 0...255 in a block of 8x8 pixels, of which a tenth of the blocks stay below; nil where
    /// fewer than 50 blocks can be measured. Blocks with more than 3 pixels at black or white are left out, where grain is
    /// cut off.
    ///
    /// - Parameter image: 1 to 4 channels in 0...1 (of 2 and 4 the last is left out), its first row and column those of a
    ///   block.
    /// - Complexity: linear, some hundredths of a second for 12 megapixels.
    public static func deviation(of image: PlanarImage) -> Double? {
        var variances: [Double] = []
        variances.reserveCapacity(image.height / 8 * (image.width / 8))
        for top in stride(from: 0, through: image.height - 8, by: 8) {
            for left in stride(from: 0, through: image.width - 8, by: 8) {
                if let variance = variance(of: image, top: top, left: left) { variances.append(variance) }
            }
        }
        guard variances.count >= leastCount else { return nil }
        variances.sort()
        return variances[variances.count / 10].squareRoot()
    }

    private static let leastCount = 50
    /// Levels that pass for black and white; a saved JPEG has neither exactly.
    private static let (black, white) = (2.0, 253.0)
    private static let clippedLimit = 3

    /// Nil where too much is cut off, or is no number.
    private static func variance(of image: PlanarImage, top: Int, left: Int) -> Double? {
        var (sums, squares) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
        var clipped = 0
        for y in top..<top + 8 {
            let levels = Luma.levels(of: image, row: y, column: left)
            sums += levels
            squares += levels * levels
            for x in 0..<8 where levels[x] <= black || levels[x] >= white { clipped += 1 }
        }
        guard clipped <= clippedLimit else { return nil }
        let mean = sums.sum() / 64
        let variance = squares.sum() / 64 - mean * mean
        return variance.isFinite ? max(0, variance) : nil
    }
}
