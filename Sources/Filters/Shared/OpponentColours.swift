import Tensors

/// The orthonormal opponent colours: brightness, red against blue, green against both.
///
/// White noise of equal sigma in R, G and B is white noise of the same sigma here, while the picture itself gathers in
/// the first channel; a grey picture stays what it is.
enum OpponentColours {
    /// Rows are the three colours, each of norm 1.
    static let matrix: [[Float]] = [
        [0.577_350_27, 0.577_350_27, 0.577_350_27],
        [0.707_106_78, 0, -0.707_106_78],
        [0.408_248_29, -0.816_496_58, 0.408_248_29],
    ]

    static func forward(_ image: PlanarImage) -> PlanarImage {
        image.channels == 3 ? product(matrix, image) : image.copied()
    }

    static func inverse(_ image: PlanarImage) -> PlanarImage {
        let transposed = (0..<3).map { row in (0..<3).map { matrix[$0][row] } }
        return image.channels == 3 ? product(transposed, image) : image.copied()
    }

    private static func product(_ matrix: [[Float]], _ image: PlanarImage) -> PlanarImage {
        let result = PlanarImage(channels: 3, height: image.height, width: image.width)
        for (channel, weights) in matrix.enumerated() {
            let (a, b, c) = (weights[0], weights[1], weights[2])
            for y in 0..<image.height {
                let (r, g, s) = (image.view.row(0, y), image.view.row(1, y), image.view.row(2, y))
                let row = result.view.row(channel, y)
                for x in 0..<image.width { row[x] = a * r[x] + b * g[x] + c * s[x] }
            }
        }
        return result
    }
}
