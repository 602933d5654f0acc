import Tensors

/// A band of rows on its way through non-local means. Used by one thread at a time.
///
/// For one displacement after the other the whole band's squared differences are summed over patches; each sum is
/// added up in an order that does not depend on the place, so bands change nothing.
final class MeansBand {
    static let height = 32
    private let profile: NonLocalMeans.Profile
    /// The picture with `patchRadius + searchRadius` more on each side.
    private let padded: PlanarImage
    private let variance: Float
    private let decay: Float
    /// The squared differences of the rows of the band and of `patchRadius` rows above and below it.
    private let differences: AlignedBuffer<Float>
    private let columnSums: AlignedBuffer<Float>
    private let weights: AlignedBuffer<Float>
    private let totals: AlignedBuffer<Float>
    private let stride: Int

    init(_ profile: NonLocalMeans.Profile, noiseSigma: Double, padded: PlanarImage) {
        self.profile = profile
        self.padded = padded
        let samples = Double(padded.channels * (2 * profile.patchRadius + 1) * (2 * profile.patchRadius + 1))
        variance = Float(2 * noiseSigma * noiseSigma * samples)
        decay = Float(1 / (samples * profile.strength * profile.strength * noiseSigma * noiseSigma))
        stride = padded.width
        let rows = Self.height + 2 * profile.patchRadius
        differences = AlignedBuffer(repeating: 0, count: rows * stride)
        columnSums = AlignedBuffer(repeating: 0, count: stride + 8)
        weights = AlignedBuffer(repeating: 0, count: stride)
        totals = AlignedBuffer(repeating: 0, count: Self.height * stride)
    }

    /// Writes the means of `rows` to the picture `result`.
    func average(rows: Range<Int>, into result: PlanarView) {
        let radius = profile.searchRadius
        for vertical in -radius...radius {
            for horizontal in -radius...radius {
                measure(rows: rows, vertical: vertical, horizontal: horizontal, width: result.width)
                for y in rows {
                    weigh(row: y - rows.lowerBound, width: result.width)
                    add(row: y, in: rows, vertical: vertical, horizontal: horizontal, to: result)
                }
            }
        }
        for y in rows {
            let total = totals.base + (y - rows.lowerBound) * stride
            for channel in 0..<result.channels {
                let row = result.row(channel, y)
                for x in 0..<result.width { row[x] /= total[x] }
            }
        }
    }

    /// The squared differences of the band's surroundings to those displaced, over all channels.
    private func measure(rows: Range<Int>, vertical: Int, horizontal: Int, width: Int) {
        let (patch, search) = (profile.patchRadius, profile.searchRadius)
        for line in 0..<rows.count + 2 * patch {
            let target = differences.base + line * stride
            // Row `rows.lowerBound - patch + line` of the picture lies `patch + search` lower in the padded one.
            let y = rows.lowerBound + line + search
            for channel in 0..<padded.channels {
                let a = padded.view.row(channel, y) + search
                let b = padded.view.row(channel, y + vertical) + search + horizontal
                for x in Swift.stride(from: 0, to: width + 2 * patch, by: 8) {
                    let difference = (a + x).lanes - (b + x).lanes
                    let square = difference * difference
                    (target + x).lanes = channel == 0 ? square : (target + x).lanes + square
                }
            }
        }
    }

    /// The weights of a row of the band: exp(-max(0, distance - 2 sigma²) / h²).
    private func weigh(row: Int, width: Int) {
        let side = 2 * profile.patchRadius + 1
        let first = differences.base + row * stride
        let sums = columnSums.base
        for x in Swift.stride(from: 0, to: width + side - 1, by: 8) {
            var sum = (first + x).lanes
            for line in 1..<max(1, side) { sum += (first + line * stride + x).lanes }
            (sums + x).lanes = sum
        }
        let target = weights.base
        for x in Swift.stride(from: 0, to: width, by: 8) {
            var sum = (sums + x).lanes
            for column in 1..<max(1, side) { sum += (sums + x + column).lanes }
            (target + x).lanes = sum
        }
        let (variance, decay) = (variance, decay)
        for x in 0..<width {
            let excess = target[x] - variance
            target[x] = Self.exponential(excess > 0 ? excess * decay : 0)
        }
    }

    /// exp(-x) for x of 0 or more, to a millionth of itself; below 2^-100 it stays there.
    @inline(__always)
    static func exponential(_ x: Float) -> Float {
        // 2^(n + f) with n a whole number and f in -0.5...0.5; adding 1.5 * 2^23 leaves n in the lowest bits.
        let power = max(-100, -x * 1.442_695_04)
        let shifted = power + 12_582_912
        let f = power - (shifted - 12_582_912)
        // Taylor's series of 2^f.
        var sum: Float = 1.540_353e-4
        sum = sum * f + 1.333_355_8e-3
        sum = sum * f + 9.618_129e-3
        sum = sum * f + 5.550_410_9e-2
        sum = sum * f + 0.240_226_51
        sum = sum * f + 0.693_147_18
        sum = sum * f + 1
        return Float(bitPattern: sum.bitPattern &+ (shifted.bitPattern << 23))
    }

    private func add(row y: Int, in rows: Range<Int>, vertical: Int, horizontal: Int, to result: PlanarView) {
        let margin = profile.patchRadius + profile.searchRadius
        let (weights, width) = (weights.base, result.width)
        let total = totals.base + (y - rows.lowerBound) * stride
        for x in 0..<width { total[x] += weights[x] }
        for channel in 0..<result.channels {
            let source = padded.view.row(channel, y + margin + vertical) + margin + horizontal
            let target = result.row(channel, y)
            for x in 0..<width { target[x] += weights[x] * source[x] }
        }
    }
}
