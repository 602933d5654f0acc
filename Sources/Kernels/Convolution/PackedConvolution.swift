internal import CKernels
public import Tensors

/// A convolution whose weights are packed for one instruction set, ready to run on any picture size.
///
/// Shapes: `input: [C, H, W]`, weights in PyTorch's order. For every output pixel the sum starts with the bias and runs
/// over input blocks, kernel rows, kernel columns and the block's channels, in this order, whatever the pixel's place:
/// the bits of a result depend on the neighbourhood alone.
public struct PackedConvolution: Sendable {
    /// The size of the kernel, the stride, and the shapes of the weights and of the result.
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

        /// The kind of the convolution that computes the gradient of the input.
        public var ofInputGradient: Kind {
            switch self {
            case .threeByThree, .oneByOne: self
            case .stridedTwoByTwo: .transposedTwoByTwo
            case .transposedTwoByTwo: .stridedTwoByTwo
            }
        }

        /// Height and width of the result for an input of the given size.
        public func outputSize(height: Int, width: Int) -> (height: Int, width: Int) {
            switch self {
            case .threeByThree, .oneByOne: (height, width)
            case .stridedTwoByTwo: (height / 2, width / 2)
            case .transposedTwoByTwo: (height * 2, width * 2)
            }
        }

        /// Input and output channels of weights in PyTorch's order.
        func channels(ofWeights tensor: Tensor) -> (inputs: Int, outputs: Int) {
            let shape = tensor.shape
            precondition(shape.count == 4 && shape[2] == kernelSide && shape[3] == kernelSide, "\(shape)")
            return self == .transposedTwoByTwo ? (shape[0], shape[1]) : (shape[1], shape[0])
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

    /// The size of the kernel and the stride.
    public let kind: Kind
    /// The number of input channels.
    public let inputChannels: Int
    /// The number of output channels.
    public let outputChannels: Int
    /// The instruction set that the weights are packed for.
    public let instructionSet: InstructionSet
    let groups: [Group]
    let weights: AlignedBuffer<Float>
    let bias: AlignedBuffer<Float>
    /// The order of the weights in the tensor that they are packed from.
    private let order: WeightOrder

    /// Packs `weights` and `bias` (`[O]`, zeros where nil).
    ///
    /// The caller has checked the shapes, and `isa` is available.
    public init(kind: Kind, weights tensor: Tensor, bias: Tensor? = nil, isa: InstructionSet = .current) {
        let (inputs, outputs) = kind.channels(ofWeights: tensor)
        precondition(bias.map { $0.shape == [outputs] } ?? true)
        self.init(
            kind: kind, order: WeightOrder(kind: kind, inputChannels: inputs, outputChannels: outputs), tensor, bias,
            isa)
    }

    /// The convolution that turns the gradient of an output of the convolution of `kind` with `weights` into the
    /// gradient of its input, ready for the same picture sizes.
    ///
    /// A 3x3 convolution's is a 3x3 one, a 1x1's a 1x1, a strided 2x2's a transposed 2x2 and the other way round; all
    /// have the channels exchanged. `weights` are the original convolution's, here and in `repack`.
    public init(gradientOf kind: Kind, weights tensor: Tensor, isa: InstructionSet = .current) {
        let (inputs, outputs) = kind.channels(ofWeights: tensor)
        let order = WeightOrder(gradientOf: kind, inputChannels: inputs, outputChannels: outputs)
        self.init(kind: kind.ofInputGradient, order: order, tensor, nil, isa)
    }

    private init(kind: Kind, order: WeightOrder, _ tensor: Tensor, _ bias: Tensor?, _ isa: InstructionSet) {
        precondition(order.inputChannels > 0 && order.outputChannels > 0)
        self.kind = kind
        self.order = order
        inputChannels = order.inputChannels
        outputChannels = order.outputChannels
        instructionSet = isa
        let outputBlocks = BlockedView.blockCount(channels: outputChannels)
        self.bias = AlignedBuffer(repeating: 0, count: outputBlocks * BlockedView.block)
        let count: Int
        (groups, count) = Self.groups(
            kind: kind, rowsPerTap: inputChannels, outputChannels: outputChannels, isa: isa)
        weights = AlignedBuffer(repeating: 0, count: count)
        tensor.elements.withUnsafeBufferPointer { elements in
            guard let base = elements.baseAddress else { return }
            repack(weights: base)
        }
        for (channel, value) in (bias?.elements ?? []).enumerated() { self.bias.base[channel] = value }
    }

    /// Packs other weights, in PyTorch's order and of the shape that the convolution was made with, in the place of
    /// those it has, and a bias of `outputChannels` elements where there is one.
    ///
    /// Copies of the value share the packed weights and change with it; nobody applies one meanwhile. No allocation.
    ///
    /// - Complexity: one load and one store a weight.
    public func repack(weights tensor: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil) {
        order.pack(tensor, groups: groups, to: weights.base)
        if let bias { self.bias.base.update(from: bias, count: outputChannels) }
    }

    /// The groups of output blocks, one phase after the other, and the elements that they take with `rowsPerTap` rows
    /// of weights a tap, one for each input channel.
    static func groups(
        kind: Kind, rowsPerTap: Int, outputChannels: Int, isa: InstructionSet
    ) -> (groups: [Group], elementCount: Int) {
        // A transposed 2x2 convolution is four 1x1 ones, one for each output pixel of the 2x2.
        let isTransposed = kind == .transposedTwoByTwo
        let taps = isTransposed ? 1 : kind.kernelSide * kind.kernelSide
        var groups: [Group] = []
        var offset = 0
        for phase in 0..<(isTransposed ? 4 : 1) {
            var block = 0
            for blocks in groupSizes(blocks: BlockedView.blockCount(channels: outputChannels), isa: isa) {
                groups.append(
                    Group(
                        firstBlock: block, blocks: blocks, phaseRow: phase / 2, phaseColumn: phase % 2,
                        weightOffset: offset))
                block += blocks
                offset += taps * rowsPerTap * blocks * BlockedView.block
            }
        }
        return (groups, offset)
    }

    /// Multiply-adds for an output of the given size, channels that only fill up a block not counted.
    public func multiplyAdds(outputHeight: Int, outputWidth: Int) -> Int {
        let taps = kind == .transposedTwoByTwo ? 1 : kind.kernelSide * kind.kernelSide
        return outputHeight * outputWidth * taps * inputChannels * outputChannels
    }

    /// Height and width of the result for an input of the given size.
    public func outputSize(height: Int, width: Int) -> (height: Int, width: Int) {
        kind.outputSize(height: height, width: width)
    }

    /// The division of `blocks` output blocks into groups: threes and twos where there are kernels for them.
    static func groupSizes(blocks: Int, isa: InstructionSet) -> [Int] {
        guard let kernels = isa.kernels?.pointee, kernels.convolution_pixels.1 > 0, blocks > 1 else {
            return Array(repeating: 1, count: blocks)
        }
        let threes = blocks % 3 == 0 ? blocks / 3 : blocks % 2
        return Array(repeating: 3, count: threes) + Array(repeating: 2, count: (blocks - 3 * threes) / 2)
    }
}
