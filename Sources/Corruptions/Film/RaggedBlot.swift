import Foundation
import Tensors

/// A piece with a ragged edge, holes and splashes: spilt paint, a stain, a spray, rubbed-off emulsion. Lengths are in
/// pixels.
///
/// Opaque where lattice noise of several octaves (Perlin 1985, with values at the corners in place of gradients) falls
/// below what the distance from the middle allows.
struct RaggedBlot {
    private let y: Float
    private let x: Float
    private let reach: Float
    private let cosine: Float
    private let sine: Float
    /// The length of features over their width.
    private let stretch: Float
    /// The share of an octave's amplitude that the next finer one has: near 1 for sprays, small for smooth stains.
    private let persistence: Float
    private let octaves: Int
    /// The bound of the noise in the middle, and how quickly opacity goes from 0 to 1 there.
    private let threshold: Float
    private let steepness: Float
    private let seed: UInt64

    /// - Parameter reach: how far from the middle anything can be.
    init(y: Double, x: Double, reach: Double, random: inout some RandomNumbers) {
        (self.y, self.x, self.reach) = (Float(y), Float(x), Float(reach))
        let turn = random.uniform() * .pi
        (cosine, sine) = (Float(cos(turn)), Float(sin(turn)))
        stretch = random.uniform() < 0.3 ? Float(exp(random.uniform(in: 0...2.5))) : 1
        persistence = Float(random.uniform(in: 0.4...1))
        octaves = max(2, min(7, Int(log2(reach))))
        // A spray leaves most of its place free.
        threshold = Float(random.uniform(in: 0.45...0.75))
        steepness = Float(exp(random.uniform(in: 1...3.5)))
        seed = UInt64(random.uniform() * 0x1p52)
    }

    var bounds: FilmBounds { FilmBounds(top: y - reach, left: x - reach, bottom: y + reach, right: x + reach) }

    func add(to mask: inout OpacityMask) {
        mask.raise(in: bounds) { py, px in
            let (dy, dx) = ((py - y) / reach, (px - x) / reach)
            let square = dy * dy + dx * dx
            guard square < 1 else { return 0 }
            let (u, v) = ((dx * cosine + dy * sine) / stretch, dy * cosine - dx * sine)
            let allowed = threshold * (1 - square)
            return max(0, (allowed - noise(at: u, v)) * steepness + 0.5)
        }
    }

    /// 0...1, about 0.5 on average.
    private func noise(at u: Float, _ v: Float) -> Float {
        var (sum, amplitudes, amplitude, frequency) = (Float(0), Float(0), Float(1), Float(2))
        for octave in 0..<octaves {
            sum += amplitude * value(u * frequency + 64, v * frequency + 64, octave)
            amplitudes += amplitude
            amplitude *= persistence
            frequency *= 2
        }
        // Sums of octaves lie nearer to their mean than one does.
        return 0.5 + (sum / amplitudes - 0.5) * 1.8
    }

    private func value(_ u: Float, _ v: Float, _ octave: Int) -> Float {
        let (column, row) = (u.rounded(.down), v.rounded(.down))
        func smooth(_ t: Float) -> Float { t * t * (3 - 2 * t) }
        let (right, down) = (smooth(u - column), smooth(v - row))
        let (i, j) = (Int(column), Int(row))
        let upper = corner(i, j, octave) * (1 - right) + corner(i + 1, j, octave) * right
        let lower = corner(i, j + 1, octave) * (1 - right) + corner(i + 1, j + 1, octave) * right
        return upper * (1 - down) + lower * down
    }

    /// A number of 0..<1 for a corner of the lattice, by the finishing function of SplitMix64.
    private func corner(_ i: Int, _ j: Int, _ octave: Int) -> Float {
        let bits = seed &+ UInt64(truncatingIfNeeded: i &* 0x1_0000_0001 &+ j &* 0x10_0001 &+ octave &* 0x3_0007)
        return Float(RandomStream.finished(bits) >> 40) * 0x1p-24
    }
}
