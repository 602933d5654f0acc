import Kernels

extension ReLU: OperationLowering {
    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? { ReLUWork() }
}

private struct ReLUWork: StepWork, TrainingKernel {
    var overwritableInputs: [Int] { [0] }
    var gradient: GradientRule { GradientRule([.computed], readsOutput: true) }

    func run(_ operands: Operands) { operands.output.blocked.activate(operands.input.blocked, .relu) }

    func setInputGradients(_ operands: GradientOperands) {
        operands.targets[0]?.blocked.activate(operands.gradient.blocked, .gate(operands.output.blocked))
    }
}
