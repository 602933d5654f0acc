public import Tensors

/// Patches for training without clean targets: input and target are the two halves of a part of a noisy picture (Huang
/// et al., "Neighbor2Neighbor", CVPR 2021; see `NeighborSubsampling`).
///
/// The paper's loss is |f(a) - b|² + gamma |f(a) - b - (a' - b')|²: a and b are the halves of the noisy patch, a' and
/// b' the same pixels of the whole patch restored by the network as it is. The halves do not show quite the same, and
/// the second term allows for that. Of the squared error both terms together have the gradient of the first one against
/// the target b + gamma / (1 + gamma) (a' - b'), times 1 + gamma. So the target is moved, and the factor is left to the
/// learning rate. Gamma grows evenly over the run, as in the authors' program: the network's result is of little use
/// before it restores.
///
/// Contract: `prepare` is not called while patches are made.
public final class NoisyPatchSampler: PatchSource {
    /// The noisy pictures.
    public let pool: PicturePool
    public let seed: UInt64
    /// True where patches are flipped and turned in the eight ways.
    public let turns: Bool
    /// The paper's gamma at its full size, 0 or more.
    public let neighborWeight: Double
    /// The steps until gamma has its full size, 1 or more.
    public let growingSteps: Int
    private let smallestSide: Int
    private let offsets = TargetOffsets()

    /// The offsets that are added to the targets of the step that was prepared last, by sample.
    private final class TargetOffsets: @unchecked Sendable {
        var step: Int?
        var images: [PlanarImage] = []
    }

    /// Creates a sampler of patches of `pool`.
    public init(
        pool: PicturePool, turns: Bool = true, seed: UInt64, neighborWeight: Double = 0, growingSteps: Int = 1
    ) {
        precondition(neighborWeight >= 0 && neighborWeight.isFinite && growingSteps > 0)
        self.pool = pool
        self.turns = turns
        self.seed = seed
        self.neighborWeight = neighborWeight
        self.growingSteps = growingSteps
        smallestSide = pool.pictures.reduce(Int.max) { min($0, $1.height, $1.width) }
    }

    public var channels: Int { pool.channels }
    public var scale: Int { 1 }
    public var largestSide: Int { smallestSide / 2 }
    public var restoredPixels: Double { neighborWeight > 0 ? 4 : 0 }

    /// Restores the step's whole noisy patches, for the offsets of their targets.
    public func prepare(step: Int, samples: Int, side: Int, network: TrainableNetwork) throws {
        offsets.step = nil
        let gamma = neighborWeight * min(1, Double(step) / Double(growingSteps))
        guard gamma > 0 else { return }
        if offsets.images.count != samples || offsets.images.first?.height != side {
            offsets.images = (0..<samples).map { _ in PlanarImage(channels: channels, height: side, width: side) }
        }
        let (images, weight, failure) = (offsets.images, Float(gamma / (1 + gamma)), FirstError())
        network.restore(samples: samples, height: 2 * side, width: 2 * side) { sample, noisy, restored in
            let subsampling: NeighborSubsampling
            do { subsampling = try makeNoisyPatch(step: step, sample: sample, noisy: noisy).subsampling } catch {
                return failure.keep(error)
            }
            let second = PlanarImage(channels: channels, height: side, width: side)
            let move = images[sample].view
            subsampling.apply(to: restored(), first: move, second: second.view)
            for c in 0..<channels {
                for y in 0..<side {
                    let (a, b) = (move.row(c, y), second.view.row(c, y))
                    for x in 0..<side { a[x] = weight * (a[x] - b[x]) }
                }
            }
        }
        if let error = failure.value { throw error }
        offsets.step = step
    }

    public func makePatch(
        step: Int, sample: Int, input: PlanarView, target: PlanarView, workspace: PatchWorkspace
    ) throws -> SampleFacts {
        let noisy = workspace.view(.noisy, channels: channels, height: 2 * input.height, width: 2 * input.width)
        let (subsampling, index) = try makeNoisyPatch(step: step, sample: sample, noisy: noisy)
        try checkSides(input: input, target: target)
        subsampling.apply(to: noisy, first: input, second: target)
        if offsets.step == step {
            let move = offsets.images[sample].view
            for c in 0..<channels {
                for y in 0..<target.height {
                    let (row, added) = (target.row(c, y), move.row(c, y))
                    for x in 0..<target.width { row[x] += added[x] }
                }
            }
        }
        return SampleFacts(noiseLevel: 0, picture: index)
    }

    /// Writes the whole noisy patch, an even square, and returns the choice of the pixels that make the two halves, and
    /// the index of the picture.
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
        let orientation = turns ? random.integer(below: 8) : 0
        let top = random.integer(below: picture.height - side + 1)
        let left = random.integer(below: picture.width - side + 1)
        picture.copySquare(top: top, left: left, side: side, orientation: orientation, to: noisy)
        return (NeighborSubsampling(height: side, width: side, random: &random), index)
    }
}
