import Foundation
import Tensors

/// SSIM after Wang, Bovik, Sheikh and Simoncelli (2004): a window of 11x11 weighted by a Gaussian of 1.5 px,
/// K = (0.01, 0.03), range 255, only windows that lie wholly inside, no reduction of size; the mean over the windows
/// and over the planes.
///
/// Equal to the authors' `ssim.m`, and to scikit-image's `structural_similarity` with `gaussian_weights=True,
/// sigma=1.5, use_sample_covariance=False`; not to its default, a flat 7x7 window.
enum StructuralSimilarity {
    static let side = 11

    /// The weights of one dimension from the middle outwards; mirrored they sum to 1.
    static let weights: [Double] = {
        let raw = (0...5).map { exp(-Double($0 * $0) / (2 * 1.5 * 1.5)) }
        let sum = raw[0] + 2 * raw[1...].reduce(0, +)
        return raw.map { $0 / sum }
    }()

    /// The mean SSIM; nil where the planes are smaller than the window.
    static func mean(_ a: MeasuredSamples, _ b: MeasuredSamples) throws(QualityError) -> Double? {
        guard a.height >= side, a.width >= side else { return nil }
        var sum = 0.0
        let window = Window(width: a.width)
        for plane in 0..<a.planes {
            for y in 0..<a.height {
                try a.fill(window.products + 0 * a.width, plane: plane, y: y)
                try b.fill(window.products + 1 * a.width, plane: plane, y: y)
                window.takeRow(y)
                if y >= side - 1 { sum += window.rowSum(endingAt: y) }
            }
        }
        return sum / Double(a.planes * (a.height - side + 1) * (a.width - side + 1))
    }

    /// The last 11 rows of the five quantities that SSIM is made of, filtered along the row.
    private final class Window {
        let width: Int
        let outputWidth: Int
        /// Five rows: a, b, a², b², ab.
        let products: UnsafeMutablePointer<Double>
        /// `[11][5][outputWidth]`.
        private let ring: UnsafeMutablePointer<Double>
        /// Five rows, filtered both ways.
        private let moments: UnsafeMutablePointer<Double>
        private let storage: AlignedBuffer<Double>

        init(width: Int) {
            self.width = width
            outputWidth = width - side + 1
            storage = AlignedBuffer(repeating: 0, count: 5 * width + (side + 1) * 5 * outputWidth)
            products = storage.base
            ring = products + 5 * width
            moments = ring + side * 5 * outputWidth
        }

        /// Takes row `y`, whose a and b lie in `products`.
        func takeRow(_ y: Int) {
            let (a, b) = (products, products + width)
            let (aa, bb, ab) = (products + 2 * width, products + 3 * width, products + 4 * width)
            for x in 0..<width {
                aa[x] = a[x] * a[x]
                bb[x] = b[x] * b[x]
                ab[x] = a[x] * b[x]
            }
            let filtered = ring + (y % side) * 5 * outputWidth
            for quantity in 0..<5 {
                let source = products + quantity * width
                StructuralSimilarity.filter(
                    (0..<side).map { source + $0 }, to: filtered + quantity * outputWidth, count: outputWidth)
            }
        }

        /// The sum of the SSIM of the windows whose last row is `y`.
        func rowSum(endingAt y: Int) -> Double {
            for quantity in 0..<5 {
                let rows = (0..<side).map { ring + ((y + 1 + $0) % side * 5 + quantity) * outputWidth }
                StructuralSimilarity.filter(rows, to: moments + quantity * outputWidth, count: outputWidth)
            }
            let c1 = (0.01 * 255) * (0.01 * 255)
            let c2 = (0.03 * 255) * (0.03 * 255)
            let (meanA, meanB) = (moments, moments + outputWidth)
            let (aa, bb, ab) = (meanB + outputWidth, meanB + 2 * outputWidth, meanB + 3 * outputWidth)
            let values = products
            for x in 0..<outputWidth {
                let squareA = meanA[x] * meanA[x]
                let squareB = meanB[x] * meanB[x]
                let product = meanA[x] * meanB[x]
                let numerator = (2 * product + c1) * (2 * (ab[x] - product) + c2)
                values[x] = numerator / ((squareA + squareB + c1) * ((aa[x] - squareA) + (bb[x] - squareB) + c2))
            }
            var sum = 0.0
            for x in 0..<outputWidth { sum += values[x] }
            return sum
        }
    }

    /// The weighted sum of eleven rows, `count` elements each; `output` overlaps none of them.
    private static func filter(
        _ rows: [UnsafeMutablePointer<Double>], to output: UnsafeMutablePointer<Double>, count: Int
    ) {
        let (r0, r1, r2, r3, r4, r5) = (rows[0], rows[1], rows[2], rows[3], rows[4], rows[5])
        let (r6, r7, r8, r9, r10) = (rows[6], rows[7], rows[8], rows[9], rows[10])
        let (w0, w1, w2, w3, w4, w5) = (weights[0], weights[1], weights[2], weights[3], weights[4], weights[5])
        for x in 0..<count {
            var sum = w0 * r5[x]
            sum += w1 * (r4[x] + r6[x])
            sum += w2 * (r3[x] + r7[x])
            sum += w3 * (r2[x] + r8[x])
            sum += w4 * (r1[x] + r9[x])
            sum += w5 * (r0[x] + r10[x])
            output[x] = sum
        }
    }
}
