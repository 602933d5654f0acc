import Tensors

/// Sums over numbers in Float32, in Float64, in an order that depends on nothing but their number.
enum RowStatistics {
    /// Returns the squared Euclidean distance of two vectors of `count` numbers.
    static func squaredDistance(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Double {
        var sums = SIMD8<Double>()
        var i = 0
        while i + 8 <= count {
            for lane in 0..<8 {
                let difference = Double(a[i + lane]) - Double(b[i + lane])
                sums[lane] += difference * difference
            }
            i += 8
        }
        var sum = sums.sum()
        while i < count {
            let difference = Double(a[i]) - Double(b[i])
            sum += difference * difference
            i += 1
        }
        return sum
    }

    /// Returns the squared Euclidean distance of a vector and a centre of `count` numbers.
    static func squaredDistance(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
        var sums = SIMD8<Double>()
        var i = 0
        while i + 8 <= count {
            for lane in 0..<8 {
                let difference = Double(a[i + lane]) - b[i + lane]
                sums[lane] += difference * difference
            }
            i += 8
        }
        var sum = sums.sum()
        while i < count {
            let difference = Double(a[i]) - b[i]
            sum += difference * difference
            i += 1
        }
        return sum
    }

    /// Returns the sum of the products of two vectors of `count` numbers.
    static func product(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Double {
        var sums = SIMD8<Double>()
        var i = 0
        while i + 8 <= count {
            for lane in 0..<8 { sums[lane] += Double(a[i + lane]) * Double(b[i + lane]) }
            i += 8
        }
        var sum = sums.sum()
        while i < count {
            sum += Double(a[i]) * Double(b[i])
            i += 1
        }
        return sum
    }

    /// Returns the sum of the products of a vector and weights of `count` numbers.
    static func product(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
        var sums = SIMD8<Double>()
        var i = 0
        while i + 8 <= count {
            for lane in 0..<8 { sums[lane] += Double(a[i + lane]) * b[i + lane] }
            i += 8
        }
        var sum = sums.sum()
        while i < count {
            sum += Double(a[i]) * b[i]
            i += 1
        }
        return sum
    }

    /// Returns the mean of each column of rows of `dimension` numbers, and its variance (divided by the number of rows).
    static func moments(_ elements: [Float], dimension: Int) -> (means: [Double], variances: [Double]) {
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
