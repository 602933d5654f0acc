import Filters
import Foundation
import Tensors
import TestSupport
import Testing

private func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    a.map { row in b[0].indices.map { column in row.indices.reduce(0) { $0 + row[$1] * b[$1][column] } } }
}

private func distanceFromIdentity(_ matrix: [[Double]]) -> Double {
    var largest = 0.0
    for (row, values) in matrix.enumerated() {
        for (column, value) in values.enumerated() { largest = max(largest, abs(value - (row == column ? 1 : 0))) }
    }
    return largest
}

private func transposed(_ matrix: [[Double]]) -> [[Double]] {
    matrix[0].indices.map { column in matrix.map { $0[column] } }
}

@Suite("Transforms of patches and stacks")
struct TransformTests {
    @Test("the cosine transform is orthonormal, its first row the mean, its rows cosines")
    func cosine() {
        let matrix = PatchTransform.cosine.matrix
        #expect(distanceFromIdentity(product(matrix, transposed(matrix))) < 1e-14)
        #expect(matrix[0].allSatisfy { abs($0 - 0.125.squareRoot()) < 1e-15 })
        for n in 0..<8 {
            #expect(abs(matrix[3][n] - 0.5 * cos(Double.pi * (2 * Double(n) + 1) * 3 / 16)) < 1e-15)
        }
    }

