import Tensors

/// Red, green and blue on 0...1.
typealias Colour = SIMD3<Float>

extension Colour {
    static let black = Colour(repeating: 0)
    static let white = Colour(repeating: 1)

    static func grey(_ level: Float) -> Colour { Colour(repeating: level) }

    /// Any colour.
    static func any(_ random: inout RandomStream) -> Colour {
        Colour(random.share(), random.share(), random.share())
    }

    /// One of the six corners of the cube of colours that are neither black nor white, or a colour between two
    /// neighbours of them.
    static func pure(_ random: inout RandomStream) -> Colour {
        let corners: [Colour] = [
            Colour(1, 0, 0), Colour(1, 1, 0), Colour(0, 1, 0), Colour(0, 1, 1), Colour(0, 0, 1), Colour(1, 0, 1),
        ]
        let first = random.integer(below: 6)
        guard random.uniform() < 0.4 else { return corners[first] }
        let share = random.share()
        return corners[first].mixed(with: corners[(first + 1) % 6], share)
    }

    /// A strong colour: pure, or darker, or of half saturation.
    static func strong(_ random: inout RandomStream) -> Colour {
        let colour = pure(&random)
        switch random.integer(below: 4) {
        case 0: return colour * random.share(in: 0.3...1)
        case 1: return colour.mixed(with: grey(random.share()), random.share(in: 0.2...0.7))
        default: return colour
        }
    }

    /// A colour that things are printed or shown on: white more often than not, else cream, grey, pale or dark.
    static func paper(_ random: inout RandomStream) -> Colour {
        switch random.integer(below: 10) {
        case 0...3: return white
        case 4: return grey(random.share(in: 0.75...0.98))
        case 5:
            return Colour(1, random.share(in: 0.93...0.98), random.share(in: 0.8...0.92)) * random.share(in: 0.9...1)
        case 6: return grey(random.share(in: 0.3...0.75))
        case 7: return white.mixed(with: strong(&random), random.share(in: 0.05...0.3))
        case 8: return grey(random.share(in: 0...0.2))
        default: return black.mixed(with: strong(&random), random.share(in: 0...0.5))
        }
    }

    /// A colour to write with on `paper`; legible, and sometimes only just.
    static func ink(on paper: Colour, _ random: inout RandomStream) -> Colour {
        let isDark = paper.luma < 0.45
        let plain = isDark ? grey(random.share(in: 0.8...1)) : grey(random.share(in: 0...0.25))
        let drawn =
            switch random.integer(below: 10) {
            case 0...5: isDark ? white : black
            case 6...7: plain
            default: strong(&random)
            }
        return abs(drawn.luma - paper.luma) < 0.3 ? plain : drawn
    }

    /// Two colours apart: black and white, two greys, or any two.
    static func pair(_ random: inout RandomStream) -> (Colour, Colour) {
        let look = random.integer(below: 10)
        if look < 4 { return random.uniform() < 0.5 ? (black, white) : (white, black) }
        if look < 6 { return (grey(random.share()), grey(random.share())) }
        if look < 8 { return (strong(&random), random.uniform() < 0.5 ? strong(&random) : paper(&random)) }
        return (any(&random), any(&random))
    }

    var luma: Float { 0.299 * x + 0.587 * y + 0.114 * z }

    func mixed(with other: Colour, _ share: Float) -> Colour { self + (other - self) * share }
}

extension RandomStream {
    /// Uniform in 0..<1.
    mutating func share() -> Float { Float(nextWord() >> 8) * 0x1p-24 }

    mutating func share(in range: ClosedRange<Float>) -> Float {
        range.lowerBound + (range.upperBound - range.lowerBound) * share()
    }

    /// Small numbers more often than large ones.
    mutating func small(in range: ClosedRange<Float>) -> Float {
        let u = share()
        return range.lowerBound + (range.upperBound - range.lowerBound) * u * u
    }

    mutating func integer(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + integer(below: range.count)
    }

    mutating func chance(_ share: Double) -> Bool { uniform() < share }

    mutating func element<Element>(of elements: [Element]) -> Element { elements[integer(below: elements.count)] }

    /// A direction: cosine and sine of an angle.
    mutating func direction() -> (cosine: Float, sine: Float) { Wave.direction(turns: share()) }
}

/// Cosines of turns, without the C library: the same on every machine, and loops over them are vectors.
enum Wave {
    /// The nearest whole number, for |x| below two million; vectors of it need no library.
    @inline(__always)
    static func rounded(_ x: Float) -> Float {
        // Adding 1.5 * 2^23 leaves no bits for a fraction.
        (x + 12_582_912) - 12_582_912
    }

    /// The difference of `x` and the nearest whole number, for |x| below two million.
    @inline(__always)
    static func remainder(_ x: Float) -> Float { x - rounded(x) }

    /// The cosine of `turns` whole turns, to 2e-3: its series to the tenth power within half a turn.
    @inline(__always)
    static func cosine(turns: Float) -> Float {
        let t = remainder(turns)
        let z = t * t
        var series = z * -26.426_257 + 60.244_641
        series = series * z - 85.456_817
        series = series * z + 64.939_394
        series = series * z - 19.739_209
        return max(-1, min(1, series * z + 1))
    }

    static func direction(turns: Float) -> (cosine: Float, sine: Float) {
        (cosine(turns: turns), cosine(turns: turns - 0.25))
    }
}

extension PlanarView {
    /// Gives all pixels one colour, or those of some rows and columns, as far as there are such.
    func fill(_ colour: Colour) { fill(colour, rows: 0..<height, columns: 0..<width) }

    func fill(_ colour: Colour, rows: Range<Int>, columns: Range<Int>) {
        let (rows, columns) = (rows.clamped(to: 0..<height), columns.clamped(to: 0..<width))
        for c in 0..<3 {
            for y in rows { (row(c, y) + columns.lowerBound).update(repeating: colour[c], count: columns.count) }
        }
    }

    /// Gives one pixel a colour, if there is such a pixel.
    func set(_ y: Int, _ x: Int, to colour: Colour) {
        guard (0..<height).contains(y), (0..<width).contains(x) else { return }
        for c in 0..<3 { row(c, y)[x] = colour[c] }
    }

    /// Makes every pixel a mixture of two colours, by the only channel of `shares`.
    func mix(_ first: Colour, _ second: Colour, by shares: PlanarView) {
        for c in 0..<3 {
            let (base, difference) = (first[c], second[c] - first[c])
            for y in 0..<height {
                let (row, from) = (row(c, y), shares.row(0, y))
                for x in 0..<width { row[x] = base + difference * from[x] }
            }
        }
    }

    /// Lays `colour` over the pixels as opaquely as the only channel of `opacities` says.
    func lay(_ colour: Colour, by opacities: PlanarView) {
        for c in 0..<3 {
            let level = colour[c]
            for y in 0..<height {
                let (row, from) = (row(c, y), opacities.row(0, y))
                for x in 0..<width { row[x] += (level - row[x]) * from[x] }
            }
        }
    }
}
