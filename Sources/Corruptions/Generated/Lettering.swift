import Tensors

/// The style of text: size, weight and the like, and the direction of its lines.
package struct Lettering {
    /// The height of the letters from the lowest descender to the highest capital and a little more, in pixels.
    var height: Float
    /// The width of strokes, in pixels.
    var strokeWidth: Float
    /// The distance that a point goes to the right for each unit above the baseline.
    var slant: Float = 0
    /// The letters' width beside what the font has.
    var stretch: Float = 1
    /// Space between letters beside what the font has, in pixels.
    var spacing: Float = 0
    /// True where stems end in short strokes across, and strokes along the line are thinner.
    package var hasSerifs = false
    /// True where all letters have the same width.
    var isMonospaced = false
    /// True where letters begin at whole pixels and points lie in the middle of pixels, as on a screen.
    package var isHinted = false
    /// True where each channel is drawn where its third of a pixel lies, as for flat screens; points then keep their x.
    var isFringed = false
    /// The direction of the lines.
    var direction: (cosine: Float, sine: Float) = (1, 0)

    /// Pixels for a unit of the font.
    var unit: Float { height / 20 }
    var lineHeight: Float { StrokeFont.lineHeight * unit }

    package init(height: Float, strokeWidth: Float) {
        self.height = height
        self.strokeWidth = strokeWidth
    }

    /// Printed letters: from 6 to 60 pixels high, thin to bold, upright or slanted.
    static func drawn(height: Float, random: inout RandomStream) -> Self {
        var result = Lettering(height: height, strokeWidth: 0)
        result.strokeWidth = max(0.7, result.unit * random.share(in: 1.2...2.8))
        if random.chance(0.2) { result.slant = random.share(in: 0.1...0.25) }
        result.stretch = random.share(in: 0.8...1.1)
        result.hasSerifs = random.chance(0.4)
        result.isMonospaced = random.chance(0.12)
        return result
    }

    /// Letters of a screen: strokes of one or two whole pixels in the middle of pixels.
    static func onScreen(height: Int, random: inout RandomStream) -> Self {
        let isBold = random.chance(0.25) && height >= 12
        var result = Lettering(height: Float(height), strokeWidth: isBold ? 2 : 1)
        result.isHinted = true
        result.isFringed = random.chance(0.2)
        result.stretch = isBold ? random.share(in: 1.1...1.25) : random.share(in: 0.85...1)
        return result
    }

    /// The distance from the beginning of a letter to that of the next one, in pixels.
    func advance(of character: Character) -> Float {
        let width: Float
        if isMonospaced {
            width = 12
        } else if character == " " {
            width = 7
        } else {
            width = (StrokeFont.standard[character]?.width ?? 6) + 4
        }
        let pixels = width * unit * stretch + spacing
        return isHinted ? pixels.rounded() : pixels
    }

    func width(of text: some StringProtocol) -> Float { text.reduce(0) { $0 + advance(of: $1) } }

    /// Draws a line of text whose first letter's baseline begins at (`x`, `y`).
    package func draw(_ text: some StringProtocol, x: Float, y: Float, on coverage: Coverage) {
        var pen = x
        // Letters that lie wholly beyond the edges are not drawn.
        let reach = 2 * height
        for character in text {
            let advance = advance(of: character)
            defer { pen += advance }
            guard let glyph = StrokeFont.standard[character] else { continue }
            let (left, top) = placed(pen - x, 0, x: x, y: y)
            guard left > -reach, left < Float(coverage.view.width) + reach, top > -reach,
                top < Float(coverage.view.height) + reach
            else { continue }
            let start = pen + (isMonospaced ? (advance - glyph.width * unit * stretch) / 2 : 2 * unit * stretch)
            draw(glyph, along: start - x, x: x, y: y, on: coverage)
        }
    }

    private func draw(_ glyph: StrokeFont.Glyph, along start: Float, x: Float, y: Float, on coverage: Coverage) {
        let half = strokeWidth / 2
        func place(_ point: StrokeFont.Point) -> (x: Float, y: Float) {
            let (right, up) = (start + (point.x * stretch + point.y * slant) * unit, point.y * unit)
            let (px, py) = placed(right, up, x: x, y: y)
            guard isHinted else { return (px, py) }
            // The middle of a stroke of one pixel lies in the middle of a pixel, that of a wider one on its edge.
            let shift: Float = strokeWidth < 1.5 ? 0 : 0.5
            return (isFringed ? px : (px - shift).rounded() + shift, (py - shift).rounded() + shift)
        }
        for stroke in glyph.strokes {
            if stroke.count == 1 {
                let (px, py) = place((stroke[0].x, stroke[0].y))
                drawDot(x: px, y: py - (stroke[0].y == 0 && !isHinted ? half * 0.2 : 0), on: coverage)
                continue
            }
            for (a, b) in zip(stroke, stroke.dropFirst()) {
                let isFlat = abs(b.y - a.y) < 0.4 * abs(b.x - a.x)
                coverage.addStroke(from: place(a), to: place(b), halfWidth: hasSerifs && isFlat ? half * 0.6 : half)
            }
            // Quotation marks have none.
            if hasSerifs, (stroke.map(\.y).max() ?? 0) - (stroke.map(\.y).min() ?? 0) > 5 {
                drawSerif(at: stroke[0], from: stroke[1], on: coverage, place)
                drawSerif(at: stroke[stroke.count - 1], from: stroke[stroke.count - 2], on: coverage, place)
            }
        }
    }

    /// A full stop, or the point of an i: somewhat wider than a stroke.
    private func drawDot(x: Float, y: Float, on coverage: Coverage) {
        let half = isHinted ? strokeWidth / 2 : max(0.5, strokeWidth * 0.6)
        if isHinted || !hasSerifs {
            coverage.addRectangle(left: x - half, top: y - half, right: x + half, bottom: y + half)
        } else {
            coverage.addDisc(x: x, y: y, radius: half * 1.1)
        }
    }

    /// A short stroke across the end of a stem.
    private func drawSerif(
        at end: StrokeFont.Point, from before: StrokeFont.Point, on coverage: Coverage,
        _ place: (StrokeFont.Point) -> (x: Float, y: Float)
    ) {
        guard abs(end.x - before.x) < 0.6 * abs(end.y - before.y) else { return }
        let isOnLine = [0, StrokeFont.smallHeight, StrokeFont.capitalHeight, -5].contains(end.y)
        guard isOnLine else { return }
        let length: Float = 1.6
        // At the top of small letters the stroke goes to the left alone.
        let right = end.y == StrokeFont.smallHeight ? 0 : length
        coverage.addStroke(
            from: place((end.x - length, end.y)), to: place((end.x + right, end.y)), halfWidth: strokeWidth * 0.3)
    }

    /// The place of a point given relative to the beginning of a line.
    private func placed(_ right: Float, _ up: Float, x: Float, y: Float) -> (Float, Float) {
        (x + right * direction.cosine + up * direction.sine, y + right * direction.sine - up * direction.cosine)
    }
}

/// A line of text and where the baseline of its first letter begins.
struct TextLine {
    var text: String
    var x: Float
    var y: Float
}

extension PlanarView {
    /// Writes lines in a colour; `finish` makes of sharp letters what they are to be.
    func write(
        _ lines: [TextLine], in lettering: Lettering, colour: Colour, finish: (Coverage) -> Void = { _ in }
    ) {
        for c in 0..<(lettering.isFringed ? 3 : 1) {
            let coverage = Coverage(of: self)
            // Red lies a third of a pixel on the left of green, blue on the right.
            let shift = lettering.isFringed ? Float(1 - c) / 3 : 0
            for line in lines { lettering.draw(line.text, x: line.x + shift, y: line.y, on: coverage) }
            finish(coverage)
            if lettering.isFringed {
                channels(from: c, count: 1).lay(level: colour[c], by: coverage.view)
            } else {
                lay(colour, by: coverage.view)
            }
        }
    }

    private func lay(level: Float, by opacities: PlanarView) {
        for y in 0..<height {
            let (row, from) = (row(0, y), opacities.row(0, y))
            for x in 0..<width { row[x] += (level - row[x]) * from[x] }
        }
    }
}
