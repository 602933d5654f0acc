public import Tensors

extension PlanarImage {
    /// True where the three channels are nearly shades of one: their first principal axis leaves less than half a
    /// percent of its own variance, as in a scan of a black-and-white print, toned or not. Pictures of one channel are
    /// monochrome; alpha does not count.
    ///
    /// - Complexity: some 40,000 pixels are read.
    public var isMonochrome: Bool {
        guard channels >= 3 else { return true }
        var sums = [Double](repeating: 0, count: 3)
        var products = [Double](repeating: 0, count: 9)
        var count = 0.0
        for y in stride(from: 0, to: height, by: max(1, height / 200)) {
            for x in stride(from: 0, to: width, by: max(1, width / 200)) {
                let pixel = (0..<3).map { Double(view.row($0, y)[x]) }
                for i in 0..<3 {
                    sums[i] += pixel[i]
                    for j in 0..<3 { products[3 * i + j] += pixel[i] * pixel[j] }
                }
                count += 1
            }
        }
        var matrix = products
        for i in 0..<3 {
            for j in 0..<3 { matrix[3 * i + j] = products[3 * i + j] / count - sums[i] / count * sums[j] / count }
        }
        let values = SymmetricEigenvalues.ascending(of: matrix, order: 3)
        return values[0] + values[1] < 0.005 * values[2]
    }
}
