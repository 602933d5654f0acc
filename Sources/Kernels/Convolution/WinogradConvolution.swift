internal import CKernels
public import Tensors

/// A 3x3 convolution of stride 1 and zero padding of 1 by Winograd's F(4x4, 3x3): 36 multiplications for 4x4 outputs
/// instead of 144, as another way to run `PackedConvolution` of `.threeByThree`, or the gradient of its input.
///
/// Lavin and Gray 2015, points 0, +-1, +-2 and infinity. Tiles of 4x4 outputs lie on the absolute grid of the picture,
/// and the order of arithmetic is that of the tile: the bits of a result depend on the 6x6 inputs of its tile alone.
/// Beyond the border zeros are taken. The largest error is 4 to 8 times that of the direct sum (Benchmarks/NOTES.md).
///
/// With BF16 operands transformed inputs and weights are rounded as `BFloat16Convolution` says; the transformations,
/// the sums and what is stored are Float32.
public struct WinogradConvolution: Sendable {
    /// The operation that is made of a convolution's weights `[O, C, 3, 3]`.
    public enum Role: Sendable {
        /// The convolution itself: C to O channels.
        case forward
        /// The gradient of its input: O to C channels, kernels turned by 180 degrees. No bias.
        case inputGradient
    }

    /// Output blocks whose products are computed together.
    struct Group: Sendable {
        var firstBlock: Int
        var blocks: Int
        var weightOffset: Int
    }

    /// The operation that the transformed weights compute.
    public let role: Role
    /// The number of channels that it reads: C of `[O, C, 3, 3]` forward, O for the gradient.
    public let inputChannels: Int
    /// The number of channels that it writes: O of `[O, C, 3, 3]` forward, C for the gradient.
    public let outputChannels: Int
    /// The numbers that are multiplied.
    public let operands: ProductOperands
    /// The instruction set that the weights are packed for.
    public let instructionSet: InstructionSet
    let groups: [Group]
    /// For each group `[36][input channel][16 * blocks]`.
    private let weights: AlignedBuffer<Float>
    /// The same, or for BF16 `[36][pair of channels][16 * blocks]`, two BF16 a word.
    let words: AlignedBuffer<Float>
    let bias: AlignedBuffer<Float>

    /// Transforms `weights: [O, C, 3, 3]`; `bias: [O]`, zeros where nil, nil for `.inputGradient`.
    ///
    /// The caller has checked the shapes; `isa` is available, and has BF16 where `operands` are.
    public init(
        weights tensor: Tensor, bias: Tensor? = nil, role: Role = .forward, operands: ProductOperands = .float32,
        isa: InstructionSet = .current
    ) {
        precondition(tensor.shape.count == 4 && tensor.shape[2] == 3 && tensor.shape[3] == 3, "\(tensor.shape)")
        self.role = role
        inputChannels = tensor.shape[role == .forward ? 1 : 0]
        outputChannels = tensor.shape[role == .forward ? 0 : 1]
        self.operands = operands
        instructionSet = isa
        precondition(inputChannels > 0 && outputChannels > 0)
        let outputBlocks = BlockedView.blockCount(channels: outputChannels)
        var groups: [Group] = []
        var (block, offset) = (0, 0)
        for blocks in PackedConvolution.groupSizes(blocks: outputBlocks, isa: isa) {
            groups.append(Group(firstBlock: block, blocks: blocks, weightOffset: offset))
            block += blocks
            offset += Self.positions * inputChannels * blocks * BlockedView.block
        }
        self.groups = groups
        weights = AlignedBuffer(repeating: 0, count: offset)
        let wordCount = offset / inputChannels * operands.words(ofChannels: inputChannels)
        words = operands == .float32 ? weights : AlignedBuffer(repeating: 0, count: wordCount)
        self.bias = AlignedBuffer(repeating: 0, count: outputBlocks * BlockedView.block)
        tensor.elements.withUnsafeBufferPointer { elements in
            guard let base = elements.baseAddress else { return }
            repack(weights: base)
        }
        precondition(bias.map { role == .forward && $0.shape == [outputChannels] } ?? true)
        for (channel, value) in (bias?.elements ?? []).enumerated() { self.bias.base[channel] = value }
    }

    /// Transforms other weights, in PyTorch's order and of the shape that the convolution was made with, in the place
    /// of those it has, and a bias of `outputChannels` elements where there is one.
    ///
    /// Copies of the value share the transformed weights and change with it; nobody applies one meanwhile. No
    /// allocation.
    ///
    /// - Complexity: 36 stores for each pair of channels; at 48 to 128 channels the time of the convolution at 16 to 45
    ///   tiles.
    public func repack(weights base: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil) {
        if let bias { self.bias.base.update(from: bias, count: outputChannels) }
        guard let kernels = instructionSet.kernels else { preconditionFailure("\(instructionSet) is not available") }
        let block = BlockedView.block
        var run = f32_winograd_weights()
        run.output_stride = role == .forward ? inputChannels * 9 : 9
        run.input_stride = role == .forward ? 9 : outputChannels * 9
        run.input_channels = Int32(inputChannels)
        run.turned = role == .forward ? 0 : 1
        for group in groups {
            run.channel_stride = group.blocks * block
            run.position_stride = inputChannels * group.blocks * block
            for index in 0..<group.blocks {
                let first = (group.firstBlock + index) * block
                run.weights = base + first * run.output_stride
                run.output_channels = Int32(min(block, outputChannels - first))
                run.transformed = weights.base + group.weightOffset + index * block
                kernels.pointee.winograd.weights(&run)
            }
        }
        if operands == .bfloat16 { roundWeights() }
    }

    /// The offset of a group's `words`.
    func wordOffset(of group: Group) -> Int {
        group.weightOffset / inputChannels * operands.words(ofChannels: inputChannels)
    }

    private func roundWeights() {
        for group in groups {
            instructionSet.bfloat16Kernels.pointee.pairRows(
                weights.base + group.weightOffset, rows: inputChannels, times: Self.positions, blocks: group.blocks,
                to: words.base + wordOffset(of: group))
        }
    }

    /// Multiply-adds that a direct convolution would take, channels that only fill up a block not counted.
    public func multiplyAdds(outputHeight: Int, outputWidth: Int) -> Int {
        outputHeight * outputWidth * 9 * inputChannels * outputChannels
    }

    static let positions = Int(F32_WINOGRAD_POSITIONS)
}
