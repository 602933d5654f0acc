import Tensors

/// Blocks of 16x16 pixels on a lattice over a picture, each less the quadratic surface that fits it best: the rest of a
/// smooth part is its noise.
///
/// On a square lattice of samples about its middle the surfaces 1, x, y, xy, x² - c and y² - c are orthogonal, so their
/// part of the sum of squares follows from six sums (linear least squares).
struct DetrendedBlocks {
    static let side = 16
    static let area = side * side
    /// The degrees of freedom that the surface leaves.
    static let freedom = area - 6

    /// The levels, 0...255, of one or three channels.
    let image: PlanarImage
    let count: Int
    private let columns: Int
    private let step: Int
    /// The mean level of each block, over its channels.
    private(set) var brightness: [Float]
    /// The variances about the surface, `[block][6]`: of the channels' mean times the root of their number, of the two
    /// opponent colours, and of the channels themselves; a grey picture has the first alone.
    private(set) var variances: [Float]
    /// For each block, true where more than a twentieth of its samples lie at the ends of the range.
    private(set) var isClipped: [Bool]

    static let measureCount = 6

    /// Measures at most `limit` blocks of `image`; none where a side is shorter than one.
    init(_ image: PlanarImage, limit: Int) {
        self.image = image
        let (rows, width) = (image.height - Self.side + 1, image.width - Self.side + 1)
        var step = 4
        func lattice(_ length: Int) -> Int { (length + step - 1) / step }
        if rows > 0, width > 0 { while lattice(rows) * lattice(width) > limit { step += 1 } }
        self.step = step
        columns = width > 0 ? lattice(width) : 0
        count = rows > 0 && width > 0 ? lattice(rows) * columns : 0
        brightness = Array(repeating: 0, count: count)
        variances = Array(repeating: 0, count: count * Self.measureCount)
        isClipped = Array(repeating: false, count: count)
        for block in 0..<count { measure(block) }
    }

    private func origin(_ block: Int) -> (y: Int, x: Int) { (block / columns * step, block % columns * step) }

    /// Returns the variance of a block in squared levels; `measure` is 0 for luma, 1 and 2 for the first and the second
    /// opponent colour, 3 to 5 for red, green and blue.
    func variance(_ block: Int, _ measure: Int) -> Float { variances[block * Self.measureCount + measure] }

    /// Returns the mean of a block's variances over the channels.
    func meanVariance(_ block: Int) -> Float {
        image.channels == 1
            ? variance(block, 0) : (variance(block, 3) + variance(block, 4) + variance(block, 5)) / 3
    }

    private mutating func measure(_ block: Int) {
        let (top, left) = origin(block)
        let channels = image.channels
        var sums = [Surface](repeating: Surface(), count: channels)
        var clipped = 0
        var centres: [Float] = []
        for c in 0..<channels { centres.append(image.view.row(c, top + Self.side / 2)[left + Self.side / 2]) }
        // Products of red, green and blue with themselves; of red and green, green and blue, red and blue.
        var (rr, gg, bb, rg, gb, rb): (Float, Float, Float, Float, Float, Float) = (0, 0, 0, 0, 0, 0)
        for y in 0..<Self.side {
            for c in 0..<channels {
                let row = image.view.row(c, top + y) + left
                sums[c].add(row, less: centres[c], y: y)
                for x in 0..<Self.side where !(row[x] > 1 && row[x] < 254) { clipped += 1 }
            }
            if channels == 3 {
                let (r, g, b) = (
                    image.view.row(0, top + y) + left, image.view.row(1, top + y) + left,
                    image.view.row(2, top + y) + left
                )
                for x in 0..<Self.side {
                    let (u, v, w) = (r[x] - centres[0], g[x] - centres[1], b[x] - centres[2])
                    rr += u * u
                    gg += v * v
                    bb += w * w
                    rg += u * v
                    gb += v * w
                    rb += u * w
                }
            }
        }
        isClipped[block] = clipped * 20 > Self.area * channels
        brightness[block] =
            (0..<channels).reduce(0) { $0 + centres[$1] + sums[$1].total / Float(Self.area) } / Float(channels)
        let first = block * Self.measureCount
        let freedom = Float(Self.freedom)
        guard channels == 3 else {
            variances[first] = max(0, sums[0].squares - sums[0].taken(sums[0])) / freedom
            return
        }
        func covariance(_ products: Float, _ a: Int, _ b: Int) -> Float {
            (products - sums[a].taken(sums[b])) / freedom
        }
        (rr, gg, bb) = (covariance(rr, 0, 0), covariance(gg, 1, 1), covariance(bb, 2, 2))
        (rg, gb, rb) = (covariance(rg, 0, 1), covariance(gb, 1, 2), covariance(rb, 0, 2))
        variances[first] = max(0, (rr + gg + bb + 2 * (rg + gb + rb)) / 3)
        variances[first + 1] = max(0, (rr + gg - 2 * rg) / 2)
        variances[first + 2] = max(0, (rr + gg + 4 * bb + 2 * rg - 4 * gb - 4 * rb) / 6)
        variances[first + 3] = max(0, rr)
        variances[first + 4] = max(0, gg)
        variances[first + 5] = max(0, bb)
    }

