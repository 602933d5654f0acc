import Tensors

extension PlanarView {
    /// A piece of a screen: panels with frames, icons and small text.
    func drawScreenshot(random: inout RandomStream) {
        let isDark = random.chance(0.35)
        func panel(_ random: inout RandomStream) -> Colour {
            let level = isDark ? random.share(in: 0.05...0.3) : random.share(in: 0.8...1)
            return Colour.grey(level).mixed(with: Colour.any(&random), random.chance(0.5) ? 0 : 0.06)
        }
        drawDesktop(panel(&random), random: &random)
        let accent = Colour.strong(&random)
        // Some windows fill the screen.
        for _ in 0..<random.integer(in: 1...3) {
            let isWhole = random.chance(0.25)
            let top = isWhole ? -random.integer(below: 30) : random.integer(in: -height / 3...height * 2 / 3)
            let left = isWhole ? -random.integer(below: 30) : random.integer(in: -width / 3...width * 2 / 3)
            let bottom = isWhole ? height + 30 : top + random.integer(in: max(20, height / 3)...max(20, height))
            let right = isWhole ? width + 30 : left + random.integer(in: max(24, width / 3)...max(24, width))
            let back = panel(&random)
            let frame = isDark ? back.mixed(with: .white, 0.25) : back.mixed(with: .black, 0.35)
            fill(frame, rows: top..<bottom, columns: left..<right)
            fill(back, rows: top + 1..<bottom - 1, columns: left + 1..<right - 1)
            let bar = random.chance(0.6) ? random.integer(in: 12...22) : 0
            let title = random.chance(0.6) ? accent : back.mixed(with: frame, 0.4)
            fill(title, rows: top + 1..<max(top + 1, top + bar), columns: left + 1..<right - 1)
            drawContents(
                rows: top + bar..<max(top + bar, bottom), columns: left..<right, back: back, accent: accent,
                random: &random)
            let inside = part(rows: top..<top + bar, columns: left + 1..<right - 1)
            guard inside.height > 0, inside.width > 0 else { continue }
            let lettering = Lettering.onScreen(height: random.integer(in: 10...13), random: &random)
            let words = Words.word(&random) + " " + Words.word(&random)
            // The bar's first row may lie above the picture.
            let line = TextLine(text: words, x: Float(min(0, left)) + 6, y: Float(min(0, top) + bar - 5))
            inside.write([line], in: lettering, colour: title.luma < 0.5 ? .white : .black)
        }
    }

    /// Draws what lies behind windows: a panel, a strong colour or a smooth course.
    private func drawDesktop(_ panel: Colour, random: inout RandomStream) {
        switch random.integer(below: 4) {
        case 0: fill(Colour.strong(&random))
        case 1:
            let course = Coverage(of: self)
            Shading.drawCourse(on: course.view, random: &random)
            mix(Colour.strong(&random), Colour.any(&random), by: course.view)
        default: fill(panel)
        }
    }

    /// Lines of text, icons, buttons and rulers in a panel.
    private func drawContents(
        rows: Range<Int>, columns: Range<Int>, back: Colour, accent: Colour, random: inout RandomStream
    ) {
        let area = part(rows: rows, columns: columns)
        guard area.height > 2, area.width > 2 else { return }
        let ink = back.luma < 0.5 ? Colour.grey(random.share(in: 0.75...1)) : Colour.grey(random.share(in: 0...0.3))
        let lettering = Lettering.onScreen(height: random.integer(in: 10...14), random: &random)
        let line = Int(lettering.lineHeight) + random.integer(in: 1...8)
        let indent = random.integer(in: 3...8)
        var y = line
        var lines: [TextLine] = []
        while y < area.height + line {
            var x = indent
            if random.chance(0.35) {
                area.drawIcon(top: y - lettering.capitalPixels - 1, left: x, side: 11, random: &random)
                x += 16
            }
            switch random.integer(below: 10) {
            case 0:
                let wide = random.integer(in: 40...80)
                let top = y - lettering.capitalPixels - 4
                area.fill(accent, rows: top..<y + 4, columns: x..<x + wide)
                let button = TextLine(text: Words.word(&random), x: Float(x + 6), y: Float(y))
                area.part(rows: 0..<area.height, columns: 0..<x + wide).write(
                    [button], in: lettering, colour: accent.luma < 0.5 ? .white : .black)
            case 1: area.fill(back.mixed(with: ink, 0.3), rows: y - 4..<y - 3, columns: 2..<max(2, area.width - 2))
            default:
                let words = Words.line(width: random.share() * Float(area.width - 8), in: lettering, &random)
                lines.append(TextLine(text: words, x: Float(x), y: Float(y)))
            }
            y += line
        }
        area.write(lines, in: lettering, colour: ink)
        // The frame's right and lower edge stay free of letters.
        let frame = back.mixed(with: ink, 0.3)
        if columns.upperBound <= width { area.fill(frame, rows: 0..<area.height, columns: area.width - 1..<area.width) }
        if rows.upperBound <= height { area.fill(frame, rows: area.height - 1..<area.height, columns: 0..<area.width) }
    }

