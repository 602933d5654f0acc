import Tensors

extension PlanarView {
    /// Fields of two colours; in a third of the pictures of one pixel.
    func drawChecker(random: inout RandomStream) {
        let (first, second) = Colour.pair(&random)
        let cell = random.chance(0.35) ? 1 : random.integer(in: 1...8)
        let isSquare = random.chance(0.8)
        let (cellHeight, cellWidth) = (cell, isSquare ? cell : random.integer(in: 1...8))
        let (top, left) = (random.integer(below: 2 * cellHeight), random.integer(below: 2 * cellWidth))
        let shares = Coverage(of: self)
        for y in 0..<height {
            let row = shares.view.row(0, y)
            let band = (y + top) / cellHeight
            for x in 0..<width { row[x] = (band + (x + left) / cellWidth) & 1 == 0 ? 0 : 1 }
        }
        mix(first, second, by: shares.view)
    }

    /// Columns or rows, or the dots where both meet.
    func drawLines(random: inout RandomStream) {
        let (first, second) = Colour.pair(&random)
        let look = random.integer(below: 10)
        func drawBars() -> (on: Int, period: Int, phase: Int) {
            let on = random.chance(0.4) ? 1 : random.integer(in: 1...4)
            let off = random.chance(0.5) ? on : random.integer(in: 1...4)
            return (on, on + off, random.integer(below: on + off))
        }
        let across = drawBars()
        let down = drawBars()
        let shares = Coverage(of: self)
        for y in 0..<height {
            let row = shares.view.row(0, y)
            let isRow = (y + down.phase) % down.period < down.on
            for x in 0..<width {
                let isColumn = (x + across.phase) % across.period < across.on
                let isOn = look < 4 ? isColumn : look < 8 ? isRow : isColumn && isRow
                row[x] = isOn ? 1 : 0
            }
        }
        mix(first, second, by: shares.view)
    }

    /// Threads over and under each other, 5 to 60 levels lighter and darker than a smooth shading.
    func drawWeave(random: inout RandomStream) {
        let shading = Coverage(of: self)
        let amplitude = random.share(in: 5...60) / 255
        Shading.drawCourse(on: shading.view, random: &random)
        let period = random.integer(in: 2...8)
        let shift = random.integer(in: 1...max(1, period - 1))
        let isTurned = random.chance(0.4)
        let direction = isTurned ? random.direction() : (cosine: 1, sine: 0)
        let phase = (random.integer(below: period), random.integer(below: period))
        let isRound = random.chance(0.5)
        // Threads cross a pixel pattern of period x period: up where two times the sum is below the period.
        func thread(_ u: Float, _ v: Float) -> Float {
            let size = Float(period)
            if isRound {
                return 0.5 * Wave.cosine(turns: u / size) + 0.5 * Wave.cosine(turns: v / size + u * Float(shift) / size)
            }
            let (i, j) = (Int(u + 4096 * size), Int(v + 4096 * size))
            return (i + j * shift) % period * 2 < period ? 1 : -1
        }
        for y in 0..<height {
            let row = shading.view.row(0, y)
            for x in 0..<width {
                let (px, py) = (Float(x + phase.0), Float(y + phase.1))
                let u = px * direction.cosine + py * direction.sine
                let v = py * direction.cosine - px * direction.sine
                let middle = 0.15 + 0.7 * max(0, min(1, row[x]))
                row[x] = middle + amplitude * thread(u, v)
            }
        }
        let dark = random.chance(0.5) ? Colour.black : Colour.any(&random) * 0.3
        let light = random.chance(0.5) ? Colour.white : Colour.white.mixed(with: Colour.strong(&random), 0.5)
        mix(dark, light, by: shading.view)
    }