    /// Writes into `values` a block without its surface: `side * side` values of one linear combination of its
    /// channels.
    func residual(_ block: Int, weights: [Float], into values: UnsafeMutablePointer<Float>) {
        let (top, left) = origin(block)
        var sums = Surface()
        for y in 0..<Self.side {
            let row = values + y * Self.side
            for x in 0..<Self.side { row[x] = 0 }
            for c in 0..<image.channels {
                let source = image.view.row(c, top + y) + left
                for x in 0..<Self.side { row[x] += weights[c] * source[x] }
            }
        }
        let centre = values[Self.area / 2 + Self.side / 2]
        for i in 0..<Self.area { values[i] -= centre }
        for y in 0..<Self.side { sums.add(values + y * Self.side, less: 0, y: y) }
        for y in 0..<Self.side {
            for x in 0..<Self.side { values[y * Self.side + x] -= sums.value(x: x, y: y) }
        }
    }
}

extension DetrendedBlocks {
    /// Measures at most 4096 blocks of a picture in 0...1: its colours, or one channel where there is no colour in them.
    init(of image: PlanarImage) {
        let levels = image.levels(channels: image.channels >= 3 ? 3 : 1)
        guard levels.channels == 3, levels.view.hasEqualChannels else {
            self.init(levels, limit: 4096)
            return
        }
        let first = PlanarImage(channels: 1, height: levels.height, width: levels.width)
        first.view.copySamples(from: levels.view.channels(from: 0, count: 1))
        self.init(first, limit: 4096)
    }

    /// The blocks that are not clipped, or all where these are too few.
    var unclipped: [Int] {
        let found = (0..<count).filter { !isClipped[$0] }
        return found.count >= 64 ? found : Array(0..<count)
    }

    /// Some blocks that vary about as little as the smoothest ones, at most 400.
    var smooth: [Int] {
        let chosen = unclipped
        let variances = chosen.map(meanVariance)
        let least = Self.quantile(variances, 0.03)
        return Array(zip(chosen, variances).filter { $0.1 <= 1.5 * least }.map(\.0).prefix(400))
    }

    static func quantile(_ values: [Float], _ share: Double) -> Float {
        guard !values.isEmpty else { return 0 }
        return values.sorted()[Int(share * Double(values.count - 1))]
    }
}

/// The sums of a block that its quadratic surface follows from.
private struct Surface {
    private static let side = DetrendedBlocks.side
    private static let middle = Float(side - 1) / 2
    /// The mean of the squared distance from the middle.
    private static let spread = Float(side * side - 1) / 12
    /// Sums of squares of the six surfaces over a block: of 1, x, y, xy, x² - c and y² - c.
    private static let norms: SIMD8<Float> = {
        var fourth: Float = 0
        for i in 0..<side {
            let x = Float(i) - middle
            fourth += (x * x - spread) * (x * x - spread)
        }
        let n = Float(side)
        return SIMD8(n * n, n * n * spread, n * n * spread, n * n * spread * spread, n * fourth, n * fourth, 1, 1)
    }()

    private var moments = SIMD8<Float>.zero
    private(set) var squares: Float = 0

    var total: Float { moments[0] }

    mutating func add(_ row: UnsafePointer<Float>, less centre: Float, y: Int) {
        var (sum, first, second, square): (Float, Float, Float, Float) = (0, 0, 0, 0)
        for x in 0..<Self.side {
            let value = row[x] - centre
            let at = Float(x) - Self.middle
            sum += value
            first += value * at
            second += value * (at * at - Self.spread)
            square += value * value
        }
        let down = Float(y) - Self.middle
        moments += SIMD8(sum, first, sum * down, first * down, second, sum * (down * down - Self.spread), 0, 0)
        squares += square
    }

    /// Returns the part that the surfaces take of the sum of products of two blocks.
    func taken(_ other: Surface) -> Float { (moments * other.moments / Self.norms).sum() }

    func value(x: Int, y: Int) -> Float {
        let (across, down) = (Float(x) - Self.middle, Float(y) - Self.middle)
        let surfaces = SIMD8<Float>(
            1, across, down, across * down, across * across - Self.spread, down * down - Self.spread, 0, 0)
        return (moments / Self.norms * surfaces).sum()
    }
}
