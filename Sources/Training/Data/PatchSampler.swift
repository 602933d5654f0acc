public import Corruptions
public import Tensors

/// Patches of clean pictures, corrupted on the fly.
///
/// A picture is drawn in proportion to its area, then a place in it, one of the eight flips and turns, and the
/// corruption. A reduction makes the input smaller than the target. Blur and JPEG see the patch alone: what lies
/// beyond its edges is mirrored or repeated, as at the edges of a picture.
public struct PatchSampler: PatchSource {
    /// What is done to patches beside the corruption.
    public struct Settings: Sendable, Equatable {
        /// Whether patches are flipped and turned in the eight ways.
        public var turns = true
        /// Of the patches that are taken from the picture made smaller by 1 to 2, as far as it is large enough: 0...1.
        public var reducedShare = 0.0
        /// Of the patches of colour pictures that are made grey, in all channels: 0...1.
        public var greyShare = 0.0
        /// Of the patches under white noise whose level is told: 0...1.
        public var knownNoiseShare = 0.0

        public init(
            turns: Bool = true, reducedShare: Double = 0, greyShare: Double = 0, knownNoiseShare: Double = 0
        ) {
            self.turns = turns
            self.reducedShare = reducedShare
            self.greyShare = greyShare
            self.knownNoiseShare = knownNoiseShare
        }
    }

    public let pool: PicturePool
    public let corruptions: CorruptionDistribution
    public let settings: Settings
    public let seed: UInt64
    private let smallestSide: Int

    public init(pool: PicturePool, corruptions: CorruptionDistribution, settings: Settings = .init(), seed: UInt64) {
        self.pool = pool
        self.corruptions = corruptions
        self.settings = settings
        self.seed = seed
        smallestSide = pool.pictures.reduce(Int.max) { min($0, $1.height, $1.width) }
    }

    public var channels: Int { pool.channels }
    public var scale: Int { corruptions.reduction }
    public var largestSide: Int { smallestSide / scale }

    /// - Complexity: about 50 microseconds for 64x64 RGB with white noise, 100 more where the picture is made smaller; grain and
    ///   JPEG about 800, photon noise 3000 (one core of a busy machine, 2026-11-24, `PatchSamplerTests.speed`).
    public func makePatch(
        step: Int, sample: Int, input: PlanarView, target: PlanarView, workspace: PatchWorkspace
    ) throws -> PatchFacts {
        try checkSides(input: input, target: target)
        var random = RandomStream(seed: seed, step, sample)
        let index = pool.index(ofPixel: random.integer(below: pool.area))
        let picture = try pool.picture(at: index)
        let way = settings.turns ? random.integer(below: 8) : 0
        let side = target.height
        var cropSide = side
        if settings.reducedShare > 0, random.uniform() < settings.reducedShare {
            let wanted = Int((Double(side) / (0.5 + 0.5 * random.uniform())).rounded())
            cropSide = min(wanted, picture.height, picture.width)
        }
        let top = random.integer(below: picture.height - cropSide + 1)
        let left = random.integer(below: picture.width - cropSide + 1)
        if cropSide == side {
            picture.copySquare(top: top, left: left, side: side, way: way, to: target)
        } else {
            let crop = workspace.view(0, channels: channels, height: cropSide, width: cropSide)
            picture.copySquare(top: top, left: left, side: cropSide, way: way, to: crop)
            let between = workspace.view(1, channels: 1, height: side, width: cropSide)
            workspace.filter.apply(from: crop, to: target, between: between)
        }
        if channels == 3, settings.greyShare > 0, random.uniform() < settings.greyShare { Self.makeGrey(target) }
        let corruption = corruptions.draw(using: &random)
        let isTold = random.uniform() < settings.knownNoiseShare
        try corruption.apply(from: target, to: input, random: &random)
        return PatchFacts(noiseLevel: isTold ? Float(corruption.whiteSigma ?? 0) : 0, picture: index)
    }

    /// Every channel becomes the luma 0.299 R + 0.587 G + 0.114 B.
    private static func makeGrey(_ patch: PlanarView) {
        for y in 0..<patch.height {
            let (red, green, blue) = (patch.row(0, y), patch.row(1, y), patch.row(2, y))
            for x in 0..<patch.width {
                let luma = 0.299 * red[x] + 0.587 * green[x] + 0.114 * blue[x]
                red[x] = luma
                green[x] = luma
                blue[x] = luma
            }
        }
    }
}

extension PatchSource {
    func checkSides(input: PlanarView, target: PlanarView) throws(TrainingDataError) {
        precondition(input.height == input.width && target.height == target.width)
        precondition(input.channels == channels && target.channels == channels)
        precondition(target.height == input.height * scale)
        guard input.height <= largestSide else {
            throw .patchSide(found: input.height, expected: "at most \(largestSide), of the smallest picture")
        }
    }
}
