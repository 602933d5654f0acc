import Networks
public import Tensors

/// A source of samples that are squares of pictures: `picture`, the network's input, and `target`, its desired result.
public protocol PatchSource: SampleSource {
    /// The channels of input and target.
    var channels: Int { get }
    /// The ratio of a target's sides to its input's.
    var scale: Int { get }
    /// The longest side of an input, in pixels.
    var largestSide: Int { get }

    /// Fills `input` and `target`, squares of `[channels, side, side]` and `[channels, side * scale, side * scale]`,
    /// with samples on 0...1 (noise is not clipped).
    ///
    /// - Throws: `TrainingDataError`, `CorruptionError`.
    func makePatch(
        step: Int, sample: Int, input: PlanarView, target: PlanarView, workspace: PatchWorkspace
    ) throws -> SampleFacts
}

extension PatchSource {
    public var fields: [SampleField] {
        [
            SampleField("picture", channels: channels),
            SampleField("target", channels: channels, resolution: Resolution(scale, over: 1)),
        ]
    }

    public func makeSample(
        step: Int, sample: Int, fields: [PlanarView], workspace: PatchWorkspace
    ) throws -> SampleFacts {
        try makePatch(step: step, sample: sample, input: fields[0], target: fields[1], workspace: workspace)
    }
}

/// The memory that a worker lends to the patches it makes; it grows to what is asked for and does not shrink.
///
/// Contract: used by one thread at a time.
public final class PatchWorkspace {
    /// The uses of the memory.
    enum Slot: Int, CaseIterable {
        /// A part of a picture before it is downsampled, and the rows between the two passes.
        case crop, between
        /// A patch with its margin, before and after the corruption.
        case clean, corrupted
        case noisy
        /// A generated picture of three channels, before it becomes grey or a part of a patch.
        case generated
    }

    private var buffers = Slot.allCases.map { _ in AlignedBuffer<Float>(repeating: 0, count: 0) }
    var filter = DownsamplingFilter()

    /// Creates a workspace without memory.
    public init() {}

    /// Returns a view of the memory of `slot`, without defined content.
    func view(_ slot: Slot, channels: Int, height: Int, width: Int) -> PlanarView {
        let (slot, count) = (slot.rawValue, channels * height * width)
        if buffers[slot].count < count { buffers[slot] = AlignedBuffer(repeating: 0, count: count) }
        return PlanarView(
            base: buffers[slot].base, channels: channels, height: height, width: width,
            channelStride: height * width, rowStride: width, owner: buffers[slot])
    }

    /// Returns a view of the size of `patch` and `margin` pixels on each side.
    func margined(_ slot: Slot, _ patch: PlanarView, _ margin: Int) -> PlanarView {
        view(slot, channels: patch.channels, height: patch.height + 2 * margin, width: patch.width + 2 * margin)
    }
}
