import Foundation
import Tensors

/// An ellipse with a soft edge that may be rough: a speck, a blot, a smear. Lengths are in pixels.
struct FilmBlot {
    private let y: Float
    private let x: Float
    private let axes: (Float, Float)
    private let cosine: Float
    private let sine: Float
    /// The width of the edge.
    private let softness: Float
    /// The amplitude with which the edge goes in and out.
    private let amplitude: Float
    /// -1...1 at the corners of a grid of 7x7 cells over the bounds; none for a smooth edge.
    private let edge: [Float]
    private static let cells = 7

    /// - Parameters:
    ///   - axes: half of the ellipse's extents; it is turned at random.
    ///   - roughness: the amplitude of the edge in shares of the shorter axis.
    init(
        y: Double, x: Double, axes: (Double, Double), softness: Double = 1, roughness: Double = 0,
        random: inout some RandomNumbers
    ) {
        (self.y, self.x) = (Float(y), Float(x))
        self.axes = (Float(axes.0), Float(axes.1))
        let turn = random.uniform() * .pi
        (cosine, sine) = (Float(cos(turn)), Float(sin(turn)))
        self.softness = Float(softness)
        amplitude = Float(roughness * min(axes.0, axes.1))
        var edge: [Float] = []
        if roughness > 0 {
            for _ in 0..<(Self.cells + 1) * (Self.cells + 1) { edge.append(Float(random.uniform(in: -1...1))) }
        }
        self.edge = edge
    }

    /// The greatest distance of anything from the middle.
    private var reach: Float {
        max(axes.0, axes.1) * (1 + (0.5 * softness + amplitude) / min(axes.0, axes.1))
    }

    var bounds: FilmBounds { FilmBounds(top: y - reach, left: x - reach, bottom: y + reach, right: x + reach) }

    func add(to mask: inout OpacityMask) {
        let shorter = min(axes.0, axes.1)
        let scale = Float(Self.cells) / (2 * reach)
        mask.raise(in: bounds) { py, px in
            let (dy, dx) = (py - y, px - x)
            let (u, v) = ((dy * cosine + dx * sine) / axes.0, (dx * cosine - dy * sine) / axes.1)
            var inside = (1 - (u * u + v * v).squareRoot()) * shorter
            if amplitude > 0 { inside += amplitude * roughness(at: (dy + reach) * scale, (dx + reach) * scale) }
            return inside / softness + 0.5
        }
    }

    /// The edge's grid between its corners, linearly.
    private func roughness(at y: Float, _ x: Float) -> Float {
        let (row, column) = (max(0, min(Self.cells - 1, Int(y))), max(0, min(Self.cells - 1, Int(x))))
        let (down, right) = (y - Float(row), x - Float(column))
        let first = row * (Self.cells + 1) + column
        let upper = edge[first] + (edge[first + 1] - edge[first]) * right
        let second = first + Self.cells + 1
        let lower = edge[second] + (edge[second + 1] - edge[second]) * right
        return upper + (lower - upper) * down
    }
}

/// A thin curve: a hair, a thread, a small scratch. Lengths are in pixels.
struct FilmHair {
    private let points: [(y: Float, x: Float)]
    private let halfWidth: Float

    /// A cubic Bézier curve around (`y`, `x`) in a random direction.
    ///
    /// - Parameter bend: how far its control points may lie beside the straight line, in shares of the length.
    init(y: Double, x: Double, length: Double, bend: Double, halfWidth: Double, random: inout some RandomNumbers) {
        self.halfWidth = Float(halfWidth)
        let turn = random.uniform() * 2 * .pi
        let (down, right) = (sin(turn), cos(turn))
        let sides = (random.uniform(in: -bend...bend) * length, random.uniform(in: -bend...bend) * length)
        let count = max(4, Int(length / 3))
        points = (0...count).map { index in
            let t = Double(index) / Double(count)
            // The straight line's share of a curve with control points at its thirds is t itself.
            let along = (t - 0.5) * length
            let beside = 3 * t * (1 - t) * ((1 - t) * sides.0 + t * sides.1)
            return (Float(y + along * down - beside * right), Float(x + along * right + beside * down))
        }
    }

    var bounds: FilmBounds {
        zip(points, points.dropFirst()).map { bounds($0, $1) }.reduce(bounds(points[0], points[0])) { $0.union($1) }
    }

    private func bounds(_ a: (y: Float, x: Float), _ b: (y: Float, x: Float)) -> FilmBounds {
        let margin = halfWidth + 1
        return FilmBounds(
            top: min(a.y, b.y) - margin, left: min(a.x, b.x) - margin, bottom: max(a.y, b.y) + margin,
            right: max(a.x, b.x) + margin)
    }

    func add(to mask: inout OpacityMask) {
        for (a, b) in zip(points, points.dropFirst()) {
            let (dy, dx) = (b.y - a.y, b.x - a.x)
            let square = max(1e-6, dy * dy + dx * dx)
            mask.raise(in: bounds(a, b)) { y, x in
                let t = max(0, min(1, ((y - a.y) * dy + (x - a.x) * dx) / square))
                let (py, px) = (y - a.y - t * dy, x - a.x - t * dx)
                return halfWidth + 0.5 - (py * py + px * px).squareRoot()
            }
        }
    }
}
