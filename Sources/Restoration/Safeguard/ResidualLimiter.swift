import Tensors

/// Bounds what is taken away from a picture, row by row, so that no local mean moves by more than its noise explains,
/// no sample by more than noise reaches, and nothing neutral gets a tint.
///
/// With the residual r, what is written minus what was read, and L its mean over 17x17 samples (mirrored at the edges
/// of the picture), what goes out is read + clip(r - L + clip(L, ±M), ±A). A follows from ``ResidualBounds`` by the
/// result's brightness; M from the residual's deviation about L, as far as the bounds count it as noise. L and the
/// deviation are sums of whole numbers, so they are the same whatever the rows or strips in which a picture is
/// streamed.
///
/// Cost: about 40 operations a sample, memory for 98 rows.
struct ResidualLimiter {
    /// The number of samples to each side over which the local mean is taken.
    static let radius = 8
    private static let side = 2 * radius + 1
    /// The number of rows that are held: more than a window's 17 and the one that leaves it.
    private static let ringHeight = 32
    /// The unit in which residuals are counted, so that sums of 17x17 squares keep to 32 bits.
    private static let unit: Float = 1 / 16384

    private let bounds: ResidualBounds
    private let height: Int
    private let width: Int
    private let colours: Int
    private let share: Float
    /// The rows of the original and of the residual, row y at y % ringHeight.
    private let originals: PlanarImage
    private let residuals: PlanarImage
    /// The residuals in units, `[ring row][channel][width]`, and the sums over a window's rows of them and of their
    /// squares.
    private let units: AlignedBuffer<Int32>
    private let columns: AlignedBuffer<Int32>
    private let line: AlignedBuffer<Int32>
    /// The bounds of one row's samples, and the deviations that count as noise.
    private let looked: AlignedBuffer<Float>
    private var arrived = 0

    /// Creates a limiter for a picture of this size.
    ///
    /// - Parameters:
    ///   - originals: `[channels, 32, width]`, whose first channels are the colours, and the next, where there is one,
    ///     alpha; whoever owns the limiter fills row y of the original into row y % 32 before `add` is called for it.
    ///   - share: the factor on the residual, before it is bounded.
    init(
        height: Int, width: Int, colours: Int, originals: PlanarImage, bounds: ResidualBounds, share: Float
    ) {
        precondition(originals.height == Self.ringHeight && originals.width == width && originals.channels >= colours)
        self.bounds = bounds
        self.height = height
        self.width = width
        self.colours = colours
        self.originals = originals
        self.share = share
        residuals = PlanarImage(channels: colours, height: Self.ringHeight, width: width)
        units = AlignedBuffer(repeating: 0, count: Self.ringHeight * colours * width)
        columns = AlignedBuffer(repeating: 0, count: 2 * colours * width)
        line = AlignedBuffer(repeating: 0, count: 3 * (width + Self.side))
        looked = AlignedBuffer(repeating: 0, count: 2 * width)
    }

    static func ringRow(_ y: Int) -> Int { y % ringHeight }

    /// Returns the bytes that a limiter holds, the originals' rows included.
    static func byteCount(width: Int, channels: Int) -> Int {
        ((3 * ringHeight + 2) * channels * width + 3 * (width + side) + 2 * width) * MemoryLayout<Float>.stride
    }

    /// Takes the next row of the result.
    ///
    /// - Parameter row: one row of all colours.
    /// - Returns: the rows that can go out now.
    mutating func add(_ row: PlanarView) -> Range<Int> {
        let y = arrived
        arrived += 1
        let ring = Self.ringRow(y)
        for c in 0..<colours {
            let (result, original) = (row.row(c, 0), originals.view.row(c, ring))
            let (residual, unit) = (residuals.view.row(c, ring), unitRow(y, c))
            // The sum with 1.5 * 2^23 has the whole number in its last bits: Swift's own conversion traps, and is not
            // vectorised.
            let magic: Float = 0x1.8p23
            for x in 0..<width {
                let difference = share * (result[x] - original[x])
                residual[x] = difference
                let bounded = difference > -2 ? (difference < 2 ? difference : 2) : -2
                unit[x] = Int32(bitPattern: (bounded / Self.unit + magic).bitPattern &- magic.bitPattern)
            }
            guard originals.channels > colours else { continue }
            // A method does not see colours under full transparency: what it makes of them is no residual.
            let alpha = originals.view.row(colours, ring)
            for x in 0..<width where alpha[x] == 0 { (residual[x], unit[x]) = (0, 0) }
        }
        let before = max(0, y - Self.radius)
        let after = arrived == height ? height : max(0, arrived - Self.radius)
        return before..<max(before, after)
    }

