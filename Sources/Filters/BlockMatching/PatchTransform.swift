import Foundation
import Tensors

/// A separable linear transform of patches of 8x8 samples: coefficients are T X Tᵗ, and T⁻¹ undoes it.
package struct PatchTransform: Sendable {
    package static let side = 8

    /// The matrix by rows of unit norm, so that white noise keeps its sigma in every coefficient.
    package let matrix: [[Double]]
    package let inverseMatrix: [[Double]]
    let forward: PatchMatrix
    let inverse: PatchMatrix

    private init(rows: [[Double]]) {
        matrix = rows.map { row in
            let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return row.map { $0 / norm }
        }
        inverseMatrix = Self.inverse(of: matrix)
        forward = PatchMatrix(matrix)
        inverse = PatchMatrix(inverseMatrix)
    }

    /// The discrete cosine transform (type 2), orthonormal.
    package static let cosine = PatchTransform(
        rows: (0..<side).map { k in
            (0..<side).map { n in cos(Double.pi * (Double(n) + 0.5) * Double(k) / Double(side)) }
        })

    /// The biorthogonal spline wavelet 1.5 over three levels, periodic: averages are of ten samples, so differences
    /// see past a linear slope, while what is put back has the Haar wavelet's two.
    package static let biorthogonalWavelet: PatchTransform = {
        let taps: [Double] = [3, -3, -22, 22, 128, 128, 22, -22, -3, 3]
        let average = taps.map { $0 / 128 * 0.5.squareRoot() }
        func analyse(_ samples: [Double]) -> [Double] {
            let count = samples.count
            guard count > 1 else { return samples }
            var averages: [Double] = []
            var differences: [Double] = []
            for first in stride(from: 0, to: count, by: 2) {
                var sum = 0.0
                for (tap, factor) in average.enumerated() {
                    // The ten taps lie about the pair; 8 more keep the index positive.
                    let index: Int = (first + tap - 4 + 8) % count
                    sum += factor * samples[index]
                }
                averages.append(sum)
                differences.append((samples[first] - samples[first + 1]) * 0.5.squareRoot())
            }
            return analyse(averages) + differences
        }
        let columns = (0..<side).map { n in analyse((0..<side).map { $0 == n ? 1 : 0 }) }
        return PatchTransform(rows: (0..<side).map { k in columns.map { $0[k] } })
    }()

    /// Returns patches of 64 samples, one after the other, after the transform or its inverse.
    package func applied(to samples: [Float], isInverse: Bool) -> [Float] {
        var samples = samples
        samples.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            (isInverse ? inverse : forward).apply(to: base, count: buffer.count / (Self.side * Self.side))
        }
        return samples
    }

    /// The inverse by Gauss and Jordan, with the largest pivot.
    private static func inverse(of matrix: [[Double]]) -> [[Double]] {
        let count = matrix.count
        var rows = matrix.enumerated().map { index, row in row + (0..<count).map { $0 == index ? 1.0 : 0 } }
        for column in 0..<count {
            let pivot = (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
            rows.swapAt(column, pivot)
            let scale = rows[column][column]
            rows[column] = rows[column].map { $0 / scale }
            for row in 0..<count where row != column {
                let factor = rows[row][column]
                rows[row] = zip(rows[row], rows[column]).map { $0 - factor * $1 }
            }
        }
        return rows.map { Array($0[count...]) }
    }
}

/// An 8x8 matrix M, ready to be multiplied from both sides: M X Mᵗ.
struct PatchMatrix: Sendable {
    /// M by rows, then Mᵗ by rows.
    private let numbers: AlignedBuffer<Float>

    init(_ matrix: [[Double]]) {
        numbers = AlignedBuffer(repeating: 0, count: 128)
        for row in 0..<8 {
            for column in 0..<8 {
                numbers.base[8 * row + column] = Float(matrix[row][column])
                numbers.base[64 + 8 * column + row] = Float(matrix[row][column])
            }
        }
    }

    /// Replaces `count` patches of 64 samples, one after the other from `patches` on, by M X Mᵗ.
    func apply(to patches: UnsafeMutablePointer<Float>, count: Int) {
        let (left, right) = (numbers.base, numbers.base + 64)
        for index in 0..<count {
            let patch = patches + 64 * index
            // Down the columns, all eight at a time; then along the rows.
            let (x0, x1, x2, x3) = (patch.lanes, (patch + 8).lanes, (patch + 16).lanes, (patch + 24).lanes)
            let (x4, x5, x6, x7) = ((patch + 32).lanes, (patch + 40).lanes, (patch + 48).lanes, (patch + 56).lanes)
            for row in 0..<8 {
                let m = left + 8 * row
                (patch + 8 * row).lanes =
                    ((m[0] * x0 + m[1] * x1) + (m[2] * x2 + m[3] * x3))
                    + ((m[4] * x4 + m[5] * x5) + (m[6] * x6 + m[7] * x7))
            }
            let (c0, c1, c2, c3) = (right.lanes, (right + 8).lanes, (right + 16).lanes, (right + 24).lanes)
            let (c4, c5, c6, c7) = ((right + 32).lanes, (right + 40).lanes, (right + 48).lanes, (right + 56).lanes)
            for row in 0..<8 {
                let y = patch + 8 * row
                y.lanes =
                    ((y[0] * c0 + y[1] * c1) + (y[2] * c2 + y[3] * c3))
                    + ((y[4] * c4 + y[5] * c5) + (y[6] * c6 + y[7] * c7))
            }
        }
        withExtendedLifetime(numbers) {}
    }
}

/// The orthonormal Haar transform across the patches of a stack.
package enum StackTransform {
    private static let half: Float = 0.707_106_77

    /// Transforms `count` patches (a power of two) of 64 samples in place. Averages of ever more patches end in the
    /// first one; the order of the differences does not matter to what is done with them.
    static func forward(_ patches: UnsafeMutablePointer<Float>, count: Int) {
        var step = 1
        while step < count {
            for first in stride(from: 0, to: count, by: 2 * step) {
                combine(patches + 64 * first, patches + 64 * (first + step))
            }
            step *= 2
        }
    }

    /// Undoes `forward`.
    static func inverse(_ patches: UnsafeMutablePointer<Float>, count: Int) {
        var step = count / 2
        while step > 0 {
            for first in stride(from: 0, to: count, by: 2 * step) {
                combine(patches + 64 * first, patches + 64 * (first + step))
            }
            step /= 2
        }
    }

    /// Returns a stack of patches of 64 samples after the transform or its inverse.
    package static func applied(to samples: [Float], isInverse: Bool) -> [Float] {
        var samples = samples
        samples.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            (isInverse ? inverse : forward)(base, buffer.count / 64)
        }
        return samples
    }

    /// Sum and difference over the square root of two: its own inverse.
    @inline(__always)
    private static func combine(_ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>) {
        for lane in stride(from: 0, to: 64, by: 8) {
            let (x, y) = ((a + lane).lanes, (b + lane).lanes)
            (a + lane).lanes = (x + y) * half
            (b + lane).lanes = (x - y) * half
        }
    }
}
