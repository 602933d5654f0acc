import Networks
public import Tensors

/// Samples that are squares of pictures: `picture`, what a network gets, and `target`, what it is to make of it.
public protocol PatchSource: SampleSource {
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
    var filter = DownsamplingFilter()

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
