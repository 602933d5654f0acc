internal import CKernels
public import Tensors

/// A 3x3 convolution of every channel by itself, padded with zeros, stride 1; its weights packed for the micro-kernels.
///
/// Shapes: weights `[C, 1, 3, 3]` as PyTorch has them with `groups = C`, input and output `[C, H, W]`. A pixel's nine
/// products are summed in rows, then columns, whatever the picture's size.
///
/// Contract of `@unchecked Sendable`: nobody applies it while `repack` runs.
public final class PackedDepthwise: @unchecked Sendable {
    /// The number of channels of the input and of the output.
    public let channels: Int
    /// The instruction set whose micro-kernels compute it.
    public let instructionSet: InstructionSet
    /// True where the kernels are turned by 180 degrees: what takes the gradient of the output to that of the input.
    public let isTurned: Bool
    /// `[block][3][3][16]`.
    private let buffer: AlignedBuffer<Float>

    private static let taps = 9

    /// Packs `weights`, `[C, 1, 3, 3]`.
    ///
    /// - Parameter turned: for the gradient of the input.
    public init(weights: Tensor, turned: Bool = false, isa: InstructionSet = .current) {
        precondition(weights.shape.count == 4 && weights.shape[1...] == [1, 3, 3])
        channels = weights.shape[0]
        instructionSet = isa
        isTurned = turned
        buffer = AlignedBuffer(repeating: 0, count: Self.elementCount(channels: channels))
        weights.elements.withUnsafeBufferPointer { if let base = $0.baseAddress { repack(weights: base) } }
    }

    /// Puts other weights, `[C, 1, 3, 3]`, in the place of those there are.
    public func repack(weights: UnsafePointer<Float>) {
        for channel in 0..<channels {
            for tap in 0..<Self.taps {
                let source = channel * Self.taps + (isTurned ? Self.taps - 1 - tap : tap)
                buffer.base[Self.place(channel: channel, tap: tap)] = weights[source]
            }
        }
    }

    /// Sets `output` to the convolution of `input`, whose border is zero, or what stands around a part of a picture.
    /// One thread, no allocation.
    ///
    /// - Complexity: 9 multiply-adds an element, over whole blocks.
    public func apply(_ input: BlockedView, to output: BlockedView) {
        precondition(input.hasShape(of: output) && input.channels == channels)
        let kernels = kernels
        for block in 0..<input.blocks {
            for row in 0..<input.height {
                kernels.pointee.depthwise(
                    input.pixel(block: block, row: row - 1, column: -1), input.rowStride,
                    buffer.base + block * Self.taps * BlockedView.block,
                    output.pixel(block: block, row: row, column: 0), Int32(input.width))
            }
        }
    }

    // MARK: Gradient of the weights

    /// Elements of a packed gradient, on a 64-byte boundary.
    public var elementCount: Int { Self.elementCount(channels: channels) }

    /// Adds the gradient of the weights to `packed`: row after row, each summed from zero.
    ///
    /// Reads the input with its border of zeros, and the interior of `outputGradient`.
    public func accumulateWeights(
        input: BlockedView, outputGradient: BlockedView, into packed: UnsafeMutablePointer<Float>
    ) {
        precondition(input.hasShape(of: outputGradient) && input.channels == channels)
        precondition(UInt(bitPattern: packed) % 64 == 0, "packed gradients lie on 64-byte lines")
        let kernels = kernels
        for block in 0..<input.blocks {
            for row in 0..<input.height {
                kernels.pointee.depthwise_gradient(
                    input.pixel(block: block, row: row - 1, column: -1), input.rowStride,
                    outputGradient.pixel(block: block, row: row, column: 0), Int32(input.width),
                    packed + block * Self.taps * BlockedView.block)
            }
        }
    }

    /// Writes a packed gradient as `[C, 1, 3, 3]`.
    public func unpack(_ packed: UnsafePointer<Float>, weights: UnsafeMutablePointer<Float>) {
        for channel in 0..<channels {
            for tap in 0..<Self.taps {
                weights[channel * Self.taps + tap] = packed[Self.place(channel: channel, tap: tap)]
            }
        }
    }

    private var kernels: UnsafePointer<f32_kernels> {
        guard let kernels = instructionSet.kernels else { preconditionFailure("\(instructionSet) is not available") }
        return kernels
    }

    private static func place(channel: Int, tap: Int) -> Int {
        let (block, lane) = channel.quotientAndRemainder(dividingBy: BlockedView.block)
        return (block * taps + tap) * BlockedView.block + lane
    }

    private static func elementCount(channels: Int) -> Int {
        BlockedView.blockCount(channels: channels) * taps * BlockedView.block
    }
}
