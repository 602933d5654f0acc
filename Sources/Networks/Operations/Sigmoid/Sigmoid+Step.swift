import Kernels

extension Sigmoid: OperationLowering {
    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? { SigmoidWork() }
}

private struct SigmoidWork: StepWork, TrainingKernel {
    var overwritableInputs: [Int] { [0] }
    var gradient: GradientRule { GradientRule([.computed], readsOutput: true) }

    func run(_ operands: Operands) { operands.output.blocked.setSigmoid(operands.input.blocked) }

    func setInputGradients(_ operands: GradientOperands) {
        operands.targets[0]?.blocked.setSigmoidGradient(
            output: operands.output.blocked, outputGradient: operands.gradient.blocked)
    }
}
