import Tensors

extension PlanarView {
    /// Smooth courses in one or two directions or around a point, between two or more colours.
    func drawGradient(random: inout RandomStream) {
        if random.chance(0.3) {
            // A course of its own for each channel.
            for c in 0..<3 { Shading.drawCourse(on: channels(from: c, count: 1), random: &random) }
            return
        }
        let stops = (0..<random.integer(in: 2...5)).map { _ in
            switch random.integer(below: 4) {
            case 0: Colour.grey(random.share())
            case 1: Colour.any(&random)
            default: Colour.strong(&random)
            }
        }
        let course = Coverage(of: self)
        Shading.drawCourse(on: course.view, random: &random)
        let last = Float(stops.count - 1)
        for y in 0..<height {
            let from = course.view.row(0, y)
            for x in 0..<width {
                let place = max(0, min(1, from[x])) * last
                let index = min(stops.count - 2, Int(place))
                let colour = stops[index].mixed(with: stops[index + 1], place - Float(index))
                for c in 0..<3 { row(c, y)[x] = colour[c] }
            }
        }
    }

    /// Points of light of 1 to 3 pixels, most of them faint, on a sky that is nearly black and may glow.
    func drawStars(random: inout RandomStream) {
        let glow = Coverage(of: self)
        Shading.drawCourse(on: glow.view, random: &random)
        let dark = Colour.grey(random.share(in: 0...0.05))
        let light = dark + Colour(random.share(), random.share(), random.share()) * random.share(in: 0...0.2)
        mix(dark, light, by: glow.view)
        let density = random.small(in: 0.001...0.02)
        let count = max(1, Int(density * Float(height * width)))
        let isTinted = random.chance(0.5)
        for _ in 0..<count {
            let (x, y) = (random.share() * Float(width), random.share() * Float(height))
            let brightness = random.small(in: 0.04...1)
            // The deviation of the bell that a lens makes of a point.
            let radius = random.chance(0.3) ? 0.25 : random.share(in: 0.4...1.1)
            let tint = isTinted ? Colour.white.mixed(with: Colour.any(&random), 0.4) : .white
            let reach = Int(radius * 3 + 1)
            let (row, column) = (Int(y), Int(x))
            for py in max(0, row - reach)...min(height - 1, row + reach) {
                for px in max(0, column - reach)...min(width - 1, column + reach) {
                    let (dy, dx) = (Float(py) - y + 0.5, Float(px) - x + 0.5)
                    // A bell without exp.
                    let share = 1 / (1 + (dx * dx + dy * dy) / (4 * radius * radius))
                    let square = share * share
                    let level = brightness * square * square
                    for c in 0..<3 { self.row(c, py)[px] += level * tint[c] }
                }
            }
        }
    }

    /// Flat areas and shapes in strong colours: bars, test cards, a coloured thing on grey.
    func drawFlats(random: inout RandomStream) {
        switch random.integer(below: 4) {
        case 0: drawBars(random: &random)
        case 1: drawCard(random: &random)
        default:
            fill(random.chance(0.7) ? Colour.grey(random.share()) : Colour.strong(&random))
            if random.chance(0.4) {
                // Grey that is not flat.
                let course = Coverage(of: self)
                Shading.drawCourse(on: course.view, random: &random)
                mix(Colour.grey(random.share()), Colour.grey(random.share()), by: course.view)
            }
            for _ in 0..<random.integer(in: 1...5) { drawFlatShape(random: &random) }
        }
    }

    private func drawBars(random: inout RandomStream) {
        let level = random.chance(0.5) ? 1 : random.share(in: 0.5...1)
        let bars: [Colour] = [
            Colour(1, 1, 1), Colour(1, 1, 0), Colour(0, 1, 1), Colour(0, 1, 0), Colour(1, 0, 1), Colour(1, 0, 0),
            Colour(0, 0, 1), Colour(0, 0, 0),
        ]
        let saturation = random.chance(0.6) ? 1 : random.share(in: 0.3...1)
        let wide = max(1, random.chance(0.5) ? (width + 7) / 8 : random.integer(in: 4...40))
        let shift = random.integer(below: 8)
        let isFlat = random.chance(0.25)
        let count = ((isFlat ? height : width) + wide - 1) / wide
        for index in 0..<count {
            let bar = Colour.grey(0.5).mixed(with: bars[(index + shift) % 8], saturation) * level
            if isFlat {
                fill(bar, rows: index * wide..<(index + 1) * wide, columns: 0..<width)
            } else {
                fill(bar, rows: 0..<height, columns: index * wide..<(index + 1) * wide)
            }
        }
        // A scale of greys below.
        if random.chance(0.5) {
            let top = height * 3 / 4
            for index in 0..<count {
                let grey = Float(index) / Float(max(1, count - 1))
                fill(.grey(grey), rows: top..<height, columns: index * wide..<(index + 1) * wide)
            }
        }
    }

    /// Patches of colours and greys with borders, as on a card that cameras are set by.
    private func drawCard(random: inout RandomStream) {
        let side = random.integer(in: 8...48)
        let gap = random.integer(in: 0...6)
        fill(.grey(random.chance(0.5) ? random.share(in: 0...0.15) : random.share()))
        var top = -random.integer(below: side)
        let start = -random.integer(below: side)
        while top < height {
            var left = start
            while left < width {
                let colour = random.chance(0.25) ? Colour.grey(random.share()) : Colour.strong(&random)
                fill(colour, rows: top..<top + side, columns: left..<left + side)
                left += side + gap
            }
            top += side + gap
        }
    }

    private func drawFlatShape(random: inout RandomStream) {
        let shape = Coverage(of: self)
        let (height, width) = (Float(height), Float(width))
        let side = max(4, min(height, width))
        let (x, y) = (random.share() * width, random.share() * height)
        let (a, b) = (random.share(in: 0.06...0.5) * side, random.share(in: 0.06...0.5) * side)
        switch random.integer(below: 3) {
        case 0: shape.addEllipse(x: x, y: y, axes: (a, b), direction: random.direction())
        case 1:
            shape.addRectangle(
                left: (x - a).rounded() - 0.5, top: (y - b).rounded() - 0.5, right: (x + a).rounded() - 0.5,
                bottom: (y + b).rounded() - 0.5)
        default:
            let start = random.share()
            let corners = (0..<random.integer(in: 3...6)).map { _ in random.share(in: 0...0.2) }
            let steps = corners.reduce(into: [Float]()) { $0.append(($0.last ?? start) + 0.12 + $1) }
            let turns = steps.map { $0 / max(1, (steps.last ?? 1) - start) }
            shape.addPolygon(
                turns.map { turn in
                    let direction = Wave.direction(turns: turn)
                    return (x + a * direction.cosine, y + a * direction.sine)
                })
        }
        lay(random.chance(0.8) ? Colour.strong(&random) : Colour.pure(&random), by: shape.view)
    }
}
