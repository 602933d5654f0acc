import Tensors

extension PlanarView {
    /// Text as printed and scanned or as on a screen: paragraphs, tables of figures, contents with leader dots; dark on
    /// light or light on dark.
    func drawText(random: inout RandomStream) {
        let paper = Colour.paper(&random)
        let ink = Colour.ink(on: paper, &random)
        fill(paper)
        let isScreen = random.chance(0.2)
        var lettering =
            isScreen
            ? Lettering.onScreen(height: random.integer(in: 7...16), random: &random)
            : Lettering.drawn(height: random.small(in: 6...60), random: &random)
        if !isScreen, random.chance(0.25) {
            lettering.direction = Wave.direction(turns: random.share(in: -0.008...0.008))
        }
        let coverage = Coverage(of: self)
        let spacing = lettering.lineHeight * random.share(in: 1...1.5)
        var y = random.share() * spacing
        if isScreen { y = y.rounded() }
        let look = random.integer(below: 4)
        let left = random.share(in: -2...0.5) * lettering.height
        let columns = TextColumns(of: lettering, width: Float(width), random: &random)
        while y < Float(height) + lettering.height {
            // A line that goes down on the right began further up.
            switch look {
            case 0, 1:
                if !random.chance(0.1) {
                    let line = Words.line(width: Float(width) - left, in: lettering, &random)
                    lettering.draw(line, x: isScreen ? left.rounded() : left, y: y, on: coverage)
                }
            case 2: columns.drawRow(y: y, lettering: lettering, on: coverage, random: &random)
            default: drawEntry(y: y, left: left, lettering: lettering, on: coverage, random: &random)
            }
            y += isScreen ? spacing.rounded() : spacing
        }
        if !isScreen {
            // Scanned softly, sharply, or in black and white.
            switch random.integer(below: 5) {
            case 0: coverage.threshold()
            case 1, 2: coverage.blur(sigma: random.share(in: 0.2...1))
            default: break
            }
        } else if random.chance(0.3) {
            coverage.threshold()
        }
        lay(ink, by: coverage.view)
    }

    /// A line of a table of contents: a title, leader dots, a page.
    private func drawEntry(
        y: Float, left: Float, lettering: Lettering, on coverage: Coverage, random: inout RandomStream
    ) {
        let title = (0..<random.integer(in: 1...2)).map { _ in Words.word(&random) }.joined(separator: " ") + " "
        let page = " \(random.integer(in: 1...300))"
        let total = max(lettering.height * 8, Float(width) + random.share(in: -1...1) * lettering.height)
        let free = total - lettering.width(of: title) - lettering.width(of: page) - left
        let dot = random.chance(0.5) ? ". " : "."
        let count = max(3, min(400, Int(max(0, free) / max(0.5, lettering.width(of: dot)))))
        let line = title + String(repeating: dot, count: count) + page
        lettering.draw(line, x: lettering.isHinted ? left.rounded() : left, y: y, on: coverage)
    }
}

/// Columns of a table of figures, which end at the same place.
private struct TextColumns {
    private var ends: [Float] = []

    init(of lettering: Lettering, width: Float, random: inout RandomStream) {
        var end = random.share(in: -1...3) * lettering.height
        while end < width + 6 * lettering.height {
            ends.append(lettering.isHinted ? end.rounded() : end)
            end += random.share(in: 2.5...5) * lettering.height
        }
    }

    func drawRow(y: Float, lettering: Lettering, on coverage: Coverage, random: inout RandomStream) {
        for (index, end) in ends.enumerated() {
            let text = index == 0 && random.chance(0.5) ? Words.word(&random) : Words.figure(&random)
            lettering.draw(text, x: end - lettering.width(of: text), y: y, on: coverage)
        }
    }
}
