internal import CKernels
internal import Tensors

extension WinogradConvolution {
    /// Returns true where pictures of this size are worth this way, if `ConvolutionTuning` chooses it for large ones:
    /// there are enough tiles to pay for reading four times the weights, and they are half full or more.
    public static func isWorthwhile(height: Int, width: Int) -> Bool {
        let tiles = WinogradGrid(height: height, width: width).tiles
        return tiles >= 4 && height * width >= tiles * 8
    }

    /// The rows and columns of a tile of outputs: what makes the same bits begins at multiples of it.
    public static let tileSide = 4

    /// Tiles that go together through the three steps: their transformed inputs and products stay in the second-level
    /// cache beside the weights that each of them meets. It changes no bits.
    static let blockTiles = 16

    /// Elements of workspace that `apply` takes for pictures of up to `height` x `width`.
    public func workspaceCount(height: Int, width: Int) -> Int {
        let layout = WorkspaceLayout(of: self, height: height, width: width)
        return layout.productOffset + Self.positions * layout.productPosition
    }

    /// Computes `output = activation(convolution(input) + bias)`, or `convolution(input) + bias + residual`, or the
    /// same through a gate.
    ///
    /// The contract is that of `PackedConvolution.apply`: writes the interior of `output` only; `input` does not
    /// overlap `output`; `residual` has the output's shape, may be the output itself and goes with `.none` and the
    /// gates; of BF16 operands, as in `BFloat16Convolution.apply`, the lane behind an odd last channel holds zeros.
    /// `workspace` lies on a 64-byte boundary and has `workspaceCount` elements or more; what it holds does not matter.
    /// One thread, no allocation.
    public func apply(
        _ input: BlockedView, to output: BlockedView, activation: Activation = .none, residual: BlockedView? = nil,
        workspace: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(input.channels == inputChannels, "\(input.channels) channels, expected \(inputChannels)")
        precondition(output.channels == outputChannels, "\(output.channels) channels, expected \(outputChannels)")
        precondition(output.height == input.height && output.width == input.width, "the output has another size")
        guard input.height > 0 && input.width > 0 else { return }
        guard let kernels = instructionSet.kernels else { preconditionFailure("\(instructionSet) is not available") }
        let layout = WorkspaceLayout(of: self, height: input.height, width: input.width)
        precondition(workspace.count >= workspaceCount(height: input.height, width: input.width))
        guard let transformed = workspace.baseAddress, UInt(bitPattern: transformed) % 64 == 0 else {
            preconditionFailure("the workspace lies on 64-byte lines")
        }

        let tileWords = operands.words(ofChannels: BlockedView.block)
        let (transform, products) =
            switch operands {
            case .float32: (kernels.pointee.winograd.input, kernels.pointee.winograd.product)
            case .bfloat16:
                (
                    instructionSet.bfloat16Kernels.pointee.winograd_input,
                    instructionSet.bfloat16Kernels.pointee.winograd_product
                )
            }
        var load = f32_winograd_input(
            input, tiles: layout.tiles, positionStride: layout.transformedPosition, tileWords: tileWords)

        var product = f32_winograd_product()
        product.transformed = UnsafePointer(transformed)
        product.transformed_position_stride = layout.transformedPosition
        product.transformed_block_stride = layout.tiles * tileWords
        product.input_blocks = Int32(input.blocks)
        product.last_block_words = Int32(
            operands.words(ofChannels: inputChannels - (input.blocks - 1) * BlockedView.block))
        product.products = transformed + layout.productOffset
        product.product_position_stride = layout.productPosition
        product.product_block_stride = layout.tiles * BlockedView.block

        var store = f32_winograd_output()
        store.position_stride = layout.productPosition
        store.product_block_stride = layout.tiles * BlockedView.block
        store.output_block_stride = output.blockStride
        store.output_row_stride = output.rowStride
        let stored = StoredActivation(activation, output: output, residual: residual)
        let (slopes, gate) = (stored.slopes, stored.gate)
        store.activation = stored.code
        store.residual_block_stride = residual?.blockStride ?? 0
        store.residual_row_stride = residual?.rowStride ?? 0
        store.gate_block_stride = gate?.blockStride ?? 0
        store.gate_row_stride = gate?.rowStride ?? 0

        let grid = WinogradGrid(height: input.height, width: input.width)
        for first in stride(from: 0, to: grid.tiles, by: layout.tiles) {
            let tiles = first..<min(first + layout.tiles, grid.tiles)
            for run in grid.runs(of: tiles) {
                load.input = UnsafePointer(input.pixel(block: 0, row: run.row - 1, column: run.column - 1))
                load.tiles = Int32(run.tiles)
                load.rows = Int32(min(6, input.height + 2 - run.row))
                load.columns = Int32(input.width + 2 - run.column)
                load.transformed = transformed + (run.first - first) * tileWords
                transform!(&load)
            }
            product.tiles = Int32(tiles.count)
            for group in groups {
                product.weights = UnsafePointer(words.base + wordOffset(of: group))
                Self.product(products, blocks: group.blocks)!(&product)
                store.blocks = Int32(group.blocks)
                store.bias = UnsafePointer(bias.base + group.firstBlock * BlockedView.block)
                store.slopes = slopes.map { $0 + group.firstBlock * BlockedView.block }
                for run in grid.runs(of: tiles) {
                    store.products = UnsafePointer(product.products + (run.first - first) * BlockedView.block)
                    store.tiles = Int32(run.tiles)
                    store.rows = Int32(min(4, output.height - run.row))
                    store.columns = Int32(min(4 * run.tiles, output.width - run.column))
                    store.output = output.pixel(block: group.firstBlock, row: run.row, column: run.column)
                    if let residual {
                        store.residual = UnsafePointer(
                            residual.pixel(block: group.firstBlock, row: run.row, column: run.column))
                    }
                    if let gate {
                        store.gate = UnsafePointer(
                            gate.pixel(block: group.firstBlock, row: run.row, column: run.column))
                    }
                    kernels.pointee.winograd.output(&store)
                }
            }
        }
    }

