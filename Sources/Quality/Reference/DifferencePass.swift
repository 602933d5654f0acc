import Kernels
import Tensors

/// The differences of two pictures in one band of rows of one plane: sums over its pixels, and SSIM over the windows
/// that begin in it.
///
/// A band is computed in vertical strips that stay in the first cache levels. Arithmetic is in Float32 about the level
/// in the strip's middle, so that the variances of light, flat areas are not lost in the squares of their means; sums
/// are in Float64. SSIM is that of Wang, Bovik, Sheikh and Simoncelli (2004), from the moments of the one picture and
/// of the difference: with d = a - b, its two factors are 1 - mean(d)² / (mean(a)² + mean(b)² + C1) and 1 - var(d) /
/// (var(a) + var(b) + C2), K = (0.01, 0.03).
struct DifferencePass {
    /// The number of rows of a band: its windows read 10 more, which their own band counts.
    static let bandRows = 128
    /// The number of columns that a strip reads; its windows begin in the first 246.
    private static let stripColumns = 256
    private static let reach = WindowWeights.side - 1

    let a: MeasuredSamples
    let b: MeasuredSamples
    let measuresSimilarity: Bool

    /// The sums of a band.
    struct Sums: Sendable {
        var differences = RowMeasures.Differences()
        var similarity = 0.0
        /// The sum of SSIM's factor of contrast and structure alone.
        var contrast = 0.0

        static func += (total: inout Sums, part: Sums) {
            total.differences += part.differences
            total.similarity += part.similarity
            total.contrast += part.contrast
        }
    }

    /// The number of bands of all planes, plane by plane.
    var bandCount: Int { a.planes * bandsOfPlane }
    var bandsOfPlane: Int { (a.height + Self.bandRows - 1) / Self.bandRows }

    /// The number of windows that lie wholly inside a plane.
    var windowCount: Int { max(0, a.height - Self.reach) * max(0, a.width - Self.reach) }

    /// Returns the sums of a band.
    ///
    /// - Throws: `QualityError.notFinite`.
    func sums(ofBand band: Int) throws(QualityError) -> Sums {
        let plane = band / bandsOfPlane
        let first = band % bandsOfPlane * Self.bandRows
        let rows = first..<min(a.height, first + Self.bandRows)
        let strip = Strip()
        var sums = Sums()
        let step = Self.stripColumns - Self.reach
        for column in stride(from: 0, to: a.width, by: step) {
            let columns = column..<min(a.width, column + Self.stripColumns)
            let owned = min(step, columns.count)
            sums += try self.sums(plane, rows, columns, owned: owned, strip)
        }
        return sums
    }

    private func sums(
        _ plane: Int, _ rows: Range<Int>, _ columns: Range<Int>, owned: Int, _ strip: Strip
    ) throws(QualityError) -> Sums {
        var sums = Sums()
        let windows = columns.count - Self.reach
        let hasWindows = measuresSimilarity && windows > 0 && a.height - rows.lowerBound > Self.reach
        let last = hasWindows ? min(a.height, rows.upperBound + Self.reach) : rows.upperBound
        let middle = (rows.lowerBound + rows.upperBound) / 2
        try a.fill(strip.a, plane: plane, y: middle, columns: columns)
        let shift = strip.a[columns.count / 2]
        let c1 = (0.01 * a.unit) * (0.01 * a.unit)
        let c2 = (0.03 * a.unit) * (0.03 * a.unit)
        for y in rows.lowerBound..<last {
            try a.fill(strip.a, plane: plane, y: y, columns: columns)
            try b.fill(strip.b, plane: plane, y: y, columns: columns)
            if y < rows.upperBound {
                sums.differences += a.measures.differences(strip.a, strip.b, count: owned)
            }
            guard hasWindows else { continue }
            strip.take(columns.count, windows: windows, row: y - rows.lowerBound, shift: shift, by: a.measures)
            // Two rows of windows at a time; the last alone where their number is odd.
            let complete = y - rows.lowerBound - Self.reach + 1
            guard complete > 0, complete % 2 == 0 || y == last - 1 else { continue }
            let count = complete % 2 == 0 ? 2 : 1
            strip.addSimilarities(
                ofRows: complete - count..<complete, windows: windows, shift: shift, c1: c1, c2: c2, by: a.measures,
                to: &sums)
        }
        return sums
    }

    /// The rows that a strip needs: the two pictures' levels, and the last 12 rows of the moments, filtered along the
    /// row.
    private final class Strip {
        let a: UnsafeMutablePointer<Float>
        let b: UnsafeMutablePointer<Float>
        private let moments: UnsafeMutablePointer<Float>
        private let ring: UnsafeMutablePointer<Float>
        private let storage: AlignedBuffer<Float>
        private let taps: AlignedBuffer<UnsafePointer<Float>?>
        private let weights: AlignedBuffer<Float>

        /// The length of a row with space for the window's reach behind it, rounded up to whole vectors.
        private static let rowCapacity = stripColumns + 32
        private static let momentCount = RowMeasures.momentCount
        private static let ringRows = WindowWeights.side + 1

        init() {
            let rowCount = 2 + Self.momentCount * (2 + Self.ringRows)
            storage = AlignedBuffer(repeating: 0, count: rowCount * Self.rowCapacity)
            taps = AlignedBuffer(repeating: nil, count: Self.ringRows)
            weights = AlignedBuffer(repeating: 0, count: RowMeasures.weightCount)
            for (index, weight) in WindowWeights.values.enumerated() { weights.base[index] = weight }
            a = storage.base
            b = a + Self.rowCapacity
            moments = b + Self.rowCapacity
            ring = moments + 2 * Self.momentCount * Self.rowCapacity
        }

        /// Filters the row whose levels lie in `a` and `b`, number `row` of its strip.
        func take(_ count: Int, windows: Int, row: Int, shift: Float, by measures: RowMeasures) {
            measures.moments(a, b, count: count, shift: shift, to: moments, stride: Self.rowCapacity)
            for quantity in 0..<Self.momentCount {
                measures.weighColumns(
                    moments + quantity * Self.rowCapacity, by: weights.base, to: slot(row, quantity), count: windows)
            }
        }

        /// Adds the similarities of one or two rows of windows, whose first begins in the first of `rows`.
        func addSimilarities(
            ofRows rows: Range<Int>, windows: Int, shift: Float, c1: Float, c2: Float, by measures: RowMeasures,
            to sums: inout Sums
        ) {
            let size = Self.momentCount * Self.rowCapacity
            for quantity in 0..<Self.momentCount {
                for tap in 0..<Self.ringRows {
                    taps.base[tap] = UnsafePointer(slot(rows.lowerBound + tap, quantity))
                }
                let above = moments + quantity * Self.rowCapacity
                measures.weighRows(taps.base, by: weights.base, to: above, above + size, count: windows)
            }
            for row in 0..<rows.count {
                let found = measures.similarity(
                    ofMoments: moments + row * size, stride: Self.rowCapacity, count: windows, shift: shift, c1: c1,
                    c2: c2)
                sums.similarity += found.similarity
                sums.contrast += found.contrast
            }
        }

        /// Returns the row of the ring that holds one moment of a row, filtered along the row.
        private func slot(_ row: Int, _ quantity: Int) -> UnsafeMutablePointer<Float> {
            ring + (row % Self.ringRows * Self.momentCount + quantity) * Self.rowCapacity
        }
    }
}
