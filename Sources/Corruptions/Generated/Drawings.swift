import Tensors

extension PlanarView {
    /// Thin curves, outlines and hatching, as drawn with a pen.
    func drawLineArt(random: inout RandomStream) {
        let paper = random.chance(0.6) ? Colour.white : Colour.paper(&random)
        let ink = random.chance(0.6) && paper == .white ? Colour.black : Colour.ink(on: paper, &random)
        fill(paper)
        let coverage = Coverage(of: self)
        let (height, width) = (Float(height), Float(width))
        let side = max(8, min(height, width))
        let thickness = random.share(in: 0.35...1.5)
        if random.chance(0.5) { hatch(coverage, thickness: thickness * 0.8, random: &random) }
        let isFilled = random.chance(0.35)
        for _ in 0..<random.integer(in: 2...8) {
            let start = (x: random.share() * width, y: random.share() * height)
            switch random.integer(below: 3) {
            case 0:
                // A curve whose direction turns now this way, now that.
                var points = [start]
                var heading = random.share()
                var bend: Float = 0
                for _ in 0..<random.integer(in: 12...48) {
                    bend = bend * 0.8 + random.share(in: -0.03...0.03)
                    heading += bend
                    let direction = Wave.direction(turns: heading)
                    let last = points[points.count - 1]
                    let step = side / 30
                    points.append((last.x + step * direction.cosine, last.y + step * direction.sine))
                }
                coverage.addStrokes(through: points, halfWidth: thickness)
            case 1:
                let (a, b) = (random.share(in: 0.05...0.5) * side, random.share(in: 0.05...0.5) * side)
                let turn = random.direction()
                let count = max(16, Int(max(a, b) / 1.5))
                let points = (0...count).map { index -> (x: Float, y: Float) in
                    let direction = Wave.direction(turns: Float(index) / Float(count))
                    let (u, v) = (a * direction.cosine, b * direction.sine)
                    return (start.x + u * turn.cosine - v * turn.sine, start.y + u * turn.sine + v * turn.cosine)
                }
                if isFilled {
                    // As in a cartoon: what lies below goes, strokes too.
                    let area = Coverage(of: self)
                    area.addEllipse(x: start.x, y: start.y, axes: (a, b), direction: turn)
                    lay(random.chance(0.8) ? Colour.strong(&random) : ink, by: area.view)
                    coverage.clear(where: area)
                }
                coverage.addStrokes(through: points, halfWidth: thickness)
            default:
                let end = (x: random.share() * width, y: random.share() * height)
                coverage.addStroke(from: start, to: end, halfWidth: thickness)
            }
        }
        if random.chance(0.25), !isFilled { coverage.threshold(at: 0.4) }
        lay(ink, by: coverage.view)
    }

    /// Parallel strokes over a part of the picture, in one or two directions.
    private func hatch(_ coverage: Coverage, thickness: Float, random: inout RandomStream) {
        let (height, width) = (Float(height), Float(width))
        let (middleX, middleY) = (random.share() * width, random.share() * height)
        let reach = random.share(in: 0.2...0.6) * max(8, min(height, width))
        let spacing = random.share(in: 2.5...8)
        for _ in 0..<random.integer(in: 1...2) {
            let direction = random.direction()
            var offset = -reach
            while offset < reach {
                let half = max(0, reach * reach - offset * offset).squareRoot() * random.share(in: 0.85...1)
                let (x, y) = (middleX - offset * direction.sine, middleY + offset * direction.cosine)
                coverage.addStroke(
                    from: (x - half * direction.cosine, y - half * direction.sine),
                    to: (x + half * direction.cosine, y + half * direction.sine), halfWidth: thickness)
                offset += spacing
            }
        }
    }

    /// A chart: axes with labels, grid lines, and bars or lines.
    func drawChart(random: inout RandomStream) {
        let paper = random.chance(0.7) ? Colour.white : Colour.paper(&random)
        let ink = Colour.ink(on: paper, &random)
        fill(paper)
        let (height, width) = (Float(height), Float(width))
        let size = random.integer(in: 7...13)
        let lettering = Lettering.onScreen(height: size, random: &random)
        let left = (random.share(in: 0...1) * min(40, width * 0.3)).rounded()
        let bottom = (height - random.share(in: 0...1) * min(24, height * 0.3)).rounded()
        let step = Float(random.integer(in: size + 2...44))
        let rules = Coverage(of: self)
        var y = bottom - step
        while y > 0 {
            rules.addRectangle(left: left, top: y - 0.5, right: width, bottom: y + 0.5)
            y -= step
        }
        if random.chance(0.7) { lay(paper.mixed(with: ink, 0.2), by: rules.view) }
        if random.chance(0.5) {
            let wide = Float(random.integer(in: 3...16))
            let gap = Float(random.integer(in: 1...8))
            let colours = (0..<random.integer(in: 1...3)).map { _ in Colour.strong(&random) }
            var (x, index) = (left + gap, 0)
            while x < width {
                let top = bottom - (random.share() * bottom).rounded()
                fill(
                    colours[index % colours.count], rows: Int(max(0, top))..<max(Int(max(0, top)), Int(bottom)),
                    columns: Int(x)..<Int(x + wide))
                x += wide + gap
                index += 1
            }
        } else {
            for _ in 0..<random.integer(in: 1...4) {
                let line = Coverage(of: self)
                var level = random.share() * bottom
                var points: [(x: Float, y: Float)] = []
                let stride = Float(random.integer(in: 4...16))
                var x = left
                while x < width + stride {
                    points.append((x, level))
                    level = max(0, min(bottom, level + random.share(in: -1...1) * bottom * 0.15))
                    x += stride
                }
                line.addStrokes(through: points, halfWidth: random.share(in: 0.5...1.5))
                if random.chance(0.3) {
                    for point in points { line.addDisc(x: point.x, y: point.y, radius: 2.5) }
                }
                lay(Colour.strong(&random), by: line.view)
            }
        }
        let axes = Coverage(of: self)
        let form = random.element(of: Words.Form.allCases)
        var lines: [TextLine] = []
        axes.addRectangle(left: left - 0.5, top: -1, right: left + 0.5, bottom: bottom + 0.5)
        axes.addRectangle(left: left - 0.5, top: bottom - 0.5, right: width, bottom: bottom + 0.5)
        y = bottom
        while y > 0 {
            axes.addRectangle(left: left - 3, top: y - 0.5, right: left, bottom: y + 0.5)
            let label = Words.figure(form, &random)
            let start = left - 5 - lettering.width(of: label)
            lines.append(TextLine(text: label, x: start.rounded(), y: (y + lettering.height / 3).rounded()))
            y -= step
        }
        let title = Words.line(width: width - left, in: lettering, &random)
        lines.append(TextLine(text: title, x: left, y: (bottom + lettering.height * 0.95).rounded()))
        lay(ink, by: axes.view)
        write(lines, in: lettering, colour: ink)
    }
}
