package import Tensors

extension PlanarView {
    /// A printer's screen of a shading: of one ink, or of cyan, magenta, yellow and black at angles of their own.
    func drawHalftone(random: inout RandomStream) {
        let period = random.share(in: 2...8)
        let form: Screen.Form = random.chance(0.75) ? .dots : .lines
        let isSharp = random.chance(0.4)
        let turn = random.share()
        if random.chance(0.35) {
            // Black at 45 degrees, cyan and magenta 30 to both sides, yellow at 0.
            let inks: [(colour: Colour, turns: Float)] = [
                (Colour(0, 1, 1), 75 / 360), (Colour(1, 0, 1), 15 / 360), (Colour(1, 1, 0), 0), (.black, 45 / 360),
            ]
            let paper = random.chance(0.7) ? Colour.white : Colour(1, 0.97, 0.9)
            fill(paper)
            let count = random.chance(0.5) ? 4 : 3
            let plane = Coverage(of: self)
            for (index, ink) in inks.prefix(count).enumerated() {
                Shading.draw(on: plane.view, range: 0...(index == 3 ? 0.4 : 0.95), random: &random)
                Screen(period: period, turns: ink.turns, form: form, isSharp: isSharp, random: &random).apply(
                    to: plane.view)
                // Inks take away what they do not let through.
                for c in 0..<3 where ink.colour[c] == 0 {
                    for y in 0..<height {
                        let (row, covered) = (row(c, y), plane.view.row(0, y))
                        for x in 0..<width { row[x] *= 1 - 0.97 * covered[x] }
                    }
                }
            }
        } else {
            let isPlain = random.chance(0.6)
            let paper = isPlain ? Colour.white : Colour.paper(&random)
            let ink = isPlain ? Colour.black : Colour.ink(on: paper, &random)
            let plane = Coverage(of: self)
            Shading.draw(on: plane.view, range: 0...1, random: &random)
            Screen(period: period, turns: turn, form: form, isSharp: isSharp, random: &random).apply(to: plane.view)
            mix(paper, ink, by: plane.view)
        }
    }
}

/// A screen turns tones into dots or lines of ink whose area is the tone.
package struct Screen {
    package enum Form { case dots, lines }

    private let frequency: (x: Float, y: Float)
    private let phase: (Float, Float)
    private let form: Form
    /// The steepness with which ink begins at the edge of a dot, in shares of the screen's range a pixel.
    private let steepness: Float

    package init(period: Float, turns: Float, form: Form, isSharp: Bool, random: inout RandomStream) {
        let direction = Wave.direction(turns: turns)
        frequency = (direction.cosine / period, direction.sine / period)
        phase = (random.share(), random.share())
        self.form = form
        // The screen's slope where it is steepest is pi / (2 period); edges are a pixel wide, or none.
        steepness = isSharp ? 1000 : period * 0.64
    }

    /// The height in the screen's hills below which so much of its area lies, for 65 tones.
    private static let heights: [Form: [Float]] = [.dots: table(.dots), .lines: table(.lines)]

    private static func table(_ form: Form) -> [Float] {
        let side = 64
        let sorted = (0..<side * side).map { index in
            let (u, v) = (Float(index / side) + 0.5, Float(index % side) + 0.5)
            return height(form, u / Float(side), v / Float(side))
        }.sorted()
        return (0...64).map { sorted[min(sorted.count - 1, $0 * sorted.count / 64)] }
    }

    @inline(__always)
    private static func height(_ form: Form, _ u: Float, _ v: Float) -> Float {
        switch form {
        case .dots: 0.5 - 0.25 * (Wave.cosine(turns: u) + Wave.cosine(turns: v))
        case .lines: 0.5 - 0.5 * Wave.cosine(turns: v)
        }
    }

    /// Puts ink, 1, in place of tones on the only channel of `plane`.
    package func apply(to plane: PlanarView) {
        guard let heights = Self.heights[form] else { return }
        let buffer = PlanarImage(channels: 1, height: 1, width: plane.width)
        let hills = buffer.view.row(0, 0)
        defer { withExtendedLifetime(buffer) {} }
        for y in 0..<plane.height {
            let row = plane.row(0, y)
            let py = Float(y)
            for x in 0..<plane.width {
                let u = Float(x) * frequency.x + py * frequency.y + phase.0
                let v = py * frequency.x - Float(x) * frequency.y + phase.1
                hills[x] = Self.height(form, u, v)
            }
            heights.withUnsafeBufferPointer { heights in
                for x in 0..<plane.width {
                    let place = max(0, min(1, row[x])) * 64
                    let index = min(63, Int(place))
                    let limit = heights[index] + (heights[index + 1] - heights[index]) * (place - Float(index))
                    let inside = max(0, min(1, (limit - hills[x]) * steepness + 0.5))
                    // Where there is no ink at all, or nothing but ink, edges have no width.
                    row[x] = row[x] <= 0 ? 0 : row[x] >= 1 ? 1 : inside
                }
            }
        }
    }
}
