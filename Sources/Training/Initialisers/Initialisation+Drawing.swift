public import Autoencoders
public import Tensors

extension Initialisation {
    /// Returns a tensor of `shape` whose numbers are sampled with `random`.
    ///
    /// - Complexity: proportional to its elements; for `orthogonal` times the smaller of fan-in and outputs.
    public func tensor(shape: [Int], using random: inout RandomStream) -> Tensor {
        let count = shape.reduce(1, *)
        let outputs = max(1, shape.first ?? 1)
        let fanIn = max(1, shape.dropFirst().reduce(1, *))
        let fanOut = outputs * max(1, shape.dropFirst(2).reduce(1, *))
        func normal(variance: Double) -> [Float] {
            let deviation = variance.squareRoot()
            return Self.normals(count, using: &random).map { Float($0 * deviation) }
        }
        func uniform(variance: Double) -> [Float] {
            let bound = (3 * variance).squareRoot()
            return (0..<count).map { _ in Float(bound * (2 * random.uniform() - 1)) }
        }
        var elements: [Float] =
            switch distribution {
            case .heNormal: normal(variance: 2 / Double(fanIn))
            case .heUniform: uniform(variance: 2 / Double(fanIn))
            case .xavierNormal: normal(variance: 2 / Double(fanIn + fanOut))
            case .xavierUniform: uniform(variance: 2 / Double(fanIn + fanOut))
            case .orthogonal: Self.orthogonal(rows: outputs, columns: fanIn, using: &random)
            case .constant(let value): Array(repeating: value, count: count)
            }
        if scale != 1 { for i in elements.indices { elements[i] *= scale } }
        if addsIdentity, shape.count == 4 {
            let area = shape[2] * shape[3]
            for channel in 0..<min(shape[0], shape[1]) {
                elements[(channel * shape[1] + channel) * area + area / 2] += 1
            }
        }
        return Tensor(shape: shape, elements: elements)
    }

    /// Returns samples of the standard normal distribution.
    private static func normals(_ count: Int, using random: inout RandomStream) -> [Double] {
        var numbers = [Float](repeating: 0, count: count)
        numbers.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { random.fillNormal(base, count: count) }
        }
        return numbers.map(Double.init)
    }

    /// Returns orthonormal rows, or columns where there are fewer: normal vectors, each made orthogonal to those before
    /// it (Gram and Schmidt, twice, against rounding) and of length 1.
    private static func orthogonal(
        rows: Int, columns: Int, using random: inout RandomStream
    ) -> [Float] {
        let (vectors, length) = (min(rows, columns), max(rows, columns))
        var basis: [[Double]] = []
        while basis.count < vectors {
            var vector = normals(length, using: &random)
            for _ in 0..<2 {
                for other in basis {
                    var product = 0.0
                    for i in 0..<length { product += vector[i] * other[i] }
                    for i in 0..<length { vector[i] -= product * other[i] }
                }
            }
            let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            // A vector that lies within the span of the others is sampled again.
            if norm > 1e-6 { basis.append(vector.map { $0 / norm }) }
        }
        var elements = [Float](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                elements[row * columns + column] = Float(rows <= columns ? basis[row][column] : basis[column][row])
            }
        }
        return elements
    }
}
