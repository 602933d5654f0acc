internal import CKernels

extension ConvolutionGradient {
    /// Elements of workspace that `accumulateWeightsByBFloat16` wants for inputs of this size.
    public func bfloat16WorkspaceCount(height: Int, width: Int) -> Int {
        RowPairs(of: self, height: height, width: width).elementCount
    }

    /// Adds the gradient of the weights to `packed` as `accumulateWeights` does, with inputs and output gradients
    /// rounded to BF16 (see `BFloat16Convolution`) and Float32 sums: the products of a pixel and of the one below it
    /// are added at once.
    ///
    /// - Parameter workspace: 64-byte aligned, `bfloat16WorkspaceCount` elements; its content does not matter.
    public func accumulateWeightsByBFloat16(
        input: BlockedView, outputGradient: BlockedView, into packed: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutableBufferPointer<Float>
    ) {
        check(input, outputGradient, packed)
        let kernels = instructionSet.bfloat16Kernels
        let pairs = RowPairs(of: self, height: input.height, width: input.width)
        guard let inputs = workspace.baseAddress, workspace.count >= pairs.elementCount else {
            preconditionFailure("the workspace is too small")
        }
        let gradients = inputs + pairs.gradientOffset
        guard pairs.rows > 0, pairs.columns > 0 else { return }
        for first in stride(from: 0, to: pairs.rows, by: pairs.bandRows) {
            let pairRows = (min(pairs.bandRows, pairs.rows - first) + 1) / 2
            pairs.interleave(input, ofOutputRow: first, pairRows: pairRows, to: inputs, kernels)
            pairs.interleave(gradient: outputGradient, ofRow: first, pairRows: pairRows, to: gradients, kernels)
            for group in groups { multiply(group, pairs, pairRows: pairRows, kernels, inputs, gradients, packed) }
        }
    }

    /// Adds a group's products over a band of rows, for all taps and input channels.
    private func multiply(
        _ group: PackedConvolution.Group, _ pairs: RowPairs, pairRows: Int, _ kernels: UnsafePointer<bf16_kernels>,
        _ inputs: UnsafeMutablePointer<Float>, _ gradients: UnsafeMutablePointer<Float>,
        _ packed: UnsafeMutablePointer<Float>
    ) {
        let block = BlockedView.block
        let lanes = group.blocks * block
        let (kernel, channels) = Self.kernel(
            kernels.pointee.weight_gradient, kernels.pointee.weight_gradient_channels, blocks: group.blocks)
        let side = kind == .transposedTwoByTwo ? 1 : kind.kernelSide
        var run = f32_weight_gradient_run()
        run.input_pixel_stride = pairs.inputStep * block
        run.input_row_stride = pairs.inputPairs * pairs.inputRow
        run.output_pixel_stride = pairs.outputStep * block
        run.output_row_stride = pairs.outputStep * pairs.gradientRow
        run.output_block_stride = pairs.gradientBlock
        run.rows = Int32(pairRows)
        run.columns = Int32(pairs.columns)
        run.output = UnsafePointer(
            gradients + group.firstBlock * pairs.gradientBlock + group.phaseRow * pairs.gradientRow
                + (group.phaseColumn + 1) * block)
        var gradient = packed + group.weightOffset
        for inputBlock in 0..<BlockedView.blockCount(channels: inputChannels) {
            let used = min(block, inputChannels - inputBlock * block)
            for tap in 0..<side * side {
                let corner =
                    inputs + inputBlock * pairs.inputBlock + tap / side * pairs.inputRow
                    + (tap % side + 1 - pairs.padding) * block
                for channel in stride(from: 0, to: used, by: channels) {
                    run.input = UnsafePointer(corner + channel)
                    run.gradient = gradient + channel * lanes
                    kernel(&run)
                }
                gradient += block * lanes
            }
        }
    }
}

