import Filters
public import Tensors

/// Patches with holes, for networks that fill them: the input is a patch whose holes are filled smoothly
/// (`PyramidFilling`), with the mask as one more channel; in the target the holes hold the clean patch.
///
/// The holes are squares of masks, drawn in proportion to their area, flipped and turned; of several places the first
/// one with a hole is taken, so nearly every patch has one. Outside the holes the target is the input, whatever the
/// corruption: a network that fills changes nothing there, and learns to continue what it sees.
public struct MaskedPatches: PatchSource {
    /// The source of the patches, of one size in and out.
    public let patches: PatchSampler
    /// The masks, of one channel: a sample of half of white and more is a hole.
    public let masks: PicturePool
    private let smallestSide: Int
    /// The places that are tried for one with a hole.
    private static let attempts = 8

    /// Creates patches with holes.
    ///
    /// - Parameters:
    ///   - patches: of scale 1.
    ///   - masks: of one channel.
    public init(_ patches: PatchSampler, masks: PicturePool) {
        precondition(patches.scale == 1 && masks.channels == 1)
        self.patches = patches
        self.masks = masks
        smallestSide = masks.pictures.reduce(Int.max) { min($0, $1.height, $1.width) }
    }

    public var seed: UInt64 { patches.seed }
    public var channels: Int { patches.channels + 1 }
    public var scale: Int { 1 }
    public var largestSide: Int { min(patches.largestSide, smallestSide) }

    public func makePatch(
        step: Int, sample: Int, input: PlanarView, target: PlanarView, workspace: PatchWorkspace
    ) throws -> SampleFacts {
        try checkSides(input: input, target: target)
        let colours = patches.channels
        let (seen, filled) = (input.channels(from: 0, count: colours), target.channels(from: 0, count: colours))
        let facts = try patches.makePatch(
            step: step, sample: sample, input: seen, target: filled, workspace: workspace)
        // A stream of its own: the patches are those of the same seed without holes.
        var random = RandomStream(seed: ~seed, step, sample)
        let mask = input.channels(from: colours, count: 1)
        for _ in 0..<Self.attempts {
            if try copyMask(to: mask, random: &random) { break }
        }
        for y in 0..<input.height {
            let holes = mask.row(0, y)
            for c in 0..<colours {
                let (source, result) = (seen.row(c, y), filled.row(c, y))
                for x in 0..<input.width where holes[x] == 0 { result[x] = source[x] }
            }
        }
        let smooth = PyramidFilling(
            height: input.height, width: input.width, channels: colours, rowsAtATime: input.height)
        smooth.append(seen, holes: mask)
        smooth.take(into: seen)
        target.channels(from: colours, count: 1).copySamples(from: mask)
        return facts
    }

    /// Writes a square of a mask as 0 and 1, and returns true where it has a hole.
    private func copyMask(to mask: PlanarView, random: inout RandomStream) throws(TrainingDataError) -> Bool {
        let picture = try masks.picture(at: masks.index(ofPixel: random.integer(below: masks.area)))
        let side = mask.height
        let orientation = random.integer(below: 8)
        let top = random.integer(below: picture.height - side + 1)
        let left = random.integer(below: picture.width - side + 1)
        picture.copySquare(top: top, left: left, side: side, orientation: orientation, to: mask)
        var hasHole = false
        for y in 0..<side {
            let row = mask.row(0, y)
            for x in 0..<side {
                row[x] = row[x] >= 0.5 ? 1 : 0
                hasHole = hasHole || row[x] > 0
            }
        }
        return hasHole
    }
}
