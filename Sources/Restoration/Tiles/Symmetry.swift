package import Tensors

/// One of the eight flips and turns of a rectangle.
package struct Symmetry: Equatable, Sendable {
    let flipsColumns: Bool
    let flipsRows: Bool
    let transposes: Bool

    /// All eight symmetries; the first one leaves the picture as it is.
    package static let all = (0..<8).map {
        Symmetry(flipsColumns: $0 & 1 != 0, flipsRows: $0 & 2 != 0, transposes: $0 & 4 != 0)
    }

    /// Calls `body` for every sample of `view` with its place in the oriented image.
    func apply(
        to view: PlanarView, _ body: (_ c: Int, _ y: Int, _ x: Int, _ sample: UnsafeMutablePointer<Float>) -> Void
    ) {
        for c in 0..<view.channels {
            for y in 0..<view.height {
                let row = view.row(c, y)
                let flippedY = flipsRows ? view.height - 1 - y : y
                for x in 0..<view.width {
                    let flippedX = flipsColumns ? view.width - 1 - x : x
                    if transposes {
                        body(c, flippedX, flippedY, row + x)
                    } else {
                        body(c, flippedY, flippedX, row + x)
                    }
                }
            }
        }
    }

    /// Returns `image` flipped and turned in this way.
    package func applied(to image: PlanarImage) -> PlanarImage {
        let (height, width) = transposes ? (image.width, image.height) : (image.height, image.width)
        let result = PlanarImage(channels: image.channels, height: height, width: width)
        apply(to: image.view) { c, y, x, sample in result.view.row(c, y)[x] = sample.pointee }
        withExtendedLifetime(image) {}
        return result
    }

    /// Returns the image that `applied(to:)` turned into `oriented`.
    package func undone(_ oriented: PlanarImage) -> PlanarImage {
        let (height, width) = transposes ? (oriented.width, oriented.height) : (oriented.height, oriented.width)
        let result = PlanarImage(channels: oriented.channels, height: height, width: width)
        apply(to: result.view) { c, y, x, sample in sample.pointee = oriented.view.row(c, y)[x] }
        withExtendedLifetime(oriented) {}
        return result
    }
}
