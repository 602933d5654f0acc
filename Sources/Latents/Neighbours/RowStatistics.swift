import Tensors

/// Sums over numbers in Float32, in Float64, in an order that depends on nothing but their number.
package enum RowStatistics {
    /// Returns the squared Euclidean distance of a vector and another one, or a centre, of `count` numbers.
    static func squaredDistance<Number: BinaryFloatingPoint>(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Number>, _ count: Int
    ) -> Double {
        sum(count) { i in
            let difference = Double(a[i]) - Double(b[i])
            return difference * difference
        }
    }

    /// Returns the sum of the products of a vector and another one, or weights, of `count` numbers.
    static func product<Number: BinaryFloatingPoint>(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Number>, _ count: Int
    ) -> Double {
        sum(count) { i in Double(a[i]) * Double(b[i]) }
    }

    /// Returns the sum of `count` terms: eight sums side by side, then the rest.
    @inline(__always)
    private static func sum(_ count: Int, _ term: (Int) -> Double) -> Double {
        var sums = SIMD8<Double>()
        var i = 0
        while i + 8 <= count {
            for lane in 0..<8 { sums[lane] += term(i + lane) }
            i += 8
        }
        var sum = sums.sum()
        while i < count {
            sum += term(i)
            i += 1
        }
        return sum
    }

    /// Returns the mean of each column of rows of `dimension` numbers, and its variance (divided by the number of rows).
    package static func moments(_ elements: [Float], dimension: Int) -> (means: [Double], variances: [Double]) {
        let rows = elements.count / dimension
        var means = [Double](repeating: 0, count: dimension)
        var variances = means
        elements.withUnsafeBufferPointer { elements in
            for row in 0..<rows {
                for i in 0..<dimension { means[i] += Double(elements[row * dimension + i]) }
            }
            for i in 0..<dimension { means[i] /= Double(max(1, rows)) }
            for row in 0..<rows {
                for i in 0..<dimension {
                    let difference = Double(elements[row * dimension + i]) - means[i]
                    variances[i] += difference * difference
                }
            }
            for i in 0..<dimension { variances[i] /= Double(max(1, rows)) }
        }
        return (means, variances)
    }
}
