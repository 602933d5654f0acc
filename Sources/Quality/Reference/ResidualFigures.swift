public import Tensors

/// The figures of a residual, the picture before less the one after, judged without a reference.
///
/// The residual of removed noise is as strong as the noise, as correlated between neighbours, no stronger at edges, and
/// of mean 0. Levels are of 255.
public struct ResidualFigures: Sendable, Equatable {
    /// The change of each channel's mean, before less after, in levels of 255.
    public var means: [Double]
    /// The share of each channel's samples, 0...1, that were black before. Noise that black or white cuts off has a
    /// mean.
    public var black: [Double]
    /// The share of each channel's samples, 0...1, that were white before.
    public var white: [Double]
    /// The standard deviation over the channels together, in levels of 255.
    public var deviation: Double
    /// The correlation of neighbours in a row and in a column, the mean of both and of the channels; 0 where the two
    /// pictures are equal.
    public var neighbourCorrelation: Double
    /// The correlation of the residual's size with the gradient of the picture after, the mean of the channels: removed
    /// detail lies at edges, noise anywhere.
    public var edgeCorrelation: Double
}

/// A pass over the rows of a picture before and after, from top to bottom, that sums up the residual.
public struct ResidualPass: Sendable {
    /// Sums over pixels that have a neighbour to the right and one below.
    private struct Sums: Sendable {
        var count = 0.0
        var (residual, square, across, down) = (0.0, 0.0, 0.0, 0.0)
        var (size, gradient, gradientSquare, product) = (0.0, 0.0, 0.0, 0.0)
        /// Counts over all pixels.
        var (black, white, pixels) = (0, 0, 0)
    }

    private let width: Int
    private var sums: [Sums]
    /// The last row of the residual and of the picture after, channel by channel.
    private var residuals: [Float]
    private var afters: [Float]
    private var hasRow = false

    /// Creates a pass over pictures of `width` pixels and `channels` channels, alpha not counted.
    public init(width: Int, channels: Int) {
        self.width = width
        sums = .init(repeating: Sums(), count: channels)
        residuals = .init(repeating: 0, count: width * channels)
        afters = residuals
    }

    /// Adds rows of the same height; further channels than those named are alpha and left out. Samples are on 0...1.
    public mutating func add(before: PlanarView, after: PlanarView) {
        precondition(before.height == after.height && before.width == width && after.width == width)
        for y in 0..<before.height {
            for channel in sums.indices {
                add(before.row(channel, y), after.row(channel, y), channel: channel)
            }
            hasRow = true
        }
    }

    private mutating func add(_ before: UnsafePointer<Float>, _ after: UnsafePointer<Float>, channel: Int) {
        let start = channel * width
        var sum = sums[channel]
        if hasRow {
            for x in 0..<max(0, width - 1) {
                let residual = Double(residuals[start + x])
                let size = abs(residual)
                let here = afters[start + x]
                let gradient = Double(abs(afters[start + x + 1] - here) + abs(after[x] - here))
                sum.count += 1
                sum.residual += residual
                sum.square += residual * residual
                sum.across += residual * Double(residuals[start + x + 1])
                sum.down += residual * Double(before[x] - after[x])
                sum.size += size
                sum.gradient += gradient
                sum.gradientSquare += gradient * gradient
                sum.product += size * gradient
            }
        }
        sum.pixels += width
        for x in 0..<width {
            if before[x] <= 0 { sum.black += 1 } else if before[x] >= 1 { sum.white += 1 }
            residuals[start + x] = before[x] - after[x]
            afters[start + x] = after[x]
        }
        sums[channel] = sum
    }

    /// The figures of all rows; nil for a picture of one row or column, or with a sample that is no number.
    public var figures: ResidualFigures? {
        guard let first = sums.first, first.count > 0, sums.allSatisfy({ ($0.square + $0.gradientSquare).isFinite })
        else {
            return nil
        }
        var (variance, neighbours, edges) = (0.0, 0.0, 0.0)
        for sum in sums {
            let mean = sum.residual / sum.count
            let own = max(0, sum.square / sum.count - mean * mean)
            variance += own
            if own > 0 {
                neighbours += ((sum.across + sum.down) / (2 * sum.count) - mean * mean) / own
            }
            let (size, gradient) = (sum.size / sum.count, sum.gradient / sum.count)
            let spread =
                max(0, sum.square / sum.count - size * size)
                * max(0, sum.gradientSquare / sum.count - gradient * gradient)
            if spread > 0 { edges += (sum.product / sum.count - size * gradient) / spread.squareRoot() }
        }
        let count = Double(sums.count)
        return ResidualFigures(
            means: sums.map { $0.residual / $0.count * 255 },
            black: sums.map { Double($0.black) / Double($0.pixels) },
            white: sums.map { Double($0.white) / Double($0.pixels) }, deviation: (variance / count).squareRoot() * 255,
            neighbourCorrelation: neighbours / count, edgeCorrelation: edges / count)
    }
}
