internal import CKernels
public import Tensors

// The gradient of a ReLU alone is `activate(outputGradient, .gate(input))`; of pixel shuffle `unshuffle`, of pixel
// unshuffle `shuffle`.
extension BlockedView {
    /// Adds the sum of every channel over the pixels to `sums`, whole blocks on a 64-byte boundary.
    ///
    /// Rows are summed one after the other, each in four interleaved parts.
    public func addPixelSums(to sums: UnsafeMutablePointer<Float>, isa: InstructionSet = .current) {
        precondition(UInt(bitPattern: sums) % 64 == 0, "sums lie on 64-byte lines")
        guard let kernels = isa.kernels else { preconditionFailure("\(isa) is not available") }
        for block in 0..<blocks {
            kernels.pointee.sum_pixels(
                pixel(block: block, row: 0, column: 0), rowStride, Int32(height), Int32(width),
                sums + block * Self.block)
        }
    }

    /// Sets this view to the gradient of a PReLU's input, and adds that of its slopes to `slopeGradients`, whole
    /// blocks.
    ///
    /// dx = dy where x > 0, else slope * dy (at 0 too, as PyTorch has it); dslope = the sum of x * dy where x < 0,
    /// pixel after pixel. The view may be `outputGradient`.
    public func setPReLUGradient(
        input: BlockedView, outputGradient: BlockedView, slopes: PackedSlopes,
        slopeGradients: UnsafeMutablePointer<Float>
    ) {
        precondition(hasShape(of: input) && hasShape(of: outputGradient) && slopes.channels == channels)
        for block in 0..<blocks {
            let slope = slopes.buffer.base + block * Self.block
            let sums = slopeGradients + block * Self.block
            for row in 0..<height {
                let x = input.pixel(block: block, row: row, column: 0)
                let gradient = outputGradient.pixel(block: block, row: row, column: 0)
                let target = pixel(block: block, row: row, column: 0)
                for column in 0..<width {
                    for lane in 0..<Self.block {
                        let i = column * 16 + lane
                        let g = gradient[i]
                        sums[lane] += x[i] < 0 ? x[i] * g : 0
                        target[i] = x[i] > 0 ? g : slope[lane] * g
                    }
                }
            }
        }
    }

    /// Sets this view to dy y (1 - y), the gradient of a sigmoid's input, where y is its `output`. The view may be
    /// `outputGradient`.
    public func setSigmoidGradient(output: BlockedView, outputGradient: BlockedView) {
        precondition(hasShape(of: output) && hasShape(of: outputGradient))
        for block in 0..<blocks {
            for row in 0..<height {
                let y = output.pixel(block: block, row: row, column: 0)
                let gradient = outputGradient.pixel(block: block, row: row, column: 0)
                let target = pixel(block: block, row: row, column: 0)
                for i in 0..<width * Self.block { target[i] = gradient[i] * y[i] * (1 - y[i]) }
            }
        }
    }

    /// Sets this view to the sums of 2x2 pixels, the gradient of `upsampleNearest`.
    ///
    /// Shapes: `outputGradient: [C, 2 H, 2 W]`, the view `[C, H, W]`.
    public func setNearestGradient(_ outputGradient: BlockedView) {
        precondition(
            channels == outputGradient.channels && outputGradient.height == 2 * height
                && outputGradient.width == 2 * width)
        for block in 0..<blocks {
            for row in 0..<height {
                let top = outputGradient.pixel(block: block, row: 2 * row, column: 0)
                let bottom = outputGradient.pixel(block: block, row: 2 * row + 1, column: 0)
                let target = pixel(block: block, row: row, column: 0)
                for x in 0..<width {
                    for lane in 0..<Self.block {
                        let i = x * 32 + lane
                        target[x * 16 + lane] = (top[i] + top[i + 16]) + (bottom[i] + bottom[i + 16])
                    }
                }
            }
        }
    }
}

extension PlanarView {
    /// Sets this view to the sums of `factor` x `factor` samples, the gradient of `upsampleNearest`.
    ///
    /// Shapes: `outputGradient: [C, H * factor, W * factor]`, the view `[C, H, W]`.
    public func setNearestGradient(_ outputGradient: PlanarView, factor: Int) {
        precondition(
            channels == outputGradient.channels && outputGradient.height == factor * height
                && outputGradient.width == factor * width)
        for channel in 0..<channels {
            for row in 0..<height {
                let target = self.row(channel, row)
                for x in 0..<width {
                    var sum: Float = 0
                    for i in 0..<factor {
                        let source = outputGradient.row(channel, row * factor + i) + x * factor
                        for j in 0..<factor { sum += source[j] }
                    }
                    target[x] = sum
                }
            }
        }
    }
}
