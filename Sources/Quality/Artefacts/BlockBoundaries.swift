import Foundation
import Kernels
import Tensors

/// The differences of neighbouring samples, sorted by their position in a lattice of 8x8, which show the blocks of
/// JPEG.
///
/// Place p of a row holds the differences between columns x and x + 1 with x mod 8 = p, the border counted; the blocks
/// of a file whose corner was not cut off meet at place 7.
struct BlockBoundaries {
    /// Sums of absolute and squared differences, and how many there are, of one direction.
    struct Places {
        var absolute = [Double](repeating: 0, count: 8)
        var squares = [Double](repeating: 0, count: 8)
        var counts = [Int](repeating: 0, count: 8)
    }

    private(set) var horizontal = Places()
    private(set) var vertical = Places()
    private let shorterSide: Int

    /// Sums the differences over all planes of `samples`.
    ///
    /// - Throws: `QualityError.notFinite`.
    init(_ samples: MeasuredSamples) throws(QualityError) {
        shorterSide = min(samples.height, samples.width)
        let width = samples.width
        let rows = PlanarImage(channels: 1, height: 2, width: width + 8)
        for plane in 0..<samples.planes {
            for y in 0..<samples.height {
                let (row, above) = (rows.view.row(0, y % 2), rows.view.row(0, (y + 1) % 2))
                try samples.fill(row, plane: plane, y: y, columns: 0..<width)
                addRow(row, count: width - 1, border: samples.border)
                if y > 0 {
                    let place = (y - 1 + samples.border) % 8
                    let sums = samples.measures.differences(row, above, count: width)
                    vertical.absolute[place] += sums.absoluteSum
                    vertical.squares[place] += sums.squareSum
                    vertical.counts[place] += width
                }
            }
        }
    }

    private mutating func addRow(_ row: UnsafeMutablePointer<Float>, count: Int, border: Int) {
        var (absolute, squares) = (SIMD8<Float>(), SIMD8<Float>())
        let raw = UnsafeRawPointer(row)
        let whole = count / 8 * 8
        for x in stride(from: 0, to: whole, by: 8) {
            let here = raw.loadUnaligned(fromByteOffset: 4 * x, as: SIMD8<Float>.self)
            let next = raw.loadUnaligned(fromByteOffset: 4 * x + 4, as: SIMD8<Float>.self)
            let difference = next - here
            squares += difference * difference
            absolute += difference.replacing(with: -difference, where: difference .< 0)
        }
        for lane in 0..<8 {
            let place = (lane + border) % 8
            horizontal.absolute[place] += Double(absolute[lane])
            horizontal.squares[place] += Double(squares[lane])
            horizontal.counts[place] += whole / 8
        }
        for x in whole..<max(whole, count) {
            let place = (x + border) % 8
            let difference = Double(row[x + 1] - row[x])
            horizontal.absolute[place] += abs(difference)
            horizontal.squares[place] += difference * difference
            horizontal.counts[place] += 1
        }
    }

    /// The blocking effect factor of Yim and Bovik (Quality Assessment of Deblocked Images, 2011) for blocks of 8, in
    /// squared levels: log2(8) / log2(the shorter side) times the amount by which the mean squared difference across
    /// the blocks' edges exceeds that of the others; 0 where it does not.
    var blockingEffect: Double {
        let squares = zip(horizontal.squares, vertical.squares).map(+)
        let counts = zip(horizontal.counts, vertical.counts).map(+)
        let others = counts.dropLast().reduce(0, +)
        guard counts[7] > 0, others > 0 else { return 0 }
        let excess = squares[7] / Double(counts[7]) - squares.dropLast().reduce(0, +) / Double(others)
        return excess > 0 ? 3 / log2(Double(shorterSide)) * excess : 0
    }
}
