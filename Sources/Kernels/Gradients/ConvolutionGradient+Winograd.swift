internal import CKernels

extension ConvolutionGradient {
    /// Returns true where the gradient of the weights is faster in Winograd form for inputs of this size: a 3x3
    /// convolution of 16 or more channels on both sides, and 16 or more tiles of 4x4, half full or more, which the
    /// transformation of the products back must be worth.
    public static func prefersWinograd(
        kind: PackedConvolution.Kind, inputChannels: Int, outputChannels: Int, height: Int, width: Int
    ) -> Bool {
        let tiles = WinogradGrid(height: height, width: width).tiles
        return kind == .threeByThree && inputChannels >= 16 && outputChannels >= 16 && tiles >= 16
            && height * width >= tiles * 8
    }

    /// Elements of workspace that `accumulateWeightsByWinograd` wants for inputs of this size.
    public func winogradWorkspaceCount(height: Int, width: Int) -> Int {
        GradientWorkspace(of: self, height: height, width: width).elementCount
    }

    /// Adds the gradient of the weights of a 3x3 convolution to `packed` as `accumulateWeights` does, with a quarter of
    /// the multiplications and larger rounding.
    ///
    /// Lavin and Gray 2015: with the transforms of `WinogradConvolution`, dg = G^T [sum of (B^T d B) . (A dY A^T)] G.
    /// Tiles are summed in blocks, each added to the products; the products are transformed back once.
    ///
    /// - Parameter workspace: 64-byte aligned, `winogradWorkspaceCount` elements; its content does not matter.
    public func accumulateWeightsByWinograd(
        input: BlockedView, outputGradient: BlockedView, into packed: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(kind == .threeByThree)
        check(input, outputGradient, packed)
        guard let kernels = instructionSet.kernels else { preconditionFailure("\(instructionSet) is not available") }
        let layout = GradientWorkspace(of: self, height: input.height, width: input.width)
        guard let base = workspace.baseAddress, workspace.count >= layout.elementCount else {
            preconditionFailure("the workspace is too small")
        }
        let (gradients, products) = (base + layout.gradientOffset, base + layout.productOffset)
        products.update(repeating: 0, count: layout.elementCount - layout.productOffset)

        var load = f32_winograd_input(input, tiles: layout.tiles, positionStride: layout.inputPosition)
        var loadGradient = f32_winograd_input(
            outputGradient, tiles: layout.tiles, positionStride: layout.gradientPosition)

        let grid = WinogradGrid(height: input.height, width: input.width)
        for first in stride(from: 0, to: grid.tiles, by: layout.tiles) {
            let tiles = first..<min(first + layout.tiles, grid.tiles)
            for run in grid.runs(of: tiles) {
                load.input = UnsafePointer(input.pixel(block: 0, row: run.row - 1, column: run.column - 1))
                load.tiles = Int32(run.tiles)
                load.rows = Int32(min(6, input.height + 2 - run.row))
                load.columns = Int32(input.width + 2 - run.column)
                load.transformed = base + (run.first - first) * BlockedView.block
                kernels.pointee.winograd.input(&load)
                loadGradient.input = UnsafePointer(outputGradient.pixel(block: 0, row: run.row, column: run.column))
                loadGradient.tiles = Int32(run.tiles)
                loadGradient.rows = Int32(min(4, input.height - run.row))
                loadGradient.columns = Int32(input.width - run.column)
                loadGradient.transformed = gradients + (run.first - first) * BlockedView.block
                kernels.pointee.winograd.output_gradient(&loadGradient)
            }
            for group in groups {
                multiply(group, kernels, layout, tiles: tiles.count, inputs: base, gradients, products)
            }
        }
        for group in groups { finish(group, kernels, layout, products, packed) }
    }

    /// Adds a group's products of `tiles` tiles at all 36 positions.
    private func multiply(
        _ group: PackedConvolution.Group, _ kernels: UnsafePointer<f32_kernels>, _ layout: GradientWorkspace,
        tiles: Int, inputs: UnsafeMutablePointer<Float>, _ gradients: UnsafeMutablePointer<Float>,
        _ products: UnsafeMutablePointer<Float>
    ) {
        let block = BlockedView.block
        let (kernel, channels) = Self.kernel(
            kernels.pointee.weight_gradient, kernels.pointee.weight_gradient_channels, blocks: group.blocks)
        let lanes = group.blocks * block
        var run = f32_weight_gradient_run()
        run.input_pixel_stride = block
        run.output_pixel_stride = block
        run.output_block_stride = layout.tiles * block
        run.rows = 1
        run.columns = Int32(tiles)
        for position in 0..<WinogradConvolution.positions {
            let gradient = gradients + position * layout.gradientPosition + group.firstBlock * layout.tiles * block
            run.output = UnsafePointer(gradient)
            let product =
                products + position * layout.productPosition + layout.inputBlocks * block * group.firstBlock * block
            for inputBlock in 0..<layout.inputBlocks {
                let used = min(block, inputChannels - inputBlock * block)
                let input = inputs + position * layout.inputPosition + inputBlock * layout.tiles * block
                for channel in stride(from: 0, to: used, by: channels) {
                    run.input = UnsafePointer(input + channel)
                    run.gradient = product + (inputBlock * block + channel) * lanes
                    kernel(&run)
                }
            }
        }
    }

    /// Transforms a group's products back and adds them to the packed gradient.
    private func finish(
        _ group: PackedConvolution.Group, _ kernels: UnsafePointer<f32_kernels>, _ layout: GradientWorkspace,
        _ products: UnsafeMutablePointer<Float>, _ packed: UnsafeMutablePointer<Float>
    ) {
        let block = BlockedView.block
        let lanes = group.blocks * block
        var run = f32_winograd_weight_gradient()
        run.position_stride = layout.productPosition
        run.tap_stride = block * lanes
        for inputBlock in 0..<layout.inputBlocks {
            let used = min(block, inputChannels - inputBlock * block)
            run.vectors = Int32(used * group.blocks)
            run.products = UnsafePointer(
                products + layout.inputBlocks * block * group.firstBlock * block + inputBlock * block * lanes)
            run.gradient = packed + group.weightOffset + inputBlock * 9 * block * lanes
            kernels.pointee.winograd.weight_gradient(&run)
        }
    }
}

/// The places in the workspace of the transformed inputs `[36][input block][tile][16]`, the transformed gradients
/// `[36][output block][tile][16]` and the products `[36][group][input channel][16 * blocks of the group]`.
private struct GradientWorkspace {
    let tiles: Int
    let inputBlocks: Int
    let inputPosition: Int
    let gradientPosition: Int
    let productPosition: Int
    let gradientOffset: Int
    let productOffset: Int
    let elementCount: Int

    /// Tiles that are transformed together: they and the products stay in the second-level cache.
    static let blockTiles = 32

    init(of gradient: ConvolutionGradient, height: Int, width: Int) {
        let block = BlockedView.block
        let positions = WinogradConvolution.positions
        tiles = min(Self.blockTiles, WinogradGrid(height: height, width: width).tiles)
        inputBlocks = BlockedView.blockCount(channels: gradient.inputChannels)
        let outputBlocks = BlockedView.blockCount(channels: gradient.outputChannels)
        // One line more: positions at a distance of 4 kB would share few places of the first-level cache.
        inputPosition = (inputBlocks * tiles + 1) * block
        gradientPosition = (outputBlocks * tiles + 1) * block
        productPosition = (inputBlocks * block * outputBlocks + 1) * block
        gradientOffset = positions * inputPosition
        productOffset = gradientOffset + positions * gradientPosition
        elementCount = productOffset + positions * productPosition
    }
}
