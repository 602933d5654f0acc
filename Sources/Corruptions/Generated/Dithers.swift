package import Tensors

extension PlanarView {
    /// Bayer's ordered dither of shadings, 1 bit: in two colours, or of each channel by itself.
    func drawOrderedDither(random: inout RandomStream) {
        let size = random.element(of: [2, 4, 8])
        let scale = random.chance(0.8) ? 1 : random.integer(in: 2...3)
        let dither = OrderedDither(
            size: size, scale: scale, origin: (random.integer(below: size), random.integer(below: size)))
        drawDithered(random: &random) { dither.apply(to: $0) }
    }

    /// Error diffusion of shadings (Floyd and Steinberg, 1976), in 2 to 6 levels.
    func drawDiffusedDither(random: inout RandomStream) {
        let diffusion = ErrorDiffusion(
            levels: random.chance(0.6) ? 2 : random.integer(in: 3...6), turnsBack: random.chance(0.5))
        drawDithered(random: &random) { diffusion.apply(to: $0) }
    }

    /// One shading for all channels and two colours, or one for each channel.
    private func drawDithered(random: inout RandomStream, by dither: (PlanarView) -> Void) {
        if random.chance(0.25) {
            for c in 0..<3 {
                let plane = channels(from: c, count: 1)
                Shading.draw(on: plane, random: &random)
                dither(plane)
            }
        } else {
            let (first, second) = random.chance(0.6) ? (Colour.black, Colour.white) : Colour.pair(&random)
            let shading = Coverage(of: self)
            Shading.draw(on: shading.view, random: &random)
            dither(shading.view)
            mix(first, second, by: shading.view)
        }
    }
}

/// Bayer's ordered dither (1973): a tone is light where it is above the threshold of its place in a square.
package struct OrderedDither {
    private let size: Int
    private let scale: Int
    private let origin: (Int, Int)
    private let thresholds: [Float]

    /// - Parameters:
    ///   - size: the side of the square, a power of two.
    ///   - scale: the side of a dot.
    ///   - origin: where in the square the picture begins, 0 or more.
    package init(size: Int, scale: Int = 1, origin: (Int, Int) = (0, 0)) {
        self.size = size
        self.scale = scale
        self.origin = origin
        thresholds = (0..<size * size).map { index in
            // The bits of row xor column and of the row, interleaved from the lowest on, are the rank from the highest
            // on.
            let (y, x) = (index / size, index % size)
            var (rank, bit) = (0, 1)
            while bit < size {
                rank = rank << 2 | ((x ^ y) & bit == 0 ? 0 : 2) | (y & bit == 0 ? 0 : 1)
                bit <<= 1
            }
            return (Float(rank) + 0.5) / Float(size * size)
        }
    }

    /// Puts 0 or 1 in place of tones on the only channel of `plane`.
    package func apply(to plane: PlanarView) {
        // The thresholds of as many rows as there are different ones.
        let table = PlanarImage(channels: 1, height: size, width: plane.width).view
        for y in 0..<size {
            let row = table.row(0, y)
            for x in 0..<plane.width { row[x] = thresholds[y * size + (x / scale + origin.1) % size] }
        }
        for y in 0..<plane.height {
            let (row, limits) = (plane.row(0, y), table.row(0, (y / scale + origin.0) % size))
            for x in 0..<plane.width { row[x] = row[x] > limits[x] ? 1 : 0 }
        }
    }
}

/// Error diffusion (Floyd and Steinberg, 1976): what a pixel gets too much, its neighbours get less.
package struct ErrorDiffusion {
    private let steps: Float
    private let turnsBack: Bool

    /// - Parameters:
    ///   - levels: 2 or more.
    ///   - turnsBack: whether every second row goes from the right to the left.
    package init(levels: Int, turnsBack: Bool = false) {
        steps = Float(levels - 1)
        self.turnsBack = turnsBack
    }

    /// Puts the nearest levels in place of tones on the only channel of `plane`.
    package func apply(to plane: PlanarView) {
        let width = plane.width
        // What the row above left for this one, with one place more on each side, and what this one leaves.
        let rows = PlanarImage(channels: 1, height: 2, width: width + 2).view
        for y in 0..<plane.height {
            let (row, left, leaves) = (plane.row(0, y), rows.row(0, y & 1), rows.row(0, 1 - y & 1))
            let isBack = turnsBack && y & 1 == 1
            let step = isBack ? -1 : 1
            leaves.update(repeating: 0, count: width + 2)
            var x = isBack ? width - 1 : 0
            var error: Float = 0
            for _ in 0..<width {
                let wanted = row[x] + left[x + 1] + error * (7 / 16)
                let level = Wave.rounded(max(0, min(steps, wanted * steps))) / steps
                error = wanted - level
                row[x] = level
                leaves[x + 1 - step] += error * (3 / 16)
                leaves[x + 1] += error * (5 / 16)
                leaves[x + 1 + step] += error * (1 / 16)
                x += step
            }
        }
    }
}
