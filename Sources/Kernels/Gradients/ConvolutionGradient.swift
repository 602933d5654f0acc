internal import CKernels
internal import Tensors

/// The gradient of a convolution's weights and bias, summed into a packed buffer of the caller's.
///
/// Shapes: `input: [C, H, W]`, `outputGradient: [O, H', W']` with the convolution's output size; for weights in
/// PyTorch's order, dW[o, c, ky, kx] = sum over y, x of input[c, y * stride + ky - padding, x * stride + kx - padding]
/// * outputGradient[o, y, x] (with the roles of the two pictures' grids exchanged when transposed), db[o] = the sum of
/// outputGradient[o].
///
/// The packed layout depends on channels, kind and instruction set alone, never on the picture's size, so buffers of
/// many patches are added element by element. Pixels are summed in bands of whole rows, each from zero, rows then
/// columns; the bands are added in order: the same bits whenever the same patch is summed.
public struct ConvolutionGradient: Sendable {
    /// The kind of the convolution.
    public let kind: PackedConvolution.Kind
    /// The number of input channels of the convolution.
    public let inputChannels: Int
    /// The number of output channels of the convolution.
    public let outputChannels: Int
    /// The instruction set of the kernels and of the packed layout.
    public let instructionSet: InstructionSet
    let groups: [PackedConvolution.Group]
    /// The offset of the bias gradient, after the weights'.
    let biasOffset: Int

    /// Creates the gradient of a convolution of 1 or more input and output channels; `isa` is available.
    public init(
        kind: PackedConvolution.Kind, inputChannels: Int, outputChannels: Int, isa: InstructionSet = .current
    ) {
        precondition(inputChannels > 0 && outputChannels > 0)
        self.kind = kind
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        instructionSet = isa
        // Whole input blocks: the lanes beyond the channels are zeros of the input.
        (groups, biasOffset) = PackedConvolution.groups(
            kind: kind, rowsPerTap: BlockedView.blockCount(channels: inputChannels) * BlockedView.block,
            outputChannels: outputChannels, isa: isa)
    }

    /// Elements of a packed gradient, bias included; the buffer lies on a 64-byte boundary.
    public var elementCount: Int {
        biasOffset + BlockedView.blockCount(channels: outputChannels) * BlockedView.block
    }

    /// Weights in PyTorch's order.
    public var weightCount: Int { kind.kernelSide * kind.kernelSide * inputChannels * outputChannels }

    /// Elements of workspace that the gradient of the weights wants with an algorithm, for inputs of this size.
    public func workspaceCount(_ algorithm: ConvolutionAlgorithm, height: Int, width: Int) -> Int {
        switch algorithm {
        case .direct: 0
        case .winograd, .winogradBFloat16: winogradWorkspaceCount(height: height, width: width)
        case .bfloat16: bfloat16WorkspaceCount(height: height, width: width)
        }
    }

