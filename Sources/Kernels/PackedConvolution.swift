internal import CKernels
public import Tensors

/// A convolution whose weights are packed for one instruction set, ready to run on any picture size.
///
/// Shapes: `input: [C, H, W]`, weights in PyTorch's order. For every output pixel the sum starts with the bias and runs
/// over input blocks, kernel rows, kernel columns and the block's channels, in this order, whatever the pixel's place:
/// the bits of a result depend on the neighbourhood alone.
public struct PackedConvolution: Sendable {
    public enum Kind: Sendable, CaseIterable {
        /// 3x3, stride 1, zero padding of 1: `[O, C, 3, 3]`, result `[O, H, W]`.
        case threeByThree
        /// 1x1: `[O, C, 1, 1]`, result `[O, H, W]`.
        case oneByOne
        /// 2x2, stride 2, no padding, H and W even: `[O, C, 2, 2]`, result `[O, H / 2, W / 2]`.
        case stridedTwoByTwo
        /// Transposed 2x2, stride 2: `[C, O, 2, 2]`, result `[O, 2 H, 2 W]`.
        case transposedTwoByTwo

        var kernelSide: Int {
            switch self {
            case .threeByThree: 3
            case .oneByOne: 1
            case .stridedTwoByTwo, .transposedTwoByTwo: 2
            }
        }
    }

    /// Output blocks that are computed together by one micro-kernel, and where their weights lie.
    struct Group: Sendable {
        var firstBlock: Int
        var blocks: Int
        /// Row and column of the 2x2 output pixels that a transposed convolution's group makes; 0 for the others.
        var phaseRow = 0
        var phaseColumn = 0
        var weightOffset: Int
    }

    public let kind: Kind
    public let inputChannels: Int
    public let outputChannels: Int
    public let instructionSet: InstructionSet
    let groups: [Group]
    let weights: AlignedBuffer<Float>
    let bias: AlignedBuffer<Float>

    /// Packs `weights` and `bias` (`[O]`, zeros where nil).
    ///
    /// The caller has checked the shapes, and `isa` is available.
    public init(kind: Kind, weights tensor: Tensor, bias: Tensor? = nil, isa: InstructionSet = .current) {
        let side = kind.kernelSide
        precondition(tensor.shape.count == 4 && tensor.shape[2] == side && tensor.shape[3] == side, "\(tensor.shape)")
        let isTransposed = kind == .transposedTwoByTwo
        self.kind = kind
        inputChannels = tensor.shape[isTransposed ? 0 : 1]
        outputChannels = tensor.shape[isTransposed ? 1 : 0]
        instructionSet = isa
        precondition(inputChannels > 0 && outputChannels > 0)
        precondition(bias.map { $0.shape == [tensor.shape[isTransposed ? 1 : 0]] } ?? true)

        let outputBlocks = BlockedView.blockCount(channels: outputChannels)
        self.bias = AlignedBuffer(repeating: 0, count: outputBlocks * BlockedView.block)
        for (channel, value) in (bias?.elements ?? []).enumerated() { self.bias.base[channel] = value }

        // A transposed 2x2 convolution is four 1x1 ones, one for each output pixel of the 2x2.
        let taps = isTransposed ? 1 : side * side
        var groups: [Group] = []
        var offset = 0
        for phase in 0..<(isTransposed ? 4 : 1) {
            var block = 0
            for blocks in Self.groupSizes(blocks: outputBlocks, isa: isa) {
                groups.append(
                    Group(
                        firstBlock: block, blocks: blocks, phaseRow: phase / 2, phaseColumn: phase % 2,
                        weightOffset: offset))
                block += blocks
                offset += taps * inputChannels * blocks * BlockedView.block
            }
        }
        self.groups = groups
        weights = AlignedBuffer(repeating: 0, count: offset)
        for group in groups { pack(group, from: tensor.elements, taps: taps) }
    }

    /// Multiply-adds for an output of the given size, channels that only fill up a block not counted.
    public func multiplyAdds(outputHeight: Int, outputWidth: Int) -> Int {
        let taps = kind == .transposedTwoByTwo ? 1 : kind.kernelSide * kind.kernelSide
        return outputHeight * outputWidth * taps * inputChannels * outputChannels
    }

    /// Height and width of the result for an input of the given size.
    public func outputSize(height: Int, width: Int) -> (height: Int, width: Int) {
        switch kind {
        case .threeByThree, .oneByOne: (height, width)
        case .stridedTwoByTwo: (height / 2, width / 2)
        case .transposedTwoByTwo: (height * 2, width * 2)
        }
    }

    /// How `blocks` output blocks are divided: in threes and twos where there are kernels for them.
    static func groupSizes(blocks: Int, isa: InstructionSet) -> [Int] {
        guard let kernels = isa.kernels?.pointee, kernels.convolution_pixels.1 > 0, blocks > 1 else {
            return Array(repeating: 1, count: blocks)
        }
        let threes = blocks % 3 == 0 ? blocks / 3 : blocks % 2
        return Array(repeating: 3, count: threes) + Array(repeating: 2, count: (blocks - 3 * threes) / 2)
    }

    /// Writes `[input block][tap][channel][16 * blocks]` from PyTorch's order.
    private func pack(_ group: Group, from elements: [Float], taps: Int) {
        let block = BlockedView.block
        let lanes = group.blocks * block
        let firstOutput = group.firstBlock * block
        let outputs = min(lanes, outputChannels - firstOutput)
        var row = weights.base + group.weightOffset
        for inputBlock in 0..<BlockedView.blockCount(channels: inputChannels) {
            let inputs = inputBlock * block..<min((inputBlock + 1) * block, inputChannels)
            for tap in 0..<taps {
                for input in inputs {
                    for lane in 0..<outputs {
                        let output = firstOutput + lane
                        if kind == .transposedTwoByTwo {
                            let phase = group.phaseRow * 2 + group.phaseColumn
                            row[lane] = elements[(input * outputChannels + output) * 4 + phase]
                        } else {
                            row[lane] = elements[(output * inputChannels + input) * taps + tap]
                        }
                    }
                    row += lanes
                }
            }
        }
    }
}
