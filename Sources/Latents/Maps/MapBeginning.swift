import Tensors

/// The first places of a map, from which its method moves rows on.
enum MapBeginning {
    /// Returns the principal components of vectors, row after row; where these have fewer numbers than the map, noise of a
    /// ten-thousandth of their deviation.
    static func places(_ elements: [Float], dimension: Int, of mapDimension: Int, seed: UInt64) -> [Float] {
        let components = min(dimension, mapDimension)
        let found = PrincipalComponents(elements, dimension: dimension, count: components, seed: seed)
        let coordinates = found.coordinates(of: elements, components: components)
        let deviation = Float((found.variances.first ?? 0).squareRoot())
        return (0..<elements.count / dimension).flatMap { row in
            (0..<mapDimension).map { axis -> Float in
                if axis < components { return coordinates[row * components + axis] }
                var random = RandomStream(seed: seed, row, axis)
                return 1e-4 * deviation * Float(random.normal())
            }
        }
    }

    /// Returns the standard deviation of the first axis.
    static func deviation(of places: [Float], dimension: Int) -> Double {
        let count = places.count / dimension
        let mean = (0..<count).reduce(0.0) { $0 + Double(places[$1 * dimension]) } / Double(max(1, count))
        let sum = (0..<count).reduce(0.0) { total, row in
            let difference = Double(places[row * dimension]) - mean
            return total + difference * difference
        }
        return (sum / Double(max(1, count))).squareRoot()
    }
}
