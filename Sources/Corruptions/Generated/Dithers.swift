import Tensors

extension PlanarView {
    /// Bayer's ordered dither of shadings, 1 bit: in two colours, or of each channel by itself.
    func drawOrderedDither(random: inout RandomStream) {
        let size = random.element(of: [2, 4, 8])
        let scale = random.chance(0.8) ? 1 : random.integer(in: 2...3)
        let thresholds = OrderedDither.thresholds(size: size)
        let origin = (random.integer(below: size), random.integer(below: size))
        func dither(_ plane: PlanarView) {
            for y in 0..<plane.height {
                let row = plane.row(0, y)
                let line = (y / scale + origin.0) % size * size
                for x in 0..<plane.width {
                    row[x] = row[x] > thresholds[line + (x / scale + origin.1) % size] ? 1 : 0
                }
            }
        }
        drawDithered(random: &random, by: dither)
    }

    /// Error diffusion of shadings (Floyd and Steinberg, 1976), in 2 to 6 levels.
    func drawDiffusedDither(random: inout RandomStream) {
        let steps = Float(random.chance(0.6) ? 1 : random.integer(in: 2...5))
        let turnsBack = random.chance(0.5)
        func dither(_ plane: PlanarView) {
            // Errors of this row and of the next, with one place more on each side.
            var errors = [Float](repeating: 0, count: plane.width + 2)
            var below = errors
            for y in 0..<plane.height {
                let row = plane.row(0, y)
                let isBack = turnsBack && y & 1 == 1
                let step = isBack ? -1 : 1
                var x = isBack ? plane.width - 1 : 0
                for index in below.indices { below[index] = 0 }
                for _ in 0..<plane.width {
                    let wanted = row[x] + errors[x + 1]
                    let level = max(0, min(steps, (wanted * steps + 0.5).rounded(.down))) / steps
                    let error = wanted - level
                    row[x] = level
                    errors[x + 1 + step] += error * (7 / 16)
                    below[x + 1 - step] += error * (3 / 16)
                    below[x + 1] += error * (5 / 16)
                    below[x + 1 + step] += error * (1 / 16)
                    x += step
                }
                swap(&errors, &below)
            }
        }
        drawDithered(random: &random, by: dither)
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

/// Bayer's matrices (1973).
enum OrderedDither {
    /// The thresholds of a square of `size` pixels, a power of two, row by row: above so many hundredths a pixel is light.
    static func thresholds(size: Int) -> [Float] {
        (0..<size * size).map { index in
            // The bits of row xor column and of the row, interleaved from the lowest on, are the rank from the highest on.
            let (y, x) = (index / size, index % size)
            var (rank, bit) = (0, 1)
            while bit < size {
                rank = rank << 2 | ((x ^ y) & bit == 0 ? 0 : 2) | (y & bit == 0 ? 0 : 1)
                bit <<= 1
            }
            return (Float(rank) + 0.5) / Float(size * size)
        }
    }
}