    @Test("the biorthogonal wavelet has unit rows, an exact inverse, and differences that are blind to a constant")
    func biorthogonal() {
        let transform = PatchTransform.biorthogonalWavelet
        #expect(distanceFromIdentity(product(transform.matrix, transform.inverseMatrix)) < 1e-13)
        for row in transform.matrix { #expect(abs(row.reduce(0) { $0 + $1 * $1 } - 1) < 1e-14) }
        // The first row averages; all others are blind to a constant.
        #expect(transform.matrix[0].allSatisfy { abs($0 - 0.125.squareRoot()) < 1e-14 })
        for row in transform.matrix.dropFirst() { #expect(abs(row.reduce(0, +)) < 1e-13) }
        // The finest differences are Haar's.
        #expect(abs(transform.matrix[4][0] - 0.5.squareRoot()) < 1e-15)
        #expect(abs(transform.matrix[4][1] + 0.5.squareRoot()) < 1e-15)
        // It is not the orthonormal Haar wavelet: its averages reach further.
        #expect(distanceFromIdentity(product(transform.matrix, transposed(transform.matrix))) > 0.01)
    }

    @Test("patches: M X Mᵗ as plain loops have it, and back", arguments: [true, false])
    func patches(isCosine: Bool) {
        let transform = isCosine ? PatchTransform.cosine : .biorthogonalWavelet
        var random = RandomStream(seed: 5)
        let samples = (0..<64 * 3).map { _ in Float(random.uniform()) }
        let changed = transform.applied(to: samples, isInverse: false)
        for patch in 0..<3 {
            let x = (0..<8).map { row in (0..<8).map { Double(samples[64 * patch + 8 * row + $0]) } }
            let expected = product(product(transform.matrix, x), transposed(transform.matrix))
            for row in 0..<8 {
                for column in 0..<8 {
                    #expect(abs(Double(changed[64 * patch + 8 * row + column]) - expected[row][column]) < 3e-6)
                }
            }
        }
        let back = transform.applied(to: changed, isInverse: true)
        for (a, b) in zip(back, samples) { #expect(abs(a - b) < 5e-6) }
    }

    @Test("stacks: orthonormal, undone, averages in front", arguments: [1, 2, 4, 8, 16, 32])
    func stacks(count: Int) {
        var random = RandomStream(seed: 9)
        let samples = (0..<64 * count).map { _ in Float(random.uniform()) }
        let changed = StackTransform.applied(to: samples, isInverse: false)
        let back = StackTransform.applied(to: changed, isInverse: true)
        for (a, b) in zip(back, samples) { #expect(abs(a - b) < 1e-5) }
        for sample in [0, 17, 63] {
            let column = (0..<count).map { Double(samples[64 * $0 + sample]) }
            let mean = column.reduce(0, +) / Double(count).squareRoot()
            #expect(abs(Double(changed[sample]) - mean) < 1e-5)
            let energy = (0..<count).reduce(0.0) { $0 + pow(Double(changed[64 * $1 + sample]), 2) }
            #expect(abs(energy - column.reduce(0) { $0 + $1 * $1 }) < 1e-4)
        }
    }

    @Test("Kaiser's window as NumPy computes it")
    func window() {
        // np.kaiser(8, 2)
        let line = [
            0.438_676_28, 0.681_324_26, 0.876_839_91, 0.985_822_51, 0.985_822_51, 0.876_839_91, 0.681_324_26,
            0.438_676_28,
        ]
        for row in 0..<8 {
            for column in 0..<8 {
                #expect(abs(PatchStack.kaiserWindow[8 * row + column] - line[row] * line[column]) < 1e-7)
            }
        }
    }
}

@Suite("The undecimated wavelet transform")
struct StationaryWaveletTests {
    @Test(
        "filters are orthonormal to their even shifts, averages keep a constant, differences are blind to polynomials",
        arguments: [
            (OrthonormalWavelet.haar, 1), (.daubechies2, 2), (.daubechies4, 4),
        ])
    func filters(wavelet: OrthonormalWavelet, vanishingMoments: Int) {
        let (low, high) = (wavelet.low.map(Double.init), wavelet.high.map(Double.init))
        for shift in stride(from: 0, to: low.count, by: 2) {
            func inner(_ a: [Double], _ b: [Double]) -> Double {
                (0..<low.count - shift).reduce(0) { $0 + a[$1 + shift] * b[$1] }
            }
            #expect(abs(inner(low, low) - (shift == 0 ? 1 : 0)) < 1e-6)
            #expect(abs(inner(high, high) - (shift == 0 ? 1 : 0)) < 1e-6)
            #expect(abs(inner(low, high)) < 1e-6 && abs(inner(high, low)) < 1e-6)
        }
        #expect(abs(low.reduce(0, +) - 2.0.squareRoot()) < 1e-6)
        for power in 0..<vanishingMoments {
            let moment = high.indices.reduce(0.0) { $0 + high[$1] * pow(Double($1), Double(power)) }
            #expect(abs(moment) < 1e-4, "\(power)")
        }
        #expect(abs(high.indices.reduce(0.0) { $0 + high[$1] * pow(Double($1), Double(vanishingMoments)) }) > 0.1)
    }

    @Test("transforming back is the identity, and no energy is lost", arguments: [1, 2, 8])
    func inverse(step: Int) {
        for (height, width) in [(16, 24), (7, 9), (1, 1), (13, 3)] {
            let plane = noise(channels: 1, height: height, width: width, seed: 3)
            let transform = StationaryWavelet(.daubechies4, step: step)
            let bands = transform.analyse(plane)
            let back = transform.synthesise(bands)
            for (a, b) in zip(back.samples, plane.samples) { #expect(abs(a - b) < 2e-6) }
            func energy(_ image: PlanarImage) -> Double { image.samples.reduce(0) { $0 + Double($1) * Double($1) } }
            let total = energy(bands.average) + bands.details.reduce(0) { $0 + energy($1) }
            #expect(abs(total - energy(plane)) < 1e-4 * max(1, energy(plane)))
        }
    }

    @Test("one level is the periodic correlation of its definition")
    func definition() {
        let plane = noise(channels: 1, height: 5, width: 6, seed: 8)
        let bands = StationaryWavelet(.daubechies2, step: 2).analyse(plane)
        let (low, high) = (OrthonormalWavelet.daubechies2.low, OrthonormalWavelet.daubechies2.high)
        for (band, rows, columns) in [
            (bands.average, low, low), (bands.details[0], low, high), (bands.details[1], high, low),
            (bands.details[2], high, high),
        ] {
            for y in 0..<5 {
                for x in 0..<6 {
                    var sum = 0.0
                    for (j, down) in columns.enumerated() {
                        for (k, across) in rows.enumerated() {
                            sum += Double(down * across) * Double(plane.view.row(0, (y + 2 * j) % 5)[(x + 2 * k) % 6])
                        }
                    }
                    #expect(abs(Double(band.view.row(0, y)[x]) - sum / 2) < 1e-6)
                }
            }
        }
    }
}
