/// A point of a picture in pixels; pixel (0, 0) reaches from 0 to 1.
typealias DamagePoint = SIMD2<Float>

/// The opacities of the pixels of a rectangle, 0...1, which may reach a little beyond the picture.
struct DamagePatch: Sendable {
    /// The distance beyond the picture's edge up to which what is drawn is kept, for blur.
    static let margin = 24
    /// Squares of so many samples a side stand for a pixel.
    private static let samples = 4

    private(set) var rows: Range<Int>
    private(set) var columns: Range<Int>
    private(set) var values: [Float]

    /// A patch around points with `margin` pixels more, nothing drawn, cut at the picture's edges and the margin there.
    init(around points: [DamagePoint], margin: Float, height: Int, width: Int) {
        func range(_ values: [Float], _ count: Int) -> Range<Int> {
            let (low, high) = ((values.min() ?? 0) - margin, (values.max() ?? 0) + margin)
            let first = Int(max(-Float(Self.margin), min(Float(count), low.rounded(.down))))
            let last = Int(max(-Float(Self.margin), min(Float(count + Self.margin), high.rounded(.up))))
            return first..<max(first, last)
        }
        rows = range(points.map(\.y), height)
        columns = range(points.map(\.x), width)
        values = [Float](repeating: 0, count: rows.count * columns.count)
    }

    /// A patch over the whole picture.
    init(height: Int, width: Int) {
        self.init(
            around: [DamagePoint(0, 0), DamagePoint(Float(width), Float(height))], margin: Float(Self.margin),
            height: height, width: width)
    }

    /// The opacity of a pixel of the picture; 0 outside of the patch.
    subscript(y: Int, x: Int) -> Float {
        guard rows.contains(y), columns.contains(x) else { return 0 }
        return values[(y - rows.lowerBound) * columns.count + x - columns.lowerBound]
    }

    /// The largest opacity.
    var peak: Float { values.max() ?? 0 }

    /// Fills a polygon of any form, by the even-odd rule; a pixel is as opaque as the share of its 4x4 samples inside.
    mutating func addPolygon(_ corners: [DamagePoint]) {
        guard corners.count > 2, !values.isEmpty else { return }
        let scale = Float(Self.samples)
        var counts = [UInt8](repeating: 0, count: columns.count)
        for y in rows {
            for x in counts.indices { counts[x] = 0 }
            for sample in 0..<Self.samples {
                let line = Float(y) + (Float(sample) + 0.5) / scale
                var crossings: [Float] = []
                for (index, a) in corners.enumerated() {
                    let b = corners[(index + 1) % corners.count]
                    guard (a.y <= line) != (b.y <= line) else { continue }
                    crossings.append(a.x + (line - a.y) / (b.y - a.y) * (b.x - a.x))
                }
                crossings.sort()
                for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                    // The samples whose middles lie between.
                    func place(_ x: Float) -> Int {
                        let bounds = (Float(columns.lowerBound) * scale, Float(columns.upperBound) * scale)
                        return Int(max(bounds.0, min(bounds.1, (x * scale - 0.5).rounded(.up))))
                    }
                    for x in place(crossings[pair])..<max(place(crossings[pair]), place(crossings[pair + 1])) {
                        counts[(x - columns.lowerBound * Self.samples) / Self.samples] += 1
                    }
                }
            }
            let first = (y - rows.lowerBound) * columns.count
            for x in counts.indices where counts[x] > 0 {
                values[first + x] = max(values[first + x], Float(counts[x]) / (scale * scale))
            }
        }
    }

    /// Draws a line through `points` with round ends, each piece of a width and an opacity of its own.
    mutating func addLine(_ points: [DamagePoint], widths: [Float], opacities: [Float]? = nil) {
        for index in 0..<max(0, points.count - 1) {
            let opacity = opacities.map { max(0, min(1, $0[index])) } ?? 1
            guard opacity > 0 else { continue }
            // A line thinner than a pixel covers its pixels in part.
            let half = max(0.5, widths[index] / 2)
            let most = min(1, max(0.25, widths[index]) / (2 * half)) * opacity
            let (a, b) = (points[index], points[index + 1])
            let (along, reach) = (b - a, half + 0.5)
            let inverse = 1 / max(1e-6, (along * along).sum())
            for y in Self.clamped(min(a.y, b.y) - reach, max(a.y, b.y) + reach, to: rows) {
                let first = (y - rows.lowerBound) * columns.count - columns.lowerBound
                for x in Self.clamped(min(a.x, b.x) - reach, max(a.x, b.x) + reach, to: columns) {
                    let from = DamagePoint(Float(x) + 0.5, Float(y) + 0.5) - a
                    let t = max(0, min(1, (from * along).sum() * inverse))
                    let away = from - along * t
                    let covered = min(1, reach - (away * away).sum().squareRoot()) * most
                    values[first + x] = max(values[first + x], covered)
                }
            }
        }
    }

    private static func clamped(_ low: Float, _ high: Float, to range: Range<Int>) -> Range<Int> {
        let first = max(Float(range.lowerBound), min(Float(range.upperBound), low.rounded(.down)))
        let last = max(first, min(Float(range.upperBound), high.rounded(.up)))
        return Int(first)..<Int(last)
    }

    /// Replaces each opacity by what `body` makes of it, of its row and of its column in the patch.
    mutating func change(_ body: (_ opacity: Float, _ y: Int, _ x: Int) -> Float) {
        for y in 0..<rows.count {
            for x in 0..<columns.count {
                values[y * columns.count + x] = max(0, min(1, body(values[y * columns.count + x], y, x)))
            }
        }
    }

    /// Takes the larger opacity of this patch and another that covers the same rectangle or a part of it.
    mutating func unite(_ other: DamagePatch) {
        for y in other.rows.clamped(to: rows) {
            for x in other.columns.clamped(to: columns) {
                let place = (y - rows.lowerBound) * columns.count + x - columns.lowerBound
                values[place] = max(values[place], other[y, x])
            }
        }
    }

    /// The patch moved by whole pixels.
    func moved(down: Int, right: Int) -> DamagePatch {
        var result = self
        result.rows = rows.lowerBound + down..<rows.upperBound + down
        result.columns = columns.lowerBound + right..<columns.upperBound + right
        return result
    }

    /// Blurs by a Gaussian of standard deviation `sigma` in pixels, cut at 4 of them; outside there is nothing.
    mutating func blur(_ sigma: Float) {
        let radius = Int(4 * sigma + 0.5)
        guard radius > 0, !values.isEmpty else { return }
        let raw = (-radius...radius).map {
            Float(DamageNumbers.exponential(-Double($0 * $0) / (2 * Double(sigma) * Double(sigma))))
        }
        let sum = raw.reduce(0, +)
        let weights = raw.map { $0 / sum }
        let (height, width) = (rows.count, columns.count)
        var passed = [Float](repeating: 0, count: values.count)
        for y in 0..<height {
            for x in 0..<width where values[y * width + x] != 0 {
                let value = values[y * width + x]
                for k in max(0, x - radius)...min(width - 1, x + radius) {
                    passed[y * width + k] += value * weights[k - x + radius]
                }
            }
        }
        for place in values.indices { values[place] = 0 }
        for y in 0..<height {
            for k in max(0, y - radius)...min(height - 1, y + radius) {
                let weight = weights[k - y + radius]
                for x in 0..<width { values[k * width + x] += weight * passed[y * width + x] }
            }
        }
    }
}
