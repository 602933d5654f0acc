import Foundation
import Tensors
import Workers

/// The places of a map while it is made: axes one after the other, each padded to a multiple of 16 with places that are
/// far from all others, so that what they add is zero.
struct MapLayout {
    private let count: Int
    private let stride: Int
    private let dimension: Int
    private var places: AlignedBuffer<Float>
    private var speeds: [Float]
    private var gains: [Float]

    /// The place of the padding.
    private static let far: Float = 1e15

    init(_ coordinates: [Float], count: Int, dimension: Int) {
        self.count = count
        self.dimension = dimension
        stride = (count + 15) / 16 * 16
        places = AlignedBuffer(repeating: Self.far, count: 3 * stride)
        for row in 0..<count {
            for axis in 0..<3 {
                places.base[axis * stride + row] = axis < dimension ? coordinates[row * dimension + axis] : 0
            }
        }
        speeds = Array(repeating: 0, count: count * dimension)
        gains = Array(repeating: 1, count: count * dimension)
    }

    /// The places, row after row.
    var coordinates: [Float] {
        (0..<count).flatMap { row in (0..<dimension).map { places.base[$0 * stride + row] } }
    }

    /// The forces on each row, and the sum of its weights; a task writes its own rows alone.
    private final class Forces: @unchecked Sendable {
        let attraction: AlignedBuffer<Float>
        let repulsion: AlignedBuffer<Float>
        let sums: AlignedBuffer<Double>

        init(_ count: Int) {
            attraction = AlignedBuffer(repeating: 0, count: 3 * count)
            repulsion = AlignedBuffer(repeating: 0, count: 3 * count)
            sums = AlignedBuffer(repeating: 0, count: count)
        }
    }

    private func forces(_ affinities: Affinities, _ loop: ParallelLoop) -> Forces {
        let forces = Forces(count)
        let (places, stride, count, isFlat) = (places, stride, count, dimension < 3)
        let tasks = (count + 31) / 32
        loop.forEach(tasks) { _, task in
            let (xs, ys, zs) = (places.base, places.base + stride, places.base + 2 * stride)
            for row in task * 32..<min(count, task * 32 + 32) {
                let (x, y, z) = (xs[row], ys[row], zs[row])
                let near = affinities.values.base + row * stride
                var (pullX, pullY, pullZ) = (SIMD16<Float>(), SIMD16<Float>(), SIMD16<Float>())
                var (pushX, pushY, pushZ) = (SIMD16<Float>(), SIMD16<Float>(), SIMD16<Float>())
                var weights = SIMD16<Float>()
                var first = 0
                while first < stride {
                    let dx = x - load(xs + first)
                    let dy = y - load(ys + first)
                    let dz = isFlat ? SIMD16<Float>() : z - load(zs + first)
                    let weight = 1 / (1 + (dx * dx + dy * dy + dz * dz))
                    weights += weight
                    let pull = load(near + first) * weight
                    let push = weight * weight
                    pullX += pull * dx
                    pullY += pull * dy
                    pushX += push * dx
                    pushY += push * dy
                    if !isFlat {
                        pullZ += pull * dz
                        pushZ += push * dz
                    }
                    first += 16
                }
                // Of itself a row has the weight 1.
                forces.sums.base[row] = Double(weights.sum()) - 1
                let pulls = [pullX.sum(), pullY.sum(), pullZ.sum()]
                let pushes = [pushX.sum(), pushY.sum(), pushZ.sum()]
                for axis in 0..<3 {
                    forces.attraction.base[3 * row + axis] = pulls[axis]
                    forces.repulsion.base[3 * row + axis] = pushes[axis]
                }
            }
        }
        return forces
    }

    /// Moves all places once.
    mutating func step(_ affinities: Affinities, exaggeration: Float, momentum: Float, _ loop: ParallelLoop) {
        let forces = forces(affinities, loop)
        let total = Float(1 / max(1e-30, forces.sums.elements.reduce(0, +)))
        let rate = max(50, Float(count) / 48)
        for row in 0..<count {
            for axis in 0..<dimension {
                let place = row * dimension + axis
                let slope =
                    4
                    * (exaggeration * forces.attraction.base[3 * row + axis]
                        - total * forces.repulsion.base[3 * row + axis])
                gains[place] = slope * speeds[place] < 0 ? gains[place] + 0.2 : max(0.01, gains[place] * 0.8)
                speeds[place] = momentum * speeds[place] - rate * gains[place] * slope
                places.base[axis * stride + row] += speeds[place]
            }
        }
    }

    /// Returns the divergence of the map from the affinities, in nats.
    func divergence(_ affinities: Affinities, _ loop: ParallelLoop) -> Double {
        let total = forces(affinities, loop).sums.elements.reduce(0, +)
        let parts = AlignedBuffer<Double>(repeating: 0, count: count)
        let (places, stride, count) = (places, stride, count)
        loop.forEach(count) { _, row in
            var sum = 0.0
            for other in 0..<count where other != row {
                let near = Double(affinities.values.base[row * stride + other])
                guard near > 0 else { continue }
                var square = 0.0
                for axis in 0..<3 {
                    let difference =
                        Double(places.base[axis * stride + row]) - Double(places.base[axis * stride + other])
                    square += difference * difference
                }
                sum += near * log(near * (1 + square) * total)
            }
            parts.base[row] = sum
        }
        return parts.elements.reduce(0, +)
    }
}

/// Reads sixteen numbers from an address on a 64-byte boundary.
private func load(_ address: UnsafePointer<Float>) -> SIMD16<Float> {
    UnsafeRawPointer(address).loadUnaligned(as: SIMD16<Float>.self)
}
