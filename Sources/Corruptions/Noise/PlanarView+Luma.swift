package import Tensors

extension PlanarView {
    /// Every channel of RGB becomes the luma 0.299 R + 0.587 G + 0.114 B; other views stay as they are.
    package func removeColour() {
        guard channels == 3 else { return }
        for y in 0..<height {
            let (red, green, blue) = (row(0, y), row(1, y), row(2, y))
            for x in 0..<width {
                let luma = 0.299 * red[x] + 0.587 * green[x] + 0.114 * blue[x]
                red[x] = luma
                green[x] = luma
                blue[x] = luma
            }
        }
    }

    /// Writes the luma of RGB, or the first channel of other views, to the only channel of `target`.
    func writeLuma(to target: PlanarView) {
        for y in 0..<height {
            let result = target.row(0, y)
            if channels == 3 {
                let (red, green, blue) = (row(0, y), row(1, y), row(2, y))
                for x in 0..<width { result[x] = 0.299 * red[x] + 0.587 * green[x] + 0.114 * blue[x] }
            } else {
                result.update(from: row(0, y), count: width)
            }
        }
    }
}
