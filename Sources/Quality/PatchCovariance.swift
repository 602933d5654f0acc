import Tensors

/// The covariance of the patches of a picture, and the noise variance that its eigenvalues tell.
struct PatchCovariance {
    static let side = 7
    static let patchLimit = 30_000

    /// In ascending order.
    let eigenvalues: [Double]
    let patchCount: Int

    /// Over at most 30,000 patches on a square lattice; nil where the picture is too small for twice as many patches
    /// as they have dimensions.
    init?(_ image: PlanarImage, colours: Int) {
        let side = Self.side
        let dimensions = side * side * colours
        let (rows, columns) = (image.height - side + 1, image.width - side + 1)
        guard rows > 0, columns > 0 else { return nil }
        var step = 1
        while ((rows + step - 1) / step) * ((columns + step - 1) / step) > Self.patchLimit { step += 1 }

        let values = AlignedBuffer<Double>(repeating: 0, count: dimensions)
        let sums = AlignedBuffer<Double>(repeating: 0, count: dimensions)
        let products = AlignedBuffer<Double>(repeating: 0, count: dimensions * dimensions)
        // Clipping takes noise away, so patches with clipped samples are left out; a picture that is not confined to
        // 0...1 was not clipped.
        let isConfined = Self.isConfined(image, colours: colours)
        var count = 0
        func gather(skippingClipped: Bool) {
            count = 0
            sums.elements.update(repeating: 0)
            products.elements.update(repeating: 0)
            for y in stride(from: 0, to: rows, by: step) {
                for x in stride(from: 0, to: columns, by: step) {
                    var clipped = 0
                    var index = 0
                    for c in 0..<colours {
                        for row in 0..<side {
                            let source = image.view.row(c, y + row) + x
                            for column in 0..<side {
                                let value = source[column]
                                if !(value > 0.5 / 255 && value < 254.5 / 255) { clipped += 1 }
                                // Centred roughly, so that the variance is not lost in the square of the mean.
                                values.base[index] = value.isFinite ? Double(value) - 0.5 : -0.5
                                index += 1
                            }
                        }
                    }
                    if skippingClipped && clipped * 10 > dimensions { continue }
                    count += 1
                    for i in 0..<dimensions {
                        let value = values.base[i]
                        sums.base[i] += value
                        let line = products.base + i * dimensions
                        for j in i..<dimensions { line[j] += value * values.base[j] }
                    }
                }
            }
        }
        gather(skippingClipped: isConfined)
        if isConfined && count < 4 * dimensions { gather(skippingClipped: false) }
        guard count >= 2 * dimensions else { return nil }
        var matrix = [Double](repeating: 0, count: dimensions * dimensions)
        for i in 0..<dimensions {
            for j in i..<dimensions {
                let product = products.base[i * dimensions + j] / Double(count)
                let value = product - sums.base[i] / Double(count) * (sums.base[j] / Double(count))
                matrix[i * dimensions + j] = value
                matrix[j * dimensions + i] = value
            }
        }
        patchCount = count
        eigenvalues = SymmetricEigenvalues.ascending(of: matrix, order: dimensions)
        withExtendedLifetime((image, values, sums, products)) {}
    }

    /// The mean of the smallest eigenvalues, as many as have their mean for median (Chen et al., algorithm 1): what
    /// structure raises lies above and is left off.
    var noiseVariance: Double {
        var count = eigenvalues.count
        var sum = eigenvalues.reduce(0, +)
        while count > 1 {
            let mean = sum / Double(count)
            var (above, below) = (0, 0)
            for value in eigenvalues[..<count] {
                if value > mean { above += 1 }
                if value < mean { below += 1 }
            }
            if above >= below { return max(0, mean) }
            count -= 1
            sum -= eigenvalues[count]
        }
        return max(0, eigenvalues.first ?? 0)
    }

    /// The smallest eigenvalue (Pyatykh, Hesser, Zheng 2013), corrected for being the smallest of a sample: of white
    /// noise it lies at (1 - sqrt(dimensions / patches))^2 of the variance (Marchenko and Pastur).
    var leastVariance: Double {
        let edge = 1 - (Double(eigenvalues.count) / Double(patchCount)).squareRoot()
        return max(0, eigenvalues.first ?? 0) / (edge * edge)
    }

    private static func isConfined(_ image: PlanarImage, colours: Int) -> Bool {
        for c in 0..<colours {
            for y in 0..<image.height {
                let row = image.view.row(c, y)
                var (least, greatest): (Float, Float) = (0, 1)
                for x in 0..<image.width {
                    least = row[x] < least ? row[x] : least
                    greatest = row[x] > greatest ? row[x] : greatest
                }
                if least < 0 || greatest > 1 { return false }
            }
        }
        return true
    }
}
