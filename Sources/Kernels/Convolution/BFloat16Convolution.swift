internal import CKernels
public import Tensors

/// A convolution on operands rounded to BF16, with Float32 sums, bias and result, as another way to run
/// `PackedConvolution`, or the gradient of a convolution's input.
///
/// BF16 keeps 8 of Float32's 24 significant bits and its whole range; inputs and weights are rounded to the nearest,
/// ties to even, and the products of two neighbouring channels are added to the sum at once. Everything that is stored,
/// the result too, stays Float32. The bits of a result depend on the neighbourhood alone.
public struct BFloat16Convolution: Sendable {
    /// The Float32 weights in packed order, the bias, the shapes and the walk.
    let packed: PackedConvolution
    /// The groups with their offsets in `words`.
    private let groups: [PackedConvolution.Group]
    /// `[group][input block][tap][pair of channels][16 * blocks of the group]`, two BF16 a word.
    private let words: AlignedBuffer<Float>

    /// Packs `weights` and `bias` (`[O]`, zeros where nil) of a convolution of `kind`; `isa.hasBFloat16`.
    public init(
        kind: PackedConvolution.Kind, weights: Tensor, bias: Tensor? = nil, isa: InstructionSet = .current
    ) {
        self.init(PackedConvolution(kind: kind, weights: weights, bias: bias, isa: isa))
    }

    /// The convolution that `PackedConvolution.init(gradientOf:weights:isa:)` makes.
    public init(gradientOf kind: PackedConvolution.Kind, weights: Tensor, isa: InstructionSet = .current) {
        self.init(PackedConvolution(gradientOf: kind, weights: weights, isa: isa))
    }

    private init(_ packed: PackedConvolution) {
        self.packed = packed
        let count: Int
        (groups, count) = PackedConvolution.groups(
            kind: packed.kind, rowsPerTap: ProductOperands.bfloat16.words(ofChannels: packed.inputChannels),
            outputChannels: packed.outputChannels,
            isa: packed.instructionSet)
        words = AlignedBuffer(repeating: 0, count: count)
        roundWeights()
    }

    public var kind: PackedConvolution.Kind { packed.kind }

    /// Packs other weights, as `PackedConvolution.repack`.
    public func repack(weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil) {
        packed.repack(weights: weights, bias: bias)
        roundWeights()
    }

    private func roundWeights() {
        let kernels = packed.instructionSet.bfloat16Kernels
        let taps = packed.kind == .transposedTwoByTwo ? 1 : packed.kind.kernelSide * packed.kind.kernelSide
        for (group, source) in zip(groups, packed.groups) {
            let lanes = group.blocks * BlockedView.block
            var from = packed.weights.base + source.weightOffset
            var to = words.base + group.weightOffset
            for block in 0..<BlockedView.blockCount(channels: packed.inputChannels) {
                let channels = min(BlockedView.block, packed.inputChannels - block * BlockedView.block)
                kernels.pointee.pairRows(from, rows: channels, times: taps, blocks: group.blocks, to: to)
                from += taps * channels * lanes
                to += taps * ProductOperands.bfloat16.words(ofChannels: channels) * lanes
            }
        }
    }

    /// Elements of workspace for inputs up to this size: a rounded copy.
    public func workspaceCount(height: Int, width: Int) -> Int {
        let count = BlockedView.elementCount(channels: packed.inputChannels, height: height, width: width) / 2
        return (count + BlockedView.block - 1) / BlockedView.block * BlockedView.block
    }

    /// Computes what `PackedConvolution.apply` computes, with the input rounded first.
    ///
    /// Where the number of input channels is odd, the lane behind the last one holds zeros, as in every blocked view
    /// that a kernel has written. `workspace` is 64-byte aligned and has `workspaceCount` elements or more, what it
    /// holds does not matter.
    ///
    /// - Complexity: the convolution's multiply-adds, two at once, and one more load and store of the input.
    public func apply(
        _ input: BlockedView, to output: BlockedView, activation: Activation = .none, residual: BlockedView? = nil,
        workspace: UnsafeMutableBufferPointer<Float>
    ) {
        guard let base = workspace.baseAddress,
            workspace.count >= workspaceCount(height: input.height, width: input.width)
        else { preconditionFailure("the workspace is too small") }
        let kernels = packed.instructionSet.bfloat16Kernels
        let pixelWords = BlockedView.block / 2
        let rowWords = (input.width + 2) * pixelWords
        let border = packed.kind == .threeByThree ? 1 : 0
        for block in 0..<input.blocks {
            for row in -border..<input.height + border {
                let words = base + (block * (input.height + 2) + row + 1) * rowWords
                words.withMemoryRebound(to: UInt16.self, capacity: rowWords * 2) {
                    kernels.pointee.round(input.pixel(block: block, row: row, column: -1), $0, input.width + 2)
                }
            }
        }
        let lastBlockChannels = packed.inputChannels - (input.blocks - 1) * BlockedView.block
        let operands = ConvolutionOperands(
            input: base + rowWords + pixelWords, pixelStride: pixelWords, rowStride: rowWords,
            blockStride: (input.height + 2) * rowWords,
            lastBlockWords: ProductOperands.bfloat16.words(ofChannels: lastBlockChannels),
            weights: words.base, groups: groups, kernels: kernels.pointee.convolution,
            pixels: kernels.pointee.convolution_pixels)
        packed.apply(operands, of: input, to: output, activation: activation, residual: residual)
    }
}

extension bf16_kernels {
    /// Rounds `times` matrices of `rows` rows of `blocks` blocks: rows of two channels become one of words, a last row
    /// without a partner gets zeros for one.
    func pairRows(
        _ matrices: UnsafePointer<Float>, rows: Int, times: Int, blocks: Int, to words: UnsafeMutablePointer<Float>
    ) {
        let lanes = blocks * BlockedView.block
        var (from, to) = (matrices, words)
        for _ in 0..<times {
            for row in stride(from: 0, to: rows, by: 2) {
                let isPair = row + 1 < rows
                interleave(from, isPair ? from + lanes : nil, to, blocks)
                from += (isPair ? 2 : 1) * lanes
                to += lanes
            }
        }
    }
}
