internal import CKernels
internal import Tensors

/// What a convolution does to its sums before it stores them.
public enum Activation: Sendable {
    case none
    /// max(x, 0); a NaN stays a NaN.
    case relu
    /// x for x >= 0, slope * x else, with one slope a channel.
    case prelu(PackedSlopes)
}

/// The slopes of a PReLU, one a channel, filled up to whole blocks.
public struct PackedSlopes: Sendable {
    public let channels: Int
    let buffer: AlignedBuffer<Float>

    public init(_ slopes: [Float]) {
        channels = slopes.count
        buffer = AlignedBuffer(
            repeating: 0, count: BlockedView.blockCount(channels: slopes.count) * BlockedView.block)
        for (channel, slope) in slopes.enumerated() { buffer.base[channel] = slope }
    }
}
