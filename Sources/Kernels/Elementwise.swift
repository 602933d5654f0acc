internal import CKernels
import Foundation
public import Tensors

extension BlockedView {
    /// Sets this view to `a + b`, all of one shape; it may be one of them.
    public func add(_ a: BlockedView, _ b: BlockedView, isa: InstructionSet = .current) {
        precondition(hasShape(of: a) && hasShape(of: b))
        guard let kernels = isa.kernels else { preconditionFailure("\(isa) is not available") }
        for block in 0..<blocks {
            for row in 0..<height {
                kernels.pointee.add(
                    a.pixel(block: block, row: row, column: 0), b.pixel(block: block, row: row, column: 0),
                    pixel(block: block, row: row, column: 0), width * Self.block)
            }
        }
    }

    /// Sets this view to `activation(input)`, of one shape; it may be the input. For activations that follow no
    /// convolution.
    public func activate(_ input: BlockedView, _ activation: Activation) {
        precondition(hasShape(of: input))
        for block in 0..<blocks {
            for row in 0..<height {
                let source = input.pixel(block: block, row: row, column: 0)
                let target = pixel(block: block, row: row, column: 0)
                let count = width * Self.block
                switch activation {
                case .none:
                    if source != target { target.update(from: source, count: count) }
                case .relu:
                    for i in 0..<count { target[i] = source[i] < 0 ? 0 : source[i] }
                case .prelu(let slopes):
                    precondition(slopes.channels == channels)
                    let slope = slopes.buffer.base + block * Self.block
                    for i in 0..<count {
                        let x = source[i]
                        target[i] = x < 0 ? x * slope[i % Self.block] : x
                    }
                case .gate(let gate), .gateOfSum(let gate):
                    precondition(hasShape(of: gate))
                    let gate = gate.pixel(block: block, row: row, column: 0)
                    for i in 0..<count { target[i] = gate[i] > 0 ? source[i] : 0 }
                }
            }
        }
    }

    /// Sets this view to 1 / (1 + exp(-x)) of each element of `input`, of one shape; it may be the input. Channels that
    /// only fill up a block stay zero.
    public func setSigmoid(_ input: BlockedView) {
        precondition(hasShape(of: input))
        setChannels(of: input) { 1 / (1 + exp(-$0)) }
    }

    /// Sets this view to the first of the channels of `input`, of one height and width.
    public func setFirstChannels(_ input: BlockedView) {
        precondition(channels <= input.channels && height == input.height && width == input.width)
        setChannels(of: input) { $0 }
    }

    /// Sets every channel to `term` of the same channel of `input`, and what only fills up a block to zero.
    @inline(__always)
    private func setChannels(of input: BlockedView, _ term: (Float) -> Float) {
        for block in 0..<blocks {
            let lanes = min(Self.block, channels - block * Self.block)
            for row in 0..<height {
                let source = input.pixel(block: block, row: row, column: 0)
                let target = pixel(block: block, row: row, column: 0)
                for x in 0..<width {
                    for lane in 0..<Self.block {
                        let i = x * Self.block + lane
                        target[i] = lane < lanes ? term(source[i]) : 0
                    }
                }
            }
        }
    }

    /// Sets this view to `input` with every pixel doubled in both directions.
    ///
    /// Shapes: `input: [C, H, W]`, the view `[C, 2 H, 2 W]`.
    public func upsampleNearest(_ input: BlockedView) {
        precondition(channels == input.channels && height == 2 * input.height && width == 2 * input.width)
        for block in 0..<blocks {
            for row in 0..<height {
                let source = input.pixel(block: block, row: row / 2, column: 0)
                let target = pixel(block: block, row: row, column: 0)
                for x in 0..<input.width {
                    for lane in 0..<Self.block {
                        let value = source[x * 16 + lane]
                        target[x * 32 + lane] = value
                        target[x * 32 + 16 + lane] = value
                    }
                }
            }
        }
    }
}

extension PlanarView {
    /// Sets this view to `input` with every sample repeated `factor` times in both directions.
    ///
    /// Shapes: `input: [C, H, W]`, the view `[C, H * factor, W * factor]`.
    public func upsampleNearest(_ input: PlanarView, factor: Int) {
        precondition(channels == input.channels && height == factor * input.height && width == factor * input.width)
        for channel in 0..<channels {
            for row in 0..<height {
                let source = input.row(channel, row / factor)
                let target = self.row(channel, row)
                for x in 0..<input.width {
                    for j in 0..<factor { target[x * factor + j] = source[x] }
                }
            }
        }
    }
}