/// The words of two BF16 that pairs of rows become, and their places: inputs `[block][row pair][width + 2][16]`, output
/// gradients `[block][row pair][width + 2][16]`, for a band of rows of the grid that is walked.
///
/// Grid rows r and r + 1 (r even in the band) make a pair. They meet, at kernel row k, the input rows that lie
/// `inputStep` apart from `inputStep * r + k - padding` on. So a pair of grid rows needs `inputPairs` new pairs of
/// input rows; a 3x3 convolution's third is the next one's first.
private struct RowPairs {
    /// Grid rows and columns: input pixels of a transposed convolution, output pixels of the others.
    let rows: Int
    let columns: Int
    let inputStep: Int
    let outputStep: Int
    let padding: Int
    /// Pairs of input rows from one pair of grid rows to the next.
    let inputPairs: Int
    let bandRows: Int
    let inputRow: Int
    let inputBlock: Int
    let gradientRow: Int
    let gradientBlock: Int
    let gradientOffset: Int
    let elementCount: Int

    init(of gradient: ConvolutionGradient, height: Int, width: Int) {
        let block = BlockedView.block
        let kind = gradient.kind
        let size = kind.outputSize(height: height, width: width)
        inputStep = kind == .stridedTwoByTwo ? 2 : 1
        outputStep = kind == .transposedTwoByTwo ? 2 : 1
        padding = kind == .threeByThree ? 1 : 0
        inputPairs = kind == .threeByThree || kind == .stridedTwoByTwo ? 2 : 1
        (rows, columns) = (size.height / outputStep, size.width / outputStep)
        // An even number of rows with about as many pixels as stay in the caches.
        bandRows = max(2, Self.bandPixels / max(1, columns) / 2 * 2)
        let pairRows = (min(bandRows, rows) + 1) / 2
        inputRow = (width + 2) * block
        inputBlock = (pairRows * inputPairs + padding) * inputRow
        gradientRow = (size.width + 2) * block
        gradientBlock = pairRows * outputStep * gradientRow
        gradientOffset = BlockedView.blockCount(channels: gradient.inputChannels) * inputBlock
        elementCount =
            gradientOffset + BlockedView.blockCount(channels: gradient.outputChannels) * gradientBlock
    }

    /// The number of pixels of a band: two times that of Float32, in as many words.
    static let bandPixels = 2 * ConvolutionGradient.bandPixels

    /// The pairs of input rows that grid rows from `first` on meet.
    func interleave(
        _ view: BlockedView, ofOutputRow first: Int, pairRows: Int, to words: UnsafeMutablePointer<Float>,
        _ kernels: UnsafePointer<bf16_kernels>
    ) {
        // Beyond the border of zeros, or beyond the picture where no border is kept, a row counts as zeros.
        let end = view.height + padding
        for block in 0..<view.blocks {
            for pair in 0..<pairRows * inputPairs + padding {
                let low: Int
                switch inputPairs {
                // 3x3: any two neighbours; strided 2x2: rows of the same parity; else every other one.
                case 2 where inputStep == 1: low = first - padding + pair
                case 2: low = inputStep * first + pair / 2 * 4 + pair % 2
                default: low = first + 2 * pair
                }
                interleave(
                    view, block, low, low + inputStep, end, to: words + block * inputBlock + pair * inputRow, kernels)
            }
        }
    }

    /// The pairs of rows of the output's gradient from grid row `first` on.
    func interleave(
        gradient view: BlockedView, ofRow first: Int, pairRows: Int, to words: UnsafeMutablePointer<Float>,
        _ kernels: UnsafePointer<bf16_kernels>
    ) {
        for block in 0..<view.blocks {
            for pair in 0..<pairRows * outputStep {
                let low = outputStep * (first + pair / outputStep * 2) + pair % outputStep
                interleave(
                    view, block, low, low + outputStep, view.height,
                    to: words + block * gradientBlock + pair * gradientRow, kernels)
            }
        }
    }

    private func interleave(
        _ view: BlockedView, _ block: Int, _ low: Int, _ high: Int, _ end: Int,
        to words: UnsafeMutablePointer<Float>, _ kernels: UnsafePointer<bf16_kernels>
    ) {
        guard low < end else { return words.update(repeating: 0, count: (view.width + 2) * BlockedView.block) }
        kernels.pointee.interleave(
            view.pixel(block: block, row: low, column: -1),
            high < end ? view.pixel(block: block, row: high, column: -1) : nil, words, view.width + 2)
    }
}
