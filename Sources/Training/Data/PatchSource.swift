public import Tensors

/// Makes the patches of a training run, each a pure function of the run's seed, the step and the place in the batch (and
/// of the network's weights, where `prepare` looks at them): any worker may make any patch, and a run that is resumed sees
/// the same ones.
public protocol PatchSource: Sendable {
    var channels: Int { get }
    /// Of the run; a network's own draws depend on it too.
    var seed: UInt64 { get }
    /// How many times wider a target is than its input.
    var scale: Int { get }
    /// The longest side that an input may have.
    var largestSide: Int { get }

    /// Pixels that `prepare` restores for each of an input's pixels.
    var restoredPixels: Double { get }

    /// Called before the patches of a step are made, one call at a time; for sources that look at the network.
    ///
    /// - Parameters:
    ///   - side: of the inputs.
    ///   - network: with the weights of the step packed.
    func prepare(step: Int, samples: Int, side: Int, network: TrainableNetwork) throws

    /// Fills `input` and `target`, squares of `[channels][side][side]` and `[channels][side * scale][side * scale]`,
    /// with samples on 0...1 (noise is not clipped).
    ///
    /// - Throws: `TrainingDataError`, `CorruptionError`.
    func makePatch(
        step: Int, sample: Int, input: PlanarView, target: PlanarView, workspace: PatchWorkspace
    ) throws -> PatchFacts
}

extension PatchSource {
    public var restoredPixels: Double { 0 }
    public func prepare(step: Int, samples: Int, side: Int, network: TrainableNetwork) throws {}
}

/// What is known of a patch beside its samples.
public struct PatchFacts: Sendable, Equatable {
    /// The standard deviation of white noise on 0...1, to be told to a network that takes it; 0 where it is not told.
    public var noiseLevel: Float
    /// The index of its picture in the pool; nil where it was taken from none.
    public var picture: Int?
}

/// Memory that a worker lends to the patches it makes; grows to what is asked for and stays so.
///
/// Contract: one thread at a time.
public final class PatchWorkspace {
    /// What memory is lent for.
    enum Slot: Int, CaseIterable {
        /// A part of a picture before it is made smaller, and the rows between the two passes.
        case crop, between
        /// A patch with its margin, before and after the corruption.
        case clean, corrupted
        case noisy
        /// A generated picture of three channels, before it becomes grey or a part of a patch.
        case generated
    }

    private var buffers = Slot.allCases.map { _ in AlignedBuffer<Float>(repeating: 0, count: 0) }
    var filter = ReductionFilter()

    public init() {}

    /// A view of the memory of `slot`, without defined content.
    func view(_ slot: Slot, channels: Int, height: Int, width: Int) -> PlanarView {
        let (slot, count) = (slot.rawValue, channels * height * width)
        if buffers[slot].count < count { buffers[slot] = AlignedBuffer(repeating: 0, count: count) }
        return PlanarView(
            base: buffers[slot].base, channels: channels, height: height, width: width,
            channelStride: height * width, rowStride: width, owner: buffers[slot])
    }

    /// A view of the size of `patch` and `margin` pixels on each side.
    func margined(_ slot: Slot, _ patch: PlanarView, _ margin: Int) -> PlanarView {
        view(slot, channels: patch.channels, height: patch.height + 2 * margin, width: patch.width + 2 * margin)
    }
}
