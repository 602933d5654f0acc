import Foundation
public import Tensors

/// The fading of a print, estimated from how the brightness of each channel is spread.
///
/// Dyes lose density in proportion (Wilhelm and Brower 1993): where a channel let through 10^-D of the light, a faded one
/// lets through 10^-(b + (1 - f) D), with the share f that was lost and the density b of a stain. A small network, which
/// has seen photographs under drawn fading and as they were (`PyTorch/training/tone.py`), estimates ln(1 / (1 - f)) and b
/// of each channel from percentiles of the densities. What counts as hardly faded is left as it is.
public struct FadingEstimate: Sendable {
    /// The levels that samples are counted in.
    private static let levelCount = 1024
    /// The percentiles of the densities, from white on.
    private static let percentiles = [0.3, 2, 10, 30, 50, 70, 90, 98, 99.7]
    /// The transmittance below which all is black.
    private static let darkest = pow(10, -2.6)
    /// The share of the height and of the width, on each side, that is not counted: borders of prints.
    private static let border = 0.05
    private static let scales = [0.2, 0.2, 0.2, 0.05, 0.05, 0.05]
    /// The largest logarithm of a gain, and the largest density of a stain.
    private static let (largestGain, largestStain) = (1.0, 0.2)
    /// The mean logarithm of the gains from which on a picture counts as faded, and over how much more that grows to
    /// all that was estimated.
    private static let (deadZone, growth) = (0.06, 0.1)
    private static let tintCount = 64

    private let height: Int
    private let width: Int
    private let channels: Int
    private var counts: [Int]
    /// The sums of what the channels are beyond the luma, red and blue, by luma: number, sum and sum of squares.
    private var tints: [SIMD8<Double>]
    /// True while the channels of all pixels are equal.
    private var isGrey = true
    private var nextRow = 0

    /// Begins an estimate of a picture of 1 or 3 channels.
    public init(height: Int, width: Int, channels: Int) {
        precondition(channels == 1 || channels == 3)
        (self.height, self.width, self.channels) = (height, width, channels)
        counts = [Int](repeating: 0, count: channels * Self.levelCount)
        tints = [SIMD8<Double>](repeating: .zero, count: Self.tintCount)
    }

    /// Counts the next rows, in 0...1; channels beyond the colours are not looked at.
    ///
    /// - Parameter mask: what does not count, such as damage; nil for nothing.
    public mutating func add(_ rows: PlanarView, leavingOut mask: MaskRuns? = nil) {
        let (top, left) = (Int(Double(height) * Self.border), Int(Double(width) * Self.border))
        for y in 0..<rows.height where (top..<height - top).contains(nextRow + y) {
            count(rows, y, columns: left..<width - left, by: 1)
            mask?.forEachRun(ofRow: nextRow + y) {
                count(rows, y, columns: $0.clamped(to: left..<width - left), by: -1)
            }
        }
        isGrey = isGrey && (channels == 1 || rows.channels(from: 0, count: 3).hasEqualChannels)
        nextRow += rows.height
    }

    private mutating func count(_ rows: PlanarView, _ y: Int, columns: Range<Int>, by step: Int) {
        for c in 0..<channels {
            let row = rows.row(c, y)
            for x in columns {
                let level = Int(max(0, min(1, row[x])) * Float(Self.levelCount - 1) + 0.5)
                counts[c * Self.levelCount + level] += step
            }
        }
        guard channels == 3 else { return }
        let (red, green, blue) = (rows.row(0, y), rows.row(1, y), rows.row(2, y))
        for x in columns {
            let luma = 0.299 * red[x] + 0.587 * green[x] + 0.114 * blue[x]
            let (r, b) = (Double(red[x] - luma), Double(blue[x] - luma))
            let bin = Int(max(0, min(1, luma)) * Float(Self.tintCount - 1) + 0.5)
            tints[bin] += Double(step) * SIMD8(1, r, r * r, b, b * b, 0, 0, 0)
        }
    }

    /// True where the picture has no colours but a tint that follows from the luma, as sepia has: what red and blue are
    /// beyond it varies by less than 6 of 255 about its mean at each luma.
    public var isMonochrome: Bool {
        guard channels == 3, !isGrey else { return true }
        var (count, squares) = (0.0, 0.0)
        for tint in tints where tint[0] > 0 {
            count += tint[0]
            squares += max(0, tint[2] - tint[1] * tint[1] / tint[0]) + max(0, tint[4] - tint[3] * tint[3] / tint[0])
        }
        return count > 0 && (squares / (2 * count)).squareRoot() < 6.0 / 255
    }

    /// The correction of what was counted; nil where nothing is to be corrected.
    public var correction: ToneCorrection? {
        let values = Self.limited(Self.estimate(features))
        guard values.contains(where: { $0 > 0 }) else { return nil }
        let (gains, stains) = (values.prefix(3).map { exp($0) }, Array(values.suffix(3)))
        guard isGrey else { return ToneCorrection(gains: gains, stains: stains) }
        return ToneCorrection(gains: [gains.reduce(0, +) / 3], stains: [stains.reduce(0, +) / 3])
    }

    /// The densities at the percentiles, channel after channel; a grey picture counts three times.
    package var features: [Double] {
        (0..<3).flatMap { c -> [Double] in
            let first = min(c, channels - 1) * Self.levelCount
            let total = counts[first..<first + Self.levelCount].reduce(0, +)
            var (level, sum) = (Self.levelCount - 1, counts[first + Self.levelCount - 1])
            return Self.percentiles.map { percentile in
                while level > 0, Double(sum) < percentile / 100 * Double(total) {
                    level -= 1
                    sum += counts[first + level]
                }
                let light = ToneCorrection.linear(Double(level) / Double(Self.levelCount - 1))
                return -log10(max(light, Self.darkest))
            }
        }
    }

    /// Returns three logarithms of gains and three densities, as the network has them.
    package static func estimate(_ features: [Double]) -> [Double] {
        var values = features
        for (index, layer) in layers.enumerated() {
            values = layer.map { row in
                let sum = zip(row.dropFirst(), values).reduce(Double(row[0])) { $0 + Double($1.0) * $1.1 }
                return index + 1 < layers.count ? max(0, sum) : sum
            }
        }
        return zip(values, scales).map { $0 * $1 }
    }

    private static func limited(_ values: [Double]) -> [Double] {
        let clamped = values.enumerated().map { max(0, min($0.offset < 3 ? largestGain : largestStain, $0.element)) }
        let mean = clamped.prefix(3).reduce(0, +) / 3
        let share = max(0, min(1, (mean - deadZone) / growth))
        return clamped.map { $0 * share }
    }
}
