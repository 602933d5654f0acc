import Tensors

/// A smooth picture of one channel with a few shapes: what dithers, screens and weaves are made of.
enum Shading {
    /// Draws a shading on the only channel of `plane`, within `range`.
    static func draw(on plane: PlanarView, range: ClosedRange<Float> = 0...1, random: inout RandomStream) {
        drawCourse(on: plane, random: &random)
        if random.chance(0.5) {
            // Fresh memory costs more than clearing it.
            let coverage = Coverage(of: plane)
            for _ in 0..<random.integer(in: 1...4) {
                coverage.clear()
                drawShape(on: plane, by: coverage, random: &random)
            }
        }
        let (low, extent) = (range.lowerBound, range.upperBound - range.lowerBound)
        for y in 0..<plane.height {
            let row = plane.row(0, y)
            for x in 0..<plane.width { row[x] = low + extent * max(0, min(1, row[x])) }
        }
    }

    /// A smooth course alone, about 0...1.
    static func drawCourse(on plane: PlanarView, random: inout RandomStream) {
        let (height, width) = (Float(plane.height), Float(plane.width))
        switch random.integer(below: 4) {
        case 0:
            let direction = random.direction()
            let (start, end) = (random.share(), random.share())
            let slope = (end - start) / max(1, abs(direction.cosine) * width + abs(direction.sine) * height)
            fill(plane) { y, x in
                let along = (x - width / 2) * direction.cosine + (y - height / 2) * direction.sine
                return (start + end) / 2 + along * slope
            }
        case 1:
            let (middleX, middleY) = (random.share() * width, random.share() * height)
            let (inner, outer) = (random.share(), random.share())
            let reach = random.share(in: 0.3...1.2) * max(width, height)
            fill(plane) { y, x in
                let (dx, dy) = ((x - middleX) / reach, (y - middleY) / reach)
                return inner + (outer - inner) * min(1, (dx * dx + dy * dy).squareRoot())
            }
        case 2:
            let corners = (random.share(), random.share(), random.share(), random.share())
            fill(plane) { y, x in
                let (right, down) = (x / width, y / height)
                let upper = corners.0 + (corners.1 - corners.0) * right
                let lower = corners.2 + (corners.3 - corners.2) * right
                return upper + (lower - upper) * down
            }
        default:
            let level = random.share(in: 0.2...0.8)
            let waves = (0..<3).map { _ in
                let direction = random.direction()
                let frequency = random.share(in: 0.3...1.5) / max(width, height)
                return (
                    direction.cosine * frequency, direction.sine * frequency, random.share(), random.share(in: 0...0.35)
                )
            }
            fill(plane) { y, x in
                var sum = level
                for (fx, fy, phase, amplitude) in waves {
                    sum += amplitude * Wave.cosine(turns: x * fx + y * fy + phase)
                }
                return sum
            }
        }
    }

    private static func drawShape(on plane: PlanarView, by coverage: Coverage, random: inout RandomStream) {
        let (height, width) = (Float(plane.height), Float(plane.width))
        let side = min(height, width)
        let (x, y) = (random.share() * width, random.share() * height)
        let (a, b) = (random.share(in: 0.08...0.5) * side, random.share(in: 0.08...0.5) * side)
        if random.chance(0.6) {
            coverage.addEllipse(x: x, y: y, axes: (a, b), direction: random.direction())
        } else {
            coverage.addRectangle(left: x - a, top: y - b, right: x + a, bottom: y + b)
        }
        let level = random.share()
        // A ball is lighter on one side.
        let slope = random.chance(0.5) ? random.share(in: -1...1) / max(4, a + b) : 0
        for py in 0..<plane.height {
            let (row, opacity) = (plane.row(0, py), coverage.view.row(0, py))
            let start = level + slope * (Float(py) - y)
            for px in 0..<plane.width { row[px] += (start + slope * (Float(px) - x) - row[px]) * opacity[px] }
        }
    }

    @inline(__always)
    static func fill(_ plane: PlanarView, _ value: (_ y: Float, _ x: Float) -> Float) {
        for y in 0..<plane.height {
            let row = plane.row(0, y)
            for x in 0..<plane.width { row[x] = value(Float(y), Float(x)) }
        }
    }
}