    /// Ruled paper: graph paper with thicker lines at every fifth, or a table with columns of different widths.
    func drawGrid(random: inout RandomStream) {
        let paper = Colour.paper(&random)
        fill(paper)
        let ink = random.chance(0.5) ? Colour.ink(on: paper, &random) : paper.mixed(with: Colour.any(&random), 0.5)
        let fine = Coverage(of: self)
        let isCrisp = random.chance(0.6)
        func drawWidth(_ most: Float) -> Float {
            isCrisp ? random.small(in: 1...most).rounded() : random.share(in: 0.6...most)
        }
        func drawLines(_ count: Int, isColumn: Bool, spacing: Float, every: Int, width lineWidth: Float, strong: Float)
        {
            var place = -random.share() * spacing
            if isCrisp { place = place.rounded() - 0.5 }
            var index = random.integer(below: max(1, every))
            while place < Float(count) {
                let wide = every > 0 && index % every == 0 ? strong : lineWidth
                if isColumn {
                    fine.addRectangle(left: place, top: -1, right: place + wide, bottom: Float(height))
                } else {
                    fine.addRectangle(left: -1, top: place, right: Float(width), bottom: place + wide)
                }
                place += spacing
                index += 1
            }
        }
        if random.chance(0.6) {
            let spacing = isCrisp ? Float(random.integer(in: 3...24)) : random.share(in: 3...24)
            let every = random.chance(0.6) ? random.element(of: [2, 5, 10]) : 0
            let (thin, strong) = (drawWidth(2), drawWidth(4))
            drawLines(width, isColumn: true, spacing: spacing, every: every, width: thin, strong: strong)
            drawLines(height, isColumn: false, spacing: spacing, every: every, width: thin, strong: strong)
        } else {
            let (thin, strong) = (drawWidth(2), drawWidth(3))
            let line = Float(random.integer(in: 8...32))
            drawLines(height, isColumn: false, spacing: line, every: 4, width: thin, strong: strong)
            var place = random.share(in: 0...20).rounded() - 0.5
            while place < Float(width) {
                fine.addRectangle(left: place, top: -1, right: place + thin, bottom: Float(height))
                place += random.share(in: 20...80).rounded()
            }
            // A head or every second row in another tone.
            let tone = paper.mixed(with: Colour.any(&random), 0.25)
            let rows = random.integer(below: 3)
            var top = 0
            while rows > 0, top < height {
                fill(tone, rows: top..<top + Int(line), columns: 0..<width)
                top += rows == 1 ? height : 2 * Int(line)
            }
        }
        lay(ink, by: fine.view)
    }

    /// Sine or square waves at any angle and of any frequency below half a wave a pixel, or a zone plate.
    func drawGrating(random: inout RandomStream) {
        let (first, second) = Colour.pair(&random)
        let shares = Coverage(of: self)
        let direction = random.direction()
        let period = random.small(in: 2...32)
        let phase = random.share()
        let contrast = random.chance(0.5) ? 1 : random.share(in: 0.05...1)
        let isSquare = random.chance(0.35)
        if random.chance(0.3) {
            let (middleX, middleY) = (random.share() * Float(width), random.share() * Float(height))
            // The frequency r / (period reach) grows with the distance from the middle: at most to half a wave a pixel.
            let (farX, farY) = (max(middleX, Float(width) - middleX), max(middleY, Float(height) - middleY))
            let reach = max(8, (farX * farX + farY * farY).squareRoot())
            let scale = 0.5 / (random.small(in: 2...12) * reach)
            Shading.fill(shares.view) { y, x in
                let (dx, dy) = (x - middleX, y - middleY)
                return 0.5 + 0.5 * contrast * Wave.cosine(turns: (dx * dx + dy * dy) * scale + phase)
            }
        } else {
            let (fx, fy) = (direction.cosine / period, direction.sine / period)
            let fade = random.chance(0.3) ? 1 / Float(max(width, height)) : 0
            Shading.fill(shares.view) { y, x in
                let wave = Wave.cosine(turns: x * fx + y * fy + phase)
                return 0.5 + 0.5 * contrast * (1 - fade * x) * wave
            }
        }
        if isSquare { shares.threshold() }
        mix(first, second, by: shares.view)
    }
}
