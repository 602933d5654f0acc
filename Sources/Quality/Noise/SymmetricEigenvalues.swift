/// The eigenvalues of a small real symmetric matrix: Householder's reduction to three diagonals, then the implicit QL
/// method with Wilkinson's shift (Golub and Van Loan, Matrix Computations, 8.3).
enum SymmetricEigenvalues {
    /// - Parameter matrix: row by row, `order` squared elements; only finite ones.
    /// - Complexity: 4/3 order³ multiply-adds.
    static func ascending(of matrix: [Double], order n: Int) -> [Double] {
        guard n > 1 else { return matrix }
        var (diagonal, below) = tridiagonal(matrix, n)
        for first in 0..<n {
            // 60 rounds are twice what any matrix needs; one that does not converge keeps what it has.
            for _ in 0..<60 {
                var last = first
                while last < n - 1 {
                    let size = abs(diagonal[last]) + abs(diagonal[last + 1])
                    if abs(below[last]) <= Double.ulpOfOne * size { break }
                    last += 1
                }
                if last == first { break }
                step(&diagonal, &below, first, last)
            }
        }
        return diagonal.sorted()
    }

    /// The diagonal, and the elements below it at the index of their column.
    private static func tridiagonal(_ matrix: [Double], _ n: Int) -> (diagonal: [Double], below: [Double]) {
        var a = matrix
        var below = [Double](repeating: 0, count: n)
        for k in 0..<max(0, n - 2) {
            // The reflection that clears column k under its first element off the diagonal.
            var norm = 0.0
            for i in k + 1..<n { norm += a[i * n + k] * a[i * n + k] }
            norm = norm.squareRoot()
            let alpha = a[(k + 1) * n + k] > 0 ? -norm : norm
            below[k] = alpha
            guard norm > 0 else { continue }
            var v = [Double](repeating: 0, count: n)
            for i in k + 1..<n { v[i] = a[i * n + k] }
            v[k + 1] -= alpha
            let square = v.reduce(0) { $0 + $1 * $1 }
            guard square > 0 else { continue }
            // A becomes A - v wᵀ - w vᵀ with w = p - (pᵀv / vᵀv) v, p = 2 A v / vᵀv.
            var p = [Double](repeating: 0, count: n)
            for i in k + 1..<n {
                var sum = 0.0
                for j in k + 1..<n { sum += a[i * n + j] * v[j] }
                p[i] = 2 * sum / square
            }
            var dot = 0.0
            for i in k + 1..<n { dot += p[i] * v[i] }
            for i in k + 1..<n { p[i] -= dot / square * v[i] }
            for i in k + 1..<n {
                for j in k + 1..<n { a[i * n + j] -= v[i] * p[j] + p[i] * v[j] }
            }
        }
        below[n - 2] = a[(n - 1) * n + n - 2]
        return ((0..<n).map { a[$0 * n + $0] }, below)
    }

    /// One implicit QL step on rows `first` to `last`.
    private static func step(_ d: inout [Double], _ e: inout [Double], _ first: Int, _ last: Int) {
        var g = (d[first + 1] - d[first]) / (2 * e[first])
        var r = (g * g + 1).squareRoot()
        g = d[last] - d[first] + e[first] / (g + (g < 0 ? -r : r))
        var (s, c, p) = (1.0, 1.0, 0.0)
        for i in stride(from: last - 1, through: first, by: -1) {
            var f = s * e[i]
            let b = c * e[i]
            r = (f * f + g * g).squareRoot()
            e[i + 1] = r
            if r == 0 {
                d[i + 1] -= p
                e[last] = 0
                return
            }
            s = f / r
            c = g / r
            g = d[i + 1] - p
            r = (d[i] - g) * s + 2 * c * b
            p = s * r
            d[i + 1] = g + p
            f = c * r - b
            g = f
        }
        d[first] -= p
        e[first] = g
        e[last] = 0
    }
}
