internal import CKernels
internal import Tensors

extension PackedConvolution {
    /// Computes `output = activation(convolution(input) + bias)`, or `convolution(input) + bias + residual`, or the
    /// same through a gate.
    ///
    /// Writes the interior of `output` only. `input` has `inputChannels` channels and does not overlap `output`;
    /// `output` has `outputChannels` and the size of `outputSize`. `residual` has the output's shape and may be the
    /// output itself; it goes with `.none` and the gates. One thread, no allocation.
    ///
    /// - Complexity: `multiplyAdds(outputHeight:outputWidth:)` multiply-adds.
    public func apply(
        _ input: BlockedView, to output: BlockedView, activation: Activation = .none, residual: BlockedView? = nil
    ) {
        guard let kernels = instructionSet.kernels else { preconditionFailure("\(instructionSet) is not available") }
        let operands = ConvolutionOperands(
            input: UnsafePointer(input.base), pixelStride: BlockedView.block, rowStride: input.rowStride,
            blockStride: input.blockStride,
            lastBlockWords: inputChannels - (input.blocks - 1) * BlockedView.block, weights: weights.base,
            groups: groups, kernels: kernels.pointee.convolution, pixels: kernels.pointee.convolution_pixels)
        apply(operands, of: input, to: output, activation: activation, residual: residual)
    }

    /// The convolution with operands of any kind that stand for `input`.
    func apply(
        _ operands: ConvolutionOperands, of input: BlockedView, to output: BlockedView, activation: Activation,
        residual: BlockedView?
    ) {
        let size = outputSize(height: input.height, width: input.width)
        precondition(input.channels == inputChannels, "\(input.channels) channels, expected \(inputChannels)")
        precondition(output.channels == outputChannels, "\(output.channels) channels, expected \(outputChannels)")
        precondition(output.height == size.height && output.width == size.width, "the output has another size")
        if kind == .stridedTwoByTwo { precondition(input.height % 2 == 0 && input.width % 2 == 0) }

        var run = f32_convolution_run()
        run.input_block_stride = operands.blockStride
        run.input_row_stride = operands.rowStride
        run.input_blocks = Int32(input.blocks)
        run.last_block_words = Int32(operands.lastBlockWords)
        run.kernel_side = kind == .transposedTwoByTwo ? 1 : Int32(kind.kernelSide)
        run.input_pixel_step = kind == .stridedTwoByTwo ? 2 : 1
        run.output_block_stride = output.blockStride
        run.output_pixel_step = kind == .transposedTwoByTwo ? 2 : 1
        let stored = StoredActivation(activation, output: output, residual: residual)
        let (slopes, gate) = (stored.slopes, stored.gate)
        run.activation = stored.code
        run.gate_block_stride = gate?.blockStride ?? 0
        run.residual_block_stride = residual?.blockStride ?? 0

        // The grid that is walked: input pixels of a transposed convolution, output pixels of the others.
        let rows = kind == .transposedTwoByTwo ? input.height : output.height
        let columns = kind == .transposedTwoByTwo ? input.width : output.width
        let tiling = Tiling(of: self, rows: rows, columns: columns)
        for columnTile in 0..<tiling.columnTiles {
            let tileColumns = Tiling.part(columnTile, of: tiling.columnTiles, count: columns)
            for rowTile in 0..<tiling.rowTiles {
                let tileRows = Tiling.part(rowTile, of: tiling.rowTiles, count: rows)
                for group in operands.groups {
                    run.weights = operands.weights + group.weightOffset
                    run.bias = UnsafePointer(bias.base + group.firstBlock * BlockedView.block)
                    run.slopes = slopes.map { $0 + group.firstBlock * BlockedView.block }
                    apply(group, operands, &run, output, residual, gate, rows: tileRows, columns: tileColumns)
                }
            }
        }
    }

