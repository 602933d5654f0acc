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
        let spacing = lettering.lineHeight * random.share(in: 1...1.5)
        func placed(_ place: Float) -> Float { isScreen ? place.rounded() : place }
        let look = random.integer(below: 4)
        let left = placed(random.share(in: -2...0.5) * lettering.height)
        let columns = look == 2 ? TextColumns(of: lettering, width: Float(width), random: &random) : nil
        var lines: [TextLine] = []
        var y = placed(random.share() * spacing)
        while y < Float(height) + lettering.height {
            if let columns {
                lines += columns.row(y: y, lettering: lettering, random: &random)
            } else if look == 3 {
                lines.append(TextLine(text: entry(left: left, lettering: lettering, random: &random), x: left, y: y))
            } else if !random.chance(0.1) {
                let text = Words.line(width: Float(width) - left, in: lettering, &random)
                lines.append(TextLine(text: text, x: left, y: y))
            }
            y += placed(spacing)
        }
        // Scanned sharply, softly, or in black and white; screens have sharp letters and jagged ones.
        let manner = random.integer(below: 5)
        let sigma = random.share(in: 0.2...1)
        write(lines, in: lettering, colour: ink) { letters in
            if manner == 0, !lettering.isFringed, lettering.height > 11 { letters.threshold(at: 0.45) }
            if manner == 1 || manner == 2, !isScreen { letters.blur(sigma: sigma) }
        }
    }

    /// A line of a table of contents: a title, leader dots, a page.
    private func entry(left: Float, lettering: Lettering, random: inout RandomStream) -> String {
        let title = (0..<random.integer(in: 1...2)).map { _ in Words.word(&random) }.joined(separator: " ") + " "
        let page = " \(random.integer(in: 1...300))"
        let total = max(lettering.height * 8, Float(width) + random.share(in: -1...1) * lettering.height)
        let free = total - lettering.width(of: title) - lettering.width(of: page) - left
        let dot = random.chance(0.5) ? ". " : "."
        let count = max(3, min(400, Int(max(0, free) / max(0.5, lettering.width(of: dot)))))
        return title + String(repeating: dot, count: count) + page
    }
}

/// Columns of words and figures of one form each, which end at the same place.
private struct TextColumns {
    private var columns: [(form: Words.Form?, end: Float)] = []

    init(of lettering: Lettering, width: Float, random: inout RandomStream) {
        var start = random.share(in: -4...1) * lettering.height
        while start < width {
            let form = random.chance(0.2) ? nil : random.element(of: Words.Form.allCases)
            let longest = form.map { lettering.width(of: $0.longest) } ?? lettering.width(of: "wonders")
            let end = start + longest + random.share(in: 0.3...2) * lettering.height
            columns.append((form, lettering.isHinted ? end.rounded() : end))
            start = end
        }
    }

    func row(y: Float, lettering: Lettering, random: inout RandomStream) -> [TextLine] {
        columns.map { column in
            let text = column.form.map { Words.figure($0, &random) } ?? String(Words.word(&random).prefix(7))
            return TextLine(text: text, x: column.end - lettering.width(of: text), y: y)
        }
    }
}
