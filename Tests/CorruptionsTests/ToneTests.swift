import Corruptions
import Tensors
import Testing

/// A ramp from 0 on the left to 1 on the right.
private func ramp(height: Int, width: Int) -> PlanarImage {
    let image = PlanarImage(channels: 1, height: height, width: width)
    for y in 0..<height {
        for x in 0..<width { image.view.row(0, y)[x] = (Float(x) + 0.5) / Float(width) }
    }
    return image
}

private func flat(_ tone: Float, side: Int) -> PlanarImage {
    PlanarImage(channels: 1, height: side, width: side, samples: [Float](repeating: tone, count: side * side))
}

private func mean(_ samples: some Collection<Float>) -> Float { samples.reduce(0, +) / Float(samples.count) }

/// What is made of tones: dithers and screens have the mean of the shading that they are made of.
@Suite struct ToneTests {
    /// The matrices as Bayer's paper has them, in ranks.
    @Test func bayersMatrices() {
        func ranks(_ size: Int) -> [Int] {
            // A place is light in so many of all tones as its threshold is below.
            let dither = OrderedDither(size: size)
            var counts = [Int](repeating: 0, count: size * size)
            for step in 0..<size * size {
                let plane = flat((Float(step) + 0.5) / Float(size * size) + 1e-4, side: size)
                dither.apply(to: plane.view)
                for (index, value) in plane.samples.enumerated() where value == 0 { counts[index] += 1 }
            }
            return counts
        }
        #expect(ranks(2) == [0, 2, 3, 1])
        #expect(ranks(4) == [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5])
        #expect(ranks(8).sorted() == Array(0..<64))
    }

    @Test(arguments: [2, 4, 8]) func orderedDitherFollowsTheTone(size: Int) {
        for step in 0...16 {
            let tone = Float(step) / 16
            let plane = flat(tone, side: 32)
            OrderedDither(size: size, origin: (1, 1)).apply(to: plane.view)
            #expect(Set(plane.samples).isSubset(of: [0, 1]))
            #expect(abs(mean(plane.samples) - tone) <= 0.5 / Float(size * size) + 1e-6, "\(tone)")
        }
        let gradient = ramp(height: 32, width: 256)
        OrderedDither(size: size, scale: 2).apply(to: gradient.view)
        for left in stride(from: 0, to: 256, by: 32) {
            let found = mean(gradient.cropped(top: 0, left: left, height: 32, width: 32).samples)
            #expect(abs(found - Float(left + 16) / 256) < 0.13 / Float(size / 2), "\(left)")
        }
    }

    @Test(arguments: [(2, false), (2, true), (4, true)]) func errorDiffusionFollowsTheTone(levels: Int, turnsBack: Bool)
    {
        let gradient = ramp(height: 64, width: 256)
        ErrorDiffusion(levels: levels, turnsBack: turnsBack).apply(to: gradient.view)
        #expect(Set(gradient.samples).sorted() == (0..<levels).map { Float($0) / Float(levels - 1) })
        for left in stride(from: 0, to: 256, by: 32) {
            let found = mean(gradient.cropped(top: 16, left: left, height: 32, width: 32).samples)
            #expect(abs(found - Float(left + 16) / 256) < 0.015, "\(left): \(found)")
        }
    }

    @Test(arguments: [(3.0, 0.07), (5.3, 0.0), (8.0, 0.21)] as [(Float, Float)])
    func screensHaveTheToneAsArea(period: Float, turns: Float) {
        for form in [Screen.Form.dots, .lines] {
            for isSharp in [true, false] {
                for step in 0...8 {
                    let tone = Float(step) / 8
                    let plane = flat(tone, side: 120)
                    var random = RandomStream(seed: UInt64(step))
                    Screen(period: period, turns: turns, form: form, isSharp: isSharp, random: &random).apply(
                        to: plane.view)
                    // Soft edges of tiny dots are cut off below 0 and above 1.
                    #expect(
                        abs(mean(plane.samples) - tone) < 0.05, "\(form) \(isSharp) \(tone): \(mean(plane.samples))")
                    let isBare = Set(plane.samples) == [tone]
                    #expect(step % 8 != 0 || isBare)
                }
            }
        }
    }
}

