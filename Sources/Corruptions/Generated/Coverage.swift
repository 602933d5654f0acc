package import Tensors

/// The share of each pixel that shapes cover, 0...1: what is drawn before it has a colour. Shapes lie over each other
/// without adding up. Lengths are in pixels, pixel (0, 0) has its middle at (0, 0).
package struct Coverage {
    package let view: PlanarView

    /// Nothing is covered yet.
    package init(height: Int, width: Int) { view = PlanarImage(channels: 1, height: height, width: width).view }

    init(of picture: PlanarView) { self.init(height: picture.height, width: picture.width) }

    /// The whole numbers from `low` to `high` that are below `count`.
    private static func clamped(_ low: Float, _ high: Float, below count: Int) -> Range<Int> {
        let first = max(0, low.rounded(.up))
        let last = min(Float(count - 1), high.rounded(.down))
        return first <= last ? Int(first)..<Int(last) + 1 : 0..<0
    }

    /// A straight stroke with round ends.
    func addStroke(from a: (x: Float, y: Float), to b: (x: Float, y: Float), halfWidth: Float) {
        // A stroke thinner than a pixel covers its pixels in part.
        let half = max(0.5, halfWidth)
        let most = min(1, halfWidth / half)
        let reach = half + 0.5
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let inverse = 1 / max(1e-6, dx * dx + dy * dy)
        let columns = Self.clamped(min(a.x, b.x) - reach, max(a.x, b.x) + reach, below: view.width)
        let rows = Self.clamped(min(a.y, b.y) - reach, max(a.y, b.y) + reach, below: view.height)
        for y in rows {
            let row = view.row(0, y)
            let py = Float(y) - a.y
            for x in columns {
                let px = Float(x) - a.x
                let t = max(0, min(1, (px * dx + py * dy) * inverse))
                let (ex, ey) = (px - t * dx, py - t * dy)
                let covered = min(1, reach - (ex * ex + ey * ey).squareRoot()) * most
                row[x] = max(row[x], covered)
            }
        }
    }

    func addStrokes(through points: [(x: Float, y: Float)], halfWidth: Float) {
        for (a, b) in zip(points, points.dropFirst()) { addStroke(from: a, to: b, halfWidth: halfWidth) }
    }

    /// A disc.
    func addDisc(x: Float, y: Float, radius: Float) {
        addStroke(from: (x, y), to: (x, y), halfWidth: radius)
    }

    /// An ellipse, turned by the angle whose cosine and sine are given.
    func addEllipse(x: Float, y: Float, axes: (Float, Float), direction: (cosine: Float, sine: Float)) {
        let (long, short) = (max(0.3, axes.0), max(0.3, axes.1))
        let reach = max(long, short) + 1
        let shorter = min(long, short)
        for py in Self.clamped(y - reach, y + reach, below: view.height) {
            let row = view.row(0, py)
            let dy = Float(py) - y
            for px in Self.clamped(x - reach, x + reach, below: view.width) {
                let dx = Float(px) - x
                let u = (dx * direction.cosine + dy * direction.sine) / long
                let v = (dy * direction.cosine - dx * direction.sine) / short
                let inside = (1 - (u * u + v * v).squareRoot()) * shorter + 0.5
                row[px] = max(row[px], min(1, inside))
            }
        }
    }

    /// A rectangle of any edges; pixels that they cross are covered in part.
    func addRectangle(left: Float, top: Float, right: Float, bottom: Float) {
        for y in Self.clamped(top - 0.5, bottom + 0.5, below: view.height) {
            let row = view.row(0, y)
            let high = min(bottom, Float(y) + 0.5) - max(top, Float(y) - 0.5)
            for x in Self.clamped(left - 0.5, right + 0.5, below: view.width) {
                let wide = min(right, Float(x) + 0.5) - max(left, Float(x) - 0.5)
                row[x] = max(row[x], max(0, high) * max(0, wide))
            }
        }
    }

    /// A convex polygon, whose corners go around clockwise on the screen.
    func addPolygon(_ corners: [(x: Float, y: Float)]) {
        guard corners.count > 2 else { return }
        let (left, right) = (corners.map(\.x).min() ?? 0, corners.map(\.x).max() ?? 0)
        let (top, bottom) = (corners.map(\.y).min() ?? 0, corners.map(\.y).max() ?? 0)
        let edges = corners.indices.map { index -> (nx: Float, ny: Float, offset: Float) in
            let (a, b) = (corners[index], corners[(index + 1) % corners.count])
            let (dx, dy) = (b.x - a.x, b.y - a.y)
            let length = max(1e-6, (dx * dx + dy * dy).squareRoot())
            let (nx, ny) = (-dy / length, dx / length)
            return (nx, ny, 0.5 - nx * a.x - ny * a.y)
        }
        for y in Self.clamped(top - 1, bottom + 1, below: view.height) {
            let row = view.row(0, y)
            for x in Self.clamped(left - 1, right + 1, below: view.width) {
                var inside: Float = 1
                for edge in edges { inside = min(inside, edge.nx * Float(x) + edge.ny * Float(y) + edge.offset) }
                row[x] = max(row[x], inside)
            }
        }
    }

    /// Uncovers all pixels.
    func clear() {
        for y in 0..<view.height { view.row(0, y).update(repeating: 0, count: view.width) }
    }

    /// Uncovers pixels where `other` covers them.
    func clear(where other: Coverage) {
        for y in 0..<view.height {
            let (row, gone) = (view.row(0, y), other.view.row(0, y))
            for x in 0..<view.width { row[x] *= 1 - gone[x] }
        }
    }

    /// Pixels are covered or not.
    func threshold(at level: Float = 0.5) {
        for y in 0..<view.height {
            let row = view.row(0, y)
            for x in 0..<view.width { row[x] = row[x] >= level ? 1 : 0 }
        }
    }

    /// Softens by a bell of standard deviation `sigma`, at most 1.2 pixels; outside is what lies at the edges.
    func blur(sigma: Float) {
        guard sigma > 0.05 else { return }
        // Two binomial passes [q, 1 - 2q, q] in each direction have the variance 4q.
        let q = min(0.36, sigma * sigma / 4)
        for _ in 0..<2 {
            for y in 0..<view.height {
                let row = view.row(0, y)
                var before = row[0]
                for x in 0..<view.width {
                    let here = row[x]
                    let after = row[min(x + 1, view.width - 1)]
                    row[x] = here + q * (before + after - 2 * here)
                    before = here
                }
            }
            var above = [Float](repeating: 0, count: view.width)
            for x in 0..<view.width { above[x] = view.row(0, 0)[x] }
            for y in 0..<view.height {
                let (row, below) = (view.row(0, y), view.row(0, min(y + 1, view.height - 1)))
                for x in 0..<view.width {
                    let here = row[x]
                    row[x] = here + q * (above[x] + below[x] - 2 * here)
                    above[x] = here
                }
            }
        }
    }
}
