import Kernels
import Tensors

extension Unshuffle: OperationLowering {
    package func inputLayout(forResult result: ValueLayout) -> ValueLayout { .planar }

    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? {
        UnshuffleWork(factor: factor, appendsNoiseLevel: appendsNoiseLevel)
    }
}

private struct UnshuffleWork: StepWork, TrainingKernel {
    let factor: Int
    let appendsNoiseLevel: Bool

    var gradient: GradientRule { GradientRule([.computed]) }

    func run(_ operands: Operands) {
        operands.output.blocked.unshuffle(
            operands.input.planar, factor: factor, appending: appendsNoiseLevel ? operands.noiseLevel : nil)
    }

    func setInputGradients(_ operands: GradientOperands) {
        guard let target = operands.targets[0]?.planar else { return }
        // The channel of the noise level, behind the picture's, has no gradient to give.
        operands.gradient.blocked.channels(prefix: target.channels * factor * factor)
            .shuffle(to: target, factor: factor)
    }
}
