import Foundation
import Tensors

/// The patches of a stack on their way through the transforms. Used by one thread at a time.
///
/// Contract: every place is that of a whole patch of 8x8 samples in one-channel views whose rows have no gaps.
package final class PatchStack {
    private static let side = PatchTransform.side
    private let patches: AlignedBuffer<Float>
    private let guides: AlignedBuffer<Float>
    private let window: AlignedBuffer<Float>

    init(capacity: Int) {
        patches = AlignedBuffer(repeating: 0, count: 64 * capacity)
        guides = AlignedBuffer(repeating: 0, count: 64 * capacity)
        window = AlignedBuffer(repeating: 0, count: 64)
        for (index, value) in Self.kaiserWindow.enumerated() { window.base[index] = Float(value) }
    }

    /// Kaiser's window with beta 2 across and down: estimates count less towards a patch's edges, where they end.
    package static let kaiserWindow: [Double] = {
        func bessel(_ x: Double) -> Double {
            // The series of I0; 20 terms are exact far beyond x = 2.
            var (term, sum) = (1.0, 1.0)
            for k in 1...20 {
                term *= (x / (2 * Double(k))) * (x / (2 * Double(k)))
                sum += term
            }
            return sum
        }
        let line = (0..<side).map { index in
            let place = 2 * Double(index) / Double(side - 1) - 1
            return bessel(2 * (1 - place * place).squareRoot()) / bessel(2)
        }
        return line.flatMap { a in line.map { a * $0 } }
    }()

    /// Sets coefficients below `factor` times sigma to zero.
    ///
    /// - Returns: the estimates' weight, the reciprocal of the variance that is left in them: sigma² times the
    ///   coefficients kept.
    func threshold(
        _ source: PlanarView, at places: UnsafeBufferPointer<Int32>, by transform: PatchTransform, sigma: Float,
        factor: Float
    ) -> Float {
        let count = places.count
        load(source, at: places, into: patches.base)
        transform.forward.apply(to: patches.base, count: count)
        StackTransform.forward(patches.base, count: count)
        let limit = factor * sigma
        var kept: Int32 = 0
        let values = patches.base
        for index in 0..<64 * count {
            let value = values[index]
            let isKept = abs(value) >= limit
            values[index] = isKept ? value : 0
            kept &+= isKept ? 1 : 0
        }
        StackTransform.inverse(values, count: count)
        transform.inverse.apply(to: values, count: count)
        return 1 / (sigma * sigma * Float(max(1, kept)))
    }

    /// Wiener's filter: each coefficient times b² / (b² + sigma²) with b the guide's.
    ///
    /// - Returns: the estimates' weight, the reciprocal of the variance of the noise left in them.
    func filter(
        _ source: PlanarView, guide: PlanarView, at places: UnsafeBufferPointer<Int32>, by transform: PatchTransform,
        sigma: Float
    ) -> Float {
        let count = places.count
        load(source, at: places, into: patches.base)
        load(guide, at: places, into: guides.base)
        transform.forward.apply(to: patches.base, count: count)
        transform.forward.apply(to: guides.base, count: count)
        StackTransform.forward(patches.base, count: count)
        StackTransform.forward(guides.base, count: count)
        let variance = sigma * sigma
        var squares = Lanes.zero
        for index in stride(from: 0, to: 64 * count, by: 8) {
            let power = (guides.base + index).lanes * (guides.base + index).lanes
            let share = power / (power + variance)
            (patches.base + index).lanes *= share
            squares += share * share
        }
        StackTransform.inverse(patches.base, count: count)
        transform.inverse.apply(to: patches.base, count: count)
        // A stack of nothing keeps a weight, if a small one: the sum is never zero.
        return 1 / (variance * max(1e-3, squares.sum()))
    }

    /// Adds the estimates to the picture's sums, each sample times `weight` and the window, and that to its weights.
    func add(to sums: PlanarView, weights: PlanarView, at places: UnsafeBufferPointer<Int32>, weight: Float) {
        for (index, place) in places.enumerated() {
            let patch = patches.base + 64 * index
            for row in 0..<Self.side {
                let offset = Int(place) + row * sums.rowStride
                let share = (window.base + 8 * row).lanes * weight
                (sums.base + offset).lanes += (patch + 8 * row).lanes * share
                (weights.base + offset).lanes += share
            }
        }
    }

    private func load(
        _ source: PlanarView, at places: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>
    ) {
        for (index, place) in places.enumerated() {
            for row in 0..<Self.side {
                (target + 64 * index + 8 * row).lanes = (source.base + Int(place) + row * source.rowStride).lanes
            }
        }
    }
}
