import Kernels
import Tensors

extension Dropout: OperationLowering {
    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? {
        purpose == .training ? DropoutWork(rate: rate) : nil
    }
}

private struct DropoutWork: StepWork, TrainingKernel {
    let rate: Float

    var draws: Draws { .masks }
    var gradient: GradientRule { GradientRule([.computed]) }

    func run(_ operands: Operands) {
        let (input, output) = (operands.input.blocked, operands.output.blocked)
        if let random = operands.random {
            output.setDropped(input, rate: rate, random: random)
        } else {
            output.activate(input, .none)
        }
    }

    func setInputGradients(_ operands: GradientOperands) {
        guard let random = operands.random else { preconditionFailure("a gradient without draws") }
        operands.targets[0]?.blocked.setDropped(operands.gradient.blocked, rate: rate, random: random)
    }
}

extension BlockedView {
    /// Sets this view to `input` with each element either zero, with the probability `rate`, or divided by 1 - rate.
    fileprivate func setDropped(_ input: BlockedView, rate: Float, random: RandomStream) {
        precondition(hasShape(of: input))
        var random = random
        let bound = UInt32(min(Double(rate) * 0x1p32, 0x1p32 - 1))
        let factor = 1 / (1 - rate)
        for block in 0..<blocks {
            for row in 0..<height {
                let source = input.pixel(block: block, row: row, column: 0)
                let target = pixel(block: block, row: row, column: 0)
                for i in 0..<width * Self.block { target[i] = random.nextWord() < bound ? 0 : source[i] * factor }
            }
        }
    }
}
