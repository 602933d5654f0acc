public import Tensors

/// The shares of a picture at the ends of its range, where noise and detail are lost.
public struct ClippedShare: Sendable, Equatable, Codable {
    /// The share of pixels, 0...1, of which a colour is 0 or less.
    public let black: Double
    /// The share of pixels, 0...1, of which a colour is 1 or more.
    public let white: Double

    /// Counts the pixels of the first `colours` channels of `image`, values in 0...1; values outside count as clipped.
    public init(of image: PlanarImage, colours: Int) {
        var (dark, bright) = (0, 0)
        for y in 0..<image.height {
            for x in 0..<image.width {
                var (least, greatest): (Float, Float) = (1, 0)
                for c in 0..<colours {
                    let value = image.view.row(c, y)[x]
                    least = value < least ? value : least
                    greatest = value > greatest ? value : greatest
                }
                dark += least <= 0 ? 1 : 0
                bright += greatest >= 1 ? 1 : 0
            }
        }
        let count = Double(max(1, image.height * image.width))
        black = Double(dark) / count
        white = Double(bright) / count
    }
}
