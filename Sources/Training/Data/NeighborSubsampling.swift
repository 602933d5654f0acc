public import Tensors

/// Two pictures of half the size from a noisy one, for training without clean targets (Huang et al., "Neighbor2Neighbor:
/// self-supervised denoising from single noisy images", CVPR 2021, section 4.2).
///
/// Of every cell of 2x2 pixels two that lie beside or above one another are drawn, in either order: eight choices, each
/// as likely. Their noise is independent and their content nearly the same. The choices are kept, since the paper's
/// regulariser takes the same pixels of the restored picture.
public struct NeighborSubsampling: Sendable {
    /// Of the results.
    public let height: Int
    public let width: Int
    /// For every cell the places of the two pixels, 0...3 row by row, the first in the two low bits.
    private let choices: [UInt8]

    /// The eight ordered pairs of neighbours.
    private static let pairs: [UInt8] = [(0, 1), (0, 2), (1, 3), (2, 3), (1, 0), (2, 0), (3, 1), (3, 2)]
        .map { $0.0 | $0.1 << 2 }

    /// Draws the pixels for pictures of `height` x `width`; what is left of an odd side is not used.
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

    /// Writes the two pictures, `[channels][height][width]`, of `source`. All channels of a pixel stay together.
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

/// Patches for training without clean targets: input and target are the two halves of a part of a noisy picture.
public struct NoisyPatchSampler: PatchSource {
    public let pool: PicturePool
    public let seed: UInt64
    /// Whether patches are flipped and turned in the eight ways.
    public let turns: Bool
    private let smallestSide: Int

    public init(pool: PicturePool, turns: Bool = true, seed: UInt64) {
        self.pool = pool
        self.turns = turns
        self.seed = seed
        smallestSide = pool.pictures.reduce(Int.max) { min($0, $1.height, $1.width) }
    }

    public var channels: Int { pool.channels }
    public var scale: Int { 1 }
    public var largestSide: Int { smallestSide / 2 }

    public func makePatch(
        step: Int, sample: Int, input: PlanarView, target: PlanarView, workspace: PatchWorkspace
    ) throws -> PatchFacts {
        let noisy = workspace.view(.noisy, channels: channels, height: 2 * input.height, width: 2 * input.width)
        let (subsampling, index) = try makeNoisyPatch(step: step, sample: sample, noisy: noisy)
        try checkSides(input: input, target: target)
        subsampling.apply(to: noisy, first: input, second: target)
        return PatchFacts(noiseLevel: 0, picture: index)
    }

    /// The whole noisy patch, an even square, and which of its pixels make the two halves: for the regulariser.
    public func makeNoisyPatch(
        step: Int, sample: Int, noisy: PlanarView
    ) throws(TrainingDataError) -> (subsampling: NeighborSubsampling, picture: Int) {
        let side = noisy.height
        guard side <= smallestSide else {
            throw .patchSide(found: side / 2, expected: "at most \(largestSide), half of the smallest picture")
        }
        var random = RandomStream(seed: seed, step, sample)
        let index = pool.index(ofPixel: random.integer(below: pool.area))
        let picture = try pool.picture(at: index)
        let way = turns ? random.integer(below: 8) : 0
        let top = random.integer(below: picture.height - side + 1)
        let left = random.integer(below: picture.width - side + 1)
        picture.copySquare(top: top, left: left, side: side, way: way, to: noisy)
        return (NeighborSubsampling(height: side, width: side, random: &random), index)
    }
}
