import Foundation
import Kernels
import Tensors
import Testing

/// Every instruction set against plain loops in Float64, over counts around the vectors.
@Suite("Row kernels that pictures are measured with")
struct RowMeasureTests {
    static let counts = [0, 1, 15, 16, 17, 31, 33, 47, 101, 246, 256]

    private func row(_ count: Int, _ seed: UInt64, scale: Float = 1, offset: Float = 0) -> [Float] {
        var random = RandomStream(seed: seed)
        return (0..<count).map { _ in Float(random.uniform()) * scale + offset }
    }

    @Test("levels: clamped, halves up, the same bits everywhere", arguments: InstructionSet.available, counts)
    func levels(isa: InstructionSet, count: Int) {
        let measures = RowMeasures(isa: isa)
        for maximum: Float in [255, 65535, 4095] {
            var samples = row(count, 1, scale: 1.4, offset: -0.2)
            for i in samples.indices where i % 5 == 0 { samples[i] = Float(i % 256) / 255 }
            for i in samples.indices where i % 7 == 0 { samples[i] = (Float(i) + 0.5) / maximum }
            var found = [Float](repeating: -1, count: count)
            #expect(measures.levels(of: samples, to: &found, count: count, maximum: maximum, rounds: true))
            for i in 0..<count {
                let scaled = max(0, min(1, samples[i])) * maximum + 0.5
                #expect(found[i] == scaled.rounded(.down), "\(samples[i])")
            }
            #expect(measures.levels(of: samples, to: &found, count: count, maximum: maximum, rounds: false))
            for i in 0..<count { #expect(found[i] == samples[i] * maximum) }
        }
    }

    @Test("a sample that is no number is seen anywhere", arguments: InstructionSet.available)
    func notFinite(isa: InstructionSet) {
        for bad in [Float.nan, .infinity, -.infinity] {
            for place in [0, 15, 16, 40] {
                var samples = row(41, 2)
                samples[place] = bad
                var found = samples
                for rounds in [false, true] {
                    #expect(
                        !RowMeasures(isa: isa).levels(of: samples, to: &found, count: 41, maximum: 255, rounds: rounds))
                }
            }
        }
    }

    @Test("differences", arguments: InstructionSet.available, counts)
    func differences(isa: InstructionSet, count: Int) {
        let (a, b) = (row(count, 3, scale: 255).map { $0.rounded() }, row(count, 4, scale: 255).map { $0.rounded() })
        let found = RowMeasures(isa: isa).differences(a, b, count: count)
        let expected = zip(a, b).map { Double($0) - Double($1) }
        // Whole levels: exact.
        #expect(found.absoluteSum == expected.reduce(0) { $0 + abs($1) })
        #expect(found.squareSum == expected.reduce(0) { $0 + $1 * $1 })
        #expect(Double(found.greatest) == expected.map(abs).max() ?? 0)
    }

    @Test("three channels weighed", arguments: InstructionSet.available, counts)
    func channels(isa: InstructionSet, count: Int) {
        let rows = (5..<8).map { row(count, $0, scale: 255) }
        var found = [Float](repeating: 0, count: count)
        RowMeasures(isa: isa).weigh(
            rows[0], rows[1], rows[2], by: [0.25, 0.5, 0.125], offset: 16, to: &found, count: count)
        for i in 0..<count {
            let expected = 0.25 * Double(rows[0][i]) + 0.5 * Double(rows[1][i]) + 0.125 * Double(rows[2][i]) + 16
            #expect(abs(Double(found[i]) - expected) < 1e-4)
        }
    }

    @Test("two rows of the window's sums", arguments: InstructionSet.available, counts)
    func rows(isa: InstructionSet, count: Int) {
        let weights: [Float] = [0.3, 0.15, 0.1, 0.05, 0.03, 0.02]
        let rows = (0..<12).map { row(count + 16, 20 + UInt64($0), scale: 9) }
        let stride = count + 16
        var found = [Float](repeating: -1, count: 2 * stride)
        let storage = AlignedBuffer<Float>(repeating: 0, count: 12 * stride)
        for (index, element) in rows.joined().enumerated() { storage.base[index] = element }
        let taps: [UnsafePointer<Float>?] = (0..<12).map { UnsafePointer(storage.base + $0 * stride) }
        found.withUnsafeMutableBufferPointer { found in
            guard let above = found.baseAddress else { return }
            RowMeasures(isa: isa).weighRows(taps, by: weights, to: above, above + stride, count: count)
        }
        withExtendedLifetime(storage) {}
        for later in 0..<2 {
            for x in 0..<count {
                let expected = (0..<11).reduce(0.0) {
                    $0 + Double(weights[abs($1 - 5)]) * Double(rows[later + $1][x])
                }
                #expect(abs(Double(found[later * stride + x]) - expected) < 1e-5)
            }
        }
    }

    @Test("moments, window and SSIM of one row", arguments: InstructionSet.available, counts.dropFirst())
    func similarity(isa: InstructionSet, count: Int) {
        let measures = RowMeasures(isa: isa)
        let stride = count + 64
        let side = RowMeasures.windowSide
        let shift: Float = 100
        let weights: [Float] = [0.3, 0.15, 0.1, 0.05, 0.03, 0.02]
        let mirrored = (0..<side).map { Double(weights[abs($0 - 5)]) }
        let (a, b) = (row(stride, 11, scale: 200), row(stride, 12, scale: 200))
        var moments = [Float](repeating: 0, count: RowMeasures.momentCount * stride)
        measures.moments(a, b, count: count + 10, shift: shift, to: &moments, stride: stride)
        var windows = [Float](repeating: 0, count: RowMeasures.momentCount * stride)
        moments.withUnsafeBufferPointer { moments in
            windows.withUnsafeMutableBufferPointer { windows in
                guard let source = moments.baseAddress, let target = windows.baseAddress else { return }
                for quantity in 0..<RowMeasures.momentCount {
                    measures.weighColumns(
                        source + quantity * stride, by: weights, to: target + quantity * stride, count: count)
                }
            }
        }
        let found = measures.similarity(
            ofMoments: windows, stride: stride, count: count, shift: shift, c1: 6.5, c2: 58.5)
        var (similarity, contrast) = (0.0, 0.0)
        for x in 0..<count {
            func mean(_ value: (Double, Double) -> Double) -> Double {
                (0..<side).reduce(0) { $0 + mirrored[$1] * value(Double(a[x + $1]), Double(b[x + $1])) }
            }
            let (ma, mb) = (mean { p, _ in p }, mean { _, q in q })
            // The weights here sum to 1 like the window's, so variances do not depend on the shift.
            let (va, vb) = (mean { p, _ in p * p } - ma * ma, mean { _, q in q * q } - mb * mb)
            let vd = mean { p, q in (p - q) * (p - q) } - (ma - mb) * (ma - mb)
            let structure = 1 - vd / (va + vb + 58.5)
            contrast += structure
            similarity += structure * (1 - (ma - mb) * (ma - mb) / (ma * ma + mb * mb + 6.5))
        }
        #expect(abs(found.contrast - contrast) < 1e-5 * Double(count))
        #expect(abs(found.similarity - similarity) < 1e-5 * Double(count))
    }
}