    private func unitRow(_ y: Int, _ c: Int) -> UnsafeMutablePointer<Int32> {
        units.base + (Self.ringRow(y) * colours + c) * width
    }

    /// Writes row `y` of what goes out to `target`, one row of all colours. Rows are asked for in order, each once,
    /// when `add` has named it.
    mutating func write(_ y: Int, to target: PlanarView) {
        for c in 0..<colours { moveWindow(to: y, c) }
        let ring = Self.ringRow(y)
        for c in 0..<colours { limit(c, ring: ring, to: target.row(c, 0)) }
    }

    /// Makes the column sums those of the rows around `y`, of one channel.
    private func moveWindow(to y: Int, _ c: Int) {
        let sums = columns.base + 2 * c * width
        let squares = sums + width
        func add(_ row: Int, _ sign: Int32) {
            let unit = unitRow(reflected(abs(row), count: height), c)
            for x in 0..<width {
                sums[x] &+= sign &* unit[x]
                squares[x] &+= sign &* ((unit[x] &* unit[x]) >> 14)
            }
        }
        if y == 0 {
            for x in 0..<2 * width { sums[x] = 0 }
            for row in -Self.radius...Self.radius { add(row, 1) }
        } else {
            add(y - Self.radius - 1, -1)
            add(y + Self.radius, 1)
        }
    }

    /// Sums 17 neighbours in the line `values` of one channel, mirrored at its ends, and writes the sums to the start
    /// of `sums`.
    private func sumNeighbours(_ values: UnsafePointer<Int32>, to sums: UnsafeMutablePointer<Int32>) {
        let radius = Self.radius
        for i in 0..<radius {
            sums[i] = values[reflected(radius - i, count: width)]
            sums[width + radius + i] = values[reflected(width + i, count: width)]
        }
        (sums + radius).update(from: values, count: width)
        let end = width + 2 * radius
        // Sums of 2, 4, 8 and 16 from each place on, then the seventeenth.
        let seventeenth = line.base + 2 * (width + Self.side)
        seventeenth.update(from: sums, count: end)
        Self.addShifted(sums, by: 1, count: end)
        Self.addShifted(sums, by: 2, count: end - 1)
        Self.addShifted(sums, by: 4, count: end - 3)
        Self.addShifted(sums, by: 8, count: end - 7)
        for x in 0..<width { sums[x] &+= seventeenth[x + 2 * radius] }
    }

    /// Adds to each of the first `count` - `shift` sums the one `shift` further on; the constant lets the loop be
    /// vectorised.
    @inline(__always)
    private static func addShifted(_ sums: UnsafeMutablePointer<Int32>, by shift: Int, count: Int) {
        for x in 0..<max(0, count - shift) { sums[x] &+= sums[x + shift] }
    }

    private func limit(_ c: Int, ring: Int, to target: UnsafeMutablePointer<Float>) {
        let sums = line.base
        let squares = line.base + (width + Self.side)
        sumNeighbours(columns.base + 2 * c * width, to: sums)
        sumNeighbours(columns.base + (2 * c + 1) * width, to: squares)
        let (original, residual) = (originals.view.row(c, ring), residuals.view.row(c, ring))
        let (slack, meanShare) = (bounds.meanSlack, ResidualBounds.meanShare)
        let (amplitudes, deviations) = (looked.base, looked.base + width)
        bounds.amplitude.withUnsafeBufferPointer { amplitude in
            bounds.deviation.withUnsafeBufferPointer { deviation in
                for x in 0..<width {
                    let brightness = ResidualBounds.index(original[x] + residual[x])
                    (amplitudes[x], deviations[x]) = (amplitude[brightness], deviation[brightness])
                }
            }
        }
        // Apart from looking up, so that sixteen samples are bounded at a time.
        let area = Self.unit / Float(Self.side * Self.side)
        for x in stride(from: 0, to: width, by: 16) {
            func read(_ row: UnsafePointer<Float>) -> SIMD16<Float> { SIMD16(row, from: x, width: width) }
            func read(_ row: UnsafePointer<Int32>) -> SIMD16<Float> {
                SIMD16<Float>(SIMD16<Int32>(row, from: x, width: width))
            }
            let (mean, squares) = (read(sums) * area, read(squares) * area)
            let (residual, amplitude) = (read(residual), read(amplitudes))
            let spread = (squares - mean * mean).greater(.zero).squareRoot().lesser(read(deviations))
            let most = slack + meanShare * spread
            let moved = residual - mean + mean.lesser(most).greater(-most)
            let result = read(original) + moved.lesser(amplitude).greater(-amplitude)
            if width - x >= 16 {
                UnsafeMutableRawPointer(target + x).storeBytes(of: result, as: SIMD16<Float>.self)
            } else {
                for i in 0..<width - x { target[x + i] = result[i] }
            }
        }
    }
}