    /// One group of output blocks over a rectangle of the grid, run by run.
    private func apply(
        _ group: Group, _ operands: ConvolutionOperands, _ run: inout f32_convolution_run,
        _ output: BlockedView, _ residual: BlockedView?, _ gate: BlockedView?, rows: Range<Int>, columns: Range<Int>
    ) {
        let inputStep = Int(run.input_pixel_step)
        let outputStep = Int(run.output_pixel_step)
        let padding = kind == .threeByThree ? 1 : 0
        let maximum = operands.maximumPixels(blocks: group.blocks)
        let table =
            operands.kernels
            + ((inputStep - 1) * Int(F32_MAXIMUM_BLOCKS) + group.blocks - 1) * Int(F32_MAXIMUM_PIXELS)
        let runs = (columns.count + maximum - 1) / maximum
        // The row below is fetched meanwhile: by the first group only, the others find it.
        run.input_prefetch = group.weightOffset == 0 ? inputStep * operands.rowStride : 0
        run.output_prefetch = group.phaseColumn == 0 ? outputStep * output.rowStride : 0
        for row in rows {
            for index in 0..<runs {
                let part = Tiling.part(index, of: runs, count: columns.count)
                let column = columns.lowerBound + part.lowerBound
                run.input =
                    operands.input + (row * inputStep - padding) * operands.rowStride
                    + (column * inputStep - padding) * operands.pixelStride
                let outputRow = row * outputStep + group.phaseRow
                let outputColumn = column * outputStep + group.phaseColumn
                run.output = output.pixel(block: group.firstBlock, row: outputRow, column: outputColumn)
                if let residual {
                    run.residual = UnsafePointer(
                        residual.pixel(block: group.firstBlock, row: outputRow, column: outputColumn))
                }
                if let gate {
                    run.gate = UnsafePointer(gate.pixel(block: group.firstBlock, row: outputRow, column: outputColumn))
                }
                table[part.count - 1]!(&run)
            }
        }
    }
}

/// The memory that the micro-kernels of a convolution read, and the kernels: words of 32 bits, one Float32 or two BF16.
struct ConvolutionOperands {
    /// Pixel (0, 0) of input block 0; strides in words.
    let input: UnsafePointer<Float>
    let pixelStride: Int
    let rowStride: Int
    let blockStride: Int
    /// Words used of the last input block.
    let lastBlockWords: Int
    let weights: UnsafePointer<Float>
    /// The groups of output blocks, with their offsets in `weights`.
    let groups: [PackedConvolution.Group]
    let kernels: UnsafePointer<f32_convolution_kernel?>
    /// The greatest numbers of pixels that the kernels compute at once, for 1, 2 and 3 output blocks.
    let pixels: (Int32, Int32, Int32)

    /// The most pixels that a micro-kernel for a group of `blocks` output blocks computes at once.
    func maximumPixels(blocks: Int) -> Int { Self.maximumPixels(pixels, blocks: blocks) }

    /// The same of kernels whose greatest numbers of pixels are `pixels`, for 1, 2 and 3 blocks.
    static func maximumPixels(_ pixels: (Int32, Int32, Int32), blocks: Int) -> Int {
        switch blocks {
        case 1: Int(pixels.0)
        case 2: Int(pixels.1)
        default: Int(pixels.2)
        }
    }
}

/// The tiles into which the grid of a convolution is cut so that what a micro-kernel reads again is still in the
/// second-level cache.
///
/// It changes the order of runs, never the arithmetic.
struct Tiling {
    var rowTiles: Int
    var columnTiles: Int

    init(of convolution: PackedConvolution, rows: Int, columns: Int) {
        let step = convolution.kind == .stridedTwoByTwo ? 4 : 1
        let bytesPerColumn =
            BlockedView.blockCount(channels: convolution.inputChannels) * BlockedView.block * 4 * step
        columnTiles = max(1, (columns * bytesPerColumn * 3 + Self.rowBytes - 1) / Self.rowBytes)
        columnTiles = min(columnTiles, max(1, columns / 28))
        rowTiles = convolution.groups.count == 1 ? 1 : max(1, (rows + Self.bandRows - 1) / Self.bandRows)
    }

    /// Input bytes, of three rows, that a column tile touches: a quarter of the usual second-level cache beside weights
    /// and outputs. Zen 5 (1 MB), 48 to 48 channels at 960x544: without column tiles 80 % of the roof, with tiles of
    /// 64 kB to 512 kB 87 to 90 %.
    static let rowBytes = 256 << 10

    /// Rows that one group of outputs after the other computes, so that the inputs are read from the cache by all but
    /// the first. Zen 5, 96 to 128 channels strided at 240x136: 2 rows 89 % of the roof, 8 rows 73 %.
    static let bandRows = 2

    /// The `index`th of `parts` nearly equal parts of `0..<count`.
    static func part(_ index: Int, of parts: Int, count: Int) -> Range<Int> {
        index * count / parts..<(index + 1) * count / parts
    }
}
