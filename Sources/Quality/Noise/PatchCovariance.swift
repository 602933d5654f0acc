import Kernels
import Tensors

/// The covariance of patches, and the noise variance that follows from its eigenvalues.
struct PatchCovariance {
    /// The eigenvalues in ascending order.
    let eigenvalues: [Double]
    let patchCount: Int

    /// Computes the covariance of the patches of `set` whose indices are in `chosen`; nil where they are fewer than
    /// twice their dimensions.
    ///
    /// - Parameter scales: the factors that each patch's channels are multiplied by about their mean,
    ///   `[patch][channel]` by position in `chosen`; nil for 1.
    init?(_ set: PatchSet, _ chosen: [Int], scales: [Float]? = nil) {
        let dimensions = set.dimensions
        guard chosen.count >= 2 * dimensions else { return nil }
        let measures = RowMeasures()
        // Rows of the matrix, and patches, are padded with zeros to whole vectors.
        let stride = (dimensions + 15) / 16 * 16
        let batch = 64
        let vectors = AlignedBuffer<Double>(repeating: 0, count: batch * stride)
        let products = AlignedBuffer<Double>(repeating: 0, count: stride * stride)
        var sums = [Double](repeating: 0, count: dimensions)
        var filled = 0
        for (position, index) in chosen.enumerated() {
            let vector = vectors.base + filled * stride
            set.copy(index, to: vector)
            if let scales {
                for c in 0..<set.colours {
                    let (part, scale) = (vector + c * PatchSet.area, Double(scales[position * set.colours + c]))
                    let mean = Double(set.means[index * set.colours + c])
                    for i in 0..<PatchSet.area { part[i] = mean + (part[i] - mean) * scale }
                }
            }
            for i in 0..<dimensions { sums[i] += vector[i] }
            filled += 1
            if filled == batch || position == chosen.count - 1 {
                measures.addProducts(of: vectors.base, count: filled, stride: stride, to: products.base)
                filled = 0
            }
        }
        let count = Double(chosen.count)
        var matrix = [Double](repeating: 0, count: dimensions * dimensions)
        for i in 0..<dimensions {
            for j in i..<dimensions {
                let value = products.base[i * stride + j] / count - sums[i] / count * (sums[j] / count)
                matrix[i * dimensions + j] = value
                matrix[j * dimensions + i] = value
            }
        }
        withExtendedLifetime((vectors, products)) {}
        patchCount = chosen.count
        eigenvalues = SymmetricEigenvalues.ascending(of: matrix, order: dimensions)
    }

    /// The noise variance: the mean of the smallest eigenvalues, as many as have their mean for median (Chen et al.,
    /// algorithm 1), since structure raises the others. It is raised by two parts in patches / dimensions, since a
    /// sample spreads the eigenvalues: on photographs under white noise the deviation is lower by one such part
    /// (12,000 patches: 1 %).
    var noiseVariance: Double {
        let correction = 1 + 2 * Double(eigenvalues.count) / Double(patchCount)
        var count = eigenvalues.count
        var sum = eigenvalues.reduce(0, +)
        while count > 1 {
            let mean = sum / Double(count)
            var (above, below) = (0, 0)
            for value in eigenvalues[..<count] {
                if value > mean { above += 1 }
                if value < mean { below += 1 }
            }
            if above >= below { return max(0, mean) * correction }
            count -= 1
            sum -= eigenvalues[count]
        }
        return max(0, eigenvalues.first ?? 0) * correction
    }

    /// The smallest eigenvalue (Pyatykh, Hesser, Zheng 2013), corrected for being the smallest of a sample: of white
    /// noise it lies at (1 - sqrt(dimensions / patches))^2 of the variance (Marchenko and Pastur).
    var leastVariance: Double {
        let edge = 1 - (Double(eigenvalues.count) / Double(patchCount)).squareRoot()
        return max(0, eigenvalues.first ?? 0) / (edge * edge)
    }
}
