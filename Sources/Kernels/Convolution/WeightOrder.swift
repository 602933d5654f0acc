internal import CKernels

/// The place of the weight of an output channel, input channel and tap in a tensor of PyTorch's, and its way into the
/// packed order `[group][input block][tap][channel][16 * blocks of the group]` and back.
struct WeightOrder: Sendable {
    let inputChannels: Int
    let outputChannels: Int
    /// Taps of one group; a transposed convolution's groups have one each, its phase.
    let taps: Int
    /// Elements between neighbours.
    let outputStride: Int
    let inputStride: Int
    let tapStride: Int
    /// The offset of tap 0.
    let firstTap: Int
    /// Elements from one phase of a transposed convolution to the next.
    let phaseStride: Int

    /// The order of a convolution's own weights.
    init(kind: PackedConvolution.Kind, inputChannels: Int, outputChannels: Int) {
        let isTransposed = kind == .transposedTwoByTwo
        let area = kind.kernelSide * kind.kernelSide
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        taps = isTransposed ? 1 : area
        outputStride = isTransposed ? area : inputChannels * area
        inputStride = isTransposed ? outputChannels * area : area
        tapStride = 1
        firstTap = 0
        phaseStride = isTransposed ? 1 : 0
    }

    /// The order in which the convolution that computes the input's gradient finds its weights in those of a
    /// convolution of `kind`: input and output channels exchanged, 3x3 kernels turned by 180 degrees. Channels are the
    /// original's.
    init(gradientOf kind: PackedConvolution.Kind, inputChannels: Int, outputChannels: Int) {
        let original = WeightOrder(kind: kind, inputChannels: inputChannels, outputChannels: outputChannels)
        self.inputChannels = outputChannels
        self.outputChannels = inputChannels
        outputStride = original.inputStride
        inputStride = original.outputStride
        switch kind {
        case .threeByThree: (taps, tapStride, firstTap, phaseStride) = (9, -1, 8, 0)
        case .oneByOne: (taps, tapStride, firstTap, phaseStride) = (1, 1, 0, 0)
        case .stridedTwoByTwo: (taps, tapStride, firstTap, phaseStride) = (1, 1, 0, 1)
        case .transposedTwoByTwo: (taps, tapStride, firstTap, phaseStride) = (4, 1, 0, 0)
        }
    }

    /// Packs with `inputChannels` rows a tap in all (the last block's unused channels left out); unused lanes of the
    /// last output block are not written.
    func pack(
        _ tensor: UnsafePointer<Float>, groups: [PackedConvolution.Group], to packed: UnsafeMutablePointer<Float>
    ) {
        for group in groups {
            let lanes = group.blocks * BlockedView.block
            var target = packed + group.weightOffset
            for block in 0..<BlockedView.blockCount(channels: inputChannels) {
                let channels = min(BlockedView.block, inputChannels - block * BlockedView.block)
                forEachOutputBlock(of: group, inputBlock: block) { offset, lane, outputs in
                    // Lanes innermost: whole vectors are written, and 16 lines of the tensor read again for each tap.
                    var permutation = f32_permutation()
                    permutation.counts = (taps, channels, outputs)
                    permutation.from_strides = (tapStride, inputStride, outputStride)
                    permutation.to_strides = (channels * lanes, lanes, 1)
                    f32_permute(&permutation, tensor + offset, target + lane, false)
                }
                target += taps * channels * lanes
            }
        }
    }

    /// Back from a packed order with 16 rows a tap in every input block.
    func unpack(
        _ packed: UnsafePointer<Float>, groups: [PackedConvolution.Group], to tensor: UnsafeMutablePointer<Float>,
        adding: Bool
    ) {
        for group in groups {
            let lanes = group.blocks * BlockedView.block
            var source = packed + group.weightOffset
            for block in 0..<BlockedView.blockCount(channels: inputChannels) {
                let channels = min(BlockedView.block, inputChannels - block * BlockedView.block)
                forEachOutputBlock(of: group, inputBlock: block) { offset, lane, outputs in
                    var permutation = f32_permutation()
                    permutation.counts = (outputs, channels, taps)
                    permutation.from_strides = (1, lanes, BlockedView.block * lanes)
                    permutation.to_strides = (outputStride, inputStride, tapStride)
                    f32_permute(&permutation, source + lane, tensor + offset, adding)
                }
                source += taps * BlockedView.block * lanes
            }
        }
    }

    /// Calls with the tensor's offset of tap 0 of the block's first channels, the group's lane, and the outputs in use.
    private func forEachOutputBlock(
        of group: PackedConvolution.Group, inputBlock: Int, _ body: (_ offset: Int, _ lane: Int, _ outputs: Int) -> Void
    ) {
        let phase = group.phaseRow * 2 + group.phaseColumn
        for block in 0..<group.blocks {
            let output = (group.firstBlock + block) * BlockedView.block
            let input = inputBlock * BlockedView.block
            body(
                output * outputStride + input * inputStride + firstTap + phase * phaseStride, block * BlockedView.block,
                min(BlockedView.block, outputChannels - output))
        }
    }
}