    private typealias Product = @convention(c) (UnsafePointer<f32_winograd_product>?) -> Void

    private static func product(_ table: (Product?, Product?, Product?), blocks: Int) -> Product? {
        switch blocks {
        case 1: table.0
        case 2: table.1
        default: table.2
        }
    }

    /// The places in the workspace of the transformed inputs, `[36][input block][tile][16 or 8 words]`, and of the
    /// products of one group, `[36][block][tile][16]`.
    private struct WorkspaceLayout {
        let tiles: Int
        let transformedPosition: Int
        let productPosition: Int
        let productOffset: Int

        init(of convolution: WinogradConvolution, height: Int, width: Int) {
            tiles = min(blockTiles, WinogradGrid(height: height, width: width).tiles)
            let inputBlocks = BlockedView.blockCount(channels: convolution.inputChannels)
            let groupBlocks = convolution.groups.reduce(0) { max($0, $1.blocks) }
            // One line more: 36 lines at a distance of 4 kB would share few places of the first-level cache.
            let words = inputBlocks * tiles * convolution.operands.words(ofChannels: BlockedView.block)
            transformedPosition = (BlockedView.blockCount(channels: words) + 1) * BlockedView.block
            productPosition = (groupBlocks * tiles + 1) * BlockedView.block
            productOffset = positions * transformedPosition
        }
    }
}

/// Tiles of 4x4 outputs, numbered along the rows.
struct WinogradGrid {
    let columns: Int
    let tiles: Int

    init(height: Int, width: Int) {
        columns = (width + 3) / 4
        tiles = (height + 3) / 4 * columns
    }

    /// Neighbouring tiles of one row of tiles: number of the first one, first output row and column.
    struct Run {
        var first: Int
        var tiles: Int
        var row: Int
        var column: Int
    }

    /// The runs of a range of tiles, which is cut at the ends of the rows.
    struct Runs: Sequence, IteratorProtocol {
        let columns: Int
        var rest: Range<Int>

        mutating func next() -> Run? {
            guard let first = rest.first else { return nil }
            let column = first % columns
            let count = Swift.min(columns - column, rest.count)
            rest = first + count..<rest.upperBound
            return Run(first: first, tiles: count, row: first / columns * 4, column: column * 4)
        }
    }

    func runs(of range: Range<Int>) -> Runs { Runs(columns: columns, rest: range) }
}

extension f32_winograd_input {
    /// The transformation of tiles of `view`, written as `[36][block][tile][tileWords]` for up to `tiles` tiles.
    init(_ view: BlockedView, tiles: Int, positionStride: Int, tileWords: Int = BlockedView.block) {
        self.init()
        input_block_stride = view.blockStride
        input_row_stride = view.rowStride
        blocks = Int32(view.blocks)
        position_stride = positionStride
        transformed_block_stride = tiles * tileWords
    }
}