/// The letters that are drawn for text.
@Suite struct LetteringTests {
    /// How many pieces of at least one pixel more than half covered there are.
    private func pieces(_ coverage: Coverage) -> [Int] {
        let view = coverage.view
        var isOpen = (0..<view.height * view.width).map { view.row(0, $0 / view.width)[$0 % view.width] > 0.5 }
        var sizes: [Int] = []
        for start in isOpen.indices where isOpen[start] {
            var (stack, size) = ([start], 0)
            isOpen[start] = false
            while let at = stack.popLast() {
                size += 1
                for dy in -1...1 {
                    for dx in -1...1 {
                        let (y, x) = (at / view.width + dy, at % view.width + dx)
                        guard 0..<view.height ~= y, 0..<view.width ~= x, isOpen[y * view.width + x] else { continue }
                        isOpen[y * view.width + x] = false
                        stack.append(y * view.width + x)
                    }
                }
            }
            sizes.append(size)
        }
        return sizes
    }

    private func drawn(_ text: String, height: Float, hasSerifs: Bool = false, isHinted: Bool = false) -> Coverage {
        let coverage = Coverage(height: Int(height * 2), width: Int(height) * (text.count + 2))
        var lettering = Lettering(height: height, strokeWidth: height / 11)
        lettering.hasSerifs = hasSerifs
        lettering.isHinted = isHinted
        lettering.draw(text, x: height, y: height * 1.4, on: coverage)
        return coverage
    }

    /// Dots are pieces of their own: of an i, a colon, a decimal point, and of letters with two of them.
    @Test(arguments: [(30, false), (30, true), (48, false), (48, true)] as [(Float, Bool)])
    func everyGlyphHasItsPieces(height: Float, hasSerifs: Bool) {
        let expected: [Character: Int] = [
            "i": 2, "j": 2, ":": 2, ";": 2, "!": 2, "?": 2, "\"": 2, "=": 2, "ä": 3, "ö": 3, "ü": 3, "é": 2, "%": 3,
        ]
        for character in StrokeFont.standard.characters {
            let found = pieces(drawn(String(character), height: height, hasSerifs: hasSerifs))
            #expect(found.count == expected[character] ?? 1, "\(character): \(found), \(hasSerifs)")
        }
        let figures = pieces(drawn("12.50 3.75 i.e. ...", height: height, hasSerifs: hasSerifs))
        let dot = height / 11 * height / 11
        #expect(figures.count { Float($0) < 3 * dot } == 8, "\(figures)")
    }

    @Test func theAlphabetIsThere() {
        let needed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;-+/%()$!?"
        #expect(Set(needed).subtracting(StrokeFont.standard.characters).isEmpty)
    }

    /// On a screen a stem is one column of full pixels.
    @Test func screenLettersAreCrisp() {
        let coverage = Coverage(height: 24, width: 60)
        var lettering = Lettering(height: 12, strokeWidth: 1)
        lettering.isHinted = true
        lettering.draw("HLTi.", x: 4, y: 18, on: coverage)
        let levels = (0..<24 * 60).map { (coverage.view.row(0, $0 / 60)[$0 % 60] * 255).rounded() }
        #expect(Set(levels) == [0, 255])
        #expect(pieces(coverage).sorted().prefix(2) == [1, 1])
    }

    /// Most pictures of text hold points that touch nothing.
    @Test func textHoldsDots() {
        var count = 0
        for seed in 0..<30 as Range<UInt64> {
            // The samples are copied whenever they are asked for.
            let levels = Array(
                GeneratedPicture(.text, seed: seed).image(height: 200, width: 200).samples[40_000..<80_000])
            let paper = levels.sorted()[20_000]
            let ink = levels.max { abs($0 - paper) < abs($1 - paper) } ?? 0
            let coverage = Coverage(height: 200, width: 200)
            for (index, level) in levels.enumerated() {
                coverage.view.row(0, index / 200)[index % 200] = abs(level - paper) / max(0.01, abs(ink - paper))
            }
            let found = pieces(coverage)
            let median = found.sorted()[found.count / 2]
            let dots = found.count { 4 * $0 < median }
            if dots >= 3 { count += 1 }
        }
        #expect(count > 15, "\(count)")
    }
}