    /// Adds the gradient of the weights to `packed`, which holds `elementCount` elements.
    ///
    /// Reads the input with its border of zeros, and the interior of `outputGradient` only. One thread, no allocation.
    ///
    /// - Complexity: the multiply-adds of the convolution itself, over whole blocks.
    public func accumulateWeights(
        input: BlockedView, outputGradient: BlockedView, into packed: UnsafeMutablePointer<Float>
    ) {
        check(input, outputGradient, packed)
        guard let kernels = instructionSet.kernels else { preconditionFailure("\(instructionSet) is not available") }
        let inputStep = kind == .stridedTwoByTwo ? 2 : 1
        let outputStep = kind == .transposedTwoByTwo ? 2 : 1
        let padding = kind == .threeByThree ? 1 : 0
        let side = kind == .transposedTwoByTwo ? 1 : kind.kernelSide
        // The grid that is walked: input pixels of a transposed convolution, output pixels of the others.
        let rows = outputGradient.height / outputStep
        let columns = outputGradient.width / outputStep
        guard rows > 0, columns > 0 else { return }

        var run = f32_weight_gradient_run()
        run.input_pixel_stride = inputStep * BlockedView.block
        run.input_row_stride = inputStep * input.rowStride
        run.output_pixel_stride = outputStep * BlockedView.block
        run.output_row_stride = outputStep * outputGradient.rowStride
        run.output_block_stride = outputGradient.blockStride
        run.columns = Int32(columns)
        for group in groups {
            let (kernel, channels) = Self.kernel(
                kernels.pointee.weight_gradient, kernels.pointee.weight_gradient_channels, blocks: group.blocks)
            let lanes = group.blocks * BlockedView.block
            let bandRows = max(1, Self.bandPixels / columns)
            for first in stride(from: 0, to: rows, by: bandRows) {
                run.rows = Int32(min(bandRows, rows - first))
                run.output = UnsafePointer(
                    outputGradient.pixel(
                        block: group.firstBlock, row: first * outputStep + group.phaseRow, column: group.phaseColumn))
                var gradient = packed + group.weightOffset
                for block in 0..<input.blocks {
                    let used = min(BlockedView.block, inputChannels - block * BlockedView.block)
                    for tap in 0..<side * side {
                        let corner = input.pixel(
                            block: block, row: first * inputStep + tap / side - padding, column: tap % side - padding)
                        for channel in stride(from: 0, to: used, by: channels) {
                            run.input = UnsafePointer(corner + channel)
                            run.gradient = gradient + channel * lanes
                            kernel(&run)
                        }
                        gradient += BlockedView.block * lanes
                    }
                }
            }
        }
    }

    /// Adds the gradient of the bias, the sum of `outputGradient` over its pixels, to `packed`.
    public func accumulateBias(outputGradient: BlockedView, into packed: UnsafeMutablePointer<Float>) {
        precondition(outputGradient.channels == outputChannels)
        outputGradient.addPixelSums(to: packed + biasOffset, isa: instructionSet)
    }

    /// Writes packed gradients in PyTorch's order, `[O, C, k, k]` or `[C, O, 2, 2]` when transposed, and the bias's
    /// `[O]` where asked for; adds to what is there when `adding`.
    ///
    /// - Complexity: one load and one store a weight.
    public func unpack(
        _ packed: UnsafePointer<Float>, weights: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>? = nil,
        adding: Bool = false
    ) {
        let order = WeightOrder(kind: kind, inputChannels: inputChannels, outputChannels: outputChannels)
        order.unpack(packed, groups: groups, to: weights, adding: adding)
        guard let bias else { return }
        for channel in 0..<outputChannels {
            bias[channel] = (adding ? bias[channel] : 0) + packed[biasOffset + channel]
        }
    }

    /// Pixels of a band: its output gradients (three blocks) and inputs stay in the first-level cache while all taps
    /// and channels read them, and are enough that adding the sums costs little.
    static let bandPixels = 128

    /// The kernel for a group of `blocks` output blocks, from the tables of one kind of operands.
    static func kernel(
        _ table: (f32_weight_gradient_kernel?, f32_weight_gradient_kernel?, f32_weight_gradient_kernel?),
        _ channels: (Int32, Int32, Int32), blocks: Int
    ) -> (f32_weight_gradient_kernel, channels: Int) {
        switch blocks {
        case 1: (table.0!, Int(channels.0))
        case 2: (table.1!, Int(channels.1))
        default: (table.2!, Int(channels.2))
        }
    }

    func check(_ input: BlockedView, _ output: BlockedView, _ packed: UnsafeMutablePointer<Float>) {
        let size = kind.outputSize(height: input.height, width: input.width)
        precondition(input.channels == inputChannels, "\(input.channels) channels, expected \(inputChannels)")
        precondition(output.channels == outputChannels, "\(output.channels) channels, expected \(outputChannels)")
        precondition(output.height == size.height && output.width == size.width, "the output has another size")
        if kind == .stridedTwoByTwo { precondition(input.height % 2 == 0 && input.width % 2 == 0) }
        precondition(UInt(bitPattern: packed) % 64 == 0, "packed gradients lie on 64-byte lines")
    }
}
