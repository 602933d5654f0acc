public import Tensors

/// Makes the patches of a training run, each a pure function of the run's seed, the step and the place in the batch:
/// any worker may make any patch, and a run that is resumed sees the same ones.
public protocol PatchSource: Sendable {
    var channels: Int { get }
    /// How many times wider a target is than its input.
    var scale: Int { get }
    /// The longest side that an input may have.
    var largestSide: Int { get }

    /// Fills `input` and `target`, squares of `[channels][side][side]` and `[channels][side * scale][side * scale]`,
    /// with samples on 0...1 (noise is not clipped).
    ///
    /// - Throws: `TrainingDataError`, `CorruptionError`.
    func makePatch(
        step: Int, sample: Int, input: PlanarView, target: PlanarView, workspace: PatchWorkspace
    ) throws -> PatchFacts
}

/// What is known of a patch beside its samples.
public struct PatchFacts: Sendable, Equatable {
    /// The standard deviation of white noise on 0...1, to be told to a network that takes it; 0 where it is not told.
    public var noiseLevel: Float
    /// The index of its picture in the pool.
    public var picture: Int
}

/// Memory that a worker lends to the patches it makes; grows to what is asked for and stays so.
///
/// Contract: one thread at a time.
public final class PatchWorkspace {
    private var buffers: [AlignedBuffer<Float>] = []
    var filter = ReductionFilter()

    public init() {}

    /// A view of memory number `slot`, without defined content.
    func view(_ slot: Int, channels: Int, height: Int, width: Int) -> PlanarView {
        let count = channels * height * width
        while buffers.count <= slot { buffers.append(AlignedBuffer(repeating: 0, count: 0)) }
        if buffers[slot].count < count { buffers[slot] = AlignedBuffer(repeating: 0, count: count) }
        return PlanarView(
            base: buffers[slot].base, channels: channels, height: height, width: width,
            channelStride: height * width, rowStride: width, owner: buffers[slot])
    }
}
