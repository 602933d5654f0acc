/// Cholesky's factor: the lower triangle L of a symmetric, positive matrix L L'.
struct TriangularFactor: Sendable, Equatable {
    /// The triangle, row after row: i + 1 numbers in row i.
    let elements: [Double]
    /// The number of rows.
    let side: Int

    /// Takes a triangle as it is.
    init(elements: [Double], side: Int) {
        precondition(elements.count == side * (side + 1) / 2)
        self.elements = elements
        self.side = side
    }

    /// Factors a symmetric matrix of which the lower triangle is given; nil where it is not positive.
    ///
    /// - Parameter least: the least square on the factor's diagonal, which takes the place of smaller ones; nil where
    ///   there is no factor then.
    init?(of triangle: [Double], least: Double? = nil) {
        let side = (Int(Double(8 * triangle.count + 1).squareRoot()) - 1) / 2
        var l = triangle
        for i in 0..<side {
            let row = i * (i + 1) / 2
            for j in 0...i {
                let other = j * (j + 1) / 2
                var sum = l[row + j]
                for k in 0..<j { sum -= l[row + k] * l[other + k] }
                if i != j {
                    l[row + j] = sum / l[other + j]
                } else if let least {
                    l[row + j] = max(sum, least).squareRoot()
                } else {
                    guard sum > 0, sum.isFinite else { return nil }
                    l[row + j] = sum.squareRoot()
                }
            }
        }
        self.init(elements: l, side: side)
    }

    /// Returns the squared length of the vector x for which L x is a vector of these numbers.
    func square(_ number: (Int) -> Double) -> Double {
        var solved = [Double](repeating: 0, count: side)
        var square = 0.0
        for i in 0..<side {
            let row = i * (i + 1) / 2
            var sum = number(i)
            for k in 0..<i { sum -= elements[row + k] * solved[k] }
            solved[i] = sum / elements[row + i]
            square += solved[i] * solved[i]
        }
        return square
    }
}
