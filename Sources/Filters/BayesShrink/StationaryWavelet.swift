package import Tensors

/// An orthonormal wavelet's two filters.
package struct OrthonormalWavelet: Sendable {
    /// Averages; its squares sum to 1, its shifts by even numbers are orthogonal.
    package let low: [Float]
    /// Differences: `low` backwards with alternating signs.
    package let high: [Float]

    init(low: [Double]) {
        self.low = low.map(Float.init)
        high = low.indices.map { Float($0 % 2 == 0 ? low[low.count - 1 - $0] : -low[low.count - 1 - $0]) }
    }

    /// Haar's.
    package static let haar = OrthonormalWavelet(low: [0.707_106_781_186_547_6, 0.707_106_781_186_547_6])

    /// Daubechies' with two vanishing moments.
    package static let daubechies2 = OrthonormalWavelet(low: [
        -0.129_409_522_551_260_34, 0.224_143_868_042_013_39, 0.836_516_303_737_807_94, 0.482_962_913_144_534_16,
    ])

    /// Daubechies' with four vanishing moments.
    package static let daubechies4 = OrthonormalWavelet(low: [
        -0.010_597_401_784_997_278, 0.032_883_011_666_982_945, 0.030_841_381_835_986_965, -0.187_034_811_718_881_14,
        -0.027_983_769_416_983_85, 0.630_880_767_929_590_4, 0.714_846_570_552_541_5, 0.230_377_813_308_855_23,
    ])
}

/// One level of the undecimated wavelet transform of a plane, periodic: no sample is left out, so the transform does
/// not depend on where the picture begins.
///
/// Both filters come divided by the square root of two, so that transforming and transforming back is the identity,
/// and white noise of sigma s has s/2 in each of a level's four bands.
package struct StationaryWavelet: Sendable {
    /// Averages across and down, and the three kinds of differences.
    package struct Bands {
        package var average: PlanarImage
        package var details: [PlanarImage]
    }

    private let low: [Float]
    private let high: [Float]
    /// The filters' samples lie so far apart: 1, 2, 4 ... from level to level.
    private let step: Int

    package init(_ wavelet: OrthonormalWavelet, step: Int) {
        low = wavelet.low.map { $0 * Float(0.5).squareRoot() }
        high = wavelet.high.map { $0 * Float(0.5).squareRoot() }
        self.step = step
    }

    package func analyse(_ plane: PlanarImage) -> Bands {
        let (averages, differences) = (analyseRows(plane, low), analyseRows(plane, high))
        return Bands(
            average: analyseColumns(averages, low),
            details: [
                analyseColumns(averages, high), analyseColumns(differences, low), analyseColumns(differences, high),
            ])
    }

    package func synthesise(_ bands: Bands) -> PlanarImage {
        let averages = PlanarImage(
            channels: 1, height: bands.average.height, width: bands.average.width)
        let differences = PlanarImage(channels: 1, height: averages.height, width: averages.width)
        addColumns(bands.average, low, to: averages)
        addColumns(bands.details[0], high, to: averages)
        addColumns(bands.details[1], low, to: differences)
        addColumns(bands.details[2], high, to: differences)
        let result = PlanarImage(channels: 1, height: averages.height, width: averages.width)
        addRows(averages, low, to: result)
        addRows(differences, high, to: result)
        return result
    }

    // MARK: Along rows

    /// `result[x]` = the sum over k of `filter[k] * plane[x + k * step]`.
    private func analyseRows(_ plane: PlanarImage, _ filter: [Float]) -> PlanarImage {
        let result = PlanarImage(channels: 1, height: plane.height, width: plane.width)
        correlateRows(plane, filter, sign: 1, into: result)
        return result
    }

    /// Adds the transpose of `analyseRows`: `filter[k] * plane[x - k * step]`.
    private func addRows(_ plane: PlanarImage, _ filter: [Float], to result: PlanarImage) {
        correlateRows(plane, filter, sign: -1, into: result)
    }

    private func correlateRows(_ plane: PlanarImage, _ filter: [Float], sign: Int, into result: PlanarImage) {
        let width = plane.width
        let reach = (filter.count - 1) * step
        // The row with what comes before and after it in the periodic picture.
        let line = AlignedBuffer<Float>(repeating: 0, count: width + 2 * reach)
        let middle = line.base + reach
        for y in 0..<plane.height {
            let (source, target) = (plane.view.row(0, y), result.view.row(0, y))
            middle.update(from: source, count: width)
            for x in 0..<reach {
                line.base[x] = source[Self.wrapped(x - reach, width)]
                middle[width + x] = source[x % width]
            }
            for (k, factor) in filter.enumerated() {
                let shifted = middle + sign * k * step
                for x in 0..<width { target[x] += factor * shifted[x] }
            }
        }
    }

    // MARK: Down columns

    private func analyseColumns(_ plane: PlanarImage, _ filter: [Float]) -> PlanarImage {
        let result = PlanarImage(channels: 1, height: plane.height, width: plane.width)
        correlateColumns(plane, filter, sign: 1, into: result)
        return result
    }

    private func addColumns(_ plane: PlanarImage, _ filter: [Float], to result: PlanarImage) {
        correlateColumns(plane, filter, sign: -1, into: result)
    }

    private func correlateColumns(_ plane: PlanarImage, _ filter: [Float], sign: Int, into result: PlanarImage) {
        for y in 0..<plane.height {
            let target = result.view.row(0, y)
            for (k, factor) in filter.enumerated() {
                let source = plane.view.row(0, Self.wrapped(y + sign * k * step, plane.height))
                for x in 0..<plane.width { target[x] += factor * source[x] }
            }
        }
    }

    private static func wrapped(_ index: Int, _ count: Int) -> Int { ((index % count) + count) % count }
}
