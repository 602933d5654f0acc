import Foundation
import Imaging
public import Tensors

/// The quality at which a JPEG file's picture had been saved before its last saving, on the same lattice of blocks.
///
/// Coefficients that were multiples of one step and are then rounded to multiples of another fall on some of these too
/// often and on others too seldom. The expected frequencies come from the same picture with four rows and columns cut
/// off, whose blocks were never rounded (Lukáš and Fridrich, "Estimation of Primary Quantization Matrix in Double
/// Compressed JPEG Images", 2003). Each quality of the IJG's scale is tried on nine coefficients of low frequency, and
/// the likeliest counts where it explains the histograms better than one saving does.
///
/// A first saving with the same tables leaves no trace, and one at a higher quality little; a picture that was cropped
/// in between lies on another lattice, which ``Blockiness`` finds.
public enum EarlierCompression {
    /// Returns the quality of the earlier saving, 10...99 of the IJG's scale; nil where one saving explains the
    /// picture, and where it has fewer than 1000 blocks of 8x8 pixels.
    ///
    /// - Parameters:
    ///   - image: the picture as decoded, its first row and column those of the file; 1 to 4 channels in 0...1.
    ///   - table: the quantisation steps of the last saving's luma, 64 in zigzag order.
    /// - Complexity: about 0.1 s; only the middle 1024x1024 pixels are measured.
    public static func quality(of image: PlanarImage, savedWith table: [Int]) -> Int? {
        let blocks = BlockGrid(height: image.height / 8, width: image.width / 8)
        guard table.count == 64, table.allSatisfy({ $0 > 0 }), blocks.count >= 1000 else { return nil }
        let saved = blocks.coefficients(of: image, offset: 0)
        let unsaved = blocks.inner.coefficients(of: image, offset: 4)
        guard saved.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }

        /// Likelihoods by step: that of a coefficient does not depend on which quality has the step.
        var known = [[Int: Double]](repeating: [:], count: CoefficientHistogram.frequencies.count)
        let histograms = known.indices.map {
            CoefficientHistogram(saved[$0], unsaved: unsaved[$0], step: table[$0 + 1])
        }
        let once = histograms.map { $0.likelihood(earlierStep: 1) }
        var best: (quality: Int, gain: Double)?
        for quality in 10...99 {
            let steps = JPEGQuality.standardTable(quality: quality)
            var gain = 0.0
            for (index, histogram) in histograms.enumerated() {
                let step = steps[index + 1]
                let likelihood = known[index][step] ?? histogram.likelihood(earlierStep: step)
                known[index][step] = likelihood
                gain += likelihood - once[index]
            }
            if gain > best?.gain ?? leastGain { best = (quality, gain) }
        }
        return best?.quality
    }

    /// The least gain in nats per block. Pictures saved once reach 0.008, those saved at 90 and then at 95 pass 0.6.
    private static let leastGain = 0.02
}

/// The middle of a picture in blocks of 8x8 pixels, at most 128x128 of them.
private struct BlockGrid {
    var firstRow: Int
    var firstColumn: Int
    var rows: Int
    var columns: Int

    init(height: Int, width: Int) {
        (rows, columns) = (min(height, 128), min(width, 128))
        (firstRow, firstColumn) = ((height - rows) / 2, (width - columns) / 2)
    }

    var count: Int { rows * columns }

    /// The grid without its last row and column of blocks.
    var inner: BlockGrid {
        var grid = self
        (grid.rows, grid.columns) = (rows - 1, columns - 1)
        return grid
    }

    /// Returns for each frequency the coefficients of all blocks, `offset` pixels further down and to the right, of the
    /// luma that JPEG stores on 0...255.
    func coefficients(of image: PlanarImage, offset: Int) -> [[Double]] {
        let basis = (0..<4).map { k -> [Double] in
            let norm = k == 0 ? 0.125.squareRoot() : 0.5
            return (0..<8).map { n -> Double in
                let angle = (Double(n) + 0.5) * Double(k) * Double.pi / 8
                return norm * cos(angle)
            }
        }
        var found = [[Double]](repeating: [], count: CoefficientHistogram.frequencies.count)
        for index in found.indices { found[index].reserveCapacity(count) }
        for blockRow in firstRow..<firstRow + rows {
            for blockColumn in firstColumn..<firstColumn + columns {
                let (top, left) = (8 * blockRow + offset, 8 * blockColumn + offset)
                // Sums along rows, then along columns.
                var across = [SIMD8<Double>](repeating: .zero, count: 4)
                for y in 0..<8 {
                    let levels = Luma.levels(of: image, row: top + y, column: left)
                    for u in 0..<4 {
                        var sum = 0.0
                        for x in 0..<8 { sum += basis[u][x] * levels[x] }
                        across[u][y] = sum
                    }
                }
                for (index, frequency) in CoefficientHistogram.frequencies.enumerated() {
                    var sum = 0.0
                    for y in 0..<8 { sum += basis[frequency.row][y] * across[frequency.column][y] }
                    found[index].append(sum)
                }
            }
        }
        return found
    }
}

/// A histogram of the multiples of the last saving's step that a coefficient falls on.
private struct CoefficientHistogram {
    /// The first nine after the mean, in zigzag order.
    static let frequencies: [(row: Int, column: Int)] = [
        (0, 1), (1, 0), (2, 0), (1, 1), (0, 2), (0, 3), (1, 2), (2, 1), (3, 0),
    ]

    /// Larger multiples count as this one.
    private static let reach = 40
    private let counts: [Double]
    private let unsaved: [Double]
    private let step: Double
    /// The effect of rounding the decoded samples on a coefficient: noise of a deviation of about a third of a level.
    private let roundingNoise: [Double]

    init(_ saved: [Double], unsaved: [Double], step: Int) {
        self.step = Double(step)
        self.unsaved = unsaved
        var random = RandomStream(seed: 0)
        roundingNoise = unsaved.map { _ in 0.6 * (random.uniform() + random.uniform() - 1) * 1.25 }
        counts = Self.counts(of: saved, step: self.step)
    }

    private static func counts(of values: [Double], step: Double) -> [Double] {
        var counts = [Double](repeating: 0, count: 2 * reach + 1)
        for value in values {
            let multiple = max(-Double(reach), min(Double(reach), (value / step).rounded()))
            counts[Int(multiple) + reach] += 1
        }
        return counts
    }

    /// Returns the mean log-likelihood of a block's multiple, had the coefficients been multiples of `earlierStep`
    /// before; 1 stands for a picture that was saved once.
    func likelihood(earlierStep: Int) -> Double {
        let before = Double(earlierStep)
        let values = zip(unsaved, roundingNoise).map { value, noise in
            (earlierStep > 1 ? (value / before).rounded() * before : value) + noise
        }
        let expected = Self.counts(of: values, step: step)
        let total = expected.reduce(0, +) + 0.5 * Double(expected.count)
        // Light is as likely to fall as to rise.
        let shares = zip(expected, expected.reversed()).map { ($0 + $1 + 1) / (2 * total) }
        let count = counts.reduce(0, +)
        return zip(counts, shares).reduce(0) { $0 + $1.0 * log($1.1) } / count
    }
}
