import Foundation
public import Tensors

/// The noise of a picture and how neighbours, channels and brightness share it: a curve of its deviation over
/// brightness, its correlation along rows and columns and across channels, and the evidence that this is noise and no
/// texture.
///
/// The smooth parts of a picture show its noise alone. From blocks of 16x16 pixels, each less its best quadratic
/// surface, those that vary least at each brightness are taken for smooth. Noise differs from fine texture in that it
/// is alike in all smooth blocks, colours and directions; texture is hardly ever coloured otherwise than its
/// surroundings, and changes from block to block. Periodic patterns (screens, weaves, grids) are alike everywhere too,
/// but repeat at a distance, where noise is no longer correlated.
///
/// All levels are of 255. The module's documentation has the accuracy and the pictures that the bounds were chosen on.
public struct NoiseProfile: Sendable, Equatable, Codable {
    /// The mean levels, of 255, that the curve is given for.
    public static let knots: [Double] = (0..<8).map { 16 + 32 * Double($0) }

    /// The deviation of a sample's noise at each knot; where no smooth block is as bright, that of the nearest
    /// brightness, or the deviation that clipping leaves, if that is more.
    public let curve: [Double]
    /// The deviations of red, green and blue divided by the root mean square of the three; one value, 1, for a grey
    /// picture.
    public let channelScales: [Double]
    /// The deviation of the noise in the smoothest parts, whatever their brightness.
    public let floor: Double
    /// The deviation of luma in the parts where it is smoothest.
    public let lumaFloor: Double
    /// The deviation of the opponent colour that varies less, in the parts where it is smoothest; 0 for grey pictures.
    public let colourFloor: Double
    /// The mean correlation of horizontal and vertical neighbours of luma in smooth blocks.
    public let neighbourCorrelation: Double
    /// The deviation of `neighbourCorrelation` from block to block.
    public let correlationSpread: Double
    /// The mean correlation of horizontal and vertical neighbours of the first opponent colour; 0 for grey pictures.
    public let colourCorrelation: Double
    /// The deviation of `colourCorrelation` from block to block; 0 for grey pictures.
    public let colourCorrelationSpread: Double
    /// The mean correlation of two channels in smooth blocks; 1 for grey pictures.
    public let channelCorrelation: Double
    /// The share of blocks, 0...1, that vary about as little as the smoothest ones.
    public let smoothShare: Double
    /// The greatest correlation of luma at a distance of 5 to 10 pixels in smooth blocks: nearly 0 for noise, nearly 1
    /// for patterns.
    public let periodicity: Double
    /// True where the picture has three channels that differ.
    public let hasColour: Bool

    /// Measures `image`, 1 to 4 channels in 0...1, alpha left out; nil where a side is shorter than 16 pixels.
    ///
    /// - Complexity: at most 4,096 blocks whatever the size, 30 ms; a copy of the picture.
    public init?(of image: PlanarImage) {
        self.init(of: DetrendedBlocks(of: image))
    }

    /// Measures a picture's blocks.
    init?(of blocks: DetrendedBlocks) {
        let levels = blocks.image
        hasColour = levels.channels == 3
        guard blocks.count > 0 else { return nil }
        let chosen = blocks.unclipped
        let variances = chosen.map(blocks.meanVariance)
        let least = DetrendedBlocks.quantile(variances, 0.03)
        floor = Double(least).squareRoot()
        lumaFloor = Double(DetrendedBlocks.quantile(chosen.map { blocks.variance($0, 0) }, 0.03)).squareRoot()
        colourFloor =
            levels.channels == 3
            ? (1...2).map { measure in
                Double(DetrendedBlocks.quantile(chosen.map { blocks.variance($0, measure) }, 0.03)).squareRoot()
            }.min() ?? 0 : 0
        smoothShare =
            Double(variances.count { $0 > least / 1.7 && $0 < 2 * least }) / Double(max(1, variances.count))
        curve = Self.curve(blocks, chosen, floor: floor)
        let smooth = blocks.smooth
        channelScales =
            levels.channels == 1
            ? [1] : Self.scales((3...5).map { measure in smooth.map { Double(blocks.variance($0, measure)) } })
        let luma = SmoothSpectrum(
            blocks, smooth,
            weights: levels.channels == 1 ? [1] : Array(repeating: 1 / Float(3).squareRoot(), count: 3))
        (neighbourCorrelation, correlationSpread) = (luma.neighbours, luma.spread)
        periodicity = luma.farthest
        if levels.channels == 3 {
            let colour = SmoothSpectrum(
                blocks, smooth, weights: [Float(0.5).squareRoot(), -Float(0.5).squareRoot(), 0])
            (colourCorrelation, colourCorrelationSpread) = (colour.neighbours, colour.spread)
            let sums = (0..<6).map { measure in smooth.reduce(0.0) { $0 + Double(blocks.variance($1, measure)) } }
            // The mean of the channels' covariances follows from the variance of their sum.
            let own = (sums[3] + sums[4] + sums[5]) / 3
            channelCorrelation = own > 0 ? min(1, max(-0.5, (sums[0] / own - 1) / 2)) : 0
        } else {
            (colourCorrelation, colourCorrelationSpread, channelCorrelation) = (0, 0, 1)
        }
    }

    /// Returns the deviation of a sample's noise, in levels of 255, at a mean level of 0...255, the mean over the
    /// channels.
    public func deviation(at level: Double) -> Double {
        let position = min(max((level - Self.knots[0]) / 32, 0), Double(Self.knots.count - 1))
        let index = min(Int(position), Self.knots.count - 2)
        let share = position - Double(index)
        return curve[index] * (1 - share) + curve[index + 1] * share
    }

    // MARK: Measuring

    /// Returns the deviations at the knots: those of the smoothest twentieth of the blocks about as bright.
    private static func curve(_ blocks: DetrendedBlocks, _ chosen: [Int], floor: Double) -> [Double] {
        let found: [Double?] = knots.map { knot in
            let near = chosen.filter { abs(Double(blocks.brightness[$0]) - knot) < 24 }
            guard near.count >= 40 else { return nil }
            let share = near.count > 200 ? 0.05 : 0.1
            let deviation = Double(DetrendedBlocks.quantile(near.map(blocks.meanVariance), share)).squareRoot()
            // Where nothing is smooth, texture is not taken for noise.
            return min(deviation, 3 * floor)
        }
        guard found.contains(where: { $0 != nil }) else { return knots.map { _ in floor } }
        return knots.indices.map { index in
            if let value = found[index] { return value }
            let nearest = found.indices.filter { found[$0] != nil }.min { abs($0 - index) < abs($1 - index) }
            let neighbour = nearest.flatMap { found[$0] } ?? floor
            // Near black and white, noise that is cut off is still there: what is left of it counts where it is more.
            let near = (0..<blocks.count).filter { abs(Double(blocks.brightness[$0]) - knots[index]) < 24 }
            guard near.count >= 40 else { return neighbour }
            let clipped = Double(DetrendedBlocks.quantile(near.map(blocks.meanVariance), 0.25)).squareRoot()
            return max(neighbour, min(clipped, 3 * floor))
        }
    }

    private static func scales(_ variances: [[Double]]) -> [Double] {
        let means = variances.map { $0.isEmpty ? 0 : $0.reduce(0, +) / Double($0.count) }
        let mean = means.reduce(0, +) / Double(means.count)
        return means.map { mean > 0 ? ($0 / mean).squareRoot() : 1 }
    }
}
