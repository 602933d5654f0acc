public import Tensors

/// A choice of pixels that makes two pictures of half the size of a noisy one, for training without clean targets
/// (Huang et al., "Neighbor2Neighbor: self-supervised denoising from single noisy images", CVPR 2021, section 4.2).
///
/// Of every cell of 2x2 pixels two that lie beside or above one another are sampled, in either order: eight equally
/// likely choices. Their noise is independent and their content nearly the same. The choices are kept, since the
/// paper's regulariser takes the same pixels of the restored picture.
public struct NeighborSubsampling: Sendable {
    /// The height of the two pictures, in pixels.
    public let height: Int
    /// The width of the two pictures, in pixels.
    public let width: Int
    /// The places of the two pixels of every cell, 0...3 row by row, the first in the two low bits.
    private let choices: [UInt8]

    /// The eight ordered pairs of neighbours.
    private static let pairs: [UInt8] = [(0, 1), (0, 2), (1, 3), (2, 3), (1, 0), (2, 0), (3, 1), (3, 2)]
        .map { $0.0 | $0.1 << 2 }

    /// Samples the pixels for pictures of `height` x `width`; the last row or column of an odd side is not used.
    public init(height: Int, width: Int, random: inout RandomStream) {
        self.height = height / 2
        self.width = width / 2
        var choices = [UInt8](repeating: 0, count: self.height * self.width)
        var bits: UInt64 = 0
        for cell in choices.indices {
            // 21 choices of 3 bits from 64.
            if cell % 21 == 0 { bits = random.next() }
            choices[cell] = Self.pairs[Int(bits & 7)]
            bits >>= 3
        }
        self.choices = choices
    }

    /// Writes the two pictures of `source`, `[channels, height, width]`. All channels of a pixel stay together.
    public func apply(to source: PlanarView, first: PlanarView, second: PlanarView) {
        precondition(source.height / 2 == height && source.width / 2 == width)
        precondition(first.height == height && first.width == width && first.channels == source.channels)
        precondition(second.height == height && second.width == width && second.channels == source.channels)
        for c in 0..<source.channels {
            for y in 0..<height {
                let (upper, one, other) = (source.row(c, 2 * y), first.row(c, y), second.row(c, y))
                for x in 0..<width {
                    let choice = Int(choices[y * width + x])
                    one[x] = upper[2 * x + choice & 1 + (choice >> 1 & 1) * source.rowStride]
                    other[x] = upper[2 * x + choice >> 2 & 1 + (choice >> 3 & 1) * source.rowStride]
                }
            }
        }
    }
}
