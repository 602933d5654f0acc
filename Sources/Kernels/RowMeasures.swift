internal import CKernels

/// The row kernels that pictures are measured with: samples to levels, differences, and the window of SSIM.
///
/// A *padded* row has space for its count rounded up to 16 elements; what lies behind the count is written or read, and
/// means nothing. The same rows give the same bits on one instruction set; others differ by rounding, but for `levels`.
public struct RowMeasures: Sendable {
    /// The number of rows and of columns of the symmetric window.
    public static let windowSide = Int(F32_WINDOW_ROWS)
    /// The number of different weights of the window, from the middle outwards.
    public static let weightCount = Int(F32_WINDOW_WEIGHTS)
    /// The number of quantities of a pixel: a, a - b, (a - b)² and a² + b², a and b less a constant.
    public static let momentCount = Int(F32_MOMENTS)

    private let kernels: f32_measuring_kernels

    /// Takes the row kernels of `isa`, which must be available.
    public init(isa: InstructionSet = .current) {
        guard let kernels = isa.kernels else { preconditionFailure("\(isa) is not available") }
        self.kernels = kernels.pointee.measuring
    }

    /// Writes `samples * maximum`, or where `rounds` what a file of whole levels 0...maximum (below 2^22) would hold.
    ///
    /// - Parameter ahead: how many elements on the samples lie that are read next, the next row's: they are fetched
    ///   into the cache meanwhile.
    /// - Returns: whether every sample is finite.
    public func levels(
        of samples: UnsafePointer<Float>, to levels: UnsafeMutablePointer<Float>, count: Int, maximum: Float,
        rounds: Bool, ahead: Int = 0
    ) -> Bool {
        kernels.levels(samples, levels, count, maximum, rounds, ahead) == 0
    }

    /// Writes the weighted sum of three channels, plus `offset`.
    public func weigh(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafePointer<Float>, by weights: SIMD3<Float>,
        offset: Float, to output: UnsafeMutablePointer<Float>, count: Int
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 3) { three in
            for i in 0..<3 { three[i] = weights[i] }
            kernels.weigh_channels(a, b, c, three.baseAddress, offset, output, count)
        }
    }

    /// The sums over the differences of two rows, in Float64.
    public struct Differences: Sendable, Equatable {
        /// The sum of |a - b|.
        public var absoluteSum = 0.0
        /// The sum of (a - b)².
        public var squareSum = 0.0
        /// The greatest |a - b|.
        public var greatest: Float = 0

        /// Creates the sums over no samples.
        public init() {}

        /// Adds the sums over a part, and takes the greater of both greatest differences.
        public static func += (total: inout Differences, part: Differences) {
            total.absoluteSum += part.absoluteSum
            total.squareSum += part.squareSum
            total.greatest = max(total.greatest, part.greatest)
        }
    }

    /// Returns the sums over the differences of the first `count` samples of two rows.
    public func differences(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Differences {
        var sums = (0.0, 0.0)
        var result = Differences()
        withUnsafeMutableBytes(of: &sums) { bytes in
            result.greatest = kernels.differences(a, b, count, bytes.assumingMemoryBound(to: Double.self).baseAddress)
        }
        (result.absoluteSum, result.squareSum) = sums
        return result
    }

    /// Writes the quantities of a row to padded rows `stride` apart; `a` and `b` are padded too.
    public func moments(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int, shift: Float,
        to output: UnsafeMutablePointer<Float>, stride: Int
    ) {
        kernels.moments(a, b, count, shift, output, stride)
    }

    /// Writes the weighted sums of 11 columns: `row[x + 5]` by `weights[0]`, its neighbours by `weights[1]`, and so on.
    ///
    /// - Precondition: 6 weights; `row` has space for 16 elements more than a padded one, `output` is padded.
    public func weighColumns(
        _ row: UnsafePointer<Float>, by weights: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        kernels.weigh_columns(row, weights, output, count)
    }

    /// Writes the weighted sums of the first 11 and of the last 11 of 12 padded rows: the sixth of them by
    /// `weights[0]`, its neighbours by `weights[1]`, and so on.
    ///
    /// - Precondition: 12 rows, 6 weights; `above` and `below` are padded.
    public func weighRows(
        _ rows: UnsafePointer<UnsafePointer<Float>?>, by weights: UnsafePointer<Float>,
        to above: UnsafeMutablePointer<Float>, _ below: UnsafeMutablePointer<Float>, count: Int
    ) {
        kernels.weigh_rows(rows, weights, above, below, count)
    }

    /// The sum over a row of windows of SSIM, and of its factor of contrast and structure alone.
    ///
    /// - Parameters:
    ///   - moments: the weighted quantities, padded rows `stride` apart, about `shift`.
    ///   - c1: the constants that keep the quotients finite, in squared levels.
    public func similarity(
        ofMoments moments: UnsafePointer<Float>, stride: Int, count: Int, shift: Float, c1: Float, c2: Float
    ) -> (similarity: Double, contrast: Double) {
        var sums = (0.0, 0.0)
        withUnsafeMutableBytes(of: &sums) { bytes in
            kernels.similarity(
                moments, stride, count, shift, c1, c2, bytes.assumingMemoryBound(to: Double.self).baseAddress)
        }
        return sums
    }

    /// Adds to `matrix` the products of each vector's elements with each other, summed over `count` vectors; what lies
    /// left of the diagonal means nothing.
    ///
    /// - Precondition: vectors and rows of the matrix have `stride` elements, a multiple of 16, from 64-byte boundaries
    ///   on.
    public func addProducts(
        of vectors: UnsafePointer<Double>, count: Int, stride: Int, to matrix: UnsafeMutablePointer<Double>
    ) {
        precondition(stride % 16 == 0)
        kernels.add_products(vectors, count, stride, matrix)
    }
}