    /// The part that lies within the picture; it may be empty.
    private func part(rows: Range<Int>, columns: Range<Int>) -> PlanarView {
        cropped(rows: rows.clamped(to: 0..<height), columns: columns.clamped(to: 0..<width))
    }

    private func drawIcon(top: Int, left: Int, side: Int, random: inout RandomStream) {
        let colour = Colour.strong(&random)
        let area = part(rows: top..<top + side, columns: left..<left + side)
        guard area.height > 0, area.width > 0 else { return }
        let shape = Coverage(of: area)
        let half = Float(side - 1) / 2
        // The icon's first row may lie above the picture.
        let (x, y) = (half, half + Float(min(0, top)))
        switch random.integer(below: 3) {
        case 0: shape.addDisc(x: x, y: y, radius: half)
        case 1: area.fill(colour)
        default: shape.addPolygon([(x - half, y + half), (x, y - half), (x + half, y + half)])
        }
        area.lay(colour, by: shape.view)
    }

    /// Sprites of few colours on a background of tiles, every pixel upscaled to a square of 1 to 8.
    func drawPixelArt(random: inout RandomStream) {
        let scale = random.integer(in: 1...8)
        let palette = (0..<random.integer(in: 2...8)).map { _ in
            random.chance(0.7) ? Colour.strong(&random) : Colour.grey(random.share())
        }
        let (rows, columns) = ((height + scale - 1) / scale + 1, (width + scale - 1) / scale + 1)
        let small = PlanarImage(channels: 3, height: rows, width: columns).view
        // A background of one colour, or of a tile repeated.
        let tile = random.integer(in: 2...8)
        let background = (palette[0], random.element(of: palette))
        let holes = (0..<tile * tile).map { _ in random.chance(0.2) }
        let isPlain = random.chance(0.4)
        for y in 0..<rows {
            for x in 0..<columns {
                let isHole = !isPlain && holes[y % tile * tile + x % tile]
                small.set(y, x, to: isHole ? background.1 : background.0)
            }
        }
        let count = min(60, 1 + rows * columns / 220)
        for _ in 0..<count {
            drawSprite(
                on: small, top: random.integer(in: -6...rows), left: random.integer(in: -6...columns), palette: palette,
                random: &random)
        }
        let (top, left) = (random.integer(below: scale), random.integer(below: scale))
        for c in 0..<3 {
            for y in 0..<height {
                let (row, from) = (row(c, y), small.row(c, (y + top) / scale))
                for x in 0..<width { row[x] = from[(x + left) / scale] }
            }
        }
    }

    /// A figure of 6 to 14 pixels that is the same on the left and on the right, with a dark outline.
    private func drawSprite(
        on view: PlanarView, top: Int, left: Int, palette: [Colour], random: inout RandomStream
    ) {
        let half = random.integer(in: 3...7)
        let tall = random.integer(in: 5...14)
        let main = random.element(of: palette)
        let second = random.element(of: palette)
        let outline = random.chance(0.6) ? Colour.black : random.element(of: palette)
        var filled = [Bool](repeating: false, count: half * tall)
        for index in filled.indices {
            // Full in the middle, in pieces at the edges.
            let (y, x) = (index / half, index % half)
            let inner = Double(x + 1) / Double(half) * (1 - abs(Double(2 * y - tall + 1)) / Double(tall) * 0.6)
            filled[index] = random.chance(min(1, inner * 1.4))
        }
        func isFilled(_ y: Int, _ x: Int) -> Bool {
            guard (0..<tall).contains(y), (0..<2 * half).contains(x) else { return false }
            return filled[y * half + min(x, 2 * half - 1 - x)]
        }
        let stripe = random.integer(in: 2...4)
        for y in -1...tall {
            for x in -1...2 * half {
                if isFilled(y, x) {
                    view.set(top + y, left + x, to: y / stripe & 1 == 0 ? main : second)
                } else if isFilled(y - 1, x) || isFilled(y + 1, x) || isFilled(y, x - 1) || isFilled(y, x + 1) {
                    view.set(top + y, left + x, to: outline)
                }
            }
        }
    }
}

extension Lettering {
    /// The height of capitals in whole pixels.
    fileprivate var capitalPixels: Int { Int((StrokeFont.capitalHeight * unit).rounded()) }
}
